"""Weighs the soft labels of several teachers.

The ensemble's logits are the weighted sum of the teachers' log-probabilities. The
weights minimise the weighted cross entropy on dialogues that no teacher
has learnt from; none is below zero.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from emotion_model.evaluation.calibrate import Checked, apply, fit, summarise
from emotion_model.evaluation.ground_truth import Floats, GroundTruth


def log_probabilities(logits: Floats) -> Floats:
    """Logits to log-probabilities, row by row."""
    top = logits.max(axis=-1, keepdims=True)
    shifted = logits - top
    total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted - total, dtype=np.float64)


def combine(teachers: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """The ensemble's logits [dialogues, labels]."""
    parts = [
        weight * log_probabilities(np.asarray(logits, dtype=np.float64))
        for logits, weight in zip(teachers, weights, strict=True)
    ]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def fit_weights(teachers: Sequence[Floats], truth: GroundTruth) -> list[float]:
    """One weight a teacher, at least 0; deterministic."""
    stacked = torch.stack(
        [torch.from_numpy(log_probabilities(np.asarray(o, float))) for o in teachers]
    )
    labels = torch.from_numpy(truth.labels)
    counts = torch.from_numpy(truth.weights / truth.weights.sum())
    roots = torch.full(
        (len(teachers),), (1 / len(teachers)) ** 0.5, dtype=torch.float64
    ).requires_grad_()
    shift = torch.zeros(stacked.shape[2], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [roots, shift], max_iter=300, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimizer.zero_grad()
        mixed = torch.einsum("t,tdl->dl", roots.square(), stacked) + shift
        own = mixed.log_softmax(1).gather(1, labels[:, None])[:, 0]
        value: Tensor = 1e-4 * shift.square().sum() - (own * counts).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return [float(weight) for weight in roots.detach().square()]


def cross_checked(
    teachers: Sequence[Floats], truth: GroundTruth, *, parts: int = 5, seed: int = 0
) -> Floats:
    """Probabilities, each part's by weights and a calibration of all the others."""
    order = np.random.default_rng(seed).permutation(len(truth.labels)) % parts
    probabilities = np.zeros(teachers[0].shape, dtype=np.float64)
    for part in range(parts):
        out = order == part
        known = truth.pick(~out)
        weights = fit_weights([logits[~out] for logits in teachers], known)
        mixed = combine(teachers, weights)
        probabilities[out] = apply(mixed[out], fit(mixed[~out], known))
    return probabilities


def cross_check(teachers: Sequence[Floats], truth: GroundTruth) -> Checked:
    """The scores of `cross_checked` probabilities."""
    return summarise(cross_checked(teachers, truth), truth)
