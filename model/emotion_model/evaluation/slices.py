"""Scores of parts of the dialogues, of changed ones, and by how sure the model is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion_model.data.dialogues import Dialogue
from emotion_model.data.emoji import is_emoji
from emotion_model.data.perturb import CHANGES, perturb_all
from emotion_model.evaluation.ground_truth import Floats, GroundTruth, Labels

Row = dict[str, float]


@dataclass(frozen=True)
class Predictions:
    """Dialogues, what the model says of them and what is true."""

    dialogues: Sequence[Dialogue]
    # Calibrated [dialogues, labels].
    probabilities: Floats
    truth: GroundTruth

    @property
    def chosen(self) -> Labels:
        """The label of each answer."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)


def slices(predictions: Predictions, known: Sequence[Dialogue] = ()) -> dict[str, Row]:
    """Scores by length, by emoji, and by whether `known` holds the dialogue.

    Slices without a dialogue are left out.
    """
    words = np.array(
        [sum(len(t.split()) for t in d.turns) for d in predictions.dialogues]
    )
    emoji = np.array(
        [any(is_emoji(c) for t in d.turns for c in t) for d in predictions.dialogues]
    )
    parts: dict[str, NDArray[np.bool_]] = {
        "up to 8 words": words <= 8,
        "9 to 16 words": (words > 8) & (words <= 16),
        "17 to 32 words": (words > 16) & (words <= 32),
        "over 32 words": words > 32,
        "with emoji": emoji,
        "without emoji": ~emoji,
    }
    if known:
        seen = {_key(dialogue.turns) for dialogue in known}
        last = {_key(dialogue.turns[-1:]) for dialogue in known}
        parts["in the training data"] = np.array(
            [_key(d.turns) in seen for d in predictions.dialogues]
        )
        parts["last turn in the training data"] = np.array(
            [_key(d.turns[-1:]) in last for d in predictions.dialogues]
        )
        parts["last turn new"] = ~parts["last turn in the training data"]
    return {
        name: _row(predictions.truth.pick(rows), predictions.chosen[rows])
        for name, rows in parts.items()
        if rows.any()
    }


def changed_inputs(
    predictions: Predictions, predict: Callable[[Sequence[Sequence[str]]], Floats]
) -> dict[str, Row]:
    """Scores under each kind of change of `perturb`, over all dialogues."""
    turns = [dialogue.turns for dialogue in predictions.dialogues]
    result = {"unchanged": _row(predictions.truth, predictions.chosen)}
    for name in CHANGES:
        found = predict(perturb_all(turns, name)).argmax(axis=1)
        result[name] = _row(predictions.truth, np.asarray(found, dtype=np.int64))
    return result


def reliability(predictions: Predictions, *, bins: int = 15) -> list[Row]:
    """How sure and how often right, by bins of the chosen label's probability."""
    sure = predictions.probabilities.max(axis=1)
    right = predictions.chosen == predictions.truth.labels
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    return [
        {
            "sure": round(float(sure[place == number].mean()), 4),
            "right": round(float(right[place == number].mean()), 4),
            "dialogues": int((place == number).sum()),
        }
        for number in range(bins)
        if (place == number).any()
    ]


def risk(predictions: Predictions, *, points: int = 20) -> list[Row]:
    """The share of wrong answers among the surest ones, by how many are answered."""
    order = np.argsort(-predictions.probabilities.max(axis=1), kind="stable")
    wrong = (predictions.chosen != predictions.truth.labels)[order]
    rows = []
    for number in range(1, points + 1):
        count = max(1, len(order) * number // points)
        rows.append(
            {
                "coverage": round(count / len(order), 4),
                "risk": round(float(wrong[:count].mean()), 4),
            }
        )
    return rows


def _row(truth: GroundTruth, chosen: Labels) -> Row:
    return {
        "dialogues": len(chosen),
        "micro_f1": round(truth.micro_f1(chosen), 4),
        "accuracy": round(float((chosen == truth.labels).mean()), 4),
    }


def _key(turns: Sequence[str]) -> str:
    return "\n".join(" ".join(turn.lower().split()) for turn in turns)
