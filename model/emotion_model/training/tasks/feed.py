"""Rows on the device: batches are cut out of one table, without a copy by the CPU."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emotion_model.errors import ModelError
from emotion_model.training.batches import Batch
from emotion_model.training.machine import Machine
from emotion_model.training.tasks.collection import Collection

# What rows are padded to where shapes must be few.
LENGTHS = (10, 14, 18, 22, 26, 30, 36, 44, 56, 80)

# Batches that are sorted by length together; more pads less and mixes less.
_WINDOW = 20


class Feed:
    """A collection's tokens as one padded table on a device."""

    def __init__(
        self, collection: Collection, separator: int, device: torch.device
    ) -> None:
        """Lays out all rows; `separator` is [SEP]'s id."""
        lengths = collection.lengths
        longest = max(int(lengths.max()), LENGTHS[-1])
        table = np.zeros((len(collection), longest), np.int32)
        places = np.arange(table.shape[1]) < lengths[:, None]
        table[places] = collection.tokens
        self._ids = torch.from_numpy(table).to(device)
        self._lengths = torch.from_numpy(lengths).to(device)
        self._separator = separator
        self.lengths: NDArray[np.int64] = lengths
        self.device = device

    def batch(self, rows: Sequence[int] | NDArray[np.int64]) -> Batch:
        """Some rows, padded to the longest of them."""
        longest = int(self.lengths[rows].max())
        chosen = torch.as_tensor(np.asarray(rows), device=self.device)
        return self.gathered(chosen, longest)

    def gathered(self, chosen: Tensor, longest: int) -> Batch:
        """Some rows, padded to `longest`; all on the device, without waiting."""
        ids = self._ids[:, :longest][chosen].long()
        inside = torch.arange(longest, device=self.device)
        mask = (inside < self._lengths[chosen][:, None]).long()
        # The last turn has segment 0, and segments alternate backwards from it.
        ends = ((ids == self._separator) & (mask > 0)).long()
        after = ends.flip(1).cumsum(1).flip(1)
        segments = ((after - 1) % 2) * mask
        segments[:, 0] = 0
        return Batch(ids, mask, segments)

    def shuffled(
        self, rows: NDArray[np.int64], tokens: int, seed: int
    ) -> Iterator[NDArray[np.int64]]:
        """Endless batches of about `tokens` padded tokens, pass after pass."""
        generator = np.random.default_rng(seed)
        while True:
            order = generator.permutation(rows)
            cut: list[NDArray[np.int64]] = []
            step = _WINDOW * max(1, int(tokens / self.lengths[rows].mean()))
            for start in range(0, len(order), step):
                part = order[start : start + step]
                part = part[np.argsort(self.lengths[part], kind="stable")]
                cut += self._cut(part, tokens)
            for index in generator.permutation(len(cut)):
                yield cut[index]

    def filled(
        self, rows: NDArray[np.int64], tokens: int, seed: int
    ) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Endless batches of few shapes: a length, and tokens // length rows.

        Rows are padded to the next of LENGTHS; in each pass the rows that fill no
        batch of their length are left out.
        """
        generator = np.random.default_rng(seed)
        place = np.searchsorted(LENGTHS, self.lengths[rows])
        while True:
            cut: list[tuple[int, NDArray[np.int64]]] = []
            for index, length in enumerate(LENGTHS):
                part = generator.permutation(rows[place == index])
                size = max(1, tokens // length)
                whole = len(part) // size * size
                cut += [(length, p) for p in part[:whole].reshape(-1, size)]
            if not cut:
                raise ModelError(f"{len(rows)} rows fill no batch of {tokens} tokens")
            for index in generator.permutation(len(cut)):
                yield cut[index]

    def by_length(
        self, rows: NDArray[np.int64], tokens: int
    ) -> list[NDArray[np.int64]]:
        """Each row once, shortest first."""
        return self._cut(rows[np.argsort(self.lengths[rows], kind="stable")], tokens)

    def _cut(self, part: NDArray[np.int64], tokens: int) -> list[NDArray[np.int64]]:
        cut, start = [], 0
        for end in range(1, len(part) + 1):
            longest = self.lengths[part[end - 1]]
            if (end - start) * longest > tokens and end - 1 > start:
                cut.append(part[start : end - 1])
                start = end - 1
        if start < len(part):
            cut.append(part[start:])
        return cut


def answers(
    network: Callable[[Batch], Tensor],
    feed: Feed,
    rows: NDArray[np.int64],
    machine: Machine,
    *,
    tokens: int = 65_536,
) -> Tensor:
    """What a network says of some rows, in their order, on the CPU.

    It runs in inference mode and in the machine's precision, in batches of about
    `tokens` padded tokens.
    """
    place = np.full(len(feed.lengths), -1)
    place[rows] = np.arange(len(rows))
    parts: list[tuple[NDArray[np.int64], Tensor]] = []
    with torch.inference_mode():
        for batch in feed.by_length(rows, tokens):
            with machine.autocast():
                parts.append((place[batch], network(feed.batch(batch))))
    found = torch.zeros(len(rows), parts[0][1].shape[1], dtype=parts[0][1].dtype)
    for places, lines in parts:
        found[torch.from_numpy(places)] = lines.cpu()
    return found
