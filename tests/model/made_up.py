"""A made-up data set: small, with words that decide and words that do not."""

import random
from pathlib import Path

LABELS = ("others", "happy", "sad", "angry")

_DECIDING = {
    "others": ["what time is it", "ok", "tell me more", "where are you from"],
    "happy": ["i am so happy", "great 😂", "i love it", "we won"],
    "sad": ["i am sad", "he left me", "i feel alone", "nobody calls"],
    "angry": ["i hate you", "shut up", "you are stupid", "go away"],
}
_FILLING = ["hello", "yes", "hm", "i see", "why", "really", "and then", "no"]


def rows(count: int, seed: int, *, turns: int = 3) -> list[list[str]]:
    """Cells of `count` dialogues; the last turn decides the label."""
    generator = random.Random(seed)
    made = []
    for number in range(count):
        label = LABELS[number % len(LABELS)]
        words = [generator.choice(_FILLING) for _ in range(turns - 1)]
        last = generator.choice(_DECIDING[label])
        tail = generator.choice(["", " !", " please", " today"])
        made.append([str(number), *words, last + tail, label])
    return made


def write(path: Path, count: int, seed: int, *, turns: int = 3) -> Path:
    """Writes such a data set."""
    text = "".join("\t".join(cells) + "\n" for cells in rows(count, seed, turns=turns))
    path.write_text(text, encoding="utf-8")
    return path


def vocabulary() -> list[str]:
    """Pieces that spell every made-up dialogue."""
    words = {
        word
        for texts in (*_DECIDING.values(), _FILLING, ["please", "today", "!"])
        for text in texts
        for word in text.split()
    }
    letters = [
        f"{mark}{c}" for c in "abcdefghijklmnopqrstuvwxyz" for mark in ("", "##")
    ]
    pieces = sorted(words | set(letters))
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *pieces]
