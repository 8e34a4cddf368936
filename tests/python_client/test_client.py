import socket
import struct

import pytest

from emotion_client import (
    BusyError,
    Classification,
    Client,
    DeadlineError,
    InvalidRequestError,
    LabelProbability,
    Limits,
    ModelInfo,
    ModelVersion,
    Options,
    RetryPolicy,
    Timings,
    UnavailableError,
)
from fake_emotion import BUSY, GONE, FakeEmotion, serve
from manual_outside import ManualOutside


def single(value: float) -> float:
    rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    return rounded


SAD = Classification(
    label="sad",
    probabilities=tuple(
        # As the 32 bits of the message hold it.
        LabelProbability(label, single(0.97 if label == "sad" else 0.01))
        for label in ("others", "happy", "sad", "angry")
    ),
    truncated_turns=(0,),
    tokens=12,
    model=ModelVersion("fake", "7"),
)


def test_a_dialogue_is_classified(client: Client, fake: FakeEmotion) -> None:
    answer = client.classify(["<cut>", "Why?", "sad"])
    assert answer == SAD
    assert answer.probability == pytest.approx(0.97)
    assert answer.probability_of("happy") == pytest.approx(0.01)
    assert answer.probability_of("bored") == 0
    assert fake.seen[0].turns == ("<cut>", "Why?", "sad")


def test_a_text_is_one_turn(client: Client, fake: FakeEmotion) -> None:
    assert client.classify("so sad").label == "sad"
    assert fake.seen[0].turns == ("so sad",)


def test_timings_come_when_asked_for(client: Client) -> None:
    answer = client.classify("Hi", include_timings=True)
    assert answer.timings == Timings(0.001, 0.002, 0.003, 4, 80)


def test_the_priority_travels_with_the_call(client: Client, fake: FakeEmotion) -> None:
    client.classify("Hi")
    client.classify("Hi", priority="bulk")
    client.classify_many(["Hi"], priority="bulk")
    assert [seen.priority for seen in fake.seen] == ["INTERACTIVE", "BULK", "BULK"]
    with pytest.raises(ValueError, match="priority is 'high', expected one of"):
        client.classify("Hi", priority="high")  # type: ignore[arg-type]


def test_the_model_is_told(client: Client) -> None:
    assert client.model_info() == ModelInfo(
        model=ModelVersion("fake", "7"),
        labels=("others", "happy", "sad", "angry"),
        limits=Limits(3, 4096, 128, 256),
        layout="packed",
        precision="fp32",
        manifest_sha256="c0ffee",
        traffic="everyday",
    )


def test_every_call_has_a_deadline_and_an_id(client: Client, fake: FakeEmotion) -> None:
    client.classify("Hi")
    client.classify("Hi", deadline_s=60, request_id="mine:1")
    client.model_info(request_id="mine:2")
    ids = [seen.metadata["x-request-id"] for seen in fake.seen]
    assert ids == ["id-1", "mine:1", "mine:2"]
    assert 0 < fake.seen[0].remaining_s < 5.5
    assert 50 < fake.seen[1].remaining_s < 61
    assert "authorization" not in fake.seen[0].metadata


def test_a_busy_server_is_asked_again_when_it_said(
    client: Client, fake: FakeEmotion, world: ManualOutside
) -> None:
    fake.plan.extend([BUSY, GONE, BUSY])
    assert client.classify("sad").label == "sad"
    assert world.waits == [0.25, 0.1, 0.25]
    assert {seen.metadata["x-request-id"] for seen in fake.seen} == {"id-1"}
    # All tries share one deadline and the clock moved 0.6 s; gRPC rounds up.
    assert fake.seen[3].remaining_s < 4.6


def test_the_last_try_says_why(
    client: Client, fake: FakeEmotion, world: ManualOutside
) -> None:
    fake.plan.extend([BUSY] * 4)
    with pytest.raises(BusyError) as caught:
        client.classify("Hi", request_id="r")
    assert str(caught.value) == "RESOURCE_EXHAUSTED: the queue is full (request r)"
    assert (caught.value.retry_after_s, caught.value.request_id) == (0.25, "r")
    assert len(world.waits) == 3


def test_a_wait_beyond_the_deadline_is_not_made(
    client: Client, fake: FakeEmotion, world: ManualOutside
) -> None:
    fake.plan.append(BUSY)
    with pytest.raises(BusyError):
        client.classify("Hi", deadline_s=0.2)
    assert world.waits == []


def test_calls_share_the_budget(
    address: str, fake: FakeEmotion, world: ManualOutside
) -> None:
    options = Options(retry=RetryPolicy(budget=2, budget_per_call=0))
    fake.plan.extend([GONE] * 4)
    with Client(address, options, outside=world.outside()) as client:
        with pytest.raises(UnavailableError):
            client.classify("Hi")
        with pytest.raises(UnavailableError):
            client.classify("Hi")
    assert (len(world.waits), len(fake.seen)) == (2, 4)


def test_an_invalid_request_names_the_field_and_is_not_retried(
    client: Client, world: ManualOutside
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        client.classify(["Hi", " "])
    assert [each.field for each in caught.value.violations] == ["dialogue.turns[1]"]
    assert world.waits == []


@pytest.mark.parametrize(
    ("turns", "field", "description"),
    [
        (["Hi", 7], "dialogue.turns[1]", "is a int, expected a str"),
        (["\ud800"], "dialogue.turns[0]", "lone surrogate at character 0"),
        (None, "dialogue", "is a NoneType, expected a str or a sequence"),
    ],
)
def test_what_cannot_be_sent_is_refused_here(
    client: Client, fake: FakeEmotion, turns: list[str], field: str, description: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        client.classify(turns)
    (violation,) = caught.value.violations
    assert violation.field == field
    assert description in violation.description
    assert fake.seen == []


@pytest.mark.parametrize("request_id", ["", "a b", "é", "x" * 129])
def test_an_id_the_server_would_not_take_is_refused(
    client: Client, request_id: str
) -> None:
    with pytest.raises(ValueError, match="request_id is"):
        client.classify("Hi", request_id=request_id)


def test_no_server_is_unavailable(world: ManualOutside) -> None:
    with serve(FakeEmotion()) as address:
        pass
    with (
        Client(address, outside=world.outside()) as client,
        pytest.raises(UnavailableError) as caught,
    ):
        client.classify("Hi")
    assert address in caught.value.message
    assert len(world.waits) == 3


def test_a_server_that_is_silent_is_late() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        options = Options(retry=RetryPolicy(max_tries=1))
        with (
            Client(address, options) as client,
            pytest.raises(DeadlineError) as caught,
        ):
            client.classify("Hi", deadline_s=0.05)
    assert caught.value.message == f"no answer from {address} before the deadline"


def test_a_closed_client_says_so(client: Client) -> None:
    client.close()
    client.close()
    with pytest.raises(ValueError, match="closed"):
        client.classify("Hi")
