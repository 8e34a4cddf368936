r"""Gathers and encodes what one body learns from.

python -m emotion_model tasks collect --data ../shared/data \
        --everyday model/data/everyday --base model/default --out build/tasks
"""

import argparse
from pathlib import Path

from emotion_model.checkpoint.text import DialogueEncoder, Limits, read_vocabulary
from emotion_model.data.corpora import labelled_rows
from emotion_model.training.tasks.collection import collect, write_texts
from emotion_model.training.tasks.derived import Sizes, derived_rows

EVERYDAY = Path(__file__).resolve().parents[3] / "data/everyday"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--everyday", type=Path, default=EVERYDAY)
    parser.add_argument("--data", type=Path, help="holds emocontext/ and corpora/")
    parser.add_argument("--base", type=Path, required=True, help="whose vocabulary")
    parser.add_argument("--max-tokens", type=int, default=80)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for rows.npz and texts.jsonl"
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    rows = labelled_rows(options.data, options.everyday)
    rows += derived_rows(rows, options.data, Sizes())
    limits = Limits(max_turns=8, max_turn_bytes=1 << 16, max_tokens=options.max_tokens)
    vocabulary = read_vocabulary(options.base / "vocab.txt")
    found, kept = collect(rows, DialogueEncoder(vocabulary, limits))
    options.out.mkdir(parents=True, exist_ok=True)
    found.write(options.out / "rows.npz")
    write_texts(kept, options.out / "texts.jsonl")
    print(
        f"{len(found)} rows, {len(found.tokens)} tokens, longest {found.lengths.max()}"
    )
    for index, name in enumerate(found.sources):
        part = found.source == index
        print(
            f"{name:20}{part.sum():9}{(part & found.held).sum():8} held"
            f"{found.lengths[part].mean():8.1f} tokens"
        )
    return 0
