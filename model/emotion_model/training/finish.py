"""From a trained student to a calibrated package source, with its report."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from emotion_model import files
from emotion_model.errors import ModelError
from emotion_model.import_hf import GOLDEN
from emotion_model.source import Source
from emotion_model.text import Limits
from emotion_model.training import calibrate
from emotion_model.training.dialogues import Dialogue
from emotion_model.training.folds import share_weights, shares
from emotion_model.training.opinions import Logits
from emotion_model.training.score import Answers, Floats
from emotion_model.training.student import write_student


def answers_of(
    dialogues: Sequence[Dialogue],
    labels: Sequence[str],
    neutral: str | None,
    *,
    parts: tuple[int, int],
    target: Sequence[float],
) -> Answers:
    """What answers to dialogues are held against.

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
    return Answers(
        truth=truth,
        weights=weights,
        neutral=place[neutral] if neutral is not None else -1,
    )


def glance(logits: Floats, answers: Answers) -> dict[str, float]:
    """A few numbers for the log of a training."""
    checked = calibrate.cross_check(logits, answers)
    return {
        "micro_f1": checked.micro_f1,
        "tuned": checked.tuned,
        "cross_entropy": checked.cross_entropy,
    }


def shares_of(dialogues: Sequence[Dialogue], labels: Sequence[str]) -> list[float]:
    """The share of each label."""
    place = {label: index for index, label in enumerate(labels)}
    found = np.array([place[dialogue.label] for dialogue in dialogues], np.int64)
    return [float(share) for share in shares(found, len(labels))]


def package(
    model: Any,
    vocabulary: Sequence[str],
    labels: Sequence[str],
    limits: Limits,
    logits: Logits,
    answers: Answers,
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
    fitted = calibrate.fit(values, answers)
    checked = calibrate.cross_check(values, answers)
    report = asdict(checked) | {"argmax": answers.micro_f1(values.argmax(axis=1))}
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
