"""Trains a neural teacher, with one fold held out for honest answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.text import (
    DialogueEncoder,
    read_vocabulary,
    write_vocabulary,
)
from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation.soft_labels import SoftLabels
from emotion_model.training import loop
from emotion_model.training.folds import folds_of
from emotion_model.training.machine import Machine
from emotion_model.training.supervised import answer, encode_all, label_task
from emotion_model.training.teachers.pretrained import PretrainedTeacher
from emotion_model.training.teachers.recurrent import RecurrentTeacher

Teacher = PretrainedTeacher | RecurrentTeacher


@dataclass(frozen=True, kw_only=True)
class TeacherRecipe:
    """How a neural teacher is trained."""

    plan: loop.Plan
    # Folder of a pretrained encoder, as transformers writes it; without one the
    # teacher is recurrent and new.
    pretrained: Path | None = None
    # A checkpoint folder whose word vectors a recurrent teacher starts from.
    vectors: Path | None = None
    # The training dialogues are split into so many folds ...
    folds: int = 5
    # ... and this one is held out; -1 holds out none.
    fold: int = 0
    # Share of the dialogues that are changed each time they are read.
    perturbed: float = 0.15
    dropout: float = 0.1
    label_smoothing: float = 0.0
    # The classifier learns so many times faster than the encoder.
    head_factor: float = 20.0


def train_teacher(
    recipe: TeacherRecipe,
    train: Sequence[Dialogue],
    dev: Sequence[Dialogue],
    labels: Sequence[str],
    encoder: DialogueEncoder,
    vocabulary: Sequence[str],
    folder: Path,
    machine: Machine,
) -> SoftLabels:
    """Trains, or goes on training; writes the teacher and its soft labels.

    Files in `folder`: `teacher.safetensors` (float16), `teacher.json`,
    `vocab.txt`, `soft_labels.safetensors`, and those of the loop.

    Raises:
        ModelError: the fold is out of range, or as the loop.
    """
    if not -1 <= recipe.fold < recipe.folds:
        raise ModelError(f"fold is {recipe.fold}, expected -1 to {recipe.folds - 1}")
    torch.manual_seed(recipe.plan.seed)
    model = machine.place(_make(recipe, vocabulary, len(labels)))
    held = folds_of(train, recipe.folds) == recipe.fold
    learnt = [dialogue for dialogue, out in zip(train, held, strict=True) if not out]
    task = _task(model, recipe, learnt, dev, labels, encoder, machine)
    loop.train(task, recipe.plan, folder, machine)
    unseen = [dialogue for dialogue, out in zip(train, held, strict=True) if out]
    asked = encode_all((*unseen, *dev), encoder)
    logits = np.zeros((0, len(labels)), np.float32)
    if asked:
        logits = answer(model, asked, machine)
    soft_labels = SoftLabels.of_rows(logits, np.flatnonzero(held), train, dev)
    _write(model, recipe, labels, vocabulary, folder)
    soft_labels.write(folder / "soft_labels.safetensors")
    return soft_labels


def load_teacher(folder: Path, vocabulary: Sequence[str], machine: Machine) -> Teacher:
    """Reads a trained teacher, ready for what is encoded with `vocabulary`.

    Raises:
        ModelError: a file is missing, or a recurrent teacher has learnt another
            vocabulary.
    """
    own = read_vocabulary(folder / "vocab.txt")
    try:
        facts = json.loads((folder / "teacher.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "teacher.safetensors")
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: holds no teacher: {error}") from error
    labels, encoder = len(facts["labels"]), facts["pretrained"]
    model: Teacher
    if encoder is None:
        vectors = torch.zeros(weights["words.weight"].shape)
        vectors[0, 0] = 1
        model = RecurrentTeacher(own, labels, dropout=0.0, vectors=vectors)
    else:
        model = PretrainedTeacher(Path(encoder), own, labels, dropout=0.0)
    try:
        model.load_state_dict({name: w.float() for name, w in weights.items()})
    except RuntimeError as error:
        raise ModelError(f"{folder}: is of another vocabulary or encoder") from error
    if own != list(vocabulary):
        if not isinstance(model, PretrainedTeacher):
            raise ModelError(f"{folder}: has learnt another vocabulary")
        model.read_as(vocabulary)
    return model.to(machine.device).eval()


def _make(recipe: TeacherRecipe, vocabulary: Sequence[str], labels: int) -> Teacher:
    if recipe.pretrained is not None:
        return PretrainedTeacher(
            recipe.pretrained, vocabulary, labels, dropout=recipe.dropout
        )
    vectors = None
    if recipe.vectors is not None:
        source = Checkpoint.read(recipe.vectors)
        if source.vocabulary != list(vocabulary):
            raise ModelError(f"{recipe.vectors}: has another vocabulary")
        vectors = source.weights["mobilebert.embeddings.word_embeddings.weight"]
    return RecurrentTeacher(vocabulary, labels, dropout=recipe.dropout, vectors=vectors)


def _task(
    model: Teacher,
    recipe: TeacherRecipe,
    learnt: Sequence[Dialogue],
    dev: Sequence[Dialogue],
    labels: Sequence[str],
    encoder: DialogueEncoder,
    machine: Machine,
) -> loop.Task:
    named = list(model.named_parameters())
    task = label_task(
        model,
        [
            ([value for name, value in named if not name.startswith("head.")], 1.0),
            (list(model.head.parameters()), recipe.head_factor),
        ],
        learnt,
        labels,
        encoder,
        machine,
        batch_size=recipe.plan.batch,
        perturbed=recipe.perturbed,
        label_smoothing=recipe.label_smoothing,
    )
    truth = torch.tensor([list(labels).index(dialogue.label) for dialogue in dev])
    asked = encode_all(dev, encoder)

    def scores() -> dict[str, float]:
        logits = torch.from_numpy(answer(model, asked, machine))
        return {
            "dev_cross_entropy": float(F.cross_entropy(logits, truth)),
            "dev_accuracy": float((logits.argmax(1) == truth).float().mean()),
        }

    task.evaluate = scores if dev else None
    return task


def _write(
    model: Teacher,
    recipe: TeacherRecipe,
    labels: Sequence[str],
    vocabulary: Sequence[str],
    folder: Path,
) -> None:
    write_vocabulary(vocabulary, folder / "vocab.txt")
    weights = {name: w.half().contiguous() for name, w in model.state_dict().items()}
    save_file(weights, folder / "teacher.safetensors")
    facts = {
        "pretrained": str(recipe.pretrained.resolve()) if recipe.pretrained else None,
        "labels": list(labels),
        "folds": recipe.folds,
        "fold": recipe.fold,
        "seed": recipe.plan.seed,
    }
    (folder / "teacher.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
