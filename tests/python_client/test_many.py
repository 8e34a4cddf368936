import threading
from collections.abc import Iterator

import pytest

from emotion_client import Classification, Client, EmotionError, UnavailableError
from emotion_client.many import in_order
from fake_emotion import GONE, FakeEmotion


def brief(outcome: Classification | EmotionError) -> str:
    return outcome.code if isinstance(outcome, EmotionError) else outcome.label


def test_errors_are_values_in_their_place(client: Client, fake: FakeEmotion) -> None:
    texts = ["sad", "", "angry", 7, "happy"]
    outcomes = client.classify_many(texts)  # type: ignore[arg-type]
    assert list(map(brief, outcomes)) == [
        "sad",
        "INVALID_ARGUMENT",
        "angry",
        "INVALID_ARGUMENT",
        "happy",
    ]
    assert len(fake.seen) == 4


def test_nothing_in_is_nothing_out(client: Client) -> None:
    assert client.classify_many([]) == []


def test_calls_in_flight_are_bounded_and_used(
    client: Client, fake: FakeEmotion
) -> None:
    meet = threading.Barrier(4, timeout=30)

    def hold(turns: tuple[str, ...]) -> None:
        meet.wait()

    fake.hold = hold
    outcomes = client.classify_many((str(at) for at in range(16)), concurrency=4)
    assert list(map(brief, outcomes)) == ["others"] * 16
    assert fake.peak == 4


def test_order_is_kept_when_the_first_answer_comes_last(
    client: Client, fake: FakeEmotion
) -> None:
    others_done = threading.Event()

    def hold(turns: tuple[str, ...]) -> None:
        if turns == ("sad",):
            assert others_done.wait(30)
        elif turns == ("angry",):
            others_done.set()

    fake.hold = hold
    outcomes = client.classify_many(["sad", "happy", "angry"], concurrency=2)
    assert list(map(brief, outcomes)) == ["sad", "happy", "angry"]


def test_a_stream_reads_only_so_far_ahead() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            taken.append(len(taken))
            yield taken[-1]

    stream = in_order(lambda item: item, endless(), concurrency=2)
    assert [next(stream) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) == 8 + 5
    stream.close()  # type: ignore[attr-defined]


def test_all_calls_share_the_retry_budget(client: Client, fake: FakeEmotion) -> None:
    # 30 calls with 4 tries each would be 120; the budget grants 100 + 30 / 5.
    fake.plan.extend([GONE] * 120)
    outcomes = client.classify_many(["Hi"] * 30, concurrency=1)
    assert len(fake.seen) == 120
    outcomes = client.classify_many(["Hi"] * 30, concurrency=1)
    assert not any(isinstance(outcome, UnavailableError) for outcome in outcomes)


@pytest.mark.parametrize("concurrency", [0, 1025])
def test_concurrency_out_of_range_is_refused_at_once(
    client: Client, concurrency: int
) -> None:
    with pytest.raises(ValueError, match=f"concurrency is {concurrency}"):
        client.classify_stream([], concurrency=concurrency)


@pytest.mark.parametrize(
    ("progress", "drawn"), [(True, True), (False, False), (None, False)]
)
def test_a_bar_is_drawn_when_wanted_but_not_into_a_pipe(
    client: Client,
    capsys: pytest.CaptureFixture[str],
    progress: bool | None,
    drawn: bool,
) -> None:
    client.classify_many(["Hi", ""], progress=progress)
    shown = capsys.readouterr().err
    assert ("2/2" in shown and "failed=1" in shown) is drawn
    assert bool(shown) is drawn
