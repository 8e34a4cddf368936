r"""Several teachers' answers as one: out of fold where people gave a label.

    python -m emotion_model tasks combine --rows rows.npz --out answers.npy \
        --answers ENCODER=everyday:1,emocontext:0.6,comments:1 \\
        --answers NGRAMS=emocontext:0.4

Each folder holds the members of one kind of teacher; its log-probabilities count by
its share in each task, none where a task is not named.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion_model.data.catalogue import TASKS
from emotion_model.errors import ModelError
from emotion_model.evaluation.ensemble import log_probabilities
from emotion_model.training.tasks.collection import Collection

# What a teacher's answers are kept of, side by side.
ANSWERED = ("everyday", "emocontext", "comments")


def answered_spans() -> dict[str, slice]:
    """The columns of each task of ANSWERED in an array of answers."""
    found, start = {}, 0
    for task in ANSWERED:
        found[task] = slice(start, start + len(TASKS[task]))
        start += len(TASKS[task])
    return found


def combined(collection: Collection, folder: Path) -> NDArray[np.float32]:
    """The mean of the members' log-probabilities, float32 [rows, columns].

    A row that people labelled is answered by members that did not learn its fold, if
    there is one; held and unlabelled rows by all. Rows that are `like` another have
    its answers, and plain statements, which no teacher need be asked about, those of
    `calm`.

    Raises:
        ModelError: the folder holds no answers, or of other rows.
    """
    paths = sorted(folder.glob("answers-*.npy"))
    if not paths:
        raise ModelError(f"{folder}: holds no answers")
    total = np.zeros(
        (len(collection), sum(len(TASKS[t]) for t in ANSWERED)), np.float32
    )
    count = np.zeros(len(collection), np.float32)
    labelled = (collection.weights > 0).any(axis=1) & ~collection.held
    for path in paths:
        fold = int(path.stem.split("-")[2])
        logits = np.load(path).astype(np.float32)
        if len(logits) != len(collection):
            raise ModelError(f"{path}: is of other rows")
        may = ~labelled | (collection.fold == fold)
        total[may] += logs(logits)[may]
        count[may] += 1
    if not count.all():
        raise ModelError(f"{folder}: some folds have no member")
    total /= count[:, None]
    copies = collection.like >= 0
    total[copies] = total[collection.like[copies]]
    if "stated" in collection.sources:
        total[collection.of("stated")] = calm()
    return total


def calm(sure: float = 0.94) -> NDArray[np.float32]:
    """Log-probabilities of a text without any feeling, all columns."""
    found = np.zeros(answered_spans()[ANSWERED[-1]].stop, np.float32)
    for task, span in answered_spans().items():
        labels = TASKS[task]
        neutral = labels.index("neutral" if task == "comments" else "others")
        found[span] = np.log((1 - sure) / (len(labels) - 1))
        found[span.start + neutral] = np.log(sure)
    return found


def logs(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-probabilities, task by task."""
    found = np.empty_like(logits)
    for span in answered_spans().values():
        found[:, span] = log_probabilities(logits[:, span].astype(np.float64))
    return found


def _shares(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in text.split(","):
        task, _, share = part.partition(":")
        try:
            found[task] = float(share)
        except ValueError as error:
            raise ModelError(f"{text!r}: expected TASK:SHARE by commas") from error
        if task not in ANSWERED:
            raise ModelError(f"task is {task!r}, expected one of {', '.join(ANSWERED)}")
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument(
        "--answers", action="append", required=True, metavar="DIR=TASK:SHARE,..."
    )
    parser.add_argument("--out", type=Path, required=True)


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    collection = Collection.read(options.rows)
    columns = answered_spans()
    total = np.zeros((len(collection), columns[ANSWERED[-1]].stop), np.float32)
    for asked in options.answers:
        folder, _, shares = asked.rpartition("=")
        found = combined(collection, Path(folder))
        for task, share in _shares(shares).items():
            total[:, columns[task]] += share * found[:, columns[task]]
    np.save(options.out, np.asarray(total, np.float16))
    return 0
