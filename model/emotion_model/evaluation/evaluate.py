r"""Scores a source or a running server on labelled dialogues.

    python -m emotion_model evaluate dev.txt --source model/default
    python -m emotion_model evaluate dev.txt --address localhost:50051 \
        --reference model/default

A source is run in this process, by the plain reference. Of a server the labels without
calibration are known if its manifest or a reference gives temperature and bias; with a
reference every answer is compared with the stock model's.

Exit code: 0, or 1 if a label differs from the stock model's, or 2 for an error.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from tqdm import tqdm

from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation.agreement import compare, plain_label, read_calibration
from emotion_model.evaluation.metrics import EMOTIONS, Confusion, format_report
from emotion_model.evaluation.remote import Server


def evaluate_source(
    source: Source, dialogues: Sequence[Dialogue]
) -> tuple[Confusion, Confusion]:
    """Counts labels with the stored calibration, and without any."""
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("file", type=Path, help="labelled dialogues")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--source", type=Path, help="package source")
    what.add_argument("--address", help="HOST:PORT of a server")
    parser.add_argument(
        "--traffic", help="whose calibration is used; of a server its --traffic, if any"
    )
    server = parser.add_argument_group("with --address")
    server.add_argument("--manifest", type=Path, help="of the server's model package")
    server.add_argument("--reference", type=Path, help="package source to compare with")
    server.add_argument("--in-flight", type=int, default=32, help="calls at a time")
    server.add_argument("--timeout-s", type=float, default=30.0, help="of one call")


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    if not 1 <= options.in_flight <= 1024:
        raise ModelError(f"--in-flight is {options.in_flight}, expected 1 to 1024")
    if not 0 < options.timeout_s <= 3600:
        raise ModelError(f"--timeout-s is {options.timeout_s}, expected over 0 to 3600")
    if options.source is None:
        return _run_server(options)
    for name in ("manifest", "reference"):
        if getattr(options, name) is not None:
            raise ModelError(f"--{name} is given with --source, expected --address")
    source = Source.read(options.source, options.traffic)
    _check_labels("source", source.labels)
    dialogues = read_dialogues(
        options.file, source.labels, max_turns=source.limits.max_turns
    )
    print_scores(*evaluate_source(source, dialogues))
    return 0


def _check_labels(whose: str, labels: Sequence[str]) -> None:
    lacking = [name for name in EMOTIONS if name not in labels]
    if lacking:
        raise ModelError(f"the {whose}'s labels lack {', '.join(lacking)}")


def _run_server(options: argparse.Namespace) -> int:
    source = None
    if options.reference:
        source = Source.read(options.reference, options.traffic)
    with Server(options.address, timeout_s=options.timeout_s) as server:
        info = server.info()
        _check_labels("server", info.labels)
        if source is not None and source.labels != info.labels:
            raise ModelError(
                f"the server's labels are {info.labels}, the reference's "
                f"{source.labels}"
            )
        calibration = source.calibration if source is not None else None
        if options.manifest is not None:
            calibration = read_calibration(options.manifest, info, options.traffic)
        dialogues = read_dialogues(options.file, info.labels)
        answers = server.classify_all(dialogues, info.labels, options.in_flight)
    truth = [dialogue.label for dialogue in dialogues]
    print(f"model: {info.name} {info.version}")
    given = Confusion.of(info.labels, truth, [answer.label for answer in answers])
    if calibration is None:
        print_scores(given, None)
        print("\nwithout calibration: not known; give --manifest or --reference")
    else:
        plain = [plain_label(answer, info.labels, calibration) for answer in answers]
        print_scores(given, Confusion.of(info.labels, truth, plain))
    if source is None:
        return 0
    agreement = compare(source, dialogues, answers)
    share = 100 * agreement.same_labels / agreement.dialogues
    print(
        f"\nsame label as the stock model: {agreement.same_labels} of "
        f"{agreement.dialogues} ({share:.2f} %)\n"
        f"largest difference of a probability: {agreement.largest_difference:.2e}"
    )
    return 0 if agreement.same_labels == agreement.dialogues else 1
