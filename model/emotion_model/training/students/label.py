"""Makes a pool: the training dialogues and invented ones, labelled by an ensemble."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion_model.checkpoint.text import DialogueEncoder
from emotion_model.data.dialogues import Dialogue, Turns
from emotion_model.errors import ModelError
from emotion_model.evaluation.ensemble import combine, fit_weights
from emotion_model.evaluation.ground_truth import (
    Floats,
    GroundTruth,
    Labels,
    share_weights,
)
from emotion_model.evaluation.soft_labels import Logits, SoftLabels, fingerprint, merge
from emotion_model.training import invent
from emotion_model.training.machine import Machine
from emotion_model.training.students.pool import study, write_pool
from emotion_model.training.teachers.cheap import CheapTeacher, out_of_fold
from emotion_model.training.teachers.teach import load_teacher


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A file of plain utterances and how many dialogues to make of it."""

    path: Path
    # Runs of successive utterances.
    windows: int = 0
    # Last turns of training dialogues.
    inserted: int = 0


@dataclass(frozen=True, kw_only=True)
class PoolRecipe:
    """What a pool is made of."""

    # Folders of trained teachers; the first one's hidden states are kept.
    teachers: tuple[Path, ...]
    # Kinds of cheap teachers that are trained on the spot: "ngrams", "lexical".
    cheap: tuple[str, ...] = ()
    # Foreign comments for "lexical".
    comments: Path | None = None
    # So many of the training dialogues, drawn by chance; 0 takes all.
    sample: int = 0
    # Invented dialogues by kind.
    changed: int = 0
    recombined: int = 0
    corpora: tuple[Corpus, ...] = ()
    hidden: bool = True
    folds: int = 5
    max_tokens: int = 96
    seed: int = 0


@dataclass(frozen=True)
class Invented:
    """A dialogue that nobody had."""

    # One of pool.ORIGINS.
    origin: str
    turns: Turns
    # The pool's row of the dialogue whose answers are its own, or -1.
    original: int = -1


def invented(
    recipe: PoolRecipe, train: Sequence[Dialogue], chosen: Sequence[Dialogue]
) -> list[Invented]:
    """All dialogues that the recipe asks to invent; those of `chosen` are changed."""
    made = [
        Invented("changed", turns, row)
        for row, turns in invent.changed(chosen, recipe.changed, recipe.seed)
    ]
    recombined = invent.recombined(train, recipe.recombined, recipe.seed)
    made += [Invented("recombined", turns) for turns in recombined]
    most = max(len(dialogue.turns) for dialogue in train)
    for corpus in recipe.corpora:
        texts = invent.read_corpus(corpus.path)
        windows = invent.windows(texts, most, corpus.windows, recipe.seed)
        made += [Invented("windows", turns) for turns in windows]
        inserted = invent.inserted(texts, train, corpus.inserted, recipe.seed)
        made += [Invented("inserted", turns) for turns in inserted]
    return made


def make_pool(
    recipe: PoolRecipe,
    train: Sequence[Dialogue],
    labels: Sequence[str],
    target: Sequence[float],
    encoder: DialogueEncoder,
    vocabulary: Sequence[str],
    makers: dict[str, Callable[[], CheapTeacher]],
    folder: Path,
    machine: Machine,
) -> list[float]:
    """Labels and writes a pool; returns the weights of the teachers in order.

    The weights are fitted on the training dialogues that all teachers label out of
    fold, under the class shares `target`. A changed dialogue keeps the answers to its
    original: a change that leaves the feeling as it is must not move the student, and
    what a missing turn leaves open it learns from all that stood there.

    Raises:
        ModelError: no teacher, or no dialogue that all of them label out of fold.
    """
    if not recipe.teachers:
        raise ModelError("teachers: none is named")
    folder.mkdir(parents=True, exist_ok=True)
    honest = [
        SoftLabels.read(path / "soft_labels.safetensors").train
        for path in recipe.teachers
    ]
    chosen = _sample(len(train), recipe)
    sources = invented(recipe, train, [train[row] for row in chosen])
    made = [source.turns for source in sources]
    origins = ["train"] * len(chosen) + [source.origin for source in sources]
    texts = [train[row].turns for row in chosen] + made
    encodings = [encoder.encode(turns) for turns in texts]
    labelled: list[Floats] = []
    width = 0
    for number, path in enumerate(recipe.teachers):
        keep = folder / "hidden.f16" if recipe.hidden and number == 0 else None
        teacher = load_teacher(path, vocabulary, machine)
        if keep is not None:
            width = teacher.width
        labelled.append(study(teacher, encodings, machine, keep).astype(np.float64))
    place = {label: index for index, label in enumerate(labels)}
    truth = np.array([place[dialogue.label] for dialogue in train], np.int64)
    for kind in recipe.cheap:
        if kind not in makers:
            raise ModelError(f"cheap is {kind!r}, expected some of {sorted(makers)}")
        own = _own(makers[kind], kind, recipe, train, labels, folder, machine)
        honest.append(own)
        machine.wait_while_paused()
        whole = makers[kind]()
        whole.fit([dialogue.turns for dialogue in train], truth)
        rest = whole.logits(made) if made else np.zeros((0, len(labels)))
        labelled.append(np.concatenate([own[chosen].astype(np.float64), rest]))
    weights = _weigh(honest, truth, np.array(target, np.float64))
    hard = np.concatenate([truth[chosen], np.full(len(made), -1, np.int64)])
    soft = combine(labelled, weights).astype(np.float32)
    for row, source in enumerate(sources, start=len(chosen)):
        if source.original >= 0:
            soft[row], hard[row] = soft[source.original], hard[source.original]
    write_pool(
        folder, encodings, origins, soft, hard, width=width, vocabulary=vocabulary
    )
    return weights


def _sample(count: int, recipe: PoolRecipe) -> NDArray[np.int64]:
    if not recipe.sample or recipe.sample >= count:
        return np.arange(count)
    drawn = np.random.default_rng(recipe.seed).permutation(count)[: recipe.sample]
    return np.sort(drawn)


def _own(
    make: Callable[[], CheapTeacher],
    kind: str,
    recipe: PoolRecipe,
    train: Sequence[Dialogue],
    labels: Sequence[str],
    folder: Path,
    machine: Machine,
) -> Logits:
    """Out-of-fold answers, kept in a file for when the pool is made again."""
    path = folder / f"{kind}.safetensors"
    if path.is_file():
        kept = SoftLabels.read(path)
        if kept.train_fingerprint == fingerprint(train):
            return kept.train
    made = out_of_fold(make, train, [], labels, machine, folds=recipe.folds)
    made.write(path)
    return made.train


def _weigh(honest: Sequence[Logits], labels: Labels, target: Floats) -> list[float]:
    known = ~np.isnan(np.stack([logits[:, 0] for logits in honest])).any(axis=0)
    if not known.any():
        raise ModelError("no training dialogue is labelled out of fold by all teachers")
    truth = GroundTruth(
        labels=labels[known], weights=share_weights(labels[known], target), neutral=-1
    )
    return fit_weights([logits[known].astype(np.float64) for logits in honest], truth)


def merged_soft_labels(folders: Sequence[Path]) -> SoftLabels:
    """The soft labels of one teacher whose folds lie in several folders."""
    return merge(
        [SoftLabels.read(path / "soft_labels.safetensors") for path in folders]
    )
