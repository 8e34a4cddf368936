"""Boosted trees on what a reader would point at.

Emoji, marks, capitals, held letters, negation, who is spoken of, the polarity of
words, the topic of the last and of the first turn, and what a model of foreign
comments thinks of each.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from emotion_model.data.emoji import is_emoji
from emotion_model.evaluation.ground_truth import Floats, Labels
from emotion_model.training.teachers.comments import CommentModel
from emotion_model.training.teachers.ngrams import normalise, tokens

_HELD = re.compile(r"(\w)\1{2,}")
_GROUPS = (
    frozenset("i im i'm me my mine myself am".split()),
    frozenset("you u ur your yours yourself r ya".split()),
    frozenset("not no never dont don't cant can't wont nothing didnt isnt nt".split()),
    frozenset("what why who how when where which wat y wht".split()),
    frozenset("he she him her they them his".split()),
    frozenset("haha hahaha lol lmao hehe yay wow thanks thank love good nice".split()),
    frozenset("sad cry alone lonely miss hurt broke died sick sorry lost".split()),
    frozenset("hate stupid idiot fuck shut angry mad bad worst annoying".split()),
)


@dataclass(frozen=True, kw_only=True)
class LexicalRecipe:
    """The features and the trees."""

    # Emoji with a feature of their own.
    emoji: int = 60
    # Topics of the last turn, and of the first.
    topics: int = 80
    first_topics: int = 30
    # Trees a label.
    trees: int = 250
    learning_rate: float = 0.06
    leaves: int = 24
    seed: int = 0


class LexicalTeacher:
    """Learns from dialogues and gives log-probabilities."""

    def __init__(
        self, recipe: LexicalRecipe, comments: CommentModel | None = None
    ) -> None:
        """Makes an untrained teacher; `comments` adds features of its own."""
        self._recipe, self._comments = recipe, comments
        self._polarity = SentimentIntensityAnalyzer()
        self._emoji: list[str] = []
        self._topics = [
            (_vectors(), TruncatedSVD(count, random_state=recipe.seed))
            for count in (recipe.topics, recipe.first_topics)
        ]
        self._trees = HistGradientBoostingClassifier(
            max_iter=recipe.trees,
            learning_rate=recipe.learning_rate,
            max_leaf_nodes=recipe.leaves,
            min_samples_leaf=30,
            l2_regularization=1.0,
            max_features=0.3,
            random_state=recipe.seed,
        )

    def fit(
        self, dialogues: Sequence[Sequence[str]], truth: Labels
    ) -> "LexicalTeacher":
        """Learns; every label must occur."""
        counts = Counter(c for d in dialogues for t in d for c in t if is_emoji(c))
        self._emoji = [emoji for emoji, _ in counts.most_common(self._recipe.emoji)]
        for texts, (vectors, topics) in zip(
            _ends(dialogues), self._topics, strict=True
        ):
            topics.fit(vectors.fit_transform(texts))
        self._trees.fit(self.features(dialogues), truth)
        return self

    def logits(self, dialogues: Sequence[Sequence[str]]) -> Floats:
        """Log-probabilities [dialogues, labels]."""
        found = self._trees.predict_proba(self.features(dialogues))
        return np.asarray(np.log(np.maximum(found, 1e-6)), dtype=np.float64)

    def features(self, dialogues: Sequence[Sequence[str]]) -> Floats:
        """All features [dialogues, features]."""
        parts: list[Floats] = []
        for back in range(3):
            turns = [d[-1 - back] if back < len(d) else "" for d in dialogues]
            parts.append(np.array([self._surface(turn) for turn in turns]))
        for texts, (vectors, topics) in zip(
            _ends(dialogues), self._topics, strict=True
        ):
            parts.append(topics.transform(vectors.transform(texts)))
        if self._comments is not None:
            last, first = ([d[at] for d in dialogues] for at in (-1, 0))
            joined = [" ".join((d[0], d[-1])) for d in dialogues]
            parts += [
                self._comments.log_probabilities(texts)
                for texts in (last, first, joined)
            ]
        return np.hstack(parts)

    def _surface(self, turn: str) -> list[float]:
        words = [word for word in tokens(normalise(turn)) if word[0].isalnum()]
        letters = [c for c in turn if c.isalpha()]
        polarity = self._polarity.polarity_scores(turn)
        found = Counter(c for c in turn if is_emoji(c))
        return [
            len(turn),
            len(words),
            sum(c.isupper() for c in letters) / max(1, len(letters)),
            turn.count("!"),
            turn.count("?"),
            turn.count("."),
            float(len(_HELD.findall(turn))),
            sum(found.values()),
            *(float(sum(word in group for word in words)) for group in _GROUPS),
            *(polarity[key] for key in ("neg", "neu", "pos", "compound")),
            *(float(found[emoji]) for emoji in self._emoji),
        ]


def _ends(dialogues: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    last = [normalise(dialogue[-1]) for dialogue in dialogues]
    return last, [normalise(dialogue[0]) for dialogue in dialogues]


def _vectors() -> TfidfVectorizer:
    return TfidfVectorizer(
        tokenizer=tokens,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, 2),
        min_df=3,
        sublinear_tf=True,
    )
