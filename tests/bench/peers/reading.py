"""Where the dialogues are from: a file, or chance with the lengths of chat."""

from pathlib import Path

import numpy as np

from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Encoding
from emotion_model.data import dialogues
from emotion_model.errors import ModelError
from peers.dialogues import Dialogue, Dialogues

# Median 20 and 99th percentile 48 tokens, as EmoContext's dialogues have.
MEDIAN_TOKENS, SIGMA, SEED, MADE_UP = 20.0, 0.376, 2019, 2048


def read_dialogues(path: Path, source: Source) -> Dialogues:
    """Reads and encodes an EmoContext file.

    Raises:
        ModelError: see `data.dialogues`.
    """
    rows, encoder = dialogues.read_dialogues(path, source.labels), source.encoder()
    items: list[Dialogue] = []
    truth: list[str] = []
    for row in rows:
        try:
            items.append(from_encoding(encoder.encode(row.turns)))
        except ModelError:
            # A dialogue without a last turn is refused before any engine sees it.
            continue
        truth.append(row.label)
    if not items:
        raise ModelError(f"{path}: holds no dialogue that can be classified")
    return Dialogues(items, truth, f"{path.name}, {len(items)} dialogues")


def make_up_dialogues(vocabulary: int, max_tokens: int) -> Dialogues:
    """Draws dialogues with the lengths of chat and words without meaning."""
    random = np.random.default_rng(SEED)
    drawn = np.exp(random.normal(np.log(MEDIAN_TOKENS), SIGMA, MADE_UP))
    items = [
        Dialogue(
            random.integers(1, vocabulary, size=length, dtype=np.int64),
            np.zeros(length, dtype=np.int64),
        )
        for length in np.clip(drawn, 5, max_tokens).astype(np.int64).tolist()
    ]
    return Dialogues(items, None, f"{MADE_UP} made up, log-normal lengths, seed {SEED}")


def from_encoding(encoding: Encoding) -> Dialogue:
    """Takes over the reference encoder's answer."""
    return Dialogue(
        np.array(encoding.token_ids, dtype=np.int64),
        np.array(encoding.segment_ids, dtype=np.int64),
    )
