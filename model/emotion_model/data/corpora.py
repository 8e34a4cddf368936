"""Labelled dialogues of many sources, with what people said of them.

`held` rows are for measuring alone.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from emotion_model.data.catalogue import (
    COMMENTS,
    SCENES,
    TASKS,
    TWEETS,
    Target,
    grouped,
    target,
)
from emotion_model.data.dialogues import Turns, read_dialogues
from emotion_model.errors import ModelError

# Of each foreign source a part is held out: a season of talk, and so many rows.
HELD_SEASON = "4"
HELD_COMMENTS = 5000
HELD_TWEETS = 800

# How much foreign labels count in `everyday`, whose own count 1.
FOREIGN = {"tweets": 0.7, "scenes": 0.4, "comments": 0.4}


@dataclass(frozen=True)
class Row:
    """A dialogue, where it comes from, and what is to be answered."""

    source: str
    # Oldest first.
    turns: Turns
    # By task: what people said, and how much it counts.
    targets: dict[str, tuple[Target, float]] = field(default_factory=dict)
    # Whether nothing may learn from it.
    held: bool = False
    # The row whose answers are this one's too, or -1.
    like: int = -1


def labelled_rows(data: Path | None, everyday: Path) -> list[Row]:
    """Rows that people (and, in `everyday`, writers) labelled.

    Args:
        data: the folder with `emocontext` and `corpora`; None leaves them out.
        everyday: the folder with `train.tsv` and `held-out.tsv`.

    Raises:
        ModelError: a file cannot be read.
    """
    rows = list(_everyday(everyday))
    if data is not None:
        rows += _emocontext(data / "emocontext")
        rows += foreign_rows(data / "corpora")
    return rows


def foreign_rows(corpora: Path) -> Iterator[Row]:
    """Rows with people's labels of other kinds; raises ModelError as above."""
    yield from _comments(corpora / "goemotions/train.tsv")
    yield from _tweets(corpora / "tweeteval")
    yield from _scenes(corpora / "emorynlp/utterances.tsv")


def _everyday(folder: Path) -> Iterator[Row]:
    for name in ("train", "held-out"):
        for dialogue in read_dialogues(folder / f"{name}.tsv", TASKS["everyday"]):
            wanted = target("everyday", [dialogue.label])
            yield Row(
                "everyday",
                dialogue.turns,
                {"everyday": (wanted, 1.0)},
                held=name == "held-out",
            )


def _emocontext(folder: Path) -> Iterator[Row]:
    for name in ("train", "dev"):
        for dialogue in read_dialogues(
            folder / f"{name}.txt", TASKS["emocontext"], min_turns=3, max_turns=3
        ):
            wanted = target("emocontext", [dialogue.label])
            yield Row(
                "emocontext",
                dialogue.turns,
                {"emocontext": (wanted, 1.0)},
                held=name == "dev",
            )


def _comments(path: Path) -> Iterator[Row]:
    table = list(_table(path, 3))
    held = set(random.Random("comments").sample(range(len(table)), HELD_COMMENTS))
    for index, (text, ids, _) in enumerate(table):
        labels = [COMMENTS[int(label)] for label in ids.split(",")]
        yield _foreign_label("comments", (text,), labels, index in held)


def _tweets(folder: Path) -> Iterator[Row]:
    table = list(_table(folder / "emotion.tsv", 2))
    held = set(random.Random("tweets").sample(range(len(table)), HELD_TWEETS))
    for index, (label, text) in enumerate(table):
        yield _foreign_label("tweets", (text,), [TWEETS[int(label)]], index in held)
    for task in ("irony", "emoji"):
        for label, text in _table(folder / f"{task}.tsv", 2):
            if text.strip():
                wanted = target(task, [TASKS[task][int(label)]])
                yield Row(task, (text,), {task: (wanted, 1.0)})


def _scenes(path: Path) -> Iterator[Row]:
    scene: tuple[str, str, str] | None = None
    past: list[str] = []
    for season, episode, number, _, emotion, text in _table(path, 6):
        if (season, episode, number) != scene:
            scene, past = (season, episode, number), []
        turns = (*past[-2:], text)
        past.append(text)
        if emotion not in SCENES:
            raise ModelError(f"{path}: emotion is {emotion!r}")
        yield _foreign_label("scenes", turns, [emotion], season == HELD_SEASON)


def _foreign_label(task: str, turns: Turns, labels: list[str], held: bool) -> Row:
    targets = {task: (target(task, labels), 1.0)}
    same = grouped(task, labels)
    if same is not None:
        targets["everyday"] = (same, FOREIGN[task])
    return Row(task, turns, targets, held=held)


def _table(path: Path, columns: int) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, cells in enumerate(
                csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1
            ):
                if len(cells) != columns:
                    raise ModelError(
                        f"{path}:{number}: {len(cells)} columns, expected {columns}"
                    )
                yield cells
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
