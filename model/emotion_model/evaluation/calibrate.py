"""Fits temperature and bias: probabilities = softmax((logits + bias) / temperature).

The fit minimises the weighted cross entropy, so that probabilities mean what they
say under the shares that the weights stand for: temperature scaling (Guo et al., "On
Calibration of Modern Neural Networks", 2017) with a bias. Micro-F1 is highest when a
label that counts is answered at less than even odds: the neutral label then leans by
one more number, which follows from the probabilities.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.errors import ModelError
from emotion_model.evaluation.ground_truth import Floats, GroundTruth, Labels

# How far the neutral label may lean, in nats; more would cost calibration.
LEANS = np.arange(-0.9, 0.31, 0.05)


def fit(logits: Floats, truth: GroundTruth, *, lean: bool = True) -> Calibration:
    """Fits one temperature and a bias a label, the smallest of which is 0.

    Deterministic. With `lean` the neutral label's bias is moved to where the
    expected micro-F1 is highest; without a neutral label nothing is moved.

    Raises:
        ModelError: a logit is not finite.
    """
    if not bool(np.isfinite(logits).all()):
        raise ModelError("calibration: a logit is not finite")
    values = torch.from_numpy(logits).double()
    labels = torch.from_numpy(truth.labels)
    weights = torch.from_numpy(truth.weights / truth.weights.sum()).double()
    # Of probabilities = softmax(scale * logits + shift).
    log_scale = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    shift = torch.zeros(values.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [log_scale, shift], max_iter=200, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimizer.zero_grad()
        logs = torch.log_softmax(values * log_scale.exp() + shift, dim=1)
        own = logs.gather(1, labels[:, None])[:, 0]
        # Without it a model that is sure and right would have no finite fit.
        bound = 1e-5 * (log_scale.square().sum() + shift.square().sum())
        value = bound - (own * weights).sum()
        value.backward()
        return value

    optimizer.step(loss)
    temperature = float(torch.exp(-log_scale.detach()))
    bias = shift.detach().clone() * temperature
    if lean and truth.neutral >= 0:
        fair = Calibration(temperature=temperature, bias=tuple(bias.tolist()))
        bias[truth.neutral] += temperature * best_lean(apply(logits, fair), truth)
    bias -= bias.min()
    return Calibration(temperature=temperature, bias=tuple(bias.tolist()))


def best_lean(probabilities: Floats, truth: GroundTruth) -> float:
    """How far the neutral label must lean for the highest expected micro-F1, in nats.

    Expected under the probabilities themselves, not counted on the labels: on a few
    thousand dialogues the counted curve is so rough that its top is chance.
    """
    scores = [
        _expected_f1(probabilities, _leaning(probabilities, truth.neutral, lean), truth)
        for lean in LEANS
    ]
    return float(LEANS[int(np.argmax(scores))])


def _expected_f1(probabilities: Floats, chosen: Labels, truth: GroundTruth) -> float:
    """2 E[TP] / (answered + E[there])."""
    own = probabilities[np.arange(len(chosen)), chosen]
    counted = truth.weights * (chosen != truth.neutral)
    there = truth.weights * (1 - probabilities[:, truth.neutral])
    return float(2 * (counted * own).sum() / (counted.sum() + there.sum()))


def apply(logits: Floats, calibration: Calibration) -> Floats:
    """Calibrated probabilities [dialogues, labels]."""
    result = calibration.probabilities(torch.from_numpy(logits))
    return np.asarray(result.numpy(), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Scores with a calibration that never saw the dialogue it is used on."""

    micro_f1: float
    # Of micro_f1, by the bootstrap.
    spread: float
    # With the one number that is best after the fact added to the neutral bias:
    # flattering, for comparison only.
    tuned: float
    cross_entropy: float
    calibration_error: float


def cross_checked(
    logits: Floats,
    truth: GroundTruth,
    *,
    parts: int = 5,
    seed: int = 0,
    lean: bool = True,
) -> Floats:
    """Probabilities, each part's by a calibration on all the other parts."""
    order = np.random.default_rng(seed).permutation(len(logits)) % parts
    probabilities = np.zeros_like(logits, dtype=np.float64)
    for part in range(parts):
        out = order == part
        fitted = fit(logits[~out], truth.pick(~out), lean=lean)
        probabilities[out] = apply(logits[out], fitted)
    return probabilities


def cross_check(logits: Floats, truth: GroundTruth, *, lean: bool = True) -> Checked:
    """The scores of `cross_checked` probabilities."""
    return summarise(cross_checked(logits, truth, lean=lean), truth)


def summarise(probabilities: Floats, truth: GroundTruth) -> Checked:
    """The scores of calibrated probabilities."""
    chosen = probabilities.argmax(axis=1)
    return Checked(
        micro_f1=truth.micro_f1(chosen),
        spread=truth.spread(chosen),
        tuned=max(
            truth.micro_f1(_leaning(probabilities, truth.neutral, lean))
            for lean in np.arange(-1.5, 1.55, 0.05)
        ),
        cross_entropy=truth.cross_entropy(probabilities),
        calibration_error=truth.calibration_error(probabilities),
    )


def _leaning(probabilities: Floats, neutral: int, lean: float) -> Labels:
    logs = np.log(np.maximum(probabilities, 1e-12))
    if neutral >= 0:
        logs[:, neutral] += lean
    return np.asarray(logs.argmax(axis=1), dtype=np.int64)
