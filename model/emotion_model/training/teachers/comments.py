"""Foreign comments with feelings of their own, and a linear model of them.

Its log-probabilities of a dialogue's turns are features for other teachers: the
comments know feeling words that the dialogues do not hold. The labels need not be those
of the task.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline

from emotion_model.errors import ModelError
from emotion_model.evaluation.ground_truth import Floats
from emotion_model.training.teachers.ngrams import normalise, tokens


def read_comments(path: Path) -> tuple[list[str], list[int]]:
    """Reads `text TAB ids [TAB anything]`, ids by commas; the first id counts.

    Raises:
        ModelError: unreadable, or a line that is not of that form.
    """
    texts, labels = [], []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        first = cells[1].split(",")[0] if len(cells) > 1 else ""
        if not first.isdigit():
            raise ModelError(f"{path}:{number}: expected a text and ids, tab between")
        texts.append(cells[0])
        labels.append(int(first))
    return texts, labels


class CommentModel:
    """Predicts the feelings of a single text."""

    def __init__(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """Learns from comments."""
        words = TfidfVectorizer(
            preprocessor=normalise,
            tokenizer=tokens,
            token_pattern=None,
            ngram_range=(1, 2),
            min_df=3,
            sublinear_tf=True,
            dtype=np.float32,
        )
        characters = TfidfVectorizer(
            preprocessor=normalise,
            analyzer="char_wb",
            ngram_range=(2, 4),
            min_df=5,
            sublinear_tf=True,
            dtype=np.float32,
        )
        self._model = make_pipeline(
            FeatureUnion([("words", words), ("characters", characters)]),
            LogisticRegression(C=1.0, max_iter=100, tol=1e-2),
        )
        self._model.fit(list(texts), list(labels))

    def log_probabilities(self, texts: Sequence[str]) -> Floats:
        """Log-probabilities [texts, labels of the comments]."""
        return np.asarray(self._model.predict_log_proba(list(texts)), dtype=np.float64)
