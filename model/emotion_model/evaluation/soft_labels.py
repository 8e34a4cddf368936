"""Soft labels: the logits of a model for dialogues, kept in a file beside it.

Logits of the training dialogues stand only where the teacher did not learn from
them (out of fold); the other rows are NaN. Teachers of any kind write this one
form, so an ensemble can weigh them without knowing what they are.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError

Logits = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class SoftLabels:
    """Logits of two lists of dialogues."""

    # [train dialogues, labels]; a row is NaN where the model learnt from the dialogue.
    train: Logits
    # [dev dialogues, labels].
    dev: Logits
    # Of the dialogues, by `fingerprint`.
    train_fingerprint: str
    dev_fingerprint: str

    def write(self, path: Path) -> None:
        """Writes a safetensors file, whole or not at all."""
        fresh = path.with_name(path.name + ".new")
        save_file(
            {
                "train": torch.from_numpy(np.ascontiguousarray(self.train)),
                "dev": torch.from_numpy(np.ascontiguousarray(self.dev)),
            },
            fresh,
            {"train": self.train_fingerprint, "dev": self.dev_fingerprint},
        )
        fresh.replace(path)

    @classmethod
    def of_rows(
        cls,
        logits: Logits,
        rows: Sequence[int] | NDArray[np.int64],
        train: Sequence[Dialogue],
        dev: Sequence[Dialogue],
    ) -> "SoftLabels":
        """From logits of some training dialogues, `rows`, followed by all of dev."""
        known = np.full((len(train), logits.shape[1]), np.nan, np.float32)
        known[rows] = logits[: len(rows)]
        return cls(
            train=known,
            dev=logits[len(rows) :],
            train_fingerprint=fingerprint(train),
            dev_fingerprint=fingerprint(dev),
        )

    @classmethod
    def read(cls, path: Path) -> "SoftLabels":
        """Reads what `write` wrote; raises ModelError if it cannot."""
        try:
            with safe_open(path, "np") as file:
                marks = file.metadata() or {}
                return cls(
                    train=file.get_tensor("train"),
                    dev=file.get_tensor("dev"),
                    train_fingerprint=marks["train"],
                    dev_fingerprint=marks["dev"],
                )
        except (OSError, SafetensorError, KeyError) as error:
            raise ModelError(f"{path}: holds no soft labels: {error}") from error


def fingerprint(dialogues: Sequence[Dialogue]) -> str:
    """A checksum of dialogues in their order."""
    digest = hashlib.sha256()
    for dialogue in dialogues:
        cells = "\t".join((dialogue.id, *dialogue.turns, dialogue.label))
        digest.update(cells.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def merge(parts: Sequence[SoftLabels]) -> SoftLabels:
    """Joins the folds of one teacher: rows that several answer are averaged.

    Raises:
        ModelError: they are of different dialogues.
    """
    first = parts[0]
    for part in parts[1:]:
        if (part.train_fingerprint, part.dev_fingerprint) != (
            first.train_fingerprint,
            first.dev_fingerprint,
        ):
            raise ModelError("the soft labels are of different dialogues")
    stacked = np.stack([part.train for part in parts])
    there = ~np.isnan(stacked)
    count = there.sum(axis=0)
    total = np.where(there, stacked, 0).sum(axis=0)
    train = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return SoftLabels(
        train=train.astype(np.float32),
        dev=np.mean([part.dev for part in parts], axis=0, dtype=np.float32),
        train_fingerprint=first.train_fingerprint,
        dev_fingerprint=first.dev_fingerprint,
    )
