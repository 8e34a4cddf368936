"""The kinds of training, each from a recipe's table to files in a folder."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import DialogueEncoder, Limits, read_vocabulary
from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate, ensemble
from emotion_model.evaluation.ground_truth import (
    Floats,
    GroundTruth,
    ground_truth_of,
    shares_of,
)
from emotion_model.evaluation.soft_labels import SoftLabels, fingerprint
from emotion_model.package.export import export
from emotion_model.training.machine import Machine
from emotion_model.training.recipe import parse
from emotion_model.training.students.distil import StudentRecipe
from emotion_model.training.students.label import (
    PoolRecipe,
    make_pool,
    merged_soft_labels,
)
from emotion_model.training.students.learn import (
    Lesson,
    average_students,
    train_student,
)
from emotion_model.training.teachers.cheap import CheapTeacher, out_of_fold
from emotion_model.training.teachers.teach import TeacherRecipe, train_teacher

Known = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training: a recipe and what it is applied to."""

    # The recipe's table, without its kind, and its path for errors.
    raw: dict[str, Any]
    recipe: Path
    train: Sequence[Dialogue]
    # May be empty.
    dev: Sequence[Dialogue]
    labels: tuple[str, ...]
    neutral: str | None
    # The folder for all that is made; it is there.
    out: Path
    # The package source whose vocabulary is used.
    base: Path
    name: str
    version: str
    machine: Machine

    def encoder(self, max_tokens: int) -> tuple[DialogueEncoder, list[str]]:
        """An encoder for up to eight turns, and its vocabulary."""
        vocabulary = read_vocabulary(self.base / "vocab.txt")
        limits = Limits(max_turns=8, max_turn_bytes=1 << 16, max_tokens=max_tokens)
        return DialogueEncoder(vocabulary, limits), vocabulary

    def lesson(self) -> Lesson:
        """What a student learns from."""
        return Lesson(
            train=self.train,
            dev=self.dev,
            labels=self.labels,
            neutral=self.neutral,
            base=self.base,
            name=self.name,
            version=self.version,
        )

    def traffic(self) -> list[float]:
        """The class shares to weigh for: dev's, if there is one."""
        return shares_of(self.dev or self.train, self.labels)


def teacher(job: Job) -> str:
    """Fine-tunes a pretrained encoder."""
    recipe = parse(TeacherRecipe, job.raw, str(job.recipe))
    encoder, vocabulary = job.encoder(128)
    soft_labels = train_teacher(
        recipe,
        job.train,
        job.dev,
        job.labels,
        encoder,
        vocabulary,
        job.out,
        job.machine,
    )
    return _scores(job, soft_labels)


def student(job: Job) -> str:
    """Trains a student, and makes its package source and the server's package."""
    recipe = parse(StudentRecipe, job.raw, str(job.recipe))
    source = train_student(recipe, job.lesson(), job.out, job.machine)
    return _packaged(job, source)


def average(job: Job) -> str:
    """Averages students: a package source and the server's package, as `student`."""
    folders = job.raw.get("students")
    if set(job.raw) != {"students"} or not isinstance(folders, list):
        raise ModelError(f"{job.recipe}: expected students alone, a list of folders")
    source = average_students(
        [Path(folder) for folder in folders],
        job.lesson(),
        job.out,
        job.machine,
    )
    return _packaged(job, source)


def _packaged(job: Job, source: Source) -> str:
    export(source, job.out / "package", "packed")
    report = (job.out / "report.json").read_text(encoding="utf-8")
    return f"{job.out / 'package'} is ready for the server\n{report}"


def pool(job: Job) -> str:
    """Makes a pool."""
    recipe = parse(PoolRecipe, job.raw, str(job.recipe))
    encoder, vocabulary = job.encoder(recipe.max_tokens)
    weights = make_pool(
        recipe,
        job.train,
        job.labels,
        job.traffic(),
        encoder,
        vocabulary,
        _makers(recipe.comments),
        job.out,
        job.machine,
    )
    names = [path.name for path in recipe.teachers] + list(recipe.cheap)
    return "\n".join(
        f"{name:24}{weight:7.3f}" for name, weight in zip(names, weights, strict=True)
    )


def cheap(kind: str) -> Callable[[Job], str]:
    """The job of a teacher that is trained in seconds."""

    def run(job: Job) -> str:
        raw = dict(job.raw)
        folds = int(raw.pop("folds", 5))
        comments = raw.pop("comments", None)
        makers = _makers(Path(comments) if comments else None, raw, str(job.recipe))
        soft_labels = out_of_fold(
            makers[kind], job.train, job.dev, job.labels, job.machine, folds=folds
        )
        soft_labels.write(job.out / "soft_labels.safetensors")
        return _scores(job, soft_labels)

    return run


