r"""Teaches a student from the teachers' answers to all rows.

    python -m emotion_model.tasks.learn --rows rows.npz --answers answers.npy \
        --start model/default --out DIR

The student has one body and a linear head for each task that teachers answer. What
it learns: the teachers' softened answers to every row, and people's labels where
there are some. OUT/student.safetensors has the weights under transformers' names,
the head of `everyday` as the classifier and the others as `heads.TASK`.
"""

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from emotion_model.errors import ModelError
from emotion_model.source import Checkpoint
from emotion_model.tasks.body import Body
from emotion_model.tasks.catalogue import TASKS, spans
from emotion_model.tasks.collection import Collection
from emotion_model.tasks.combine import ANSWERED, answered_spans
from emotion_model.tasks.feed import Feed, gathered
from emotion_model.text import SEPARATOR
from emotion_model.training.batches import Batch
from emotion_model.training.machine import Machine
from emotion_model.weights import Weights

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
class Plan:
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
    weight_decay: float = 0.01
    # Of the moving average of a branch's weights.
    average: float = 0.998
    temperature: float = 2.0
    # Of the teachers' answers, and of people's labels beside them.
    soft: float = 1.0
    hard: float = 0.3
    seed: int = 0
    # Whether steps are recorded once and replayed; for GPUs.
    graphs: bool = True


class Student(nn.Module):
    """A body and a head for each task of ANSWERED, side by side."""

    def __init__(self, checkpoint: Checkpoint, layers: int = 0) -> None:
        """Starts from a checkpoint; its classifier starts the four-label heads.

        Args:
            checkpoint: the weights.
            layers: to keep so many of its layers, evenly spread; 0 keeps all.
        """
        super().__init__()
        self.body = Body(checkpoint.weights, checkpoint.settings, layers)
        columns = answered_spans()
        self.heads = nn.Linear(
            checkpoint.settings.hidden_size, columns[ANSWERED[-1]].stop
        )
        classifier = checkpoint.weights["classifier.weight"]
        with torch.no_grad():
            self.heads.weight.normal_(0, 0.02)
            self.heads.bias.zero_()
            for span in columns.values():
                if span.stop - span.start == len(classifier):
                    self.heads.weight[span] = classifier
                    self.heads.bias[span] = checkpoint.weights["classifier.bias"]

    def forward(self, batch: Batch) -> Tensor:
        """Logits of all heads, [B, columns]."""
        answer: Tensor = self.heads(self.body(batch)[:, 0])
        return answer

    def go_on(self, tensors: Weights) -> None:
        """Takes what `tensors` gave of a student of the same shape."""
        with torch.no_grad():
            for name, value in self.tensors().items():
                value.copy_(tensors[name])

    def tensors(self) -> Weights:
        """Under transformers' names; see the module."""
        found = dict(self.body.weights())
        for task, span in answered_spans().items():
            name = "classifier" if task == ANSWERED[0] else f"heads.{task}"
            found[f"{name}.weight"] = self.heads.weight[span]
            found[f"{name}.bias"] = self.heads.bias[span]
        return {name: value.detach() for name, value in found.items()}


def wanted(collection: Collection, device: torch.device) -> tuple[Tensor, Tensor]:
    """People's labels of the tasks in ANSWERED, and what each counts."""
    columns = np.concatenate([np.arange(999)[spans()[task]] for task in ANSWERED])
    places = [list(TASKS).index(task) for task in ANSWERED]
    targets = torch.from_numpy(collection.targets[:, columns]).to(device)
    weights = torch.from_numpy(collection.weights[:, places]).to(device)
    return targets, weights


