"""For people who come from transformers: its pipeline's call and result shape."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias, cast

from emotion_client.answers import Classification, Turns
from emotion_client.client import Client
from emotion_client.errors import EmotionError

# A text; {"text": ..., "text_pair": ...}; or {"turns": [...]}, a whole dialogue.
Input: TypeAlias = str | dict[str, Any]
Score: TypeAlias = dict[str, Any]
# transformers marks a top_k that was not given so; None means all labels.
TopK: TypeAlias = int | Literal[""] | None
_NOT_GIVEN: Literal[""] = ""

_TASKS = ("text-classification", "sentiment-analysis")


def pipeline(
    task: str = "text-classification",
    *,
    client: Client | None = None,
    address: str | None = None,
    top_k: TopK = _NOT_GIVEN,
) -> "TextClassifier":
    """Makes the callable that stands in for transformers' pipeline.

    Args:
        task: "text-classification" or "sentiment-analysis".
        client: the client to ask with, which stays the caller's to close; else one
            is made.
        address: for the client that is made; as Client.
        top_k: how many labels each result holds; None: all.

    Raises:
        ValueError: another task, or both client and address.
    """
    if task not in _TASKS:
        raise ValueError(f"task is {task!r}, expected one of {', '.join(_TASKS)}")
    if client is not None and address is not None:
        raise ValueError("client and address: give one of them")
    return TextClassifier(client or Client(address), top_k)


class TextClassifier:
    """Classifies texts; the shapes of its results are those of transformers.

    A text gives [{"label", "score"}]; a list gives a list with one such dict for each;
    a dict gives a dict. With top_k each dict becomes a list of them, best first; given
    here a text's list is not wrapped once more, given to `pipeline` it is. An iterator
    gives an iterator. Thread-safe.
    """

    def __init__(self, client: Client, top_k: TopK = _NOT_GIVEN) -> None:
        """Asks with `client`."""
        self.client, self._top_k = client, _check(top_k)

    def __call__(
        self,
        inputs: Input | Sequence[Input] | Iterator[Input],
        *,
        top_k: TopK = _NOT_GIVEN,
        batch_size: int = 32,
        **ignored: Any,
    ) -> Any:
        """Classifies one or many.

        Args:
            inputs: a text, a dict, a list of those, or an iterator over those.
            top_k: instead of the pipeline's.
            batch_size: calls in flight; the server forms its own batches.
            ignored: truncation, padding and the like, which the server decides.

        Raises:
            EmotionError: of the first input that failed.
            ValueError: top_k is no positive number, or a dict has no text or turns.
        """
        chosen = self._top_k if top_k == _NOT_GIVEN else _check(top_k)
        if isinstance(inputs, (str, dict)):
            result = _shape(self.client.classify(_turns(inputs)), chosen)
            # transformers wraps by the call's own arguments alone.
            return (
                [result] if isinstance(inputs, str) and top_k == _NOT_GIVEN else result
            )
        dialogues = map(_turns, inputs)
        outcomes = self.client.classify_stream(dialogues, concurrency=batch_size)
        results = (_shape(_answer(outcome), chosen) for outcome in outcomes)
        return results if isinstance(inputs, Iterator) else list(results)


def _check(top_k: TopK) -> TopK:
    if top_k is not None and top_k != _NOT_GIVEN and top_k < 1:
        raise ValueError(f"top_k is {top_k}, expected at least 1, or None for all")
    return top_k


def _turns(item: Input) -> Turns:
    if isinstance(item, str):
        return item
    if isinstance(item, dict) and "turns" in item:
        return cast(Turns, item["turns"])
    if isinstance(item, dict) and "text" in item:
        pair = item.get("text_pair")
        return [item["text"]] if pair is None else [item["text"], pair]
    raise ValueError('an input is neither a str nor a dict with "text" or "turns"')


def _answer(outcome: Classification | EmotionError) -> Classification:
    if isinstance(outcome, EmotionError):
        raise outcome
    return outcome


def _shape(answer: Classification, top_k: TopK) -> Score | list[Score]:
    if top_k == _NOT_GIVEN:
        return {"label": answer.label, "score": answer.probability}
    scores = sorted(answer.probabilities, key=lambda item: -item.probability)
    return [{"label": item.label, "score": item.probability} for item in scores[:top_k]]
