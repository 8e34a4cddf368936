r"""What models predicted of dialogues they never learnt, kept to be counted again.

    python -m emotion_model record model/results/runs.safetensors \
        students/24-layers/0=build/student-0/soft_labels.safetensors

adds the soft labels of a training under a name, GROUP/NAME or GROUP/NAME/SEED. The file
holds no text: the dialogues are known by their rows and a checksum of all of them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation.soft_labels import Logits, SoftLabels, fingerprint


@dataclass(frozen=True, kw_only=True)
class Run:
    """The logits of one model."""

    # The training dialogues that it did not learn from, rising; mostly none.
    rows: NDArray[np.int32]
    # [rows, labels].
    train: Logits
    # [dev dialogues, labels].
    dev: Logits

    @classmethod
    def of(cls, soft_labels: SoftLabels) -> "Run":
        """What soft labels hold, rounded to float16."""
        rows = np.flatnonzero(~np.isnan(soft_labels.train[:, 0])).astype(np.int32)
        return cls(
            rows=rows,
            train=_rounded(soft_labels.train[rows]),
            dev=_rounded(soft_labels.dev),
        )

    def some(self, wanted: NDArray[np.int32]) -> Logits:
        """The logits of some of `rows`, followed by those to dev."""
        return np.concatenate([self.train[np.isin(self.rows, wanted)], self.dev])


@dataclass(kw_only=True)
class Results:
    """Runs by name, all of the same dialogues."""

    train_fingerprint: str = ""
    dev_fingerprint: str = ""
    runs: dict[str, Run] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Results":
        """Reads what `write` wrote; raises ModelError if it cannot."""
        try:
            with safe_open(path, "np") as file:
                marks = file.metadata() or {}
                keys = file.keys()
                tensors = {key: file.get_tensor(key) for key in keys}
            names = sorted({key.rpartition("/")[0] for key in tensors})
            runs = {
                name: Run(
                    rows=tensors[f"{name}/rows"],
                    train=tensors[f"{name}/train"].astype(np.float32),
                    dev=tensors[f"{name}/dev"].astype(np.float32),
                )
                for name in names
            }
            return cls(
                train_fingerprint=marks["train"],
                dev_fingerprint=marks["dev"],
                runs=runs,
            )
        except (OSError, SafetensorError, KeyError) as error:
            raise ModelError(f"{path}: holds no results: {error}") from error

    def write(self, path: Path) -> None:
        """Writes a safetensors file, whole or not at all; the logits in float16."""
        path.parent.mkdir(parents=True, exist_ok=True)
        tensors: dict[str, NDArray[np.generic]] = {}
        for name, run in sorted(self.runs.items()):
            tensors[f"{name}/rows"] = run.rows
            tensors[f"{name}/train"] = run.train.astype(np.float16)
            tensors[f"{name}/dev"] = run.dev.astype(np.float16)
        fresh = path.with_name(path.name + ".new")
        marks = {"train": self.train_fingerprint, "dev": self.dev_fingerprint}
        save_file(tensors, fresh, marks)
        fresh.replace(path)

    def add(self, name: str, soft_labels: SoftLabels) -> None:
        """Adds a run, or puts it in the place of the one of that name.

        Raises:
            ModelError: it is of other dialogues than those that are there.
        """
        marks = soft_labels.train_fingerprint, soft_labels.dev_fingerprint
        if not self.runs:
            self.train_fingerprint, self.dev_fingerprint = marks
        if marks != (self.train_fingerprint, self.dev_fingerprint):
            raise ModelError(f"{name}: is of other dialogues than the runs before it")
        self.runs[name] = Run.of(soft_labels)

    def check(self, train: Sequence[Dialogue], dev: Sequence[Dialogue]) -> None:
        """Raises ModelError if the runs are of other dialogues."""
        for what, mark, dialogues in (
            ("train", self.train_fingerprint, train),
            ("dev", self.dev_fingerprint, dev),
        ):
            if fingerprint(dialogues) != mark:
                raise ModelError(f"{what}: the results are of other dialogues")

    def group(self, name: str) -> dict[str, list[Run]]:
        """The runs of a group by their names, which rise, each with its seeds."""
        found: dict[str, list[Run]] = {}
        for key, run in self.runs.items():
            head, _, rest = key.partition("/")
            if head == name:
                found.setdefault(rest.partition("/")[0], []).append(run)
        return found


def _rounded(logits: Logits) -> Logits:
    return logits.astype(np.float16).astype(np.float32)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("file", type=Path, help="results, made if it is not there")
    parser.add_argument(
        "runs",
        nargs="+",
        metavar="NAME=SOFT_LABELS",
        help="a training's soft_labels.safetensors",
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    results = Results.read(options.file) if options.file.exists() else Results()
    for asked in options.runs:
        name, equals, path = asked.partition("=")
        if not equals or not 2 <= len(name.split("/")) <= 3:
            raise ModelError(f"{asked!r}: expected GROUP/NAME[/SEED]=SOFT_LABELS")
        results.add(name, SoftLabels.read(Path(path)))
    results.write(options.file)
    for name, run in sorted(results.runs.items()):
        print(f"{name:40} {len(run.rows):6} of train, {len(run.dev)} of dev")
    return 0
