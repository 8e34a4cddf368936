"""From encodings to batches of little padding, in a repeatable order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emotion_model.checkpoint.text import Encoding

# Batches that are sorted by length together; more pads less and mixes less.
_WINDOW = 50


@dataclass(frozen=True)
class Batch:
    """Token ids and segments of some dialogues, padded with 0 on the right.

    All are int64 [B, L]; `mask` is 1 where a token stands.
    """

    ids: Tensor
    mask: Tensor
    segments: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same on a device."""
        return Batch(
            self.ids.to(device), self.mask.to(device), self.segments.to(device)
        )

    def with_ids(self, ids: Tensor) -> "Batch":
        """The same with other token ids."""
        return Batch(ids, self.mask, self.segments)


def collate(encodings: Sequence[Encoding]) -> Batch:
    """Pads encodings to the longest."""
    longest = max(len(encoding.token_ids) for encoding in encodings)
    ids, mask, segments = torch.zeros(3, len(encodings), longest, dtype=torch.int64)
    for row, encoding in enumerate(encodings):
        length = len(encoding.token_ids)
        ids[row, :length] = torch.tensor(encoding.token_ids)
        segments[row, :length] = torch.tensor(encoding.segment_ids)
        mask[row, :length] = 1
    return Batch(ids, mask, segments)


def shuffled(lengths: Sequence[int], size: int, seed: int) -> list[list[int]]:
    """Splits 0 .. n-1 into batches of `size` of like lengths, in random order.

    The last batch of a pass may be smaller. The same seed gives the same batches.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(lengths)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), size * _WINDOW):
        window = sorted(order[start : start + size * _WINDOW], key=lengths.__getitem__)
        batches += [window[at : at + size] for at in range(0, len(window), size)]
    return [batches[index] for index in generator.permutation(len(batches))]


def by_length(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Splits 0 .. n-1 into batches by length, shortest first."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    return [order[at : at + size] for at in range(0, len(order), size)]
