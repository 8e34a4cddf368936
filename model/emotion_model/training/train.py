r"""Trains what a recipe says.

    python -m emotion_model train --train mine.tsv --dev mine-dev.tsv --out DIR
    python -m emotion_model train RECIPE.toml --train ... --dev ... --out ...

A recipe's `kind` says what is made:

    student   a MobileBERT, calibrated: a package source in OUT/source, and the
              server's package in OUT/package
    average   the mean of several students' weights, calibrated and packaged
    teacher   a fine-tuned pretrained encoder and its soft labels
    ngrams    soft labels of a linear model on n-grams
    lexical   soft labels of boosted trees on lexical features
    pool      dialogues with the teachers' answers, for a student to learn from
    ensemble  the scores of several teachers together

A training that was cut off goes on when the same command is given again.
"""

import argparse
from pathlib import Path

from emotion_model.data.dialogues import labels_of, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.training.jobs import JOBS, Job
from emotion_model.training.machine import Machine
from emotion_model.training.recipe import read_recipe

DEFAULT = Path(__file__).resolve().parents[2]


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    named_recipe = DEFAULT / "recipes" / f"{options.recipe}.toml"
    if not options.recipe.suffix and named_recipe.is_file():
        options.recipe = named_recipe
    raw = read_recipe(options.recipe, options.set)
    kind = raw.pop("kind", None)
    if kind not in JOBS:
        raise ModelError(
            f"{options.recipe}: kind is {kind!r}, expected one of {', '.join(JOBS)}"
        )
    machine = Machine.find(
        device=options.device,
        precision=options.precision,
        threads=options.threads,
        compiles=options.compile,
        pause_file=options.pause_file,
    )
    named = options.labels.split(",") if options.labels else None
    if named is not None and (len(set(named)) != len(named) or len(named) < 2):
        raise ModelError(f"--labels is {options.labels!r}, expected distinct names")
    train = read_dialogues(options.train, named)
    labels = tuple(named) if named else labels_of(train)
    if options.neutral is not None and options.neutral not in labels:
        raise ModelError(
            f"--neutral is {options.neutral!r}, expected one of {', '.join(labels)}"
        )
    job = Job(
        raw=raw,
        recipe=options.recipe,
        train=train,
        dev=read_dialogues(options.dev, labels) if options.dev else [],
        labels=labels,
        neutral=options.neutral,
        out=options.out,
        base=options.base,
        name=options.name,
        version=options.model_version,
        machine=machine,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    print(JOBS[kind](job))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument(
        "recipe",
        type=Path,
        nargs="?",
        default=DEFAULT / "recipes" / "mine.toml",
        help="TOML file, or the name of one of recipes/; default: mine",
    )
    parser.add_argument("--train", type=Path, required=True, help="labelled dialogues")
    parser.add_argument("--dev", type=Path, help="labelled dialogues to calibrate on")
    parser.add_argument("--labels", help="names by commas, in the order of the logits")
    parser.add_argument("--neutral", help="the label that micro-F1 does not count")
    parser.add_argument("--out", type=Path, required=True, help="folder to work in")
    parser.add_argument("--name", default="mine", help="name of the model")
    parser.add_argument("--model-version", default="0.1.0")
    parser.add_argument(
        "--base",
        type=Path,
        default=DEFAULT / "default",
        help="package source whose vocabulary is used",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="changes a value of the recipe; tables by dots",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    parser.add_argument("--precision", default="auto", help="auto, bf16 or fp32")
    parser.add_argument("--compile", action="store_true", help="for GPUs")
    parser.add_argument("--threads", type=int, default=0, help="of the CPU; 0: torch's")
    parser.add_argument(
        "--pause-file", type=Path, help="training waits while this file exists"
    )
