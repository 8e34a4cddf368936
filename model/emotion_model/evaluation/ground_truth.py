"""Weighted scores of predictions, for dialogues whose labels have other shares.

The measure is micro-F1 over all labels but the neutral one, as EmoContext counts
it; without a neutral label it is the accuracy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class GroundTruth:
    """Labels and weights of dialogues: what predictions are compared with."""

    # The true label of each dialogue, 0 to labels - 1.
    labels: Labels
    # What each dialogue counts for.
    weights: Floats
    # The label that is not counted, or -1.
    neutral: int

    def micro_f1(self, chosen: Labels) -> float:
        """2 TP / (2 TP + FP + FN) over the labels that count, 0 if that is 0 / 0."""
        hits, answered, there = self._counts(chosen)
        return float(2 * hits / (answered + there)) if answered + there else 0.0

    def resampled(self, chosen: Labels, *, draws: int = 500, seed: int = 0) -> Floats:
        """Micro-F1 of so many bootstrap samples.

        The same seed draws the same dialogues: two lists of predictions can be
        compared sample by sample.
        """
        generator = np.random.default_rng(seed)
        counted = chosen != self.neutral
        hit = self.weights * ((chosen == self.labels) & counted)
        both = self.weights * counted + self.weights * (self.labels != self.neutral)
        rows = generator.integers(0, len(chosen), (draws, len(chosen)))
        below = both[rows].sum(axis=1)
        return np.asarray(2 * hit[rows].sum(axis=1) / np.maximum(below, 1e-12))

    def spread(self, chosen: Labels) -> float:
        """The bootstrap's standard deviation of micro-F1."""
        return float(self.resampled(chosen).std())

    def cross_entropy(self, probabilities: Floats) -> float:
        """The weighted mean of -log p(true label), in nats."""
        own = probabilities[np.arange(len(self.labels)), self.labels]
        loss = -np.log(np.maximum(own, 1e-12))
        return float((loss * self.weights).sum() / self.weights.sum())

    def calibration_error(self, probabilities: Floats, *, bins: int = 15) -> float:
        """Expected calibration error of the chosen label, over bins of equal width."""
        sure, chosen = probabilities.max(axis=1), probabilities.argmax(axis=1)
        right = (chosen == self.labels).astype(np.float64)
        place = np.minimum((sure * bins).astype(np.int64), bins - 1)
        gap = np.bincount(place, self.weights * (sure - right), bins)
        return float(np.abs(gap).sum() / self.weights.sum())

    def pick(self, rows: NDArray[np.bool_]) -> "GroundTruth":
        """Those of some dialogues."""
        return GroundTruth(
            labels=self.labels[rows], weights=self.weights[rows], neutral=self.neutral
        )

    def _counts(self, chosen: Labels) -> tuple[float, float, float]:
        counted = chosen != self.neutral
        hits = (self.weights * ((chosen == self.labels) & counted)).sum()
        there = (self.weights * (self.labels != self.neutral)).sum()
        return float(hits), float((self.weights * counted).sum()), float(there)


def ground_truth_of(
    dialogues: Sequence[Dialogue],
    labels: Sequence[str],
    neutral: str | None,
    *,
    parts: tuple[int, int],
    target: Sequence[float],
) -> GroundTruth:
    """What predictions of dialogues are compared with.

    Args:
        dialogues: with labels of `labels`.
        labels: in the order of the logits.
        neutral: the label that is not counted, if any.
        parts: so many dialogues are weighed to `target`, and so many after them
            count one each.
        target: a share for each label.

    Raises:
        ModelError: `neutral` is not a label.
    """
    place = {label: index for index, label in enumerate(labels)}
    if neutral is not None and neutral not in place:
        raise ModelError(f"neutral is {neutral!r}, expected one of {', '.join(labels)}")
    truth = np.array([place[dialogue.label] for dialogue in dialogues], np.int64)
    weights = np.ones(len(truth))
    if parts[0]:
        shifted = share_weights(truth[: parts[0]], np.array(target, np.float64))
        weights[: parts[0]] = shifted
    return GroundTruth(
        labels=truth,
        weights=weights,
        neutral=place[neutral] if neutral is not None else -1,
    )


def shares_of(dialogues: Sequence[Dialogue], labels: Sequence[str]) -> list[float]:
    """The share of each label."""
    place = {label: index for index, label in enumerate(labels)}
    found = np.array([place[dialogue.label] for dialogue in dialogues], np.int64)
    return [float(share) for share in shares(found, len(labels))]


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
