"""Whether answers are right, and what rounding costs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Encoding
from emotion_model.evaluation.metrics import Confusion
from peers.batches import cut
from peers.crew import Worker
from peers.dialogues import Dialogues

Numbers = NDArray[np.float64]

CHECK_DIALOGUES, CHECK_BATCH = 24, 8
# Dialogues are run in order of arrival, so many at a time: with a scale for the
# whole batch, as dynamic int8 has it, neighbours matter.
QUALITY_BATCH = 16


def check_places(dialogues: Dialogues) -> list[int]:
    """Dialogues of all lengths, the shortest and the longest among them."""
    order = np.argsort(dialogues.lengths, kind="stable")
    spots = np.linspace(0, len(order) - 1, CHECK_DIALOGUES).round().astype(int)
    # Long beside short, so that padding is under test too.
    shuffled = spots.reshape(CHECK_BATCH, -1).T.reshape(-1)
    return [int(order[spot]) for spot in shuffled]


def reference(source: Source, dialogues: Dialogues, places: Sequence[int]) -> Numbers:
    """The plain reference's logits, one dialogue at a time."""
    return np.array(
        [
            source.logits(Encoding(item.ids.tolist(), item.segments.tolist(), []))
            .double()
            .tolist()
            for item in dialogues.pick(places)
        ]
    )


def farthest(worker: Worker, places: Sequence[int], expected: Numbers) -> float:
    """The largest distance of a logit from the reference."""
    found = np.array(worker.predict(cut(places, CHECK_BATCH)))
    if found.shape != expected.shape:
        return float("inf")
    distance = float(np.abs(found - expected).max())
    return distance if distance == distance else float("inf")


def predict_all(worker: Worker, dialogues: Dialogues) -> Numbers:
    """Logits of the whole set, in order of arrival."""
    places = range(len(dialogues.items))
    return np.array(worker.predict(cut(places, QUALITY_BATCH)))


def score(
    source: Source, truth: Sequence[str], logits: Numbers, fp32: Numbers
) -> dict[str, Any]:
    """Micro-F1 with the package's calibration, and agreement with fp32.

    Returns:
        micro_f1, dialogues, agreeing (labels equal to those of `fp32`) and
        largest_difference and mean_difference of a logit.
    """
    answers, wanted = (_answers(source, values) for values in (logits, fp32))
    labels = [source.labels[index] for index in answers]
    distance = np.abs(logits - fp32)
    return {
        "micro_f1": Confusion.of(source.labels, truth, labels).micro_f1(),
        "dialogues": len(truth),
        "agreeing": int((answers == wanted).sum()),
        "largest_difference": float(distance.max()),
        "mean_difference": float(distance.mean()),
    }


def _answers(source: Source, logits: Numbers) -> NDArray[np.int64]:
    chosen = source.calibration.probabilities(torch.from_numpy(logits)).argmax(dim=1)
    return np.asarray(chosen.numpy(), dtype=np.int64)
