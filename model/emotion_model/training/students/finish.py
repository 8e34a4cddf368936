"""From a trained student to a calibrated package source, with its report."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from emotion_model import files
from emotion_model.checkpoint.import_hf import GOLDEN
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Limits
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.ground_truth import Floats, GroundTruth
from emotion_model.evaluation.soft_labels import Logits
from emotion_model.training.students.student import write_student


def glance(logits: Floats, truth: GroundTruth) -> dict[str, float]:
    """A few numbers for the log of a training."""
    checked = calibrate.cross_check(logits, truth)
    return {
        "micro_f1": checked.micro_f1,
        "tuned": checked.tuned,
        "cross_entropy": checked.cross_entropy,
    }


def package(
    model: Any,
    vocabulary: Sequence[str],
    labels: Sequence[str],
    limits: Limits,
    logits: Logits,
    truth: GroundTruth,
    out: Path,
    *,
    name: str,
    version: str,
) -> Source:
    """Calibrates on `logits`, whose dialogues were not learnt, and writes a source.

    The report of the calibration, cross-checked, goes to `report.json` beside it
    and into the package's metrics.

    Raises:
        ModelError: `out` holds something else, or a value is out of range.
    """
    values = logits.astype(np.float64)
    fitted = calibrate.fit(values, truth)
    checked = calibrate.cross_check(values, truth)
    report = asdict(checked) | {"argmax": truth.micro_f1(values.argmax(axis=1))}
    document = {
        "name": name,
        "model_version": version,
        "labels": list(labels),
        "limits": asdict(limits),
        "calibration": {
            "temperature": round(fitted.temperature, 4),
            "bias": [round(bias, 4) for bias in fitted.bias],
        },
        "metrics": {
            "held_out_micro_f1": round(checked.micro_f1, 4),
            "held_out_micro_f1_argmax": round(report["argmax"], 4),
        },
        "golden": {
            "tolerance": 0.001,
            "dialogues": [turns[-limits.max_turns :] for turns in GOLDEN],
        },
    }
    with files.new_folder(out, "package.json") as folder:
        write_student(model, folder, vocabulary)
        files.write_json(folder / "package.json", document)
    text = json.dumps({key: round(value, 5) for key, value in report.items()}, indent=1)
    (out.parent / "report.json").write_text(text + "\n", encoding="utf-8")
    return Source.read(out)
