"""How good answers are, as SemEval-2019 Task 3 (EmoContext) counts it.

The measure is micro-F1 over the emotional classes happy, sad and angry: true
positives, false positives and false negatives are added up over these three, and
'others' counts only by what is taken for it or for what it is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EMOTIONS = ("happy", "sad", "angry")


@dataclass(frozen=True)
class ClassScore:
    """One class's numbers; a quotient with nothing below it is 0."""

    precision: float
    recall: float
    f1: float
    # Dialogues that truly have the class.
    support: int


@dataclass(frozen=True)
class Confusion:
    """counts[i, j]: dialogues of label i that were answered with label j."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    @classmethod
    def of(
        cls, labels: Sequence[str], truth: Sequence[str], answers: Sequence[str]
    ) -> "Confusion":
        """Counts pairs.

        Raises:
            ValueError: not as many answers as truths, or a name not in `labels`.
        """
        if len(truth) != len(answers):
            raise ValueError(f"{len(truth)} labels but {len(answers)} answers")
        place = {label: index for index, label in enumerate(labels)}
        counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
        for true, answer in zip(truth, answers, strict=True):
            for name in (true, answer):
                if name not in place:
                    raise ValueError(f"label {name!r} is not one of {tuple(labels)}")
            counts[place[true], place[answer]] += 1
        return cls(tuple(labels), counts)

    @property
    def accuracy(self) -> float:
        """Share of right answers; 0 for no dialogues."""
        return _divide(float(np.trace(self.counts)), float(self.counts.sum()))

    def score(self, label: str) -> ClassScore:
        """Precision, recall and F1 of one class."""
        index = self.labels.index(label)
        hits = float(self.counts[index, index])
        answered = float(self.counts[:, index].sum())
        support = int(self.counts[index].sum())
        return ClassScore(
            precision=_divide(hits, answered),
            recall=_divide(hits, support),
            f1=_divide(2 * hits, answered + support),
            support=support,
        )

    def micro_f1(self, emotions: Sequence[str] = EMOTIONS) -> float:
        """Micro-F1 over `emotions`: 2 TP / (2 TP + FP + FN), 0 if that is 0 / 0."""
        return float(_micro_f1(self.counts[None], self._indexes(emotions))[0])

    def micro_f1_interval(
        self, emotions: Sequence[str] = EMOTIONS, *, draws: int = 2000, seed: int = 0
    ) -> tuple[float, float]:
        """The 95 % bootstrap interval of micro-F1.

        Dialogues are drawn with replacement, as many as there are, `draws` times.
        Only the cell of a dialogue matters, so cells are drawn instead.
        """
        total = int(self.counts.sum())
        if total == 0:
            return 0.0, 0.0
        generator = np.random.default_rng(seed)
        shares = self.counts.reshape(-1) / total
        drawn = generator.multinomial(total, shares, size=draws)
        values = _micro_f1(
            drawn.reshape(draws, *self.counts.shape), self._indexes(emotions)
        )
        low, high = np.percentile(values, [2.5, 97.5])
        return float(low), float(high)

    def _indexes(self, emotions: Sequence[str]) -> list[int]:
        missing = [name for name in emotions if name not in self.labels]
        if missing:
            raise ValueError(f"the labels {self.labels} lack {missing}")
        return [self.labels.index(name) for name in emotions]


def format_report(confusion: Confusion) -> str:
    """The table per class and the confusion matrix, as text."""
    width = max(8, *(len(label) + 1 for label in confusion.labels))
    lines = [f"{'':{width}}precision  recall      F1  support"]
    for label in confusion.labels:
        score = confusion.score(label)
        lines.append(
            f"{label:{width}}{score.precision:9.4f}{score.recall:8.4f}"
            f"{score.f1:8.4f}{score.support:9d}"
        )
    lines += ["", "true label in rows, answer in columns"]
    lines.append(" " * width + "".join(f"{name:>{width}}" for name in confusion.labels))
    for label, row in zip(confusion.labels, confusion.counts.tolist(), strict=True):
        lines.append(f"{label:{width}}" + "".join(f"{n:{width}d}" for n in row))
    return "\n".join(lines)


def _micro_f1(counts: NDArray[np.int64], chosen: list[int]) -> NDArray[np.float64]:
    hits = counts[:, chosen, chosen].sum(axis=1)
    answered = counts[:, :, chosen].sum(axis=(1, 2))
    support = counts[:, chosen, :].sum(axis=(1, 2))
    below = np.maximum(answered + support, 1)
    return np.asarray(2 * hits / below, dtype=np.float64)


def _divide(above: float, below: float) -> float:
    return above / below if below else 0.0
