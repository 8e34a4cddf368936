import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emotion_model.checkpoint.text import Encoding
from emotion_model.data.dialogues import Dialogue, labels_of, read_dialogues
from emotion_model.data.perturb import CHANGES, perturb, perturb_all
from emotion_model.errors import ModelError
from emotion_model.evaluation.ground_truth import share_weights, shares
from emotion_model.training import batches, invent
from emotion_model.training.folds import fold_of


def dialogue(*turns: str, label: str = "others", key: str = "0") -> Dialogue:
    return Dialogue(key, turns, label)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def write_bytes(content: bytes) -> Path:
        path = tmp_path / "mine.tsv"
        path.write_bytes(content)
        return path

    return write_bytes


def test_lines_may_differ_in_their_turns(write: Callable[[bytes], Path]) -> None:
    content = "id\tturn1\tlabel\n7\thi\tok\r\n8\ta\tb\tc ü\tbad\n".encode()
    assert read_dialogues(write(content)) == [
        Dialogue("7", ("hi",), "ok"),
        Dialogue("8", ("a", "b", "c ü"), "bad"),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"1\thi", "2 columns, expected 3 to 5"),
        (b"1\ta\tb\tc\td\tok", "6 columns, expected 3 to 5"),
        (b"1\ta\tb\tnot-a-label", "label is 'not-a-label', expected one of ok, bad"),
        (b"1\ta\t \tok", "the last turn is empty"),
        (b"1\ta\tb\t ", "the label is empty"),
        (b"0\ta\tb\tok", "id '0' is that of line 1"),
        (b"", "the line is empty"),
        (b"1\t\xff\tok", "not UTF-8 at byte 2"),
    ],
)
def test_a_broken_row_is_reported_with_its_line(
    write: Callable[[bytes], Path], line: bytes, fault: str
) -> None:
    path = write(b"0\tfine\tok\n" + line + b"\n2\tfine\tok\n")
    with pytest.raises(ModelError) as caught:
        read_dialogues(path, ("ok", "bad"), max_turns=3)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert fault in str(caught.value)


def test_all_broken_rows_are_reported_up_to_five(
    write: Callable[[bytes], Path],
) -> None:
    path = write(b"0\tfine\tok\n" + b"broken\n" * 7)
    with pytest.raises(ModelError) as caught:
        read_dialogues(path)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines[:5]] == ["2", "3", "4", "5", "6"]
    assert lines[5:] == ["... and 2 more"]


def test_labels_come_by_frequency_then_name() -> None:
    found = [dialogue("x", label=name) for name in ("b", "c", "c", "a")]
    assert labels_of(found) == ("c", "a", "b")
    with pytest.raises(ModelError, match="at least two"):
        labels_of(found[:1])


def test_twins_share_a_fold_whatever_their_case_spaces_and_labels() -> None:
    first = dialogue("Hi  there", "ok", label="happy")
    second = dialogue("hi there ", "OK", label="sad", key="9")
    assert fold_of(first.turns, 1000) == fold_of(second.turns, 1000)
    assert fold_of(first.turns, 1000) != fold_of(("hi", "there ok"), 1000)


def test_weights_give_labels_the_shares_that_are_asked_for() -> None:
    labels = np.array([0, 0, 1, 1, 1, 1, 2, 2])
    weights = share_weights(labels, np.array([0.8, 0.1, 0.1]))
    assert weights.mean() == pytest.approx(1)
    got = [weights[labels == label].sum() / weights.sum() for label in range(3)]
    assert got == pytest.approx([0.8, 0.1, 0.1])
    assert shares(labels, 3).tolist() == [0.25, 0.5, 0.25]


@pytest.mark.parametrize(
    ("name", "turns", "expected"),
    [
        ("upper", ("so Sad", "why"), ("SO SAD", "WHY")),
        ("without_emoji", ("ha 😂", "no 😭 way"), ("ha ", "no  way")),
        ("without_emoji", ("ha 😂", "😭"), ("ha ", "😭")),
        ("without_emoji", ("ha", "❤\ufe0f"), ("ha", "❤\ufe0f")),
        ("doubled_emoji", ("ha 😂", "ok"), ("ha 😂😂", "ok")),
        ("without_first", ("a", "b", "c"), ("b", "c")),
        ("without_first", ("c",), ("c",)),
        ("last_only", ("a", "b", "c"), ("c",)),
    ],
)
def test_a_change_does_what_its_name_says(
    name: str, turns: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert CHANGES[name](turns, random.Random(0)) == expected


def test_typos_keep_the_words_and_short_words_whole() -> None:
    text = "this is a rather long sentence without any mistakes whatsoever in it"
    changed = CHANGES["typos"]((text,) * 20, random.Random(3))
    assert any(turn != text for turn in changed)
    for turn in changed:
        words = turn.split(" ")
        assert len(words) == len(text.split(" "))
        assert words[1:3] == ["is", "a"]


def test_elongation_holds_one_vowel_of_the_last_turn() -> None:
    first, last = CHANGES["elongate"](("so", "i am so sad"), random.Random(0))
    assert first == "so"
    assert len(last) in range(13, 18)
    assert CHANGES["elongate"](("hm",), random.Random(0)) == ("hm",)


def test_changes_repeat_with_their_seed() -> None:
    turns = [("hello there friend", "what", "i am so very happy today")] * 30
    for name in CHANGES:
        assert perturb_all(turns, name, seed=1) == perturb_all(turns, name, seed=1)
    drawn = {perturb(turns[0], random.Random(seed)) for seed in range(50)}
    assert len(drawn) > 10


def test_invented_dialogues_keep_the_form() -> None:
    train = [
        dialogue("a", "b", "c", label="x"),
        dialogue("d", "e", "f", label="y"),
    ]
    mixed = invent.recombined(train, 50, 0)
    assert {turns[:2] for turns in mixed} == {("a", "b"), ("d", "e")}
    own = sum(turns in (train[0].turns, train[1].turns) for turns in mixed)
    assert 30 < own < 50
    runs = invent.windows(["1", "2", "3", "4"], 3, 20, 0)
    assert set(runs) == {("1", "2", "3"), ("2", "3", "4")}
    guests = invent.inserted(["1"], train, 10, 0)
    assert {turns[-1] for turns in guests} == {"1"}
    with pytest.raises(ModelError, match="expected at least 3"):
        invent.windows(["1"], 3, 1, 0)


def test_batches_hold_every_dialogue_once_and_repeat_with_their_seed() -> None:
    lengths = [number % 17 + 3 for number in range(1000)]
    found = batches.shuffled(lengths, 32, 5)
    assert sorted(row for rows in found for row in rows) == list(range(1000))
    assert found == batches.shuffled(lengths, 32, 5)
    assert found != batches.shuffled(lengths, 32, 6)
    waste = sum(
        max(lengths[row] for row in rows) * len(rows) - sum(lengths[r] for r in rows)
        for rows in found
    )
    assert waste < 0.1 * sum(lengths)


def test_collate_pads_on_the_right() -> None:
    batch = batches.collate(
        [Encoding([2, 9, 3], [0, 1, 1], []), Encoding([2, 3], [0, 0], [])]
    )
    assert batch.ids.tolist() == [[2, 9, 3], [2, 3, 0]]
    assert batch.mask.tolist() == [[1, 1, 1], [1, 1, 0]]
    assert batch.segments.tolist() == [[0, 1, 1], [0, 0, 0]]
