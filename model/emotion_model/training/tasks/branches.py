"""The training of a student: a trunk, and branches that end it apart."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from emotion_model.errors import ModelError
from emotion_model.training.machine import Machine
from emotion_model.training.optimization import set_rates
from emotion_model.training.tasks.collection import Collection
from emotion_model.training.tasks.feed import Feed
from emotion_model.training.tasks.lesson import (
    OFTEN,
    BranchPlan,
    learnable,
    loss,
    wanted,
)
from emotion_model.training.tasks.student import Student


class Training:
    """One student on one device: its steps, its optimiser, where it stands."""

    def __init__(
        self,
        student: Student,
        collection: Collection,
        answers: NDArray[np.float16],
        feed: Feed,
        plan: BranchPlan,
        machine: Machine,
        often: Mapping[str, float] = OFTEN,
        only: Mapping[str, float] | None = None,
    ) -> None:
        """Lays out what is learnt on the device.

        Args:
            student: on the device already.
            collection: the rows.
            answers: the teachers', by `combine`.
            feed: of the same rows.
            plan: how to train.
            machine: the device.
            often: how often a source's rows are read in a pass.
            only: a share of a source's rows to make do with.
        """
        self.student, self.feed, self.plan = student, feed, plan
        self.machine = machine
        self.rows = learnable(collection, often, plan.seed, only)
        self._soft = torch.from_numpy(answers).to(machine.device)
        self._targets, self._weights = wanted(collection, machine.device)
        self._optimizer = plan.optimizer([(list(student.parameters()), 1.0)])
        self._graphs: dict[int, _Graph] = {}

    def run(
        self, amount: float, seed: int, *, falls: bool, mean: list[Tensor] | None = None
    ) -> None:
        """Trains in place for so many steps or seconds.

        Args:
            amount: of steps, or of seconds if the plan is timed.
            seed: of the order of rows.
            falls: whether the rate falls to zero; if not, it rises first.
            mean: takes the moving average of the weights.

        Raises:
            ModelError: the loss is no longer finite.
        """
        plan, began, done = self.plan, time.monotonic(), 0.0
        parameters: list[Tensor] = list(self.student.parameters())
        shown: list[Tensor] = []
        batches = self.feed.filled(self.rows, plan.tokens, seed)
        for step, (length, chosen) in enumerate(batches):
            if done >= 1:
                break
            share = 1 - done if falls else min(1.0, (step + 1) / plan.warmup)
            set_rates(self._optimizer, share)
            shown.append(self._backward(length, chosen))
            torch.nn.utils.clip_grad_norm_(parameters, plan.clip, foreach=True)
            self._optimizer.step()
            if mean is not None:
                keep = min(plan.average, (2 + step) / (11 + step))
                with torch.no_grad():
                    torch._foreach_lerp_(mean, parameters, 1 - keep)
            elapsed = time.monotonic() - began
            done = (elapsed if plan.timed else step + 1) / amount
            if step % 200 == 199 or done >= 1:
                average = float(torch.stack(shown).mean())
                shown = []
                print(
                    f"seed {seed} step {step + 1} {done:.2f} {elapsed:.0f} s "
                    f"loss {average:.4f}",
                    flush=True,
                )
                if not np.isfinite(average):
                    raise ModelError(f"step {step}: the loss is no longer finite")

    def state(self) -> dict[str, Any]:
        """A copy of where it stands, for `restore`."""
        return copy.deepcopy(
            {
                "student": self.student.state_dict(),
                "optimizer": self._optimizer.state_dict(),
            }
        )

    def restore(self, state: dict[str, Any]) -> None:
        """Goes back to where it stood."""
        self.student.load_state_dict(state["student"])
        self._optimizer.load_state_dict(copy.deepcopy(state["optimizer"]))

    def _backward(self, length: int, chosen: NDArray[np.int64]) -> Tensor:
        """The loss of a batch; its gradients are in the parameters."""
        rows = torch.from_numpy(chosen).to(self.machine.device, non_blocking=True)
        if self.machine.device.type != "cuda" or not self.plan.graphs:
            for parameter in self.student.parameters():
                parameter.grad = None
            value = self._loss(rows, length)
            value.backward()
            return value.detach()
        if length not in self._graphs:
            self._graphs[length] = _Graph(self._loss, self.student, rows, length)
        return self._graphs[length](rows)

    def _loss(self, rows: Tensor, length: int) -> Tensor:
        with self.machine.autocast():
            logits = self.student(self.feed.gathered(rows, length))
        return loss(
            logits.float(),
            self._soft[rows].float(),
            self._targets[rows].float(),
            self._weights[rows].float(),
            self.plan,
        )


class _Graph:
    """Forward and backward of one shape, recorded once and replayed.

    The student's thousands of small kernels take the GPU less time than the CPU
    needs to launch them one by one.
    """

    _pool: ClassVar[Any] = None

    def __init__(
        self,
        compute: Callable[[Tensor, int], Tensor],
        student: nn.Module,
        rows: Tensor,
        length: int,
    ) -> None:
        self._rows = rows.clone()
        parameters = list(student.parameters())
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(2):
                compute(self._rows, length).backward()
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, pool=_Graph._pool):
            torch._foreach_zero_([p.grad for p in parameters if p.grad is not None])
            self._loss = compute(self._rows, length)
            self._loss.backward()
        _Graph._pool = self._graph.pool()

    def __call__(self, rows: Tensor) -> Tensor:
        self._rows.copy_(rows)
        self._graph.replay()
        return self._loss.detach().clone()


def teach(training: Training, plan: BranchPlan) -> list[dict[str, Tensor]]:
    """The trunk and its branches: the moving averages at the branches' ends."""
    training.run(plan.trunk, plan.seed, falls=False)
    trunk = training.state()
    names = [name for name, _ in training.student.named_parameters()]
    ends = []
    for branch in range(plan.branches):
        if branch:
            training.restore(trunk)
        mean = [p.detach().clone() for p in training.student.parameters()]
        training.run(plan.branch, plan.seed + 1 + branch, falls=True, mean=mean)
        ends.append(dict(zip(names, mean, strict=True)))
    return ends


def mean_of(ends: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several students' weights."""
    return {name: torch.stack([e[name] for e in ends]).mean(dim=0) for name in ends[0]}