def loss(
    logits: Tensor, soft: Tensor, targets: Tensor, weights: Tensor, plan: Plan
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


class Training:
    """One student on one device: its steps, its optimiser, where it stands."""

    def __init__(
        self,
        student: Student,
        collection: Collection,
        answers: NDArray[np.float16],
        feed: Feed,
        plan: Plan,
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
        self._optimizer = torch.optim.AdamW(
            [
                {
                    "params": [p for p in student.parameters() if p.dim() > 1],
                    "weight_decay": plan.weight_decay,
                },
                {
                    "params": [p for p in student.parameters() if p.dim() <= 1],
                    "weight_decay": 0.0,
                },
            ],
            lr=plan.learning_rate,
            betas=(0.9, 0.98),
            eps=1e-6,
            fused=True,
        )
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
            for group in self._optimizer.param_groups:
                group["lr"] = plan.learning_rate * share
            shown.append(self._backward(length, chosen))
            torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
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


def teach(training: Training, plan: Plan) -> list[dict[str, Tensor]]:
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


def answer(
    student: Student,
    feed: Feed,
    rows: NDArray[np.int64],
    machine: Machine,
    *,
    tokens: int = 65_536,
) -> NDArray[np.float32]:
    """Logits of all heads for some rows, in their order."""
    place = np.full(len(feed.lengths), -1)
    place[rows] = np.arange(len(rows))
    parts = []
    student.eval()
    with torch.inference_mode():
        for batch in feed.by_length(rows, tokens):
            with machine.autocast():
                parts.append((place[batch], student(feed.batch(batch)).float()))
    student.train()
    return np.asarray(gathered(parts, len(rows)).numpy(), np.float32)


def glance(
    collection: Collection, rows: NDArray[np.int64], logits: NDArray[Any]
) -> dict[str, float]:
    """Accuracy by argmax on held rows, by source, for the log."""
    found = {}
    for task, span in answered_spans().items():
        truth = collection.truth(task)[rows]
        for index, name in enumerate(collection.sources):
            known = (truth >= 0) & (collection.source[rows] == index)
            if known.any():
                hit = logits[known, span].argmax(axis=1) == truth[known]
                found[f"{task} {name}"] = round(float(hit.mean()), 4)
    return found


def _read_numbers(text: str) -> dict[str, float]:
    found = {}
    for part in text.split(",") if text else ():
        name, _, times = part.rpartition("=")
        try:
            found[name] = float(times)
        except ValueError as error:
            raise ModelError(f"{part!r}: expected NAME=NUMBER") from error
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m emotion_model.tasks.learn",
        description="Teaches a student from the teachers' answers to all rows.",
    )
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--answers", type=Path, required=True, help="of `combine`")
    parser.add_argument("--start", type=Path, required=True, help="a checkpoint")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--go-on", type=Path, help="a student.safetensors to start as")
    parser.add_argument("--layers", type=int, default=0, help="keep so many, evenly")
    parser.add_argument(
        "--often", default="", help="how often sources are read: NAME=TIMES by commas"
    )
    parser.add_argument(
        "--only", default="", help="shares of sources to make do with: NAME=SHARE"
    )
    parser.add_argument("--timed", action="store_true", help="seconds, not steps")
    parser.add_argument("--no-graphs", dest="graphs", action="store_false")
    for name in ("tokens", "seed", "branches", "warmup"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    for name in (
        "trunk",
        "branch",
        "learning-rate",
        "average",
        "soft",
        "hard",
        "temperature",
        "weight-decay",
    ):
        default = getattr(Plan, name.replace("-", "_"))
        parser.add_argument(f"--{name}", type=float, default=default)
    options = parser.parse_args(arguments)
    try:
        machine = Machine.find()
        collection = Collection.read(options.rows)
        answers = np.load(options.answers)
        if len(answers) != len(collection):
            raise ModelError(f"{options.answers}: is of other rows")
        checkpoint = Checkpoint.read(options.start)
        feed = Feed(collection, checkpoint.vocabulary.index(SEPARATOR), machine.device)
        chosen = {field.name for field in fields(Plan)}
        plan = Plan(**{k: v for k, v in vars(options).items() if k in chosen})
        student = machine.place(Student(checkpoint, options.layers))
        if options.go_on is not None:
            student.go_on(load_file(options.go_on))
        often = OFTEN | _read_numbers(options.often)
        only = _read_numbers(options.only)
        training = Training(
            student, collection, answers, feed, plan, machine, often, only
        )
        ends = teach(training, plan)
        held = np.flatnonzero(collection.held)
        found: dict[str, NDArray[Any]] = {}
        for name, weights in (
            *((str(index), end) for index, end in enumerate(ends)),
            ("mean", mean_of(ends)),
        ):
            student.load_state_dict(weights)
            found[name] = answer(student, feed, held, machine).astype(np.float16)
            print(name, json.dumps(glance(collection, held, found[name])), flush=True)
        options.out.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(options.out / "held.npz", allow_pickle=False, **found)
        tensors = {n: v.cpu().half().contiguous() for n, v in student.tensors().items()}
        save_file(tensors, options.out / "student.safetensors")
    except (ModelError, OSError) as error:
        print(f"learn: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
