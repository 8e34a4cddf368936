r"""Teachers that are trained in seconds, as members beside the encoders.

    python -m emotion_model tasks cheap --kind ngrams --rows rows.npz \
        --texts texts.jsonl --out DIR

They learn EmoContext's labels alone, a member for each fold, and answer
`emocontext` for every row; of the other tasks they say nothing.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tqdm import tqdm

from emotion_model.errors import ModelError
from emotion_model.training.tasks.collection import FOLDS, Collection, read_texts
from emotion_model.training.tasks.combine import ANSWERED, answered_spans
from emotion_model.training.teachers.cheap import CheapTeacher

KINDS = ("ngrams", "lexical")

# Rows that are answered together, which bounds the memory of their features.
_PART = 20_000


def answer_all(
    make: Callable[[], CheapTeacher],
    collection: Collection,
    texts: list[tuple[str, ...]],
    out: Path,
) -> None:
    """Writes the answers of a member for each fold."""
    columns = answered_spans()
    truth = collection.truth("emocontext")
    free = (truth >= 0) & ~collection.held & (collection.like < 0)
    for fold in range(FOLDS):
        teacher = make()
        rows = np.flatnonzero(free & (collection.fold != fold))
        teacher.fit([texts[row] for row in rows], truth[rows])
        found = np.zeros((len(texts), columns[ANSWERED[-1]].stop), np.float16)
        for start in tqdm(range(0, len(texts), _PART), disable=None, unit="part"):
            part = texts[start : start + _PART]
            found[start : start + _PART, columns["emocontext"]] = teacher.logits(part)
        np.save(out / f"answers-0-{fold}.npy", found)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    collection = Collection.read(options.rows)
    texts = read_texts(options.texts)
    if len(texts) != len(collection):
        raise ModelError(f"{options.texts}: is of other rows")
    options.out.mkdir(parents=True, exist_ok=True)
    answer_all(_maker(options.kind), collection, texts, options.out)
    return 0


def _maker(kind: str) -> Callable[[], CheapTeacher]:
    # scikit-learn is needed only here.
    if kind == "ngrams":
        from emotion_model.training.teachers.ngrams import NgramRecipe, NgramTeacher

        return lambda: NgramTeacher(NgramRecipe(c=1.5))
    from emotion_model.training.teachers.lexical import LexicalRecipe, LexicalTeacher

    return lambda: LexicalTeacher(LexicalRecipe())
