"""pandas in and out; needs the extra `pandas`."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from emotion_client.answers import Classification
from emotion_client.async_client import AsyncClient
from emotion_client.client import Client
from emotion_client.errors import EmotionError

# The columns that hold the turns, oldest first.
TURNS = ("turn1", "turn2", "turn3")


def dialogues(frame: pd.DataFrame, turns: Sequence[str] = TURNS) -> list[list[str]]:
    """One dialogue for each row, in their order.

    Missing turns (None, NaN) before the first one that is there are left out, so that
    rows may hold shorter dialogues; later ones count as empty.

    Raises:
        KeyError: a column is not there.
    """
    lacking = [name for name in turns if name not in frame.columns]
    if lacking:
        raise KeyError(f"the frame has no column {', '.join(map(repr, lacking))}")
    columns = [frame[name].tolist() for name in turns]
    return [_present(row) for row in zip(*columns, strict=True)]


def answers(
    outcomes: Iterable[Classification | EmotionError], index: Any = None
) -> pd.DataFrame:
    """One row for each outcome of classify_many.

    Columns: label; probability, that of the label; p_LABEL for each label in the
    model's order; tokens; truncated, whether a turn was cut; error, empty if there is
    an answer. A row with an error has no values in the others.
    """
    rows = [_row(outcome) for outcome in outcomes]
    labels = dict.fromkeys(key for row in rows for key in row if key.startswith("p_"))
    columns = ["label", "probability", *labels, "tokens", "truncated", "error"]
    frame = pd.DataFrame(rows, columns=columns, index=index)
    types = {"label": "string", "tokens": "Int64", "truncated": "boolean"}
    types |= {"error": "string"} | dict.fromkeys(["probability", *labels], "float64")
    return frame.astype(types)


def classify_frame(
    client: Client,
    frame: pd.DataFrame,
    turns: Sequence[str] = TURNS,
    **options: Any,
) -> pd.DataFrame:
    """Classifies all rows; gives `answers` with the frame's index, so that it can join.

    Args:
        client: whom to ask.
        frame: the dialogues.
        turns: the columns that hold the turns, oldest first.
        options: of Client.classify_many.
    """
    outcomes = client.classify_many(dialogues(frame, turns), **options)
    return answers(outcomes, frame.index)


async def classify_frame_async(
    client: AsyncClient,
    frame: pd.DataFrame,
    turns: Sequence[str] = TURNS,
    **options: Any,
) -> pd.DataFrame:
    """As `classify_frame`, for asyncio."""
    outcomes = await client.classify_many(dialogues(frame, turns), **options)
    return answers(outcomes, frame.index)


def _present(row: tuple[Any, ...]) -> list[str]:
    missing = [bool(pd.isna(turn)) for turn in row]
    # A row without any turn is one empty turn, which the server refuses.
    first = missing.index(False) if False in missing else len(row) - 1
    turns = ["" if gone else turn for turn, gone in zip(row, missing, strict=True)]
    return turns[first:]


def _row(outcome: Classification | EmotionError) -> dict[str, Any]:
    if isinstance(outcome, EmotionError):
        return {"error": f"{outcome.code}: {outcome.message}"}
    return {
        "label": outcome.label,
        "probability": outcome.probability,
        **{f"p_{each.label}": each.probability for each in outcome.probabilities},
        "tokens": outcome.tokens,
        "truncated": bool(outcome.truncated_turns),
        "error": "",
    }
