"""Dialogues with a teacher's answers, made once and read in every epoch.

A pool holds encodings, where each comes from, soft labels, hard labels where people
gave one, and, if asked for, the teacher's last hidden states token by token, in
float16 each number divided by its deviation. Its text is not kept.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from emotion_model.checkpoint.text import Encoding
from emotion_model.errors import ModelError
from emotion_model.evaluation.soft_labels import Logits
from emotion_model.training import batches
from emotion_model.training.machine import Machine
from emotion_model.training.teachers.teach import Teacher

_PARTS = ("tokens", "segments", "offsets", "origin", "soft", "hard")

# Where a dialogue comes from: the training data, or `invent`.
ORIGINS = ("train", "changed", "recombined", "windows", "inserted")


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Dialogues and what is to be learnt of them.

    Dialogue i owns the tokens from offsets[i] up to offsets[i + 1].
    """

    tokens: NDArray[np.int32]
    segments: NDArray[np.int8]
    offsets: NDArray[np.int64]
    # An index of ORIGINS for each dialogue.
    origin: NDArray[np.int8]
    # [dialogues, labels]: the teacher's logits.
    soft: NDArray[np.float32]
    # The label that people gave, or -1.
    hard: NDArray[np.int64]
    # [tokens, width], mapped from the file; width 0 if there are none.
    hidden: NDArray[np.float16]
    # Of the vocabulary that the tokens are of, by `checksum`.
    vocabulary: str

    def __len__(self) -> int:
        """Dialogues."""
        return len(self.hard)

    def rows_from(self, origins: Sequence[str]) -> list[int]:
        """The dialogues that come from some of ORIGINS; raises ModelError if none."""
        for name in origins:
            if name not in ORIGINS:
                raise ModelError(
                    f"origin is {name!r}, expected one of {', '.join(ORIGINS)}"
                )
        wanted = [ORIGINS.index(name) for name in origins]
        rows: list[int] = np.flatnonzero(np.isin(self.origin, wanted)).tolist()
        if not rows:
            raise ModelError(f"the pool holds no dialogue from {', '.join(origins)}")
        return rows

    def encoding(self, row: int) -> Encoding:
        """One dialogue."""
        part = slice(self.offsets[row], self.offsets[row + 1])
        return Encoding(self.tokens[part].tolist(), self.segments[part].tolist(), [])

    def hidden_of(self, rows: Sequence[int], longest: int) -> Tensor:
        """The hidden states of some dialogues, float32 [rows, longest, width]."""
        result = torch.zeros(len(rows), longest, self.hidden.shape[1])
        for place, row in enumerate(rows):
            part = self.hidden[self.offsets[row] : self.offsets[row + 1]]
            result[place, : len(part)] = torch.from_numpy(part.astype(np.float32))
        return result

    @classmethod
    def read(cls, folder: Path) -> "Pool":
        """Reads what `make_pool` wrote; raises ModelError if it cannot."""
        try:
            shape = json.loads((folder / "pool.json").read_text(encoding="utf-8"))
            parts = {name: np.load(folder / f"{name}.npy") for name in _PARTS}
            size = (shape["tokens"], shape["width"])
            hidden = np.zeros((shape["tokens"], 0), np.float16)
            if shape["width"]:
                path = folder / "hidden.f16"
                hidden = np.memmap(path, np.float16, "r", shape=size)
            return cls(**parts, hidden=hidden, vocabulary=shape["vocabulary"])
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{folder}: holds no pool: {error}") from error


def study(
    teacher: Teacher,
    encodings: Sequence[Encoding],
    machine: Machine,
    hidden_path: Path | None = None,
    *,
    size: int = 64,
) -> Logits:
    """A teacher's logits [encodings, labels], and its hidden states in a file.

    The longest batch sets the deviation by which each of the hidden numbers is
    divided, so that no single one rules the loss.
    """
    lengths = [len(encoding.token_ids) for encoding in encodings]
    offsets = _offsets(lengths)
    shape = (int(offsets[-1]), teacher.width)
    hidden = None
    if hidden_path is not None:
        hidden = np.memmap(hidden_path, np.float16, "w+", shape=shape)
    logits: list[Tensor] = [torch.empty(0)] * len(encodings)
    deviation: Tensor | None = None
    teacher.eval()
    with torch.inference_mode():
        order = batches.by_length(lengths, size)[::-1]
        for rows in tqdm(order, disable=None, unit="batch"):
            machine.wait_while_paused()
            batch = batches.collate([encodings[row] for row in rows])
            with machine.autocast():
                answers, states = teacher(batch.to(machine.device))
            for row, line in zip(rows, answers.float().cpu(), strict=True):
                logits[row] = line
            if hidden is None:
                continue
            states = states.float().cpu()
            if deviation is None:
                deviation = states[batch.mask > 0].std(dim=0).clamp(min=1e-6)
            for place, row in enumerate(rows):
                part = states[place, : lengths[row]] / deviation
                hidden[offsets[row] : offsets[row + 1]] = part.numpy()
    if hidden is not None:
        hidden.flush()
    return np.asarray(torch.stack(logits).numpy(), dtype=np.float32)


def write_pool(
    folder: Path,
    encodings: Sequence[Encoding],
    origins: Sequence[str],
    soft: Logits,
    hard: NDArray[np.int64],
    *,
    width: int,
    vocabulary: Sequence[str],
) -> None:
    """Writes a pool; with a width, `hidden.f16` is there already, by `study`."""
    lengths = [len(encoding.token_ids) for encoding in encodings]
    offsets = _offsets(lengths)
    total = int(offsets[-1])
    tokens = np.fromiter((i for e in encodings for i in e.token_ids), np.int32, total)
    kinds = np.fromiter((i for e in encodings for i in e.segment_ids), np.int8, total)
    parts: dict[str, NDArray[Any]] = {
        "tokens": tokens,
        "segments": kinds,
        "offsets": offsets,
        "origin": np.array([ORIGINS.index(name) for name in origins], np.int8),
        "soft": soft,
        "hard": hard,
    }
    for name, part in parts.items():
        np.save(folder / f"{name}.npy", part)
    facts = {
        "tokens": total,
        "width": width,
        "dialogues": len(encodings),
        "vocabulary": checksum(vocabulary),
    }
    (folder / "pool.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")


def checksum(vocabulary: Sequence[str]) -> str:
    """Identifies a vocabulary."""
    return hashlib.sha256("\n".join(vocabulary).encode()).hexdigest()


def _offsets(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
