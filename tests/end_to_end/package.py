"""The model package under test, and text to send."""

import hashlib
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

README_DIALOGUE = (
    "Hello",
    "Hi, how are you?",
    "I've never had such a bad day in my life",
)

WORDS = (
    "i you we they today yesterday never always happy sad angry fine love hate miss "
    "lost won my your dog friend job day night why what ok no yes really so much "
    "alone together tell me about it stop please 😂 😡 😢 ❤️ !! ... ? café 我很好"
).split()


@dataclass(frozen=True)
class Golden:
    """A dialogue of the manifest with its answer."""

    turns: tuple[str, ...]
    label: str
    probabilities: tuple[float, ...]
    tokens: int
    truncated_turns: tuple[int, ...]


@dataclass(frozen=True)
class Package:
    """A model package."""

    folder: Path
    manifest: dict[str, Any]
    sha256: str

    @classmethod
    def read(cls, folder: Path) -> "Package":
        """Reads the manifest of a package."""
        text = (folder / "manifest.json").read_bytes()
        return cls(folder, json.loads(text), hashlib.sha256(text).hexdigest())

    def calibrated(self, logits: list[float], traffic: str) -> tuple[float, ...]:
        """softmax((logits + bias) / temperature), of the traffic's head."""
        calibration = self.manifest["traffics"][traffic]
        labels = len(calibration["bias"])
        own = logits[calibration["head"] * labels :][:labels]
        scaled = [
            (logit + bias) / calibration["temperature"]
            for logit, bias in zip(own, calibration["bias"], strict=True)
        ]
        powers = [math.exp(value - max(scaled)) for value in scaled]
        return tuple(power / sum(powers) for power in powers)

    def golden(self, traffic: str | None = None) -> list[Golden]:
        """The dialogues of the manifest, by default for its default traffic."""
        traffic = traffic or self.manifest["traffic"]
        return [
            Golden(
                tuple(entry["turns"]),
                entry["labels"][traffic],
                self.calibrated(entry["logits"], traffic),
                len(entry["token_ids"]),
                tuple(entry["truncated_turns"]),
            )
            for entry in self.manifest["golden"]["dialogues"]
        ]


def some_dialogue(dice: random.Random, most_words: int = 12) -> tuple[str, ...]:
    """One to three turns of random words; the last one is never empty."""
    count = dice.randint(1, 3)
    return tuple(
        " ".join(dice.choices(WORDS, k=dice.randint(int(turn == count), most_words)))
        for turn in range(1, count + 1)
    )


def some_dialogues(
    seed: int, count: int, most_words: int = 12
) -> list[tuple[str, ...]]:
    """Random dialogues, the same for the same seed."""
    dice = random.Random(seed)
    return [some_dialogue(dice, most_words) for _ in range(count)]


# More tokens than the model reads, so that a batch of it takes long.
LONG_DIALOGUE = ("and so on " * 60, "tell me more " * 60, "and then " * 30)
