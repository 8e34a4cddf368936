"""How a server's answers agree with its calibration and with the stock model.

GroundTruth hold calibrated probabilities only. The label without calibration is found
by undoing softmax((logits + bias) / temperature): temperature * log(p) - bias gives
the logits but for one common number, which no argmax sees.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation.remote import Answer, ModelInfo
from emotion_model.files import describe, read_json
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
    raw = read_json(manifest)
    if info.manifest_sha256 not in ("", describe(manifest)["sha256"]):
        raise ModelError(f"{manifest}: the server answers from another package")
    return Calibration.of_manifest(raw, str(manifest), traffic)


def compare(
    source: Source,
    dialogues: Sequence[Dialogue],
    answers: Sequence[Answer],
    batch: int = 32,
) -> Agreement:
    """Runs the stock model on dialogues, without padding, and compares.

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
