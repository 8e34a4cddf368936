"""Dialogues that nobody had, for a teacher to label.

They need no label: what they must be is like the traffic in form, and unlike the
training dialogues in content.
"""

import random
from collections.abc import Sequence
from pathlib import Path

from emotion_model.data.dialogues import Dialogue, Turns, read_utterances
from emotion_model.data.perturb import perturb
from emotion_model.errors import ModelError


def changed(
    dialogues: Sequence[Dialogue], count: int, seed: int
) -> list[tuple[int, Turns]]:
    """`count` dialogues with one change each: typos, held letters, missing turns.

    Each comes after the index of the dialogue that it was.
    """
    generator = random.Random(f"changed {seed}")
    originals = [generator.randrange(len(dialogues)) for _ in range(count)]
    return [(row, perturb(dialogues[row].turns, generator)) for row in originals]


def recombined(dialogues: Sequence[Dialogue], count: int, seed: int) -> list[Turns]:
    """`count` dialogues whose last turn comes from another of the same label.

    One in four takes it from a dialogue of any label.
    """
    generator = random.Random(f"recombined {seed}")
    by_label: dict[str, list[Dialogue]] = {}
    for dialogue in dialogues:
        by_label.setdefault(dialogue.label, []).append(dialogue)
    made: list[Turns] = []
    for _ in range(count):
        host = generator.choice(dialogues)
        guests = dialogues if generator.random() < 0.25 else by_label[host.label]
        made.append((*host.turns[:-1], generator.choice(guests).turns[-1]))
    return made


def windows(
    utterances: Sequence[str], turns: int, count: int, seed: int
) -> list[Turns]:
    """`count` runs of successive utterances, drawn with replacement.

    Raises:
        ModelError: fewer utterances than turns.
    """
    if len(utterances) < turns:
        raise ModelError(f"{len(utterances)} utterances, expected at least {turns}")
    generator = random.Random(f"windows {seed}")
    starts = (generator.randrange(len(utterances) - turns + 1) for _ in range(count))
    return [tuple(utterances[at : at + turns]) for at in starts]


def inserted(
    utterances: Sequence[str], dialogues: Sequence[Dialogue], count: int, seed: int
) -> list[Turns]:
    """`count` dialogues whose last turn is a foreign utterance."""
    generator = random.Random(f"inserted {seed}")
    return [
        (*generator.choice(dialogues).turns[:-1], generator.choice(utterances))
        for _ in range(count)
    ]


def read_corpus(path: Path, *, most_bytes: int = 300) -> list[str]:
    """Utterances of a file that are short enough to be chat."""
    return [text for text in read_utterances(path) if len(text.encode()) <= most_bytes]
