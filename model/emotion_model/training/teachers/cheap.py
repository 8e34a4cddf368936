"""Teachers that are trained in seconds: their honest answers, fold by fold."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from tqdm import tqdm

from emotion_model.data.dialogues import Dialogue
from emotion_model.evaluation.ground_truth import Floats, Labels
from emotion_model.evaluation.soft_labels import SoftLabels, fingerprint
from emotion_model.training.folds import folds_of
from emotion_model.training.machine import Machine


class CheapTeacher(Protocol):
    """A teacher that learns whole and answers with logits."""

    def fit(self, dialogues: Sequence[Sequence[str]], truth: Labels) -> object:
        """Learns; every label must occur."""

    def logits(self, dialogues: Sequence[Sequence[str]]) -> Floats:
        """Logits [dialogues, labels]."""


def out_of_fold(
    make: Callable[[], CheapTeacher],
    train: Sequence[Dialogue],
    dev: Sequence[Dialogue],
    labels: Sequence[str],
    machine: Machine,
    *,
    folds: int,
) -> SoftLabels:
    """Trains one teacher a fold; dev gets the mean of all of them.

    It waits for the machine's pause file between two folds.
    """
    place = {label: index for index, label in enumerate(labels)}
    truth = np.array([place[dialogue.label] for dialogue in train], np.int64)
    turns = [dialogue.turns for dialogue in train]
    fold = folds_of(train, folds)
    answers = np.zeros((len(train), len(labels)), np.float32)
    on_dev = np.zeros((len(dev), len(labels)), np.float32)
    for held in tqdm(range(folds), disable=None, unit="fold"):
        machine.wait_while_paused()
        teacher = make()
        learnt = np.flatnonzero(fold != held)
        teacher.fit([turns[row] for row in learnt], truth[learnt])
        rows = np.flatnonzero(fold == held)
        if len(rows):
            answers[rows] = teacher.logits([turns[row] for row in rows])
        if dev:
            on_dev += teacher.logits([d.turns for d in dev]) / folds
    return SoftLabels(
        train=answers,
        dev=on_dev,
        train_fingerprint=fingerprint(train),
        dev_fingerprint=fingerprint(dev),
    )
