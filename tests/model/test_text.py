from pathlib import Path

import pytest

from emotion_model.checkpoint.text import (
    DialogueEncoder,
    Limits,
    TextRules,
    kept_lengths,
    read_vocabulary,
)
from emotion_model.errors import ModelError
from tiny import VOCABULARY


def pieces(*turns: str, **rules: bool) -> str:
    encoder = DialogueEncoder(VOCABULARY, Limits(), TextRules(**rules))
    return " ".join(VOCABULARY[index] for index in encoder.encode(turns).token_ids)


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["I am so happy!"], "[CLS] i am so happy ! [SEP]"),
        (["SAD"], "[CLS] sad [SEP]"),
        (["", " \t", "sad"], "[CLS] sad [SEP]"),
        (["sad", " \t", "sad"], "[CLS] sad [SEP] [SEP] sad [SEP]"),
        (["abba"], "[CLS] a ##b ##b ##a [SEP]"),
        (["ábba"], "[CLS] a ##b ##b ##a [SEP]"),
        (["abxba"], "[CLS] [UNK] [SEP]"),
        (["a\u0000b\ufffda"], "[CLS] a ##b ##a [SEP]"),
        (["a我b"], "[CLS] a [UNK] b [SEP]"),
        (["[SEP]"], "[CLS] [ s ##e ##p ] [SEP]"),
        (["[UNK] [PAD]"], "[CLS] [ [UNK] ] [ p ##a ##d ] [SEP]"),
        (["you?!"], "[CLS] you ? ! [SEP]"),
        (["a" * 100], "[CLS] a" + " ##a" * 99 + " [SEP]"),
        (["a" * 101], "[CLS] [UNK] [SEP]"),
    ],
)
def test_text_becomes_these_pieces(turns: list[str], expected: str) -> None:
    assert pieces(*turns) == expected


def test_each_rule_can_be_switched_off() -> None:
    assert pieces("SAD", lowercase=False) == "[CLS] [UNK] [SEP]"
    assert pieces("á", strip_accents=False) == "[CLS] [UNK] [SEP]"
    assert pieces("a我b", split_cjk=False) == "[CLS] [UNK] [SEP]"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["a"], [0, 0, 0]),
        (["a", "a"], [0, 1, 1, 0, 0]),
        (["a", "a", "a"], [0, 0, 0, 1, 1, 0, 0]),
        (["", "", "a"], [0, 0, 0]),
        (["", "a", "a"], [0, 1, 1, 0, 0]),
        (["a", "", "a"], [0, 0, 0, 1, 0, 0]),
    ],
)
def test_segments_alternate_backwards_from_the_last_turn(
    turns: list[str], expected: list[int]
) -> None:
    encoder = DialogueEncoder(VOCABULARY, Limits())
    assert encoder.encode(turns).segment_ids == expected


@pytest.mark.parametrize(
    ("lengths", "budget", "expected"),
    [
        ([5], 10, [5]),
        ([12], 10, [10]),
        ([3, 3, 3], 9, [3, 3, 3]),
        ([9, 9, 4], 10, [3, 3, 4]),
        ([9, 9, 3], 10, [3, 4, 3]),
        ([9, 2, 3], 10, [5, 2, 3]),
        ([2, 9, 3], 10, [2, 5, 3]),
        ([9, 9, 12], 10, [0, 0, 10]),
        ([9, 9, 9], 10, [0, 1, 9]),
        ([1, 9, 9, 3], 10, [1, 3, 3, 3]),
        ([8, 8, 8, 2], 10, [2, 3, 3, 2]),
        ([0, 5, 5], 5, [0, 0, 5]),
    ],
)
def test_the_budget_is_shared_by_a_level(
    lengths: list[int], budget: int, expected: list[int]
) -> None:
    assert kept_lengths(lengths, budget) == expected


def test_an_earlier_turn_keeps_its_end_and_the_last_its_beginning() -> None:
    encoder = DialogueEncoder(VOCABULARY, Limits(max_tokens=9))
    cut = encoder.encode(["a b c d", "e h"])
    assert [VOCABULARY[index] for index in cut.token_ids] == (
        "[CLS] a b c d [SEP] e h [SEP]".split()
    )
    assert cut.truncated_turns == []
    cut = encoder.encode(["a b c d", "e h l n"])
    assert [VOCABULARY[index] for index in cut.token_ids] == (
        "[CLS] c d [SEP] e h l n [SEP]".split()
    )
    assert cut.truncated_turns == [0]
    cut = encoder.encode(["a b", "c d", "e h l n p s"])
    assert [VOCABULARY[index] for index in cut.token_ids] == (
        "[CLS] [SEP] [SEP] e h l n p [SEP]".split()
    )
    assert cut.truncated_turns == [0, 1, 2]
    assert len(cut.segment_ids) == len(cut.token_ids)
    cut = encoder.encode(["", "a b c d", "e h l n"])
    assert cut.truncated_turns == [1]


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ([], "turns: 0 of them, expected 1 to 3"),
        (["a"] * 4, "turns: 4 of them, expected 1 to 3"),
        (["a", "é" * 6], r"turns\[1\]: 12 bytes, expected at most 10"),
        (["a", " \n"], r"turns\[1\]: the last turn holds no token"),
        (["\ud800", "a"], r"turns\[0\]: not encodable as UTF-8"),
    ],
)
def test_a_dialogue_that_cannot_be_encoded_is_named(
    turns: list[str], message: str
) -> None:
    encoder = DialogueEncoder(VOCABULARY, Limits(max_turn_bytes=10))
    with pytest.raises(ModelError, match=message):
        encoder.encode(turns)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[UNK]\n[CLS]\n[SEP]\na\n\nb\n", "line 5 is empty"),
        (b"[UNK]\r\n[CLS]\r\n[SEP]\r\n", "line 1 ends with a carriage return"),
        (b"[UNK]\n[CLS]\n[SEP]\n[CLS]\n", "line 4 repeats line 2"),
        (b"[UNK]\n[CLS]\n", r"\[SEP\] is missing"),
        (b"\xff\n", "cannot be read"),
    ],
)
def test_a_broken_vocabulary_is_named(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "vocab.txt").write_bytes(content)
    with pytest.raises(ModelError, match=message):
        read_vocabulary(tmp_path / "vocab.txt")


def test_only_a_line_feed_ends_a_piece(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("[UNK]\n[CLS]\n[SEP]\na\u2028b\n\u0085", encoding="utf-8")
    assert read_vocabulary(path) == ["[UNK]", "[CLS]", "[SEP]", "a\u2028b", "\u0085"]
