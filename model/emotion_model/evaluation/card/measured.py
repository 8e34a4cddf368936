"""The tables of what the model in the repository predicts, anew each time.

All but the comparison of precisions is in int8, as servers run unless configured
otherwise.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.card.blocks import interval, table
from emotion_model.evaluation.examine import examine
from emotion_model.evaluation.ground_truth import Floats, GroundTruth
from emotion_model.evaluation.metrics import Confusion
from emotion_model.evaluation.predictor import Predictor
from emotion_model.package.operators import PRECISIONS

_SERVED = "int8"


def measured(
    source: Source,
    train: Sequence[Dialogue],
    dev: Sequence[Dialogue],
    neutral: str,
) -> dict[str, str]:
    """The parts of the card by name. The operators must have been loaded.

    Raises:
        ModelError: the model cannot be run, or `neutral` is not one of its labels.
    """
    predictor = Predictor(source, precision=_SERVED)
    document, predictions = examine(source, dev, neutral, train, predictor=predictor)
    truth = predictions.truth
    turns = [dialogue.turns for dialogue in dev]
    logits = {
        precision: (
            predictor
            if precision == _SERVED
            else Predictor(source, precision=precision)
        ).logits(turns)
        for precision in PRECISIONS
    }
    confusion = Confusion(source.labels, np.array(document["confusion"], np.int64))
    return {
        "score": _score(logits, predictor.calibration, truth),
        "calibration": _calibration(logits[_SERVED], predictor.calibration, truth),
        "classes": _classes(confusion),
        "changed": _changed(document["changed"]),
        "slices": _slices(document["slices"]),
        "reliability": _reliability(document["reliability"]),
        "risk": _risk(document["risk"]),
    }


def _score(
    logits: Mapping[str, Floats], calibration: Calibration, truth: GroundTruth
) -> str:
    """Micro-F1 by precision."""
    chosen_by = {
        precision: np.asarray(calibrate.apply(found, calibration).argmax(axis=1))
        for precision, found in logits.items()
    }
    rows = []
    for precision, chosen in chosen_by.items():
        rows.append(
            [
                precision,
                f"{truth.micro_f1(chosen):.4f}",
                interval(truth.resampled(chosen, draws=2000)),
                f"{float((chosen == truth.labels).mean()):.4f}",
                f"{float((chosen == chosen_by['fp32']).mean()):.4f}",
            ]
        )
    header = ["precision", "micro-F1", "95 % interval", "accuracy", "labels as fp32"]
    return table(header, rows)


def _calibration(logits: Floats, calibration: Calibration, truth: GroundTruth) -> str:
    plain = Calibration(temperature=1.0, bias=(0.0,) * len(calibration.bias))
    rows = [
        _calibrated(
            "none: argmax of the logits", calibrate.apply(logits, plain), truth
        ),
        _calibrated("the package's", calibrate.apply(logits, calibration), truth),
        _calibrated(
            "fitted on four fifths, counted on the fifth",
            calibrate.cross_checked(logits, truth),
            truth,
        ),
    ]
    header = [
        "calibration",
        "micro-F1",
        "best by one bias tuned after the fact",
        "calibration error",
        "cross entropy",
    ]
    return table(header, rows)


def _calibrated(name: str, probabilities: Floats, truth: GroundTruth) -> list[str]:
    scores = calibrate.summarise(probabilities, truth)
    return [
        name,
        f"{scores.micro_f1:.4f}",
        f"{scores.tuned:.4f}",
        f"{scores.calibration_error:.4f}",
        f"{scores.cross_entropy:.4f}",
    ]


def _classes(confusion: Confusion) -> str:
    labels = confusion.labels
    rows = []
    for label, counts in zip(labels, confusion.counts.tolist(), strict=True):
        score = confusion.score(label)
        quality = (score.precision, score.recall, score.f1)
        rows.append(
            [
                label,
                *(f"{value:.3f}" for value in quality),
                f"{score.support:,}",
                *(f"{count:,}" for count in counts),
            ]
        )
    header = ["label", "precision", "recall", "F1", "dialogues"]
    return table([*header, *(f"answered {label}" for label in labels)], rows)


def _changed(rows: Mapping[str, Mapping[str, float]]) -> str:
    plain = rows["unchanged"]["micro_f1"]
    return table(
        ["every dialogue", "micro-F1", "difference"],
        [
            [
                name.replace("_", " "),
                f"{row['micro_f1']:.4f}",
                f"{row['micro_f1'] - plain:+.4f}" if name != "unchanged" else "",
            ]
            for name, row in rows.items()
        ],
    )


def _slices(rows: Mapping[str, Mapping[str, float]]) -> str:
    return table(
        ["dialogues", "how many", "micro-F1", "accuracy"],
        [
            [
                name,
                f"{row['dialogues']:,}",
                f"{row['micro_f1']:.4f}",
                f"{row['accuracy']:.4f}",
            ]
            for name, row in rows.items()
        ],
    )


def _reliability(rows: Sequence[Mapping[str, float]]) -> str:
    return table(
        ["how sure", "how often right", "dialogues"],
        [
            [f"{row['sure']:.3f}", f"{row['right']:.3f}", f"{row['dialogues']:,}"]
            for row in rows
        ],
    )


def _risk(rows: Sequence[Mapping[str, float]]) -> str:
    wanted = [
        row for row in rows if round(row["coverage"] * 20) in (10, 14, 18, 19, 20)
    ]
    return table(
        ["the surest", "wrong"],
        [[f"{row['coverage']:.2f}", f"{row['risk']:.3f}"] for row in wanted],
    )
