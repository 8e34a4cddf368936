"""Rows without people's labels: changed and recombined ones, and foreign text.

They follow the labelled rows, for the teachers to label.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emotion_model.data.catalogue import target
from emotion_model.data.corpora import Row
from emotion_model.data.perturb import last_only, perturb, without_first
from emotion_model.training import invent
from emotion_model.training.tasks.counterfactuals import renamed, stated


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
