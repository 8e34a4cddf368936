"""The tables of trainings, counted anew from what their models said.

Only dialogues that no model of a table has learnt are counted, with a calibration
that never saw the dialogue. Intervals are of the bootstrap over dialogues: they show
how much the choice of dialogues matters, the deviation how much the seed does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate, ensemble
from emotion_model.evaluation.card.blocks import interval, table
from emotion_model.evaluation.ground_truth import (
    Floats,
    GroundTruth,
    Labels,
    ground_truth_of,
    shares_of,
)
from emotion_model.evaluation.results import Results, Run
from emotion_model.files import read_json

_DRAWS = 2000


@dataclass(frozen=True, kw_only=True)
class Data:
    """What the runs are held against."""

    train: Sequence[Dialogue]
    dev: Sequence[Dialogue]
    labels: tuple[str, ...]
    neutral: str

    def truth(self, rows: Sequence[int] | NDArray[np.int32] = ()) -> GroundTruth:
        """To some training dialogues, under dev's class shares, and to all of dev."""
        chosen = [self.train[row] for row in rows]
        return ground_truth_of(
            (*chosen, *self.dev),
            self.labels,
            self.neutral,
            parts=(len(chosen), len(self.dev)),
            target=shares_of(self.dev, self.labels),
        )


def recorded(results: Results, data: Data) -> dict[str, str]:
    """The parts of the card by name, one for each group of runs.

    Raises:
        ModelError: the runs are of other dialogues.
    """
    results.check(data.train, data.dev)
    truth = data.truth()
    groups = dict.fromkeys(name.partition("/")[0] for name in results.runs)
    parts = {
        name: _students(results.group(name), truth)
        for name in groups
        if name != "teachers"
    }
    if "teachers" in groups:
        parts["teachers"] = _teachers(results.group("teachers"), data)
    return parts


def depths(results: Results, data: Data, benches: Path) -> dict[str, str]:
    """The part "speed": the group "depths" beside what `emotion-bench` measured.

    Args:
        results: the runs.
        data: of which dialogues.
        benches: holds NAME.json, written by `emotion-bench --json`, for each name of
            the group; int8, two threads, batches of 1 and 32 are shown.

    Raises:
        ModelError: such a file is missing or lacks a figure.
    """
    truth = data.truth()
    rows = []
    for name, runs in results.group("depths").items():
        seeds = _Seeds(runs, truth)
        one, many = (
            _bench(benches / f"{_plain(name)}.json", batch) for batch in (1, 32)
        )
        rows.append(
            [
                _title(name),
                str(len(runs)),
                f"{seeds.values.mean():.4f}",
                interval(seeds.drawn),
                f"{one['milliseconds']:.2f}",
                f"{many['dialogues_per_second']['median']:,.0f}",
            ]
        )
    header = ["", "seeds", "micro-F1, mean", "95 % interval"]
    return {"speed": table([*header, "ms for one", "dialogues/s by 32"], rows)}


def _bench(path: Path, batch: int) -> dict[str, Any]:
    for figure in read_json(path).get("engine", []):
        if (figure["precision"], figure["threads"], figure["batch"]) == (
            "int8",
            2,
            batch,
        ):
            return dict(figure)
    raise ModelError(f"{path}: has no figure for int8, two threads, batch {batch}")


class _Seeds:
    """The scores of one training's seeds."""

    def __init__(self, runs: Sequence[Run], truth: GroundTruth) -> None:
        found = [
            calibrate.cross_checked(run.dev.astype(np.float64), truth) for run in runs
        ]
        self.scores = [calibrate.summarise(each, truth) for each in found]
        self.values = np.array([score.micro_f1 for score in self.scores])
        # The mean over the seeds in each bootstrap sample.
        self.drawn = np.mean(
            [truth.resampled(_chosen(each), draws=_DRAWS) for each in found], axis=0
        )

    def row(self, name: str, above: "_Seeds | None") -> list[str]:
        scores, count = self.scores, len(self.values)
        gain = ""
        if above is not None:
            difference = float(self.values.mean() - above.values.mean())
            gain = f"{difference:+.4f} ({interval(self.drawn - above.drawn, '+.3f')})"
        return [
            name,
            str(count),
            f"{self.values.mean():.4f}",
            f"{self.values.std(ddof=1):.4f}" if count > 1 else "",
            interval(self.drawn),
            gain,
            f"{np.mean([score.tuned for score in scores]):.4f}",
            f"{np.mean([score.calibration_error for score in scores]):.4f}",
            f"{np.mean([score.cross_entropy for score in scores]):.4f}",
        ]


def _students(named: Mapping[str, Sequence[Run]], truth: GroundTruth) -> str:
    """A row for each name; its runs are the seeds."""
    rows = []
    above: _Seeds | None = None
    for name, runs in named.items():
        seeds = _Seeds(runs, truth)
        rows.append(seeds.row(_title(name), above))
        above = seeds
    header = [
        "",
        "seeds",
        "micro-F1, mean",
        "sd of seeds",
        "95 % interval",
        "over the row above",
        "tuned after the fact",
        "calibration error",
        "cross entropy",
    ]
    return table(header, rows)


def _teachers(named: Mapping[str, Sequence[Run]], data: Data) -> str:
    """Each alone, and all together, on the dialogues that none has learnt."""
    runs = {name: parts[0] for name, parts in named.items()}
    rows = reduce(np.intersect1d, (run.rows for run in runs.values())).astype(np.int32)
    truth = data.truth(rows)
    logits = [run.some(rows).astype(np.float64) for run in runs.values()]
    weights = ensemble.fit_weights(logits, truth)
    always = np.full(len(truth.labels), truth.neutral, np.int64)
    lines = [
        [f"always {data.neutral}", "", f"{truth.micro_f1(always):.4f}", "", "", ""]
    ]
    lines += [
        _teacher(
            _title(name),
            f"{weight:.2f}",
            calibrate.cross_checked(own, truth),
            truth,
        )
        for name, weight, own in zip(runs, weights, logits, strict=True)
    ]
    together = ensemble.cross_checked(logits, truth)
    lines.append(_teacher("all together", "", together, truth))
    on_dev = data.truth()
    together = ensemble.cross_checked(
        [run.dev.astype(np.float64) for run in runs.values()], on_dev
    )
    lines.append(_teacher("all together, dev alone", "", together, on_dev))
    header = ["teacher", "weight", "micro-F1", "95 % interval"]
    return table([*header, "calibration error", "cross entropy"], lines)


def _teacher(
    name: str, weight: str, probabilities: Floats, truth: GroundTruth
) -> list[str]:
    scores = calibrate.summarise(probabilities, truth)
    return [
        name,
        weight,
        f"{scores.micro_f1:.4f}",
        interval(truth.resampled(_chosen(probabilities), draws=_DRAWS)),
        f"{scores.calibration_error:.4f}",
        f"{scores.cross_entropy:.4f}",
    ]


def _chosen(probabilities: Floats) -> Labels:
    return np.asarray(probabilities.argmax(axis=1), np.int64)


def _plain(name: str) -> str:
    """'1.labels_alone', whose number sorts it, to 'labels_alone'."""
    return re.sub(r"^\d+\.", "", name)


def _title(name: str) -> str:
    return _plain(name).replace("_", " ")
