"""The command `python -m emotion_model VERB`."""

import sys
from collections.abc import Sequence

from emotion_model.command import Verb, run_verb

TASKS = (
    Verb(
        name="collect",
        help="gather and encode what one body learns from",
        module="emotion_model.training.tasks.collect",
    ),
    Verb(
        name="teach",
        help="fine-tune an encoder on all tasks: a teacher, with a fold held out",
        module="emotion_model.training.tasks.teach",
    ),
    Verb(
        name="cheap",
        help="train a teacher that takes seconds, a member for each fold",
        module="emotion_model.training.tasks.cheap",
    ),
    Verb(
        name="combine",
        help="make one set of soft labels of several teachers' logits",
        module="emotion_model.training.tasks.combine",
    ),
    Verb(
        name="learn",
        help="teach a student from the soft labels of all rows",
        module="emotion_model.training.tasks.learn",
    ),
    Verb(
        name="package",
        help="make a package source of a student, calibrated for each traffic",
        module="emotion_model.training.tasks.package",
    ),
    Verb(
        name="record",
        help="keep a student's logits of held-out rows, for the card's tables",
        module="emotion_model.training.tasks.record",
    ),
)

VERBS = (
    Verb(
        name="import",
        help="make a package source of a transformers MobileBERT checkpoint",
        module="emotion_model.checkpoint.import_hf",
    ),
    Verb(
        name="export",
        help="make the package that the server reads",
        module="emotion_model.package.export",
    ),
    Verb(
        name="verify",
        help="prove the packed model equal to the stock one on random batches",
        module="emotion_model.package.verify",
    ),
    Verb(
        name="evaluate",
        help="score a source or a running server on labelled dialogues",
        module="emotion_model.evaluation.evaluate",
    ),
    Verb(
        name="compare-precisions",
        help="measure what each precision of a package costs in quality",
        module="emotion_model.evaluation.compare_precisions",
    ),
    Verb(
        name="examine",
        help="report where a source is good, sure, and wrong",
        module="emotion_model.evaluation.examine",
    ),
    Verb(
        name="recalibrate",
        help="fit a source's calibration to other traffic",
        module="emotion_model.evaluation.recalibrate",
    ),
    Verb(
        name="card",
        help="print, check or write the numbers of the model card",
        module="emotion_model.evaluation.card.reprint",
    ),
    Verb(
        name="record",
        help="keep a training's soft labels, for the card's tables",
        module="emotion_model.evaluation.results",
    ),
    Verb(
        name="train",
        help="train what a recipe says",
        module="emotion_model.training.train",
    ),
    Verb(
        name="respell",
        help="make a package source with another vocabulary",
        module="emotion_model.training.respell",
    ),
    Verb(
        name="tasks",
        help="teach one body several tasks, stage by stage",
        verbs=TASKS,
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code."""
    return run_verb(
        VERBS,
        "python -m emotion_model",
        "MobileBERT emotion models: make, measure and train them.",
        sys.argv[1:] if arguments is None else arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
