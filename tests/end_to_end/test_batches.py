"""Whoever rides along, a dialogue's answer is the same."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from end_to_end.conftest import Serve
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE, some_dialogues
from end_to_end.wire import Connection, Details, Turns, probabilities

CLOSE = 1e-5
PROBES: list[Turns] = [README_DIALOGUE, ("ok",), ("", "", "why???"), LONG_DIALOGUE]


@pytest.fixture(scope="module", params=["fp32", "bf16", "int8"])
def wide(serve: Serve, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A server that takes 64 dialogues at once, however long they are."""
    with (
        serve(
            *("--max-batch-tokens", "16384", "--max-batch-ms", "600000"),
            *("--precision", request.param),
        ) as process,
        Connection(process.address) as connection,
    ):
        yield connection


@pytest.fixture(scope="module")
def alone(wide: Connection) -> list[list[float]]:
    """The answers to the probes, each classified alone."""
    answers = [wide.classify(turns, timings=True) for turns in PROBES]
    assert [answer.timings.batch_dialogues for answer in answers] == [1] * len(PROBES)
    return [probabilities(answer) for answer in answers]


@pytest.mark.parametrize("most_words", [1, 6, 20, 60])
@pytest.mark.parametrize("seed", [1, 2])
def test_63_others_change_nothing(
    wide: Connection, alone: list[list[float]], seed: int, most_words: int
) -> None:
    dice = random.Random(seed)
    for turns, expected in zip(PROBES, alone, strict=True):
        mix: list[Turns] = list(some_dialogues(dice.randrange(1 << 30), 63, most_words))
        place = dice.randrange(64)
        mix.insert(place, turns)
        answer = wide.classify_batch(mix, timings=True)[place].classification
        assert answer.timings.batch_dialogues == 64
        assert probabilities(answer) == pytest.approx(expected, abs=CLOSE)


def test_calls_at_the_same_time_change_nothing(
    wide: Connection, alone: list[list[float]]
) -> None:
    calls = [(i % len(PROBES), wide.send(PROBES[i % len(PROBES)])) for i in range(64)]
    for probe, call in calls:
        answer = call.result().classification
        assert probabilities(answer) == pytest.approx(alone[probe], abs=CLOSE)


def test_a_bad_dialogue_harms_no_other(connection: Connection) -> None:
    dialogues: list[Turns] = [
        README_DIALOGUE,
        [],
        ["a", "b", "c", "d"],
        ["hello", "  \t "],
        ["x" * 5000],
        README_DIALOGUE,
    ]
    results = connection.classify_batch(dialogues)
    heard: list[tuple[Any, ...]] = []
    for result in results:
        details = Details(result.status)
        fields = [field for field, _ in details.fields]
        heard.append((details.code, fields, details.reason))
        assert result.HasField("classification") == (details.code == 0)
    assert heard == [
        (0, [], ""),
        (3, ["dialogues[1].turns"], "TURN_COUNT"),
        (3, ["dialogues[2].turns"], "TURN_COUNT"),
        (3, ["dialogues[3].turns[1]"], "EMPTY"),
        (3, ["dialogues[4].turns[0]"], "TOO_LONG"),
        (0, [], ""),
    ]
    for place in (0, 5):
        assert results[place].classification.label == "sad"


def test_a_full_batch_is_answered_in_order(connection: Connection) -> None:
    dialogues = some_dialogues(7, 128)
    together = connection.classify_batch(dialogues)
    assert len(together) == 128
    for place in range(0, 128, 16):
        answer = probabilities(together[place].classification)
        expected = probabilities(connection.classify(dialogues[place]))
        assert answer == pytest.approx(expected, abs=CLOSE)


def test_a_call_may_hold_bad_dialogues_only(connection: Connection) -> None:
    results = connection.classify_batch([[], [" "]])
    assert [result.status.code for result in results] == [3, 3]
