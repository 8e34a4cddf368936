"""The training loop: one schedule, one log, checkpoints that resume exactly.

Step s draws its randomness from (seed, s) and epoch e its order from (seed, e), so
a training that was cut off goes on as if it had not been.
"""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from emotion_model.errors import ModelError
from emotion_model.training.machine import Machine
from emotion_model.training.optimization import Group, Optimization, set_rates

# Random draws that differ between steps but not between runs.
_STRIDE = 1_000_003


@dataclass(frozen=True, kw_only=True)
class Plan(Optimization):
    """How long and how fast to train; the rate falls to zero by the end."""

    epochs: float = 3.0
    # Dialogues in a step.
    batch: int = 32
    learning_rate: float = 3e-4
    # Share of the steps in which it rises.
    warmup: float = 0.06
    # Of the moving average of the weights, which is what is kept; 0 is none.
    average: float = 0.0
    seed: int = 0
    checkpoint_minutes: float = 3.0
    # Steps between two lines of the log.
    log_every: int = 50

    def check(self) -> None:
        """Raises ModelError for a value out of range."""
        for name, low, high in (
            ("epochs", 0.0, 10_000.0),
            ("batch", 1, 65_536),
            ("learning_rate", 0.0, 1.0),
            ("warmup", 0.0, 1.0),
            ("weight_decay", 0.0, 1.0),
            ("clip", 1e-6, 1e6),
            ("beta2", 0.0, 0.99999),
            ("average", 0.0, 0.99999),
            ("log_every", 1, 1_000_000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ModelError(f"{name} is {value}, expected {low} to {high}")


@dataclass
class Task:
    """What a training is of."""

    model: nn.Module
    # Parameters by learning rate.
    groups: list[Group]
    # The batches of an epoch, by its seed.
    batches: Callable[[int], list[list[int]]]
    # The loss of a batch and its parts by name, for the log.
    loss: Callable[[list[int]], tuple[Tensor, dict[str, float]]]
    # Called after each epoch with the averaged weights in place; for the log.
    evaluate: Callable[[], dict[str, float]] | None = None


def train(
    task: Task,
    plan: Plan,
    folder: Path,
    machine: Machine,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Trains `task.model` in place; it ends with the averaged weights, if any.

    Writes `log.jsonl` and `checkpoint.pt` in `folder`, and goes on from a
    checkpoint that is there. The checkpoint stays; a finished one costs no step.

    Raises:
        ModelError: a value of the plan is out of range, the checkpoint is of
            another plan, or the loss is no longer finite.
    """
    plan.check()
    folder.mkdir(parents=True, exist_ok=True)
    _Training(task, plan, folder, machine, clock).run()


class _Training:
    def __init__(
        self,
        task: Task,
        plan: Plan,
        folder: Path,
        machine: Machine,
        clock: Callable[[], float],
    ) -> None:
        self.task, self.plan, self.folder = task, plan, folder
        self.machine, self.clock = machine, clock
        self.per_epoch = len(task.batches(_mix(plan.seed, 0)))
        self.steps = max(1, math.ceil(plan.epochs * self.per_epoch))
        self.done = 0
        self.optimizer = plan.optimizer(task.groups)
        self.mean = _copy(task.model) if plan.average else None
        self.parts: list[dict[str, float]] = []
        self.began = self.saved = clock()
        self.paused = 0.0

    def run(self) -> None:
        self._resume()
        self.task.model.train()
        with tqdm(
            total=self.steps, initial=self.done, disable=None, unit="step"
        ) as bar:
            while self.done < self.steps:
                epoch = self.done // self.per_epoch
                batches = self.task.batches(_mix(self.plan.seed, epoch))
                for batch in batches[self.done % self.per_epoch :]:
                    self._step(batch)
                    bar.update()
                    if self.done >= self.steps:
                        break
                self._log({"epoch": epoch + 1, **self._evaluated()})
                self._save()
        if self.mean is not None:
            self.task.model.load_state_dict(self.mean)

    def _step(self, batch: list[int]) -> None:
        self.paused += self.machine.wait_while_paused()
        self._set_rates()
        torch.manual_seed(_mix(self.plan.seed, self.done))
        loss, parts = self.task.loss(batch)
        if not bool(torch.isfinite(loss)):
            raise ModelError(f"step {self.done}: the loss is {float(loss.detach())}")
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.task.model.parameters(), self.plan.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.done += 1
        self._average()
        self.parts.append({"loss": float(loss.detach()), **parts, "norm": float(norm)})
        if self.done % self.plan.log_every == 0:
            self._log(_mean(self.parts))
            self.parts = []
        if self.clock() - self.saved > 60 * self.plan.checkpoint_minutes:
            self._save()

    def _set_rates(self) -> None:
        rising = max(1.0, self.plan.warmup * self.steps)
        share = min(1.0, (self.done + 1) / rising)
        share *= max(0.0, 1 - self.done / self.steps)
        set_rates(self.optimizer, share)

    def _average(self) -> None:
        if self.mean is None:
            return
        # Young averages must not remember the first random weights.
        keep = min(self.plan.average, (1 + self.done) / (10 + self.done))
        with torch.no_grad():
            for name, value in self.task.model.state_dict().items():
                if value.is_floating_point():
                    self.mean[name].lerp_(value, 1 - keep)

    def _evaluated(self) -> dict[str, float]:
        if self.task.evaluate is None:
            return {}
        kept = _copy(self.task.model) if self.mean is not None else None
        if self.mean is not None:
            self.task.model.load_state_dict(self.mean)
        self.task.model.eval()
        scores = self.task.evaluate()
        if kept is not None:
            self.task.model.load_state_dict(kept)
        self.task.model.train()
        return scores

    def _log(self, values: dict[str, float]) -> None:
        seconds = self.clock() - self.began - self.paused
        line = {"step": self.done, "of": self.steps, "seconds": round(seconds, 1)}
        shown = {key: round(value, 5) for key, value in values.items()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, **shown}) + "\n")

    def _save(self) -> None:
        state = {
            "plan": _identity(self.plan),
            "steps": self.steps,
            "done": self.done,
            "model": self.task.model.state_dict(),
            "mean": self.mean,
            "optimizer": self.optimizer.state_dict(),
        }
        fresh = self.folder / "checkpoint.new"
        torch.save(state, fresh)
        fresh.replace(self.folder / "checkpoint.pt")
        self.saved = self.clock()

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if not path.is_file():
            return
        state = torch.load(path, map_location=self.machine.device, weights_only=True)
        if state["plan"] != _identity(self.plan) or state["steps"] != self.steps:
            raise ModelError(
                f"{path}: is of another plan; take it away or name another folder"
            )
        self.task.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.mean, self.done = state["mean"], state["done"]


def _identity(plan: Plan) -> dict[str, Any]:
    fields = asdict(plan)
    for free in ("checkpoint_minutes", "log_every"):
        del fields[free]
    return fields


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _mean(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of each part over the steps that had it."""
    found: dict[str, list[float]] = {}
    for part in parts:
        for key, value in part.items():
            found.setdefault(key, []).append(value)
    return {key: sum(values) / len(values) for key, values in found.items()}


def _mix(seed: int, number: int) -> int:
    return (seed * _STRIDE + number) % (1 << 63)
