"""A student from beginning to end: made, taught, calibrated, packaged."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import DialogueEncoder, Limits, read_vocabulary
from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation.ground_truth import (
    GroundTruth,
    ground_truth_of,
    shares_of,
)
from emotion_model.evaluation.soft_labels import Logits, SoftLabels
from emotion_model.training import loop
from emotion_model.training.folds import folds_of
from emotion_model.training.machine import Machine
from emotion_model.training.students import finish
from emotion_model.training.students.depth import grow, keep_layers
from emotion_model.training.students.distil import StudentRecipe, pool_task
from emotion_model.training.students.pool import Pool, checksum
from emotion_model.training.students.student import (
    Student,
    mean_student,
    new_student,
    start_student,
)
from emotion_model.training.supervised import answer, encode_all, label_task


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a student learns from and is measured on."""

    train: Sequence[Dialogue]
    # May be empty.
    dev: Sequence[Dialogue]
    labels: tuple[str, ...]
    # The label that micro-F1 does not count, if any.
    neutral: str | None
    # The package source whose vocabulary a new student has.
    base: Path
    # What the package is called.
    name: str
    version: str


def train_student(
    recipe: StudentRecipe,
    lesson: Lesson,
    out: Path,
    machine: Machine,
) -> Source:
    """Trains, or goes on training; the package source is in `out`/source.

    The held-out dialogues calibrate: dev and the held-out fold, the latter weighed
    to dev's class shares.

    Raises:
        ModelError: nothing is held out, or a value is out of range.
    """
    if not -1 <= recipe.fold < recipe.folds:
        raise ModelError(f"fold is {recipe.fold}, expected -1 to {recipe.folds - 1}")
    if recipe.pool is not None and recipe.fold >= 0:
        raise ModelError(
            f"fold is {recipe.fold}, expected -1: a pool holds every training dialogue"
        )
    held = folds_of(lesson.train, recipe.folds) == recipe.fold
    learnt = [d for d, away in zip(lesson.train, held, strict=True) if not away]
    unseen = [d for d, away in zip(lesson.train, held, strict=True) if away]
    if not unseen and not lesson.dev:
        raise ModelError("nothing to calibrate on: give --dev, or set fold to 0")
    student, vocabulary = _make(recipe, lesson)
    limits = Limits(max_turns=recipe.max_turns, max_tokens=recipe.max_tokens)
    encoder = DialogueEncoder(vocabulary, limits)
    _check_turns((*lesson.train, *lesson.dev), recipe.max_turns)
    asked = encode_all((*unseen, *lesson.dev), encoder)
    truth = _truth(unseen, lesson)
    if recipe.pool is not None:
        pool = Pool.read(recipe.pool)
        if pool.vocabulary != checksum(vocabulary):
            raise ModelError(f"{recipe.pool}: is of another vocabulary")
        width = pool.hidden.shape[1] if recipe.hidden else 0
        model = machine.place(Student(student, teacher_width=width))
        task = pool_task(model, pool, recipe, machine)
    else:
        model = machine.place(Student(student))
        task = label_task(
            model,
            [(list(model.parameters()), 1.0)],
            learnt,
            lesson.labels,
            encoder,
            machine,
            batch_size=recipe.plan.batch,
            perturbed=recipe.perturbed,
            label_smoothing=recipe.label_smoothing,
        )

    def scores() -> dict[str, float]:
        values = answer(model, asked, machine).astype(np.float64)
        return finish.glance(values, truth)

    task.evaluate = scores
    loop.train(task, recipe.plan, out, machine)
    logits = answer(model, asked, machine)
    return _finished(
        student,
        vocabulary,
        limits,
        logits,
        np.flatnonzero(held).tolist(),
        truth,
        lesson,
        out,
    )


def average_students(
    folders: Sequence[Path],
    lesson: Lesson,
    out: Path,
    machine: Machine,
) -> Source:
    """Averages the weights of students that went on from one start.

    Their mean is often better than each (Wortsman et al., "Model soups", 2022) and
    costs no more to run. The dev dialogues calibrate it.

    Raises:
        ModelError: there is no dev, or the sources are not of one shape, vocabulary
            and limits.
    """
    if not lesson.dev:
        raise ModelError("nothing to calibrate on: give --dev")
    sources = [Source.read(folder) for folder in folders]
    student = mean_student(sources, lesson.labels)
    asked = encode_all(lesson.dev, sources[0].encoder())
    logits = answer(machine.place(Student(student)), asked, machine)
    return _finished(
        student,
        sources[0].checkpoint.vocabulary,
        sources[0].limits,
        logits,
        [],
        _truth([], lesson),
        lesson,
        out,
    )


def _truth(unseen: Sequence[Dialogue], lesson: Lesson) -> GroundTruth:
    """To training dialogues that were not learnt, followed by all of dev."""
    return ground_truth_of(
        (*unseen, *lesson.dev),
        lesson.labels,
        lesson.neutral,
        parts=(len(unseen), len(lesson.dev)),
        target=shares_of(lesson.dev or lesson.train, lesson.labels),
    )


def _finished(
    student: Any,
    vocabulary: Sequence[str],
    limits: Limits,
    logits: Logits,
    held: Sequence[int],
    truth: GroundTruth,
    lesson: Lesson,
    out: Path,
) -> Source:
    """Keeps the soft labels of the rows that were held out, and packages."""
    soft_labels = SoftLabels.of_rows(logits, held, lesson.train, lesson.dev)
    soft_labels.write(out / "soft_labels.safetensors")
    return finish.package(
        student,
        vocabulary,
        lesson.labels,
        limits,
        logits,
        truth,
        out / "source",
        name=lesson.name,
        version=lesson.version,
    )


def _check_turns(dialogues: Sequence[Dialogue], most: int) -> None:
    for dialogue in dialogues:
        if len(dialogue.turns) > most:
            raise ModelError(
                f"dialogue {dialogue.id[:20]!r} has {len(dialogue.turns)} turns, but "
                f"max_turns is {most}: --set max_turns={len(dialogue.turns)}"
            )


def _make(recipe: StudentRecipe, lesson: Lesson) -> tuple[Any, list[str]]:
    if recipe.start is not None:
        vocabulary = Checkpoint.read(recipe.start).vocabulary
        model = start_student(recipe.start, lesson.labels, seed=recipe.plan.seed)
        if recipe.keep_layers:
            keep_layers(model, recipe.keep_layers)
        if recipe.grow:
            grow(model, recipe.grow)
        return model, vocabulary
    vocabulary = read_vocabulary(lesson.base / "vocab.txt")
    model = new_student(
        recipe.shape, len(vocabulary), lesson.labels, seed=recipe.plan.seed
    )
    return model, vocabulary
