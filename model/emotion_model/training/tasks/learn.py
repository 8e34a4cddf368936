r"""Teaches a student from the teachers' answers to all rows.

    python -m emotion_model tasks learn --rows rows.npz --answers answers.npy \
        --start model/default --out DIR

The student has one body and a linear head for each task that teachers answer. What
it learns: the teachers' softened answers to every row, and people's labels where
there are some. OUT/student.safetensors has the weights under transformers' names,
the head of `everyday` as the classifier and the others as `heads.TASK`.
"""

import argparse
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.text import SEPARATOR
from emotion_model.errors import ModelError
from emotion_model.training.machine import Machine
from emotion_model.training.tasks.branches import Training, mean_of, teach
from emotion_model.training.tasks.collection import Collection
from emotion_model.training.tasks.combine import answered_spans
from emotion_model.training.tasks.feed import Feed
from emotion_model.training.tasks.lesson import OFTEN, BranchPlan
from emotion_model.training.tasks.student import Student, answer


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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
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
        parser.add_argument(f"--{name}", type=int, default=getattr(BranchPlan, name))
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
        default = getattr(BranchPlan, name.replace("-", "_"))
        parser.add_argument(f"--{name}", type=float, default=default)


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    machine = Machine.find()
    collection = Collection.read(options.rows)
    answers = np.load(options.answers)
    if len(answers) != len(collection):
        raise ModelError(f"{options.answers}: is of other rows")
    checkpoint = Checkpoint.read(options.start)
    feed = Feed(collection, checkpoint.vocabulary.index(SEPARATOR), machine.device)
    chosen = {field.name for field in fields(BranchPlan)}
    plan = BranchPlan(**{k: v for k, v in vars(options).items() if k in chosen})
    student = machine.place(Student(checkpoint, options.layers))
    if options.go_on is not None:
        student.go_on(load_file(options.go_on))
    often = OFTEN | _read_numbers(options.often)
    only = _read_numbers(options.only)
    training = Training(student, collection, answers, feed, plan, machine, often, only)
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
    return 0
