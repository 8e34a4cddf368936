"""Folds for out-of-fold logits."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emotion_model.data.dialogues import Dialogue, Turns


def fold_of(turns: Turns, folds: int) -> int:
    """The fold of a dialogue, 0 to folds - 1; always the same one.

    Dialogues that differ only in case and spaces share a fold, whatever their
    labels: none is predicted by a model that was trained on its twin.
    """
    text = "\n".join(" ".join(turn.lower().split()) for turn in turns)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % folds


def folds_of(dialogues: Sequence[Dialogue], folds: int) -> NDArray[np.int64]:
    """The fold of each dialogue."""
    return np.array(
        [fold_of(dialogue.turns, folds) for dialogue in dialogues], np.int64
    )
