r"""Examines a package source on labelled dialogues: where it is good, sure, and wrong.

    python -m emotion_model examine dev.txt --source model/default \
        --neutral others --out build/report

Writes `report.json`, `report.md` and two pictures: how often it is right by how sure
it is (reliability), and how often it is wrong when it may keep silent (risk and
coverage). With `--train` the dialogues that the training data hold are counted apart.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.evaluation.ground_truth import ground_truth_of
from emotion_model.evaluation.metrics import Confusion, format_report
from emotion_model.evaluation.plots import reliability_plot, risk_plot
from emotion_model.evaluation.predictor import Predictor
from emotion_model.evaluation.probes import probe
from emotion_model.evaluation.slices import (
    Predictions,
    changed_inputs,
    reliability,
    risk,
    slices,
)
from emotion_model.package.int8 import int8_linears
from emotion_model.package.operators import PRECISIONS, load_operators


def examine(
    source: Source,
    dialogues: Sequence[Dialogue],
    neutral: str | None,
    known: Sequence[Dialogue] = (),
    *,
    predictor: Predictor | None = None,
) -> tuple[dict[str, Any], Predictions]:
    """All that the report says, as a document of plain values.

    Args:
        source: the model.
        dialogues: what it is examined on.
        neutral: the label that micro-F1 does not count, if any.
        known: what it was trained on.
        predictor: runs the model; none is torch in fp32, with int8 imitated for
            comparison.

    Raises:
        ModelError: `neutral` is not a label, or the model cannot be run.
    """
    truth = ground_truth_of(
        dialogues, source.labels, neutral, parts=(0, len(dialogues)), target=()
    )
    predictor = predictor or Predictor(source)
    predictions = Predictions(dialogues, predictor([d.turns for d in dialogues]), truth)
    counted = [label for label in source.labels if label != neutral]
    confusion = Confusion.of(
        source.labels,
        [dialogue.label for dialogue in dialogues],
        [source.labels[answer] for answer in predictions.chosen.tolist()],
    )
    low, high = confusion.micro_f1_interval(counted)
    document: dict[str, Any] = {
        "model": f"{source.name} {source.model_version}",
        "dialogues": len(dialogues),
        "micro_f1": round(confusion.micro_f1(counted), 4),
        "interval": [round(low, 4), round(high, 4)],
        "accuracy": round(confusion.accuracy, 4),
        "cross_entropy": round(truth.cross_entropy(predictions.probabilities), 4),
        "calibration_error": round(
            truth.calibration_error(predictions.probabilities), 4
        ),
        "confusion": confusion.counts.tolist(),
        "table": format_report(confusion),
        "slices": slices(predictions, known),
        "reliability": reliability(predictions),
        "risk": risk(predictions),
        "changed": changed_inputs(predictions, predictor),
        "probes": [asdict(finding) for finding in probe(predictor)],
    }
    if predictor.precision != "int8":
        turns = [dialogue.turns for dialogue in dialogues]
        if predictor.precision is not None:
            rough = Predictor(source, precision="int8")(turns)
        else:
            with int8_linears():
                rough = predictor(turns)
        document["int8"] = {
            "same_label": round(
                float((rough.argmax(axis=1) == predictions.chosen).mean()), 4
            ),
            "micro_f1": round(truth.micro_f1(rough.argmax(axis=1)), 4),
        }
    return document, predictions


def as_text(document: dict[str, Any]) -> str:
    """The report for a reader, as Markdown."""
    low, high = document["interval"]
    lines = [
        f"# {document['model']}",
        "",
        f"{document['dialogues']} dialogues: micro-F1 {document['micro_f1']} (95 % "
        f"bootstrap interval {low} to {high}), accuracy {document['accuracy']}, "
        f"cross entropy {document['cross_entropy']}, expected calibration error "
        f"{document['calibration_error']}.",
        "",
        "```",
        str(document["table"]),
        "```",
    ]
    for title in ("slices", "changed"):
        lines += ["", f"| {title} | dialogues | micro-F1 | accuracy |"]
        lines += ["| --- | --- | --- | --- |"]
        lines += [
            f"| {name} | {row['dialogues']} | {row['micro_f1']:.4f} | "
            f"{row['accuracy']:.4f} |"
            for name, row in document[title].items()
        ]
    lines += ["", "| probe | sentences | label changed | mean shift |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [
        f"| {row['name']} | {row['sentences']} | {row['changed']:.3f} | "
        f"{row['shift']:.3f} |"
        for row in document["probes"]
    ]
    if "int8" in document:
        rough = document["int8"]
        lines += [
            "",
            f"With int8 linears: micro-F1 {rough['micro_f1']:.4f}, the same label for "
            f"{100 * rough['same_label']:.2f} % of the dialogues.",
        ]
    return "\n".join(lines) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("file", type=Path, help="labelled dialogues")
    parser.add_argument("--source", type=Path, required=True, help="package source")
    parser.add_argument("--traffic", help="whose calibration is used")
    parser.add_argument("--neutral", help="the label that micro-F1 does not count")
    parser.add_argument("--train", type=Path, help="what the model was trained on")
    parser.add_argument(
        "--operators", type=Path, help="library of the server's operators, to be quick"
    )
    parser.add_argument(
        "--precision", choices=PRECISIONS, default="fp32", help="of the operators"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    source = Source.read(options.source, options.traffic)
    dialogues = read_dialogues(options.file, source.labels)
    known = read_dialogues(options.train) if options.train else []
    if options.operators is not None:
        load_operators(options.operators)
    document, predictions = examine(
        source,
        dialogues,
        options.neutral,
        known,
        predictor=Predictor(
            source, precision=options.precision if options.operators else None
        ),
    )
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (options.out / "report.json").write_text(text, encoding="utf-8")
    (options.out / "report.md").write_text(as_text(document), encoding="utf-8")
    for name, picture in (
        ("reliability.svg", reliability_plot(reliability(predictions))),
        ("risk.svg", risk_plot(risk(predictions))),
    ):
        (options.out / name).write_text(picture, encoding="utf-8")
    print(as_text(document))
    return 0
