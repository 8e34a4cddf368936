"""The tables of everyday dialogues, and of people's labels of other kinds.

All are predicted in int8 with the calibration for everyday traffic, unless said
otherwise. A model that is given the shares of the labels weighs its probabilities by
what they are over what it was fitted to.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from emotion_model.checkpoint.source import Source
from emotion_model.data.catalogue import LABELS
from emotion_model.data.corpora import Row, foreign_rows
from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.card import failures
from emotion_model.evaluation.card.blocks import interval, table
from emotion_model.evaluation.ground_truth import (
    Floats,
    GroundTruth,
    Labels,
    ground_truth_of,
)
from emotion_model.evaluation.predictor import Predictor
from emotion_model.evaluation.probes import probe


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """How a model answers people's labels that it did not learn from."""

    # TweetEval's emotion: the right one of happy, sad and angry, given equal shares.
    tweets: float
    # EmoryNLP's scenes, four labels, given equal shares.
    scenes_macro_f1: float
    # GoEmotions' comments grouped to four, given equal shares.
    comments_macro_f1: float
    comments_accuracy: float
    # How many dialogues of each.
    counts: tuple[int, int, int]


def measured(source: Source, dialogues: Sequence[Dialogue]) -> dict[str, str]:
    """The parts of the card by name; the operators must have been loaded."""
    predictor = Predictor(source, precision="int8")
    logits = predictor.logits([dialogue.turns for dialogue in dialogues])
    truth = ground_truth_of(
        dialogues, source.labels, None, parts=(0, len(dialogues)), target=()
    )
    stored = calibrate.apply(logits, predictor.calibration)
    crossed = calibrate.cross_checked(logits, truth, lean=False)
    found = probe(predictor)
    return {
        "everyday": _scores(stored, crossed, truth),
        "everyday-labels": _recalls(crossed.argmax(axis=1), truth),
        "everyday-kinds": _kinds(dialogues, crossed.argmax(axis=1), truth),
        "probes": table(
            ["probe", "sentences", "label changed", "mean shift of its probability"],
            [
                [f.name, str(f.sentences), f"{f.changed:.3f}", f"{f.shift:.3f}"]
                for f in found
            ],
        ),
        "failures": failures.as_text(failures.classified(predictor, source.labels)),
    }


def _scores(stored: Floats, crossed: Floats, truth: GroundTruth) -> str:
    rows = []
    for name, found in (
        ("the package's, fitted on these", stored),
        ("fitted on four fifths, counted on the fifth", crossed),
    ):
        chosen = np.asarray(found.argmax(axis=1), np.int64)
        rows.append(
            [
                name,
                f"{truth.micro_f1(chosen):.4f}",
                interval(truth.resampled(chosen, draws=2000)),
                f"{truth.calibration_error(found):.4f}",
                f"{truth.cross_entropy(found):.4f}",
            ]
        )
    header = ["calibration", "accuracy", "95 % interval", "calibration error"]
    return table([*header, "cross entropy"], rows)


def _recalls(chosen: Labels, truth: GroundTruth) -> str:
    rows = []
    for index, label in enumerate(LABELS):
        own, said = truth.labels == index, chosen == index
        hits = float((own & said).sum())
        rows.append(
            [
                label,
                f"{hits / max(1, said.sum()):.3f}",
                f"{hits / max(1, own.sum()):.3f}",
                f"{int(own.sum()):,}",
            ]
        )
    return table(["label", "precision", "recall", "dialogues"], rows)


def kind_of(dialogue: Dialogue) -> str:
    """The kind of an everyday dialogue, which its id ends with."""
    return dialogue.id.split("-", 2)[-1]


def _kinds(dialogues: Sequence[Dialogue], chosen: Labels, truth: GroundTruth) -> str:
    right = chosen == truth.labels
    kinds = np.array([kind_of(dialogue) for dialogue in dialogues])
    shown = sorted(
        set(kinds.tolist()), key=lambda kind: float(right[kinds == kind].mean())
    )
    return table(
        ["kind", "accuracy", "dialogues"],
        [
            [kind, f"{right[kinds == kind].mean():.3f}", f"{(kinds == kind).sum():,}"]
            for kind in shown
        ],
    )


def transfer(
    predict: Callable[[Sequence[Sequence[str]]], Floats],
    shares: Sequence[float],
    corpora: Path,
) -> Transfer:
    """Measures on the parts of `corpora` that nothing learns from.

    Args:
        predict: gives calibrated probabilities in the order of LABELS.
        shares: of the labels in the traffic that they are calibrated for.
        corpora: the folder with `tweeteval`, `emorynlp` and `goemotions`.

    Raises:
        ModelError: a file is missing or broken, or the shares are not known.
    """
    if not shares:
        raise ModelError("the package does not say the shares it was calibrated for")
    by_source: dict[str, list[Row]] = {}
    for row in foreign_rows(corpora):
        if row.held and "everyday" in row.targets:
            by_source.setdefault(row.source, []).append(row)
    found = {}
    for name, rows in by_source.items():
        truth = np.array([int(row.targets["everyday"][0].argmax()) for row in rows])
        # Scenes are counted on the four labels that say one of ours outright.
        if name == "scenes":
            sure = [not row.targets["scenes"][0][-1] for row in rows]
            rows = [row for row, keep in zip(rows, sure, strict=True) if keep]
            truth = truth[sure]
        probabilities = predict([row.turns[-3:] for row in rows]) / np.array(shares)
        found[name] = truth, probabilities
    truth, chances = found["tweets"]
    three = chances[:, 1:].argmax(axis=1) + 1 == truth
    scenes, comments = found["scenes"], found["comments"]
    chosen = comments[1].argmax(axis=1)
    return Transfer(
        tweets=round(float(three.mean()), 4),
        scenes_macro_f1=round(macro_f1(scenes[0], scenes[1].argmax(axis=1)), 4),
        comments_macro_f1=round(macro_f1(comments[0], chosen), 4),
        comments_accuracy=round(float((chosen == comments[0]).mean()), 4),
        counts=(len(truth), len(scenes[0]), len(comments[0])),
    )


def macro_f1(truth: Labels, chosen: Labels) -> float:
    """The mean F1 of the four labels; 0 for one that nobody means or says."""
    scores = []
    for label in range(len(LABELS)):
        both = int(((truth == label) & (chosen == label)).sum())
        either = int((truth == label).sum() + (chosen == label).sum())
        scores.append(2 * both / max(1, either))
    return float(np.mean(scores))


def transfer_table(current: Transfer, name: str, older: Path) -> str:
    """A row for the model, below one for each that `older` holds, NAME.json."""
    known: dict[str, Mapping[str, float]] = {}
    for path in sorted(older.glob("*.json")):
        known[path.stem] = json.loads(path.read_text(encoding="utf-8"))
    known[name] = asdict(current)
    rows = [
        [
            version,
            *(
                f"{numbers[key]:.3f}"
                for key in (
                    "tweets",
                    "scenes_macro_f1",
                    "comments_macro_f1",
                    "comments_accuracy",
                )
            ),
        ]
        for version, numbers in known.items()
    ]
    tweets, scenes, comments = current.counts
    header = [
        "",
        f"tweets: the right one of three ({tweets:,})",
        f"scenes: macro-F1 of four ({scenes:,})",
        f"comments: macro-F1 of four ({comments:,})",
        "comments: accuracy",
    ]
    return table(header, rows)
