"""Dialogues to tokens, many at a time, as a careful user would do it.

The ids are those of `emotion_model.checkpoint.text`; here one call of
`encode_batch` takes all turns of a batch, which leaves Python once instead of once a
turn.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from emotion_model.checkpoint.text import kept_lengths, read_vocabulary
from peers.dialogues import Dialogue


class BatchEncoder:
    """Encodes batches of dialogues. Immutable; any number of threads may use it."""

    def __init__(self, vocabulary: Sequence[str], max_tokens: int) -> None:
        """Makes an encoder over pieces in the order of their ids.

        Args:
            vocabulary: the pieces.
            max_tokens: of a dialogue; what exceeds it is cut as PACKAGE.md says.
        """
        ids = {piece: index for index, piece in enumerate(vocabulary)}
        self._begin, self._separator = ids["[CLS]"], ids["[SEP]"]
        self._max_tokens = max_tokens
        # BertWordPieceTokenizer without its special tokens in text.
        self.tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]"))
        self.tokenizer.normalizer = BertNormalizer(lowercase=True)
        self.tokenizer.pre_tokenizer = BertPreTokenizer()

    @classmethod
    def of_source(cls, source: Path) -> Self:
        """The encoder of a package source with BERT's usual text rules."""
        raw = json.loads((source / "package.json").read_text(encoding="utf-8"))
        vocabulary = read_vocabulary(source / "vocab.txt")
        return cls(vocabulary, raw["limits"]["max_tokens"])

    def __call__(self, dialogues: Sequence[Sequence[str]]) -> list[Dialogue]:
        """As the engines take them, in order."""
        return [
            Dialogue(np.array(ids, np.int64), np.array(segments, np.int64))
            for ids, segments in self.rows(dialogues)
        ]

    def rows(
        self, dialogues: Sequence[Sequence[str]]
    ) -> list[tuple[list[int], list[int]]]:
        """Token ids and segment ids of each dialogue."""
        turns = [turn for dialogue in dialogues for turn in dialogue]
        pieces = iter(self.tokenizer.encode_batch(turns, add_special_tokens=False))
        return [self._join([next(pieces).ids for _ in each]) for each in dialogues]

    def _join(self, turns: list[list[int]]) -> tuple[list[int], list[int]]:
        count = len(turns)
        lengths = [len(turn) for turn in turns]
        if sum(lengths) + count + 1 > self._max_tokens:
            kept = kept_lengths(lengths, self._max_tokens - 1 - count)
            earlier = [t[len(t) - k :] for t, k in zip(turns[:-1], kept, strict=False)]
            turns = [*earlier, turns[-1][: kept[-1]]]
        tokens, segments = [self._begin], [0]
        for index, turn in enumerate(turns):
            tokens += turn
            tokens.append(self._separator)
            segments += [(count - 1 - index) % 2] * (len(turn) + 1)
        return tokens, segments
