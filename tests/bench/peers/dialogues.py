"""The dialogues that every engine runs, tokenised once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Dialogue:
    """Token ids and as many segment ids; what a tokeniser hands over."""

    ids: Ids
    segments: Ids

    def __len__(self) -> int:
        """Tokens."""
        return len(self.ids)


@dataclass(frozen=True)
class Dialogues:
    """Dialogues in the order in which they arrive."""

    items: list[Dialogue]
    # One a dialogue; None for made-up dialogues.
    truth: list[str] | None
    # Where they are from, for the report.
    origin: str

    @property
    def lengths(self) -> Ids:
        """Tokens of each dialogue."""
        return np.array([len(item) for item in self.items], dtype=np.int64)

    def pick(self, places: Sequence[int]) -> list[Dialogue]:
        """The dialogues at some places."""
        return [self.items[place] for place in places]

    def save(self, path: Path) -> None:
        """Writes what `load_items` reads."""
        ends = np.cumsum(self.lengths)
        np.savez(
            path,
            ids=np.concatenate([item.ids for item in self.items]),
            segments=np.concatenate([item.segments for item in self.items]),
            cuts=ends[:-1],
        )


def load_items(path: Path) -> list[Dialogue]:
    """Reads the dialogues, without labels, that `Dialogues.save` wrote."""
    with np.load(path) as parts:
        ids: list[Any] = np.split(parts["ids"], parts["cuts"])
        segments: list[Any] = np.split(parts["segments"], parts["cuts"])
    return [Dialogue(*pair) for pair in zip(ids, segments, strict=True)]
