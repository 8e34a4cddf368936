"""Teaches a student from a pool of a teacher's answers."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from emotion_model.training import batches, loop
from emotion_model.training.machine import Machine
from emotion_model.training.students.pool import ORIGINS, Pool
from emotion_model.training.students.student import Shape, Student


@dataclass(frozen=True, kw_only=True)
class StudentRecipe:
    """How a student is made and taught."""

    plan: loop.Plan
    # A checkpoint folder to start from; none makes a new student of `shape`.
    start: Path | None = None
    # With `start`: the blocks to keep of it, and the blocks to have then.
    keep_layers: tuple[int, ...] = ()
    grow: int = 0
    shape: Shape = field(default_factory=Shape)
    # A pool to learn from, instead of the training dialogues' labels.
    pool: Path | None = None
    # Of the pool: where the dialogues come from.
    origins: tuple[str, ...] = ORIGINS
    # Weights of the losses: the teacher's logits, its hidden states, the labels.
    soft: float = 1.0
    hidden: float = 1.0
    hard: float = 0.3
    # The map from the student's hidden states to the teacher's learns so many times
    # faster than the student.
    image_factor: float = 10.0
    # Softens the teacher's and the student's answers.
    temperature: float = 2.0
    label_smoothing: float = 0.0
    # Share of the dialogues that are changed each time they are read; only
    # without a pool.
    perturbed: float = 0.15
    # The training dialogues are split into so many folds, and one is held out to
    # calibrate and to measure on; -1 holds out none. A pool holds all of them.
    folds: int = 5
    fold: int = -1
    # Tokens of a dialogue.
    max_tokens: int = 128
    max_turns: int = 3


def pool_task(
    student: Student, pool: Pool, recipe: StudentRecipe, machine: Machine
) -> loop.Task:
    """The task of learning from a pool.

    Raises:
        ModelError: the pool holds nothing of the recipe's origins.
    """
    chosen = pool.rows_from(recipe.origins)
    lengths = np.diff(pool.offsets)[chosen].tolist()
    soft, hard = torch.from_numpy(pool.soft), torch.from_numpy(pool.hard)

    def loss(rows: list[int]) -> tuple[Tensor, dict[str, float]]:
        batch = batches.collate([pool.encoding(row) for row in rows])
        with machine.autocast():
            logits, states = student(batch.to(machine.device))
            image = None if student.image is None else student.image(states)
        logits = logits.float()
        imitation = distance(logits, soft[rows].to(machine.device), recipe.temperature)
        value = recipe.soft * imitation
        parts = {"soft": float(imitation.detach())}
        known = hard[rows] >= 0
        if recipe.hard and bool(known.any()):
            labelled = F.cross_entropy(
                logits[known.to(machine.device)], hard[rows][known].to(machine.device)
            )
            # Weighed by how many have a label, so that a batch of none is not odd.
            value = value + recipe.hard * labelled * float(known.float().mean())
            parts["hard"] = float(labelled.detach())
        if image is not None and recipe.hidden:
            wanted = pool.hidden_of(rows, batch.ids.shape[1]).to(machine.device)
            there = batch.mask.to(machine.device).bool()
            gap = F.mse_loss(image.float()[there], wanted[there])
            value = value + recipe.hidden * gap
            parts["hidden"] = float(gap.detach())
        return value, parts

    groups = [(list(student.model.parameters()), 1.0)]
    if student.image is not None:
        # It starts from nothing and must not mislead a body that does not.
        groups.append((list(student.image.parameters()), recipe.image_factor))

    def epoch(seed: int) -> list[list[int]]:
        order = batches.shuffled(lengths, recipe.plan.batch, seed)
        return [[chosen[place] for place in places] for places in order]

    return loop.Task(
        model=student,
        groups=groups,
        batches=epoch,
        loss=loss,
    )


def distance(logits: Tensor, wanted: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence from a teacher's softened answers, times T²."""
    return (
        F.kl_div(
            F.log_softmax(logits / temperature, dim=1),
            F.softmax(wanted / temperature, dim=1),
            reduction="batchmean",
        )
        * temperature**2
    )
