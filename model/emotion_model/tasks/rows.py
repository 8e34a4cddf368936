"""What one body learns from: dialogues of many sources with what people said of them.

Labelled rows stand first, one source after another; unlabelled and derived ones
follow, for the teachers to answer. `held` rows are for measuring alone.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from emotion_model.errors import ModelError
from emotion_model.tasks.catalogue import (
    COMMENTS,
    SCENES,
    TASKS,
    TWEETS,
    Target,
    grouped,
    target,
)
from emotion_model.tasks.counterfactuals import renamed, stated
from emotion_model.training import invent
from emotion_model.training.dialogues import read_dialogues
from emotion_model.training.perturb import Turns, last_only, perturb, without_first

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


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many derived rows of each kind to make."""

    changed: int = 30_000
    shortened: int = 40_000
    recombined_everyday: int = 40_000
    recombined_emocontext: int = 10_000
    inserted: int = 40_000
    windows: int = 45_000
    renamed: int = 6_000


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


def derived_rows(rows: Sequence[Row], data: Path | None, sizes: Sizes) -> list[Row]:
    """Rows without people's labels: foreign text, and changed labelled rows."""
    learnt = [i for i, row in enumerate(rows) if not row.held]
    own = {
        name: [i for i in learnt if rows[i].source == name]
        for name in ("everyday", "emocontext")
    }
    made: list[Row] = []
    generator = random.Random("derived")
    both = own["everyday"] + own["emocontext"]
    for index in _some(both, sizes.changed, generator):
        row = rows[index]
        turns = perturb(row.turns, generator)
        made.append(replace(row, source="changed", turns=turns, like=index))
    for index in _some(both, sizes.shortened, generator):
        row = rows[index]
        shorten = generator.choice((last_only, without_first))
        turns = shorten(row.turns, generator)
        # What came before decides in everyday dialogues: the teachers answer what is
        # left. EmoContext's last turns mostly speak for themselves.
        like = index if row.source == "emocontext" else -1
        made.append(Row("shortened", turns, like=like))
    for name in own:
        count = getattr(sizes, f"recombined_{name}")
        if own[name]:
            made += _recombined(rows, own[name], count, generator)
    if data is not None:
        made += _foreign(rows, both, data / "corpora", sizes, generator)
    exchanged = renamed([rows[index].turns for index in both], sizes.renamed, 0)
    for place, turns in exchanged:
        row = rows[both[place]]
        made.append(replace(row, source="renamed", turns=turns, like=both[place]))
    calm = target("everyday", ["others"])
    nothing = {"everyday": (calm, 1.0), "emocontext": (calm, 1.0)}
    made += [Row("stated", turns, nothing) for turns in stated()]
    return made


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
        for dialogue in read_dialogues(folder / f"{name}.txt", TASKS["emocontext"]):
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


def _recombined(
    rows: Sequence[Row], own: Sequence[int], count: int, generator: random.Random
) -> Iterator[Row]:
    """The first turns of one dialogue before the last turn of another."""
    hosts = [i for i in own if len(rows[i].turns) > 1 and any(rows[i].turns[:-1])]
    # Short last turns lean on what came before, so they come up more often.
    weights = [1 / (2 + len(rows[i].turns[-1].split())) for i in own]
    guests = generator.choices(own, weights, k=count)
    for guest in guests:
        host = rows[generator.choice(hosts)]
        yield Row("recombined", (*host.turns[:-1], rows[guest].turns[-1]))


def _foreign(
    rows: Sequence[Row],
    hosts: Sequence[int],
    corpora: Path,
    sizes: Sizes,
    generator: random.Random,
) -> Iterator[Row]:
    known = {" ".join(row.turns[-1].lower().split()) for row in rows}
    texts: dict[str, list[str]] = {}
    for folder in sorted(path for path in corpora.iterdir() if path.is_dir()):
        if (folder / "text.txt").is_file():
            texts[folder.name] = invent.read_corpus(folder / "text.txt")
    for name, lines in texts.items():
        for text in lines:
            if " ".join(text.lower().split()) not in known:
                yield Row(f"text {name}", (text,))
    chatty = ("goemotions", "nus_sms", "twitter_conv")
    pools = [texts[name] for name in chatty if name in texts]
    for _ in range(sizes.inserted if pools else 0):
        text = generator.choice(generator.choice(pools))
        host = rows[generator.choice(hosts)]
        if " ".join(text.lower().split()) not in known:
            yield Row("inserted", (*host.turns[:-1], text))
    talks = ("twitter_conv", "topical_chat", "casino", "taskmaster4")
    for name in talks:
        if name in texts:
            count = sizes.windows // len(talks)
            for turns in invent.windows(texts[name], 3, count, 0):
                yield Row("windows", turns)


def _some(rows: Sequence[int], count: int, generator: random.Random) -> Iterator[int]:
    """`count` of the rows: whole passes first, then a sample."""
    while rows and count > 0:
        yield from generator.sample(rows, min(count, len(rows)))
        count -= len(rows)


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
