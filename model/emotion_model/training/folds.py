"""Folds for out-of-fold answers, and weights that undo a shift of class shares."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emotion_model.training.dialogues import Dialogue


def fold_of(dialogue: Dialogue, folds: int) -> int:
    """The fold of a dialogue, 0 to folds - 1; always the same one.

    Dialogues that differ only in case and spaces share a fold, whatever their
    labels: none is judged by a model that was trained on its twin.
    """
    text = "\n".join(" ".join(turn.lower().split()) for turn in dialogue.turns)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % folds


def folds_of(dialogues: Sequence[Dialogue], folds: int) -> NDArray[np.int64]:
    """The fold of each dialogue."""
    return np.array([fold_of(dialogue, folds) for dialogue in dialogues], np.int64)


def shares(labels: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """The share of each label 0 .. count - 1 in `labels`."""
    return np.bincount(labels, minlength=count) / max(1, len(labels))


def share_weights(
    labels: NDArray[np.int64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A weight a dialogue, 1 on average, under which labels have `target`'s shares.

    A label that does not occur has no weight to give; the others keep their ratio.
    """
    found = shares(labels, len(target))
    ratio = np.divide(target, found, out=np.zeros_like(target), where=found > 0)
    weights = ratio[labels]
    return np.asarray(weights / weights.mean(), dtype=np.float64)
