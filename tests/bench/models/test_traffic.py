"""An answer that is not wholly one model's is noticed."""

from typing import Any

import pytest

from end_to_end.known_answers import Answer, KnownAnswers, Turns
from end_to_end.wire import messages
from models.traffic import is_right

ONE: Turns = ("one",)
TWO: Turns = ("two",)
KNOWN: KnownAnswers = {
    version: {
        turns: Answer(version, labels, (0.75, 0.25), labels[0], tokens)
        for turns, tokens in ((ONE, 3), (TWO, 4))
    }
    for version, labels in (("1", ("a", "b")), ("2", ("b", "a")))
}


def classification(labels: str = "ab", first: float = 0.75, tokens: int = 3) -> Any:
    return messages.Classification(
        label=labels[0],
        probabilities=[
            messages.LabelProbability(label=labels[0], probability=first),
            messages.LabelProbability(label=labels[1], probability=1 - first),
        ],
        tokens=tokens,
    )


FIRST, SECOND = classification(), classification(tokens=4)
OTHER = classification("ba", tokens=4)


def reply(version: str, *given: Any) -> Any:
    model = messages.ModelVersion(name="m", version=version)
    if len(given) == 1:
        return messages.ClassifyResponse(classification=given[0], model=model)
    results = [messages.ClassifyBatchResult(classification=each) for each in given]
    return messages.ClassifyBatchResponse(results=results, model=model)


@pytest.mark.parametrize(
    ("given", "turns", "right"),
    [
        (reply("1", classification()), [ONE], True),
        (reply("1", classification(first=0.750001)), [ONE], True),
        (reply("1", classification(first=0.7501)), [ONE], False),
        (reply("1", classification("ba")), [ONE], False),
        (reply("1", classification(tokens=4)), [ONE], False),
        (reply("2", classification()), [ONE], False),
        (reply("2", classification("ba")), [ONE], True),
        (reply("3", classification()), [ONE], False),
        (reply("1", FIRST, SECOND), [ONE, TWO], True),
        (
            reply("1", classification(), classification("ba", tokens=4)),
            [ONE, TWO],
            False,
        ),
        (reply("1", FIRST, SECOND), [ONE, TWO, TWO], False),
    ],
)
def test_what_is_right(given: Any, turns: Any, right: bool) -> None:
    assert is_right(given, turns, KNOWN) is right


def test_a_dialogue_that_failed_alone_is_not_right() -> None:
    broken = reply("1", FIRST, SECOND)
    broken.results[1].status.code = 13
    assert not is_right(broken, [ONE, TWO], KNOWN)
