import asyncio

import pandas as pd
import pytest

from emotion_client import AsyncClient, Client
from emotion_client.frame import (
    answers,
    classify_frame,
    classify_frame_async,
    dialogues,
)
from fake_emotion import FakeEmotion

NAN = float("nan")


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "turn1": ["Hi", None, NAN, "Hi"],
            "turn2": ["<cut>", "Hi", None, None],
            "turn3": ["sad", "happy", "angry", None],
        },
        index=["a", "b", "c", "d"],
        dtype=object,
    )


def test_missing_turns_make_a_dialogue_shorter_or_empty(frame: pd.DataFrame) -> None:
    assert dialogues(frame) == [
        ["Hi", "<cut>", "sad"],
        ["Hi", "happy"],
        ["angry"],
        ["Hi", "", ""],
    ]
    assert dialogues(frame, ["turn2"]) == [["<cut>"], ["Hi"], [""], [""]]


def test_the_string_type_of_pandas_has_missing_turns_too(frame: pd.DataFrame) -> None:
    assert dialogues(frame.astype("string")) == dialogues(frame)


def test_a_column_that_is_not_there_is_named(frame: pd.DataFrame) -> None:
    with pytest.raises(KeyError, match="'text'"):
        dialogues(frame, ["turn1", "text"])


def check(out: pd.DataFrame) -> None:
    assert list(out.columns) == [
        "label",
        "probability",
        "p_others",
        "p_happy",
        "p_sad",
        "p_angry",
        "tokens",
        "truncated",
        "error",
    ]
    assert list(out.index) == ["a", "b", "c", "d"]
    assert out["label"].fillna("-").tolist() == ["sad", "happy", "angry", "-"]
    assert out["probability"].tolist() == pytest.approx([0.97] * 3 + [NAN], nan_ok=True)
    assert out["p_sad"].tolist() == pytest.approx([0.97, 0.01, 0.01, NAN], nan_ok=True)
    assert out["tokens"].fillna(-1).tolist() == [10, 7, 5, -1]
    assert out["truncated"].fillna(False).tolist() == [True, False, False, False]
    assert out["error"].tolist()[:3] == ["", "", ""]
    assert out["error"].iloc[3].startswith("INVALID_ARGUMENT: dialogue.turns[2]")


def test_a_frame_is_classified_row_by_row(client: Client, frame: pd.DataFrame) -> None:
    check(classify_frame(client, frame))
    assert frame.join(classify_frame(client, frame)).shape == (4, 12)


def test_a_frame_is_classified_by_asyncio(address: str, frame: pd.DataFrame) -> None:
    async def job() -> pd.DataFrame:
        async with AsyncClient(address) as client:
            return await classify_frame_async(client, frame, concurrency=2)

    check(asyncio.run(job()))


def test_an_empty_frame_keeps_its_columns(client: Client, fake: FakeEmotion) -> None:
    empty = pd.DataFrame({"turn1": [], "turn2": [], "turn3": []})
    out = classify_frame(client, empty)
    assert out.equals(answers([]))
    assert list(out.columns) == [
        "label",
        "probability",
        "tokens",
        "truncated",
        "error",
    ]
    assert fake.seen == []
