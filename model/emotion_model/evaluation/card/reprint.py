r"""Reprints the numbers of the model card from the repository and a copy of the data.

    python -m emotion_model card --train train.txt --dev dev.txt \
        --operators build/release/lib/libemotion_operators.so [--check | --write]

The card, and the project's README, ask for its parts by name (see `blocks`). Without
a flag all are printed, `--check` reports where a document says something else,
`--write` puts them in.

Exit code: 0, or 1 if `--check` finds a difference, or 2 for an error.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from emotion_model.checkpoint.source import Source
from emotion_model.data.corpora import labelled_rows
from emotion_model.data.dialogues import read_dialogues
from emotion_model.evaluation.card import blocks, everyday, tasks
from emotion_model.evaluation.card.measured import measured
from emotion_model.evaluation.card.recorded import Data, depths, recorded
from emotion_model.evaluation.predictor import Predictor
from emotion_model.evaluation.results import Results
from emotion_model.package.operators import load_operators

_MODEL = Path(__file__).resolve().parents[3]

# Processors round differently, by a dialogue or two of thousands.
_TOLERANCE = 0.0025


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--train", type=Path, required=True, help="EmoContext's train")
    parser.add_argument("--dev", type=Path, required=True, help="EmoContext's dev")
    parser.add_argument(
        "--data",
        type=Path,
        help="holds emocontext/ and corpora/: people's labels of other kinds",
    )
    parser.add_argument(
        "--everyday",
        type=Path,
        default=_MODEL / "data" / "everyday" / "held-out.tsv",
        help="everyday dialogues that nothing has learnt from",
    )
    parser.add_argument("--source", type=Path, default=_MODEL / "default")
    parser.add_argument(
        "--results", type=Path, default=_MODEL / "results" / "runs.safetensors"
    )
    parser.add_argument(
        "--documents",
        type=Path,
        nargs="+",
        default=[_MODEL / "README.md", _MODEL.parent / "README.md"],
        help="that ask for parts; default: the card and the project's README",
    )
    parser.add_argument("--neutral", default="others")
    parser.add_argument(
        "--operators", type=Path, required=True, help="the server's operators"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="compare with the card")
    how.add_argument("--write", action="store_true", help="put them into the card")


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    load_operators(options.operators)
    source = Source.read(options.source, "emocontext")
    train = read_dialogues(options.train, source.labels)
    dev = read_dialogues(options.dev, source.labels)
    data = Data(train=train, dev=dev, labels=source.labels, neutral=options.neutral)
    results = Results.read(options.results)
    parts = recorded(results, data)
    parts |= depths(results, data, options.results.parent / "depths")
    parts |= measured(source, train, dev, options.neutral)
    parts |= _everyday(options)
    texts = {path: path.read_text(encoding="utf-8") for path in options.documents}
    if options.write:
        for path, text in texts.items():
            fresh = blocks.rewritten(text, parts)
            path.write_text(fresh, encoding="utf-8", newline="\n")
    elif options.check:
        return _report(texts, parts)
    else:
        print("\n".join(f"{name}\n\n{part}" for name, part in parts.items()))
    return 0


def _everyday(options: argparse.Namespace) -> dict[str, str]:
    source = Source.read(options.source, "everyday")
    dialogues = read_dialogues(options.everyday, source.labels)
    parts = everyday.measured(source, dialogues)
    if options.data is not None:
        corpora = options.data / "corpora"
        predictor = Predictor(source, precision="int8")
        found = everyday.transfer(predictor, source.calibration.shares, corpora)
        older = options.results.parent / "transfer"
        parts["transfer"] = everyday.transfer_table(found, source.model_version, older)
        # The held rows in the order in which trainings read them.
        rows = labelled_rows(options.data, options.everyday.parent)
        kept = tasks.read(options.results.parent / "tasks.safetensors")
        parts |= tasks.tables(kept, rows)
    return parts


def _report(texts: Mapping[Path, str], parts: Mapping[str, str]) -> int:
    count = 0
    for path, text in texts.items():
        for difference in blocks.differences(text, parts, tolerance=_TOLERANCE):
            print(f"{path}:\n{difference}")
            count += 1
    print(f"lines that are not what is measured: {count}")
    return 1 if count else 0
