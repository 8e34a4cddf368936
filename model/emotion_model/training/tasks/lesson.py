"""What a student learns, how often, and what it is held to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from emotion_model.data.catalogue import TASKS, WIDTH, spans
from emotion_model.training.optimization import Optimization
from emotion_model.training.tasks.collection import Collection
from emotion_model.training.tasks.combine import ANSWERED, answered_spans

# How often a source's rows are read in a pass; 1 where nothing is said.
OFTEN = {
    "everyday": 4.0,
    "emocontext": 2.0,
    "tweets": 3.0,
    "scenes": 2.0,
    "stated": 2.0,
    "windows": 0.5,
    "text casino": 0.5,
    "text clinc150": 0.5,
    "text taskmaster4": 0.5,
    "text topical_chat": 0.5,
}

# What the tasks' losses count.
COUNTS = {"everyday": 1.0, "emocontext": 1.0, "comments": 0.3}


@dataclass(frozen=True, kw_only=True)
class BranchPlan(Optimization):
    """How students are taught: a trunk, and branches that end it apart.

    The trunk holds the highest learning rate; each branch goes on from its end and
    lets the rate fall to zero. The branches differ in what they read when, and the
    mean of their weights is the student.
    """

    # Of the trunk, and of each branch. Numbers of steps, or seconds if `timed`.
    trunk: float = 3000
    branch: float = 2000
    timed: bool = False
    branches: int = 3
    # Padded tokens of a step.
    tokens: int = 16_384
    learning_rate: float = 5e-4
    # Steps in which the rate rises.
    warmup: int = 200
    # Of the moving average of a branch's weights.
    average: float = 0.998
    temperature: float = 2.0
    # Of the teachers' answers, and of people's labels beside them.
    soft: float = 1.0
    hard: float = 0.3
    seed: int = 0
    # Whether steps are recorded once and replayed; for GPUs.
    graphs: bool = True


def wanted(collection: Collection, device: torch.device) -> tuple[Tensor, Tensor]:
    """People's labels of the tasks in ANSWERED, and what each counts."""
    columns = np.concatenate([np.arange(WIDTH)[spans()[task]] for task in ANSWERED])
    places = [list(TASKS).index(task) for task in ANSWERED]
    targets = torch.from_numpy(collection.targets[:, columns]).to(device)
    weights = torch.from_numpy(collection.weights[:, places]).to(device)
    return targets, weights


def loss(
    logits: Tensor, soft: Tensor, targets: Tensor, weights: Tensor, plan: BranchPlan
) -> Tensor:
    """Divergence from the teachers' softened answers, and from people's labels."""
    heat = plan.temperature
    total = logits.new_zeros(())
    for index, (task, span) in enumerate(answered_spans().items()):
        own, their = logits[:, span], soft[:, span]
        gap = F.kl_div(
            F.log_softmax(own / heat, dim=1),
            F.softmax(their / heat, dim=1),
            reduction="batchmean",
        )
        said = -(targets[:, span] * F.log_softmax(own, dim=1)).sum(1)
        labelled = (said * weights[:, index]).mean()
        both = plan.soft * gap * heat**2 + plan.hard * labelled
        total = total + COUNTS[task] * both
    return total


def learnable(
    collection: Collection,
    often: Mapping[str, float],
    seed: int,
    only: Mapping[str, float] | None = None,
) -> NDArray[np.int64]:
    """The rows of one pass.

    Args:
        collection: the rows.
        often: how often each source's are read; 1 where nothing is said.
        seed: draws those that are read once more than others.
        only: a share of a source's rows to make do with.
    """
    generator = np.random.default_rng(seed)
    free = ~collection.held
    chosen: list[NDArray[np.int64]] = []
    for index, name in enumerate(collection.sources):
        rows = np.flatnonzero(free & (collection.source == index))
        if only and name in only:
            drawn = np.random.default_rng(0).permutation(rows)
            rows = drawn[: round(only[name] * len(rows))]
        whole, rest = divmod(often.get(name, 1.0), 1)
        chosen += [rows] * int(whole)
        chosen.append(generator.permutation(rows)[: round(rest * len(rows))])
    return np.concatenate(chosen)
