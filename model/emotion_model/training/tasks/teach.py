r"""Fine-tunes one encoder on all tasks, a fifth of every source held out.

    python -m emotion_model tasks teach --rows rows.npz --encoder FOLDER \
        --vocabulary model/default/vocab.txt --members 0:0,0:1 --out DIR

A member is SEED:FOLD. For each, `answers-SEED-FOLD.npy` has its logits for every
row: of the four emotions as `everyday` and as `emocontext` mean them, and of
GoEmotions' labels.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from emotion_model.checkpoint.text import SEPARATOR, read_vocabulary
from emotion_model.data.catalogue import TASKS, WIDTH, spans
from emotion_model.training.machine import Machine
from emotion_model.training.optimization import Optimization, set_rates
from emotion_model.training.tasks.collection import Collection
from emotion_model.training.tasks.combine import ANSWERED
from emotion_model.training.tasks.feed import Feed, answers
from emotion_model.training.teachers.pretrained import PretrainedTeacher

# What each task's loss counts.
LOSS = {
    "everyday": 1.0,
    "emocontext": 1.0,
    "comments": 0.4,
    "tweets": 0.5,
    "scenes": 0.3,
    "irony": 0.3,
    "emoji": 0.2,
}


@dataclass(frozen=True, kw_only=True)
class MemberPlan(Optimization):
    """How one member is trained."""

    # How often each source's rows are read, by name; what is not here is not read.
    passes: dict[str, float]
    # Padded tokens of a step.
    tokens: int = 4096
    learning_rate: float = 6e-5
    head_factor: float = 10.0
    warmup: float = 0.08
    dropout: float = 0.1
    smoothing: float = 0.03


PASSES = {
    "everyday": 3.0,
    "emocontext": 1.6,
    "changed": 0.6,
    "tweets": 3.0,
    "scenes": 2.0,
    "comments": 1.0,
    "irony": 1.0,
    "emoji": 0.4,
    "stated": 1.0,
}


def losses(
    logits: Tensor, targets: Tensor, weights: Tensor, factors: dict[str, float]
) -> Tensor:
    """Cross entropy to what people said, over all tasks; the mean over rows."""
    total = logits.new_zeros(())
    for index, (task, span) in enumerate(spans().items()):
        if not factors.get(task):
            continue
        logs = F.log_softmax(logits[:, span], dim=1)
        own = -(targets[:, span] * logs).sum(1) * weights[:, index]
        total = total + factors[task] * own.mean()
    return total


def schedule(
    plan: MemberPlan, collection: Collection, fold: int, seed: int
) -> NDArray[np.int64]:
    """The rows that a member reads, each as often as its source is passed over."""
    generator = np.random.default_rng(seed)
    free = ~collection.held & (collection.fold != fold)
    chosen: list[NDArray[np.int64]] = []
    for name, passes in plan.passes.items():
        if name not in collection.sources:
            continue
        rows = np.flatnonzero(free & collection.of(name))
        whole, rest = divmod(passes, 1)
        chosen += [rows] * int(whole)
        chosen.append(generator.permutation(rows)[: int(rest * len(rows))])
    return np.concatenate(chosen)


def train_member(
    collection: Collection,
    feed: Feed,
    model: PretrainedTeacher,
    plan: MemberPlan,
    machine: Machine,
    *,
    seed: int,
    fold: int,
) -> None:
    """Trains `model` in place on all folds but one."""
    torch.manual_seed(seed)
    rows = schedule(plan, collection, fold, seed)
    steps = len(feed.by_length(rows, plan.tokens))
    smooth = plan.smoothing
    targets = torch.from_numpy(collection.targets).to(machine.device).float()
    for span in spans().values():
        part = targets[:, span]
        targets[:, span] = part * (1 - smooth) + smooth / part.shape[1]
    weights = torch.from_numpy(collection.weights).to(machine.device).float()
    head = {id(p) for p in model.head.parameters()}
    groups = [
        ([p for p in model.parameters() if id(p) not in head], 1.0),
        (list(model.head.parameters()), plan.head_factor),
    ]
    optimizer = plan.optimizer(groups, decays_all=True)
    batches = feed.shuffled(rows, plan.tokens, seed)
    model.train()
    for step in range(steps):
        share = min(1.0, (step + 1) / (plan.warmup * steps)) * (1 - step / steps)
        set_rates(optimizer, share)
        chosen = next(batches)
        with machine.autocast():
            logits, _ = model(feed.batch(chosen))
        place = torch.from_numpy(chosen).to(machine.device)
        loss = losses(logits.float(), targets[place], weights[place], LOSS)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 100 == 0:
            print(
                f"{seed}:{fold} step {step} of {steps} loss {float(loss.detach()):.4f}",
                flush=True,
            )


def all_answers(
    feed: Feed, model: PretrainedTeacher, machine: Machine
) -> NDArray[np.float16]:
    """Logits of the tasks in ANSWERED, side by side, for every row."""
    columns = torch.cat([torch.arange(WIDTH)[spans()[task]] for task in ANSWERED])
    columns = columns.to(machine.device)
    rows = np.arange(len(feed.lengths))
    model.eval()
    found = answers(lambda b: model(b)[0][:, columns].half(), feed, rows, machine)
    return np.asarray(found.numpy(), np.float16)


def right(
    collection: Collection, logits: NDArray[np.float16], fold: int
) -> dict[str, float]:
    """Accuracy of a member's own answers where it learnt nothing, by source."""
    found = {}
    start = 0
    for task in ANSWERED:
        span = slice(start, start + len(TASKS[task]))
        start = span.stop
        truth = collection.truth(task)
        chosen = logits[:, span].argmax(axis=1)
        for index, name in enumerate(collection.sources):
            known = (truth >= 0) & (collection.source == index) & (collection.like < 0)
            for kind, part in (
                ("held", collection.held),
                ("fold", ~collection.held & (collection.fold == fold)),
            ):
                if (known & part).any():
                    hit = (chosen == truth)[known & part]
                    found[f"{task} {name} {kind}"] = round(float(hit.mean()), 4)
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--members", required=True, help="SEED:FOLD by commas")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--learning-rate", type=float, default=MemberPlan.learning_rate)
    parser.add_argument(
        "--tokens", type=int, default=MemberPlan.tokens, help="of a step"
    )
    parser.add_argument(
        "--passes", type=float, default=1.0, help="factor on all passes"
    )
    parser.add_argument(
        "--minutes", type=float, default=1e6, help="start no member later"
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    began = time.monotonic()
    machine = Machine.find()
    collection = Collection.read(options.rows)
    vocabulary = read_vocabulary(options.vocabulary)
    feed = Feed(collection, vocabulary.index(SEPARATOR), machine.device)
    plan = MemberPlan(
        passes={name: value * options.passes for name, value in PASSES.items()},
        tokens=options.tokens,
        learning_rate=options.learning_rate,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    for member in options.members.split(","):
        if time.monotonic() - began > 60 * options.minutes:
            print(f"{member}: no time is left")
            continue
        seed, fold = map(int, member.split(":"))
        torch.manual_seed(seed)
        model = PretrainedTeacher(
            options.encoder, vocabulary, WIDTH, dropout=plan.dropout
        )
        model = machine.place(model)
        train_member(collection, feed, model, plan, machine, seed=seed, fold=fold)
        trained = time.monotonic() - began
        found = all_answers(feed, model, machine)
        np.save(options.out / f"answers-{seed}-{fold}.npy", found)
        scores = right(collection, found, fold)
        print(
            json.dumps(
                {
                    "member": member,
                    "trained": round(trained, 1),
                    "answered": round(time.monotonic() - began, 1),
                    **scores,
                }
            ),
            flush=True,
        )
    return 0
