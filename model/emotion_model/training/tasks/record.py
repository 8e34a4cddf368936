r"""Keeps what students of several tasks predicted, for the card's tables.

    python -m emotion_model tasks record model/results/tasks.safetensors \
        --rows rows.npz GROUP/NAME=DIR ...

keeps what `learn` left in DIR: the logits of each branch, and of the mean of their
weights, for the held-out rows of four sources. No text is kept and no label: rows are
known by their order in the files that they were read from.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from emotion_model.errors import ModelError
from emotion_model.evaluation.card.tasks import SOURCES, read
from emotion_model.training.tasks.collection import Collection


def kept(collection: Collection, answers: NDArray[np.float16]) -> NDArray[np.float16]:
    """Of answers to all held rows those to SOURCES, four columns a traffic.

    Columns are those of `combine`: everyday, then emocontext.
    """
    rows = np.flatnonzero(collection.held)
    places = [
        np.flatnonzero(collection.source[rows] == collection.sources.index(name))
        for name in SOURCES
    ]
    return np.ascontiguousarray(answers[np.concatenate(places), :8])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("file", type=Path, help="made if it is not there")
    parser.add_argument("runs", nargs="+", metavar="GROUP/NAME=DIR")
    parser.add_argument("--rows", type=Path, required=True)


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    answers = read(options.file) if options.file.exists() else {}
    collection = Collection.read(options.rows)
    for asked in options.runs:
        name, equals, folder = asked.partition("=")
        if not equals or name.count("/") != 1:
            raise ModelError(f"{asked!r}: expected GROUP/NAME=DIR")
        with np.load(Path(folder) / "held.npz") as held:
            for seed in held.files:
                if seed.isdigit():
                    answers[f"{name}/{seed}"] = kept(collection, held[seed])
    fresh = options.file.with_name(options.file.name + ".new")
    save_file(answers, fresh)
    fresh.replace(options.file)
    return 0
