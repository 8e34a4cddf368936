"""The rows as arrays, written once and read by teachers and students."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion_model.checkpoint.text import DialogueEncoder
from emotion_model.data.catalogue import TASKS, WIDTH, spans
from emotion_model.data.corpora import Row
from emotion_model.errors import ModelError
from emotion_model.training.folds import fold_of

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Collection:
    """Encoded rows. Row i owns the tokens from offsets[i] up to offsets[i + 1]."""

    # Of the base vocabulary; segments follow from the separators.
    tokens: NDArray[np.uint16]
    offsets: NDArray[np.int64]
    # An index of `sources` for each row.
    source: NDArray[np.int8]
    sources: list[str]
    # 0 to FOLDS - 1; rows of one text share one.
    fold: NDArray[np.int8]
    held: NDArray[np.bool_]
    # The row whose answers are this one's too, or -1.
    like: NDArray[np.int32]
    # [rows, WIDTH]: what people said, task by task, and [rows, tasks]: what it counts.
    targets: NDArray[np.float16]
    weights: NDArray[np.float16]

    def __len__(self) -> int:
        """Rows."""
        return len(self.source)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row."""
        return np.diff(self.offsets)

    def of(self, *names: str) -> NDArray[np.bool_]:
        """Which rows come from some sources."""
        return np.isin(self.source, [self.sources.index(name) for name in names])

    def truth(self, task: str) -> NDArray[np.int64]:
        """The likeliest label of `task` by people, -1 where they said nothing."""
        known = self.weights[:, list(TASKS).index(task)] > 0
        best = self.targets[:, spans()[task]].argmax(axis=1)
        return np.where(known, best, -1).astype(np.int64)

    def write(self, path: Path) -> None:
        """Writes one compressed file."""
        np.savez_compressed(
            path,
            **{
                name: getattr(self, name)
                for name in self.__dataclass_fields__
                if name != "sources"
            },
            sources=np.array(self.sources),
        )

    @classmethod
    def read(cls, path: Path) -> "Collection":
        """Reads what `write` wrote; raises ModelError if it cannot."""
        try:
            with np.load(path) as file:
                parts = {name: file[name] for name in cls.__dataclass_fields__}
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{path}: holds no collection: {error}") from error
        sources = [str(name) for name in parts.pop("sources")]
        return cls(**parts, sources=sources)


def collect(
    rows: Sequence[Row], encoder: DialogueEncoder
) -> tuple[Collection, list[Row]]:
    """Encodes rows; gives those that are kept too.

    Rows without a token in the last turn, and those that are like one, are left out.

    Raises:
        ModelError: a row is broken in another way.
    """
    place: dict[int, int] = {}
    tokens: list[int] = []
    offsets = [0]
    kept: list[Row] = []
    for index, row in enumerate(rows):
        try:
            ids = encoder.encode(row.turns).token_ids
        except ModelError as error:
            if "holds no token" in str(error):
                continue
            raise
        if row.like >= 0 and row.like not in place:
            continue
        place[index] = len(kept)
        kept.append(row)
        tokens += ids
        offsets.append(len(tokens))
    names = sorted({row.source for row in kept})
    found = spans()
    targets = np.zeros((len(kept), WIDTH), np.float16)
    weights = np.zeros((len(kept), len(TASKS)), np.float16)
    fold = np.zeros(len(kept), np.int8)
    like = np.full(len(kept), -1, np.int32)
    for index, row in enumerate(kept):
        for task, (wanted, weight) in row.targets.items():
            targets[index, found[task]] = wanted
            weights[index, list(TASKS).index(task)] = weight
        if row.like >= 0:
            like[index] = place[row.like]
            fold[index] = fold[like[index]]
        else:
            fold[index] = fold_of(row.turns, FOLDS)
    collection = Collection(
        tokens=np.array(tokens, np.uint16),
        offsets=np.array(offsets, np.int64),
        source=np.array([names.index(row.source) for row in kept], np.int8),
        sources=names,
        fold=fold,
        held=np.array([row.held for row in kept]),
        like=like,
        targets=targets,
        weights=weights,
    )
    return collection, kept


def write_texts(rows: Sequence[Row], path: Path) -> None:
    """Writes the turns of each row, one JSON list a line."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row.turns, ensure_ascii=False) + "\n")


def read_texts(path: Path) -> list[tuple[str, ...]]:
    """Reads what `write_texts` wrote; raises ModelError if it cannot."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        return [tuple(json.loads(line)) for line in lines]
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: holds no texts: {error}") from error
