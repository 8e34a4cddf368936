r"""Measures a model through a running server, and compares it with the stock model.

    python -m emotion_model.evaluation.evaluate dev.txt --address localhost:50051 \
        --reference model/default

Answers hold calibrated probabilities only. The label without calibration is found
by undoing softmax((logits + bias) / temperature): temperature * log(p) - bias gives
the logits but for one common number, which no argmax sees. Temperature and bias
come from the manifest or from the reference.

Exit code: 0, or 1 if a label differs from the stock model's, or 2 for an error.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation.measure import print_scores
from emotion_model.evaluation.metrics import EMOTIONS, Confusion
from emotion_model.evaluation.remote import Answer, ModelInfo, Server
from emotion_model.files import describe
from emotion_model.package.trace import pad, stock_model


@dataclass(frozen=True)
class Agreement:
    """How far the server's answers are from the stock model's."""

    dialogues: int
    same_labels: int
    largest_difference: float


def plain_label(answer: Answer, labels: Sequence[str], calibration: Calibration) -> str:
    """The label by argmax of the logits that the answer was made from."""
    logits = [
        (calibration.temperature * math.log(p) if p > 0 else -math.inf) - bias
        for p, bias in zip(answer.probabilities, calibration.bias, strict=True)
    ]
    return labels[logits.index(max(logits))]


def read_calibration(
    manifest: Path, info: ModelInfo, traffic: str | None = None
) -> Calibration:
    """Reads the calibration out of the manifest of the model that answers.

    Raises:
        ModelError: unreadable, or the server answers from another package.
    """
    try:
        raw = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{manifest}: no calibration can be read: {error}") from error
    if info.manifest_sha256 not in ("", describe(manifest)["sha256"]):
        raise ModelError(f"{manifest}: the server answers from another package")
    return Calibration.of_manifest(raw, str(manifest), traffic)


def compare(
    source: Source,
    dialogues: Sequence[Dialogue],
    answers: Sequence[Answer],
    batch: int = 32,
) -> Agreement:
    """Judges dialogues with the stock model, without padding, and compares.

    Only dialogues of equal length share a batch.
    """
    head, calibration = source.head, source.calibration.alone
    stock, encoder = stock_model(source.checkpoint, head), source.encoder()
    encodings = [encoder.encode(dialogue.turns) for dialogue in dialogues]
    by_length: dict[int, list[int]] = defaultdict(list)
    for index, encoding in enumerate(encodings):
        by_length[len(encoding.token_ids)].append(index)
    same, largest = 0, 0.0
    for members in by_length.values():
        for start in range(0, len(members), batch):
            chosen = members[start : start + batch]
            ids, mask, types = pad([encodings[index] for index in chosen], 0)
            with torch.inference_mode():
                logits = stock(
                    input_ids=ids, attention_mask=mask, token_type_ids=types
                ).logits
            expected = calibration.probabilities(logits)
            got = torch.tensor(
                [answers[index].probabilities for index in chosen], dtype=torch.float64
            )
            largest = max(largest, float((got - expected).abs().max()))
            for index, label in zip(chosen, expected.argmax(1).tolist(), strict=True):
                same += answers[index].label == source.labels[label]
    return Agreement(len(dialogues), same, largest)


def run(options: argparse.Namespace) -> int:
    """Does what the command line asks; raises ModelError."""
    source = None
    if options.reference:
        source = Source.read(options.reference, options.traffic)
    with Server(options.address, timeout_s=options.timeout_s) as server:
        info = server.info()
        lacking = [name for name in EMOTIONS if name not in info.labels]
        if lacking:
            raise ModelError(f"the server's labels lack {', '.join(lacking)}")
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m emotion_model.evaluation.evaluate",
        description="Measures a model through a running server.",
    )
    parser.add_argument("file", type=Path, help="EmoContext file")
    parser.add_argument("--address", required=True, help="HOST:PORT of the server")
    parser.add_argument("--manifest", type=Path, help="manifest of its model package")
    parser.add_argument("--reference", type=Path, help="package source to compare with")
    parser.add_argument(
        "--traffic", help="what the server was told with --traffic, if anything"
    )
    parser.add_argument("--in-flight", type=int, default=32, help="calls at a time")
    parser.add_argument("--timeout-s", type=float, default=30.0, help="of one call")
    options = parser.parse_args(arguments)
    if not 1 <= options.in_flight <= 1024:
        parser.error(f"--in-flight is {options.in_flight}, expected 1 to 1024")
    if not 0 < options.timeout_s <= 3600:
        parser.error(f"--timeout-s is {options.timeout_s}, expected over 0 to 3600")
    try:
        return run(options)
    except (ModelError, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
