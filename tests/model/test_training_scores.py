from pathlib import Path

import numpy as np
import pytest

from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate, ensemble
from emotion_model.evaluation.ground_truth import Floats, GroundTruth
from emotion_model.evaluation.soft_labels import SoftLabels, fingerprint, merge


def answers(truth: list[int], weights: list[float] | None = None) -> GroundTruth:
    return GroundTruth(
        labels=np.array(truth),
        weights=np.array(weights or [1.0] * len(truth)),
        neutral=0,
    )


def noisy(count: int, seed: int, *, scale: float = 1.0) -> tuple[Floats, GroundTruth]:
    """Logits that mean just what they say when `scale` is 1."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (count, 4))
    odds = np.exp(logits)
    odds /= odds.sum(axis=1, keepdims=True)
    truth = [int(generator.choice(4, p=line)) for line in odds]
    return logits * scale, answers(truth)


def test_micro_f1_counts_as_the_task_does() -> None:
    held = answers([0, 0, 1, 1, 2, 3])
    # Hits: 1, 2. Answered with a label that counts: 4. There: 4.
    assert held.micro_f1(np.array([0, 1, 1, 0, 2, 2])) == pytest.approx(0.5)
    assert held.micro_f1(np.zeros(6, dtype=np.int64)) == 0
    weighed = answers([0, 1], [3.0, 1.0])
    assert weighed.micro_f1(np.array([1, 1])) == pytest.approx(2 / 5)


def test_without_a_neutral_label_it_is_the_accuracy() -> None:
    held = GroundTruth(labels=np.array([0, 1, 2, 2]), weights=np.ones(4), neutral=-1)
    assert held.micro_f1(np.array([0, 1, 2, 0])) == pytest.approx(0.75)


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    held = answers([0, 0, 1, 1])
    sure = np.array([[0.9, 0.1, 0, 0]] * 4)
    assert held.calibration_error(sure) == pytest.approx(0.4)


def test_calibration_finds_a_temperature_and_a_shift_that_were_put_in() -> None:
    logits, held = noisy(20_000, 0, scale=2.5)
    logits[:, 2] += 1.0
    fitted = calibrate.fit(logits, held, lean=False)
    assert fitted.temperature == pytest.approx(2.5, rel=0.05)
    shifts = np.array(fitted.bias) - fitted.bias[0]
    assert shifts == pytest.approx([0, 0, -1, 0], abs=0.12)
    assert min(fitted.bias) == 0
    fair = calibrate.apply(logits, fitted)
    assert held.calibration_error(fair) < 0.012


def test_a_leaning_calibration_has_the_better_f1() -> None:
    logits, held = noisy(8_000, 1)
    logits[:, 0] += 1.5
    scores = {}
    for lean in (False, True):
        fitted = calibrate.fit(logits, held, lean=lean)
        chosen = calibrate.apply(logits, fitted).argmax(axis=1)
        scores[lean] = held.micro_f1(chosen)
    assert scores[True] > scores[False] + 0.001


def test_a_logit_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ModelError, match="not finite"):
        calibrate.fit(np.array([[np.nan, 0.0]]), answers([0]))


def test_cross_checking_never_flatters_a_model_of_noise() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 1, (400, 4))
    held = answers(generator.integers(0, 4, 400).tolist())
    checked = calibrate.cross_check(logits, held)
    assert checked.cross_entropy > np.log(4) - 0.02
    assert checked.micro_f1 <= checked.tuned + 0.02


def test_the_ensemble_trusts_who_knows_and_not_who_guesses() -> None:
    logits, held = noisy(3_000, 2)
    noise = np.random.default_rng(3).normal(0, 2, logits.shape)
    weights = ensemble.fit_weights([logits, noise], held)
    assert weights[0] == pytest.approx(1, abs=0.1)
    assert weights[1] == pytest.approx(0, abs=0.05)


def test_two_views_are_better_than_either() -> None:
    generator = np.random.default_rng(4)
    truth = generator.integers(0, 4, 4_000)
    views = [generator.normal(0, 1, (4_000, 4)) for _ in range(2)]
    for view in views:
        view[np.arange(4_000), truth] += 1.2
    held = answers(truth.tolist())
    alone = [calibrate.cross_check(view, held).cross_entropy for view in views]
    both = ensemble.cross_check(views, held).cross_entropy
    assert both < min(alone) - 0.1


def test_soft_labels_come_back_as_they_were_written(tmp_path: Path) -> None:
    train = [Dialogue("0", ("a",), "x"), Dialogue("1", ("b",), "y")]
    parts = []
    for row in range(2):
        logits = np.full((2, 2), np.nan, np.float32)
        logits[row] = [row, 1.0]
        parts.append(
            SoftLabels(
                train=logits,
                dev=np.full((1, 2), row, np.float32),
                train_fingerprint=fingerprint(train),
                dev_fingerprint=fingerprint([]),
            )
        )
    parts[0].write(tmp_path / "o.safetensors")
    back = SoftLabels.read(tmp_path / "o.safetensors")
    np.testing.assert_array_equal(back.train, parts[0].train)
    whole = merge([back, parts[1]])
    assert whole.train.tolist() == [[0.0, 1.0], [1.0, 1.0]]
    assert whole.dev.tolist() == [[0.5, 0.5]]


def test_soft_labels_of_other_dialogues_are_not_merged() -> None:
    empty = np.zeros((0, 2), np.float32)
    one, other = (
        SoftLabels(train=empty, dev=empty, train_fingerprint=name, dev_fingerprint="")
        for name in ("a", "b")
    )
    with pytest.raises(ModelError, match="different dialogues"):
        merge([one, other])
    with pytest.raises(ModelError, match="holds no soft labels"):
        SoftLabels.read(Path("/nowhere"))
