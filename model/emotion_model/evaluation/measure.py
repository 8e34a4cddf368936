"""Measures a package source with the plain reference, without a server.

python -m emotion_model.evaluation.measure dev.txt --source model/default
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from tqdm import tqdm

from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation.metrics import Confusion, format_report


def measure(
    source: Source, dialogues: Sequence[Dialogue]
) -> tuple[Confusion, Confusion]:
    """Judges dialogues; counts with the stored calibration, and without any."""
    encoder = source.encoder()
    logits = torch.stack(
        [
            source.logits(encoder.encode(dialogue.turns))
            for dialogue in tqdm(dialogues, disable=None, unit="dialogue")
        ]
    )
    truth = [dialogue.label for dialogue in dialogues]
    calibrated = source.calibration.probabilities(logits)
    first, second = (
        Confusion.of(
            source.labels,
            truth,
            [source.labels[index] for index in values.argmax(dim=1).tolist()],
        )
        for values in (calibrated, source.calibration.own(logits))
    )
    return first, second


def print_scores(calibrated: Confusion, plain: Confusion | None) -> None:
    """Prints micro-F1 with its interval, accuracy, and the tables."""
    low, high = calibrated.micro_f1_interval()
    print(f"dialogues: {int(calibrated.counts.sum())}")
    print(
        f"micro-F1, calibrated: {calibrated.micro_f1():.4f} "
        f"(95 % bootstrap interval {low:.4f} to {high:.4f})"
    )
    if plain is not None:
        print(f"micro-F1, plain argmax: {plain.micro_f1():.4f}")
    print(f"accuracy, calibrated: {calibrated.accuracy:.4f}\n")
    print(format_report(calibrated))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m emotion_model.evaluation.measure",
        description="Measures a package source with the plain reference.",
    )
    parser.add_argument("file", type=Path, help="EmoContext file")
    parser.add_argument("--source", type=Path, required=True, help="package source")
    parser.add_argument("--traffic", help="whose calibration is used")
    options = parser.parse_args(arguments)
    try:
        source = Source.read(options.source, options.traffic)
        dialogues = read_dialogues(
            options.file, source.labels, max_turns=source.limits.max_turns
        )
        print_scores(*measure(source, dialogues))
    except (ModelError, OSError) as error:
        print(f"measure: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
