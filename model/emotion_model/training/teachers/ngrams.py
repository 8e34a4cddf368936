"""A linear teacher: logistic regression on n-grams of words and characters.

Each turn has features of its own, counted back from the last, so that a word in the
last turn is not the same feature as that word two turns before.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from emotion_model.data.emoji import is_emoji
from emotion_model.evaluation.ground_truth import Floats, Labels

_HELD = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(r"\w+(?:'\w+)?|[^\w\s]")


def normalise(turn: str) -> str:
    """Lower case, emoji apart, a letter held three times or more folded to two."""
    spaced = "".join(f" {c} " if is_emoji(c) else c for c in turn.lower())
    return " ".join(_HELD.sub(r"\1\1", spaced).split())


def tokens(text: str) -> list[str]:
    """Words with their apostrophes, and every mark and emoji by itself."""
    return _TOKEN.findall(text)


@dataclass(frozen=True, kw_only=True)
class NgramRecipe:
    """The features and how strongly they are held down."""

    # Sequence[str] back from the last that have features.
    turns: int = 3
    # The longest n-grams, for the last turn and for the earlier ones.
    words: int = 2
    characters: int = 5
    earlier_characters: int = 4
    # An n-gram in fewer dialogues is left out.
    least: int = 2
    # Inverse strength of the penalty.
    c: float = 2.0


class NgramTeacher:
    """Learns from dialogues and gives log-probabilities."""

    def __init__(self, recipe: NgramRecipe) -> None:
        """Makes an untrained teacher."""
        parts: list[tuple[str, Any]] = []
        for back in range(recipe.turns):
            longest = recipe.characters if back == 0 else recipe.earlier_characters
            parts += [
                (f"words{back}", _words(back, recipe.words, recipe.least)),
                (f"characters{back}", _characters(back, longest, recipe.least)),
            ]
        self._features = FeatureUnion(parts)
        self._model = LogisticRegression(C=recipe.c, max_iter=300, tol=1e-3)

    def fit(self, dialogues: Sequence[Sequence[str]], truth: Labels) -> "NgramTeacher":
        """Learns; every label must occur."""
        self._model.fit(self._features.fit_transform(list(dialogues)), truth)
        return self

    def logits(self, dialogues: Sequence[Sequence[str]]) -> Floats:
        """Log-probabilities [dialogues, labels]."""
        features = self._features.transform(list(dialogues))
        return np.asarray(self._model.predict_log_proba(features), dtype=np.float64)


def turn_of(dialogue: Sequence[str], back: int) -> str:
    """The turn `back` before the last, normalised; empty if there is none."""
    return normalise(dialogue[-1 - back]) if back < len(dialogue) else ""


def _pick(back: int) -> Callable[[Sequence[Sequence[str]]], list[str]]:
    def pick(dialogues: Sequence[Sequence[str]]) -> list[str]:
        return [turn_of(dialogue, back) for dialogue in dialogues]

    return pick


def _words(back: int, longest: int, least: int) -> Any:
    vectors = TfidfVectorizer(
        tokenizer=tokens,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, longest),
        min_df=least,
        sublinear_tf=True,
        dtype=np.float32,
    )
    return Pipeline([("turn", FunctionTransformer(_pick(back))), ("count", vectors)])


def _characters(back: int, longest: int, least: int) -> Any:
    vectors = TfidfVectorizer(
        analyzer="char_wb",
        lowercase=False,
        ngram_range=(2, longest),
        min_df=least,
        sublinear_tf=True,
        dtype=np.float32,
    )
    return Pipeline([("turn", FunctionTransformer(_pick(back))), ("count", vectors)])
