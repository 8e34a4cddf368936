"""The tables of students of several tasks, counted anew from their logits.

`record` of the tasks keeps them; see there what a file holds.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from emotion_model.data.corpora import Row
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.card.blocks import interval, table
from emotion_model.evaluation.card.everyday import macro_f1
from emotion_model.evaluation.ground_truth import Floats, GroundTruth, Labels

# Whose held-out rows are kept, in this order.
SOURCES = ("emocontext", "everyday", "tweets", "scenes")

_DRAWS = 2000


class HeldOut:
    """What people said of the rows that are kept."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Takes all labelled rows in their order, as `labelled_rows` gives them."""
        self._labels: dict[str, Labels] = {}
        for name in SOURCES:
            task = "emocontext" if name == "emocontext" else "everyday"
            self._labels[name] = np.array(
                [
                    int(row.targets[task][0].argmax()) if task in row.targets else -1
                    for row in rows
                    if row.held and row.source == name
                ],
                np.int64,
            )

    def __len__(self) -> int:
        """Rows."""
        return sum(map(len, self._labels.values()))

    def of(self, name: str, logits: Floats) -> tuple[Labels, Floats]:
        """The labels of a source's rows that have one, and the logits of them."""
        start = 0
        for other in SOURCES[: SOURCES.index(name)]:
            start += len(self._labels[other])
        labels = self._labels[name]
        columns = slice(4, 8) if name == "emocontext" else slice(0, 4)
        found = logits[start : start + len(labels), columns]
        return labels[labels >= 0], found[labels >= 0]


class Scores:
    """Of one training's seeds."""

    def __init__(self, runs: Sequence[NDArray[np.float16]], held_out: HeldOut) -> None:
        """Counts; intervals are of the bootstrap over dialogues."""
        self.count = len(runs)
        self.micro_f1, self.everyday, self.tweets, self.scenes = [], [], [], []
        drawn_f1, drawn_everyday = [], []
        for run in runs:
            logits = run.astype(np.float64)
            labels, found = held_out.of("emocontext", logits)
            held = GroundTruth(labels=labels, weights=np.ones(len(labels)), neutral=0)
            chosen = calibrate.cross_checked(found, held).argmax(axis=1)
            self.micro_f1.append(held.micro_f1(chosen))
            drawn_f1.append(held.resampled(chosen, draws=_DRAWS))
            labels, found = held_out.of("everyday", logits)
            held = GroundTruth(labels=labels, weights=np.ones(len(labels)), neutral=-1)
            chosen = calibrate.cross_checked(found, held, lean=False).argmax(axis=1)
            self.everyday.append(held.micro_f1(chosen))
            drawn_everyday.append(held.resampled(chosen, draws=_DRAWS))
            labels, found = held_out.of("tweets", logits)
            right = found[:, 1:].argmax(axis=1) + 1 == labels
            self.tweets.append(float(right.mean()))
            labels, found = held_out.of("scenes", logits)
            self.scenes.append(macro_f1(labels, found.argmax(axis=1)))
        self.drawn_f1 = np.mean(drawn_f1, axis=0)
        self.drawn_everyday = np.mean(drawn_everyday, axis=0)

    def line(self, name: str, against: "Scores | None") -> list[str]:
        """A row of the table, with the gains over `against`."""
        more = ["", ""]
        if against is not None:
            more = [
                _gain(
                    self.everyday,
                    against.everyday,
                    self.drawn_everyday - against.drawn_everyday,
                ),
                _gain(
                    self.micro_f1, against.micro_f1, self.drawn_f1 - against.drawn_f1
                ),
            ]
        return [
            name,
            str(self.count),
            f"{np.mean(self.everyday):.4f}",
            more[0],
            f"{np.mean(self.micro_f1):.4f}",
            more[1],
            f"{np.mean(self.tweets):.3f}",
            f"{np.mean(self.scenes):.3f}",
        ]


def _gain(own: Sequence[float], other: Sequence[float], drawn: Floats) -> str:
    gain = np.mean(own) - np.mean(other)
    return f"{gain:+.4f} ({interval(drawn, '+.3f')})"


def read(path: Path) -> dict[str, NDArray[np.float16]]:
    """The logits by GROUP/NAME/SEED; raises ModelError if they cannot be read."""
    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: holds no logits: {error}") from error


def tables(
    logits: Mapping[str, NDArray[np.float16]], rows: Sequence[Row]
) -> dict[str, str]:
    """The parts of the card by group; a group's rows are held against its first.

    Raises:
        ModelError: the logits are of other rows.
    """
    held_out = HeldOut(rows)
    groups: dict[str, dict[str, list[NDArray[np.float16]]]] = {}
    for key in sorted(logits):
        group, name, _ = key.split("/")
        if len(logits[key]) != len(held_out):
            raise ModelError(f"{key}: is of other rows than these")
        groups.setdefault(group, {}).setdefault(name, []).append(logits[key])
    header = [
        "",
        "seeds",
        "everyday accuracy",
        "over the first row",
        "EmoContext micro-F1",
        "over the first row",
        "tweets",
        "scenes",
    ]
    parts = {}
    for group, named in groups.items():
        lines: list[list[str]] = []
        first: Scores | None = None
        for name, runs in named.items():
            scores = Scores(runs, held_out)
            lines.append(scores.line(name.split(".", 1)[-1].replace("_", " "), first))
            first = first or scores
        parts[group] = table(header, lines)
    return parts
