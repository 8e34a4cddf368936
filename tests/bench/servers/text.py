"""Dialogues to padded arrays, many at a time, as a careful user would do it.

The ids are those of `emotion_model.text`; here one call of `encode_batch` takes
all turns of a batch, which leaves Python once instead of once a turn.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from emotion_model.text import kept_lengths, read_vocabulary

# input_ids, attention_mask, token_type_ids: int64 [dialogues, tokens].
Array = np.ndarray[Any, Any]
Arrays = tuple[Array, Array, Array]


class BatchEncoder:
    """Encodes batches of dialogues. Immutable; any number of threads may use it."""

    def __init__(
        self, vocabulary: Sequence[str], max_tokens: int, pad_multiple: int = 1
    ) -> None:
        """Makes an encoder over pieces in the order of their ids.

        Args:
            vocabulary: the pieces.
            max_tokens: of a dialogue; what exceeds it is cut as PACKAGE.md says.
            pad_multiple: lengths of batches are rounded up to a multiple of it.
        """
        ids = {piece: index for index, piece in enumerate(vocabulary)}
        self._begin, self._separator = ids["[CLS]"], ids["[SEP]"]
        self._max_tokens = max_tokens
        self._multiple = pad_multiple
        # BertWordPieceTokenizer without its special tokens in text.
        self._tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]"))
        self._tokenizer.normalizer = BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = BertPreTokenizer()

    @classmethod
    def of_source(cls, source: Path, pad_multiple: int = 1) -> Self:
        """The encoder of a package source with BERT's usual text rules."""
        raw = json.loads((source / "package.json").read_text(encoding="utf-8"))
        vocabulary = read_vocabulary(source / "vocab.txt")
        return cls(vocabulary, raw["limits"]["max_tokens"], pad_multiple)

    def __call__(self, dialogues: Sequence[Sequence[str]]) -> Arrays:
        """Pads to the longest dialogue of the batch with id 0."""
        rows = self.rows(dialogues)
        longest = max(len(ids) for ids, _ in rows)
        width = -(-longest // self._multiple) * self._multiple
        shape = (len(rows), min(width, max(longest, self._max_tokens)))
        ids, mask, types = (np.zeros(shape, np.int64) for _ in range(3))
        for row, (tokens, segments) in enumerate(rows):
            ids[row, : len(tokens)] = tokens
            types[row, : len(tokens)] = segments
            mask[row, : len(tokens)] = 1
        return ids, mask, types

    def rows(
        self, dialogues: Sequence[Sequence[str]]
    ) -> list[tuple[list[int], list[int]]]:
        """Token ids and segment ids of each dialogue, unpadded."""
        turns = [turn for dialogue in dialogues for turn in dialogue]
        pieces = iter(self._tokenizer.encode_batch(turns, add_special_tokens=False))
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


def read_dialogues(path: Path, most: int) -> list[list[str]]:
    """The first dialogues of a file in EmoContext's format, without a header."""
    dialogues: list[list[str]] = []
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            fields = line.rstrip("\r\n").split("\t")
            if len(fields) >= 4 and fields[0] != "id":
                dialogues.append(fields[1:4])
            if len(dialogues) == most:
                break
    return dialogues