def together(job: Job) -> str:
    """Weighs the soft labels in several folders and scores them together.

    The recipe's `teachers` is a list of lists: the folders of one teacher's folds.
    """
    groups = job.raw.get("teachers")
    if not isinstance(groups, list) or not all(isinstance(g, list) for g in groups):
        raise ModelError(f"{job.recipe}: teachers must be a list of lists of folders")
    parts = [merged_soft_labels([Path(path) for path in group]) for group in groups]
    for part in parts:
        _check(job, part)
    known: Known = np.all([~np.isnan(part.train[:, 0]) for part in parts], axis=0)
    logits = [_rows(part, known) for part in parts]
    truth = _truth(job, known)
    weights = ensemble.fit_weights(logits, truth)
    names = [Path(group[0]).name for group in groups]
    always = job.neutral or "the commonest"
    lines = [
        "| teacher | weight | micro-F1 | sd | tuned after | cross entropy | ECE |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        f"| always {always} | | {_majority(truth):.4f} | | | | |",
    ]
    lines += [
        _line(name, f"{weight:.3f}", calibrate.cross_check(own, truth))
        for name, weight, own in zip(names, weights, logits, strict=True)
    ]
    lines.append(_line("together", "", ensemble.cross_check(logits, truth)))
    return "\n".join(lines)


def _majority(truth: GroundTruth) -> float:
    """Of one and the same answer to everything."""
    commonest = np.bincount(truth.labels, truth.weights).argmax()
    chosen = truth.neutral if truth.neutral >= 0 else commonest
    return truth.micro_f1(np.full(len(truth.labels), chosen, np.int64))


def _line(name: str, weight: str, checked: calibrate.Checked) -> str:
    return (
        f"| {name} | {weight} | {checked.micro_f1:.4f} | {checked.spread:.4f} | "
        f"{checked.tuned:.4f} | {checked.cross_entropy:.4f} | "
        f"{checked.calibration_error:.4f} |"
    )


def _scores(job: Job, soft_labels: SoftLabels) -> str:
    known = ~np.isnan(soft_labels.train[:, 0])
    logits = _rows(soft_labels, known)
    if not len(logits):
        return "nothing was held out"
    return json.dumps(
        asdict(calibrate.cross_check(logits, _truth(job, known))), indent=1
    )


def _rows(soft_labels: SoftLabels, known: Known) -> Floats:
    return np.concatenate([soft_labels.train[known], soft_labels.dev]).astype(
        np.float64
    )


def _truth(job: Job, known: Known) -> GroundTruth:
    chosen = [d for d, is_known in zip(job.train, known, strict=True) if is_known]
    return ground_truth_of(
        (*chosen, *job.dev),
        job.labels,
        job.neutral,
        parts=(len(chosen), len(job.dev)),
        target=job.traffic(),
    )


def _check(job: Job, soft_labels: SoftLabels) -> None:
    if (soft_labels.train_fingerprint, soft_labels.dev_fingerprint) != (
        fingerprint(job.train),
        fingerprint(job.dev),
    ):
        raise ModelError(
            "the soft labels are of other dialogues than --train and --dev"
        )


def _makers(
    comments: Path | None, raw: dict[str, Any] | None = None, name: str = ""
) -> dict[str, Callable[[], CheapTeacher]]:
    """How to make each kind; scikit-learn is needed only once one is made."""

    def ngrams() -> CheapTeacher:
        from emotion_model.training.teachers.ngrams import NgramRecipe, NgramTeacher

        return NgramTeacher(parse(NgramRecipe, raw or {}, name))

    def lexical() -> CheapTeacher:
        from emotion_model.training.teachers.comments import CommentModel, read_comments
        from emotion_model.training.teachers.lexical import (
            LexicalRecipe,
            LexicalTeacher,
        )

        if comments is not None and "model" not in kept:
            kept["model"] = CommentModel(*read_comments(comments))
        return LexicalTeacher(parse(LexicalRecipe, raw or {}, name), kept.get("model"))

    kept: dict[str, Any] = {}
    return {"ngrams": ngrams, "lexical": lexical}


JOBS: dict[str, Callable[[Job], str]] = {
    "student": student,
    "average": average,
    "teacher": teacher,
    "ngrams": cheap("ngrams"),
    "lexical": cheap("lexical"),
    "pool": pool,
    "ensemble": together,
}
