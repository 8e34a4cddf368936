"""Which dialogues go together, and how a batch becomes an engine's input.

A benchmark cannot run thousands of dialogues with every engine, size and order,
and a few drawn blindly may be longer or shorter than most. So it takes whole
batches that are as the whole set is: the ones whose tokens, with and without
padding, are nearest to the set's mean. Every engine gets the same batches.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from peers.dialogues import Dialogue, Ids

Batch = list[int]
ORDERS = ("arrival", "sorted")


@dataclass(frozen=True)
class Sample:
    """The batches of one size and order, and what they weigh beside the set."""

    batches: list[Batch]
    # Mean tokens of a dialogue: here, and in the set.
    tokens: float
    set_tokens: float
    # The same with padding to the longest of each batch.
    padded: float
    set_padded: float

    @property
    def dialogues(self) -> int:
        """How many dialogues are in one pass."""
        return sum(map(len, self.batches))

    def describe(self) -> dict[str, float]:
        """The numbers, for the report."""
        numbers = asdict(self)
        del numbers["batches"]
        return numbers | {"dialogues": self.dialogues}


def take_sample(lengths: Ids, order: str, size: int, at_least: int) -> Sample:
    """Chooses batches.

    Args:
        lengths: tokens of each dialogue of the set, in order of arrival.
        order: 'arrival': neighbours go together. 'sorted': the whole set is
            sorted by length first, and batches are taken evenly along it.
        size: dialogues in a batch.
        at_least: dialogues to take in all, rounded up to two whole batches.

    Raises:
        ValueError: the set is too small, or the order unknown.
    """
    count = max(2, -(-at_least // size))
    if count * size > len(lengths):
        raise ValueError(
            f"{len(lengths)} dialogues are too few: batches of {size} need "
            f"{count * size}"
        )
    if order == "arrival":
        places = np.arange(len(lengths))
        starts = _neighbours(len(lengths), size, count)
    elif order == "sorted":
        places = np.argsort(lengths, kind="stable")
        starts = _evenly(len(lengths), size, count)
    else:
        raise ValueError(f"order is {order!r}, expected one of {', '.join(ORDERS)}")
    ordered = lengths[places]
    # Every batch that can be cut, by where it starts.
    windows = np.lib.stride_tricks.sliding_window_view(ordered, size)
    tokens, padded = windows.mean(axis=1), windows.max(axis=1).astype(np.float64)
    whole = np.arange(0, len(lengths) - size + 1, size)
    set_tokens, set_padded = float(lengths.mean()), float(padded[whole].mean())
    distance = np.abs(tokens[starts].mean(axis=1) / set_tokens - 1)
    distance += np.abs(padded[starts].mean(axis=1) / set_padded - 1)
    best = starts[int(distance.argmin())]
    return Sample(
        batches=[places[start : start + size].tolist() for start in best.tolist()],
        tokens=float(tokens[best].mean()),
        set_tokens=set_tokens,
        padded=float(padded[best].mean()),
        set_padded=set_padded,
    )


def _neighbours(length: int, size: int, count: int) -> NDArray[np.int64]:
    """Starts of `count` batches in a row, for each place to begin: [places, count]."""
    first = np.arange(length - size * count + 1)[:, None]
    return first + np.arange(count)[None] * size


def _evenly(length: int, size: int, count: int) -> NDArray[np.int64]:
    """Starts of `count` batches evenly along the set, for several shifts."""
    cut = length // size
    shifts = (np.arange(100) + 0.5)[:, None] / 100
    return ((np.arange(count)[None] + shifts) * cut / count).astype(np.int64) * size


def cut(places: Sequence[int], size: int) -> list[Batch]:
    """All of `places` in batches of at most `size`, in their order."""
    return [list(places[at : at + size]) for at in range(0, len(places), size)]


def pad(batch: Sequence[Dialogue], pad_id: int) -> tuple[Ids, Ids, Ids]:
    """Makes [B, L] ids, attention mask and segments; L is the longest."""
    shape = len(batch), max(map(len, batch))
    ids = np.full(shape, pad_id, dtype=np.int64)
    mask, segments = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, dialogue in enumerate(batch):
        length = len(dialogue)
        ids[row, :length] = dialogue.ids
        mask[row, :length] = 1
        segments[row, :length] = dialogue.segments
    return ids, mask, segments


def pack(batch: Sequence[Dialogue]) -> tuple[Ids, Ids, Ids]:
    """Makes ids [T], segments [T] and offsets [B + 1]."""
    offsets = np.zeros(len(batch) + 1, dtype=np.int64)
    np.cumsum([len(dialogue) for dialogue in batch], out=offsets[1:])
    return (
        np.concatenate([dialogue.ids for dialogue in batch]),
        np.concatenate([dialogue.segments for dialogue in batch]),
        offsets,
    )
