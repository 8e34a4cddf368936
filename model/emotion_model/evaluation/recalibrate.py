r"""Fits a source's calibration to other traffic; the weights stay as they are.

    python -m emotion_model recalibrate mine.tsv --source model/default \
        --neutral others --out build/recalibrated
    python -m emotion_model recalibrate mine.tsv --source model/default \
        --shares 0.7,0.1,0.1,0.1 --out build/recalibrated

The file holds labelled dialogues that the model did not learn from. Without
`--shares` its class shares are taken for those of the traffic.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from emotion_model import files
from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.ground_truth import ground_truth_of, shares_of
from emotion_model.evaluation.predictor import Predictor


def recalibrate(
    source: Source,
    path: Path,
    neutral: str | None,
    shares: Sequence[float] | None,
    out: Path,
    traffic: str = "mine",
) -> calibrate.Checked:
    """Writes the source with a new calibration; gives its cross-checked scores.

    The new one, called `traffic`, becomes the default; the others stay beside it. It
    reads the head of the traffic with which `source` was read.

    Raises:
        ModelError: the file, the shares or the neutral label do not fit, or `out`
            holds something else.
    """
    dialogues = read_dialogues(path, source.labels)
    target = list(shares) if shares is not None else shares_of(dialogues, source.labels)
    if len(target) != len(source.labels) or min(target) < 0 or not sum(target) > 0:
        raise ModelError(
            f"shares are {target}, expected {len(source.labels)} numbers of at least "
            "0, not all 0"
        )
    truth = ground_truth_of(
        dialogues,
        source.labels,
        neutral,
        parts=(len(dialogues), 0),
        target=[share / sum(target) for share in target],
    )
    logits = Predictor(source).logits([dialogue.turns for dialogue in dialogues])
    fitted = calibrate.fit(logits, truth)
    package = files.read_json(source.checkpoint.folder / "package.json")
    entry = {
        "temperature": round(fitted.temperature, 4),
        "bias": [round(bias, 4) for bias in fitted.bias],
        "shares": [round(share / sum(target), 4) for share in target],
    }
    if source.head is not None:
        entry["head"] = source.head
    others = package.get("traffics", {})
    others[package.get("traffic", "default")] = package["calibration"]
    others.pop(traffic, None)
    package |= {"traffic": traffic, "calibration": entry, "traffics": others}
    with files.new_folder(out, "package.json") as folder:
        for file in sorted(source.checkpoint.folder.iterdir()):
            if file.is_file() and file.name != "package.json":
                files.copy(file, folder)
        files.write_json(folder / "package.json", package)
        Source.read(folder)
    return calibrate.cross_check(logits, truth)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("file", type=Path, help="labelled dialogues")
    parser.add_argument("--source", type=Path, required=True, help="package source")
    parser.add_argument("--traffic", help="whose head truth; default: the source's")
    parser.add_argument("--name", default="mine", help="of the new kind of traffic")
    parser.add_argument("--neutral", help="the label that micro-F1 does not count")
    parser.add_argument("--shares", help="class shares by commas, as the labels go")
    parser.add_argument("--out", type=Path, required=True, help="package source")


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    shares = None
    if options.shares is not None:
        try:
            shares = [float(share) for share in options.shares.split(",")]
        except ValueError as error:
            raise ModelError(
                f"--shares is {options.shares!r}, expected numbers by commas"
            ) from error
    source = Source.read(options.source, options.traffic)
    checked = recalibrate(
        source, options.file, options.neutral, shares, options.out, options.name
    )
    for name, value in asdict(checked).items():
        print(f"{name}: {value:.4f}")
    return 0
