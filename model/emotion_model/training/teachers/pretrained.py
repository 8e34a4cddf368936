"""A pretrained text encoder as a teacher that reads the student's own pieces.

The student's vocabulary is that of BERT plus emoji; the teacher's is another
numbering of nearly the same pieces. A table maps one to the other, so both read the
same sequence token by token, and their hidden states can be compared place by place.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emotion_model.checkpoint.text import BEGIN, SEPARATOR, UNKNOWN
from emotion_model.data.emoji import name_words
from emotion_model.errors import ModelError
from emotion_model.training.batches import Batch

PAD = "[PAD]"


class PretrainedTeacher(nn.Module):
    """A transformers encoder with a classifier over three views of its output.

    The views are the first token, the mean of all tokens and the mean of the last
    turn, which is the one that is classified.
    """

    table: Tensor

    def __init__(
        self, folder: Path, vocabulary: Sequence[str], labels: int, *, dropout: float
    ) -> None:
        """Reads the encoder in `folder`; pieces that it lacks get new vectors.

        Raises:
            ModelError: transformers is missing, or `folder` holds no encoder.
        """
        super().__init__()
        self.body, self._pieces = _load(folder)
        self.register_buffer("table", torch.zeros(0), persistent=False)
        self.read_as(vocabulary)
        width: int = self.body.config.hidden_size
        self._typed = getattr(self.body.config, "type_vocab_size", 0) > 1
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(3 * width, labels)

    def read_as(self, vocabulary: Sequence[str]) -> None:
        """From now on ids are those of `vocabulary`; what is new gets new vectors."""
        self._separator = list(vocabulary).index(SEPARATOR)
        table, lacking = _map_pieces(vocabulary, self._pieces)
        if lacking:
            _add_pieces(self.body, self._pieces, lacking)
            first = max(self._pieces.values()) + 1
            ids = range(first, first + len(lacking))
            self._pieces |= dict(zip(lacking, ids, strict=True))
        self.table = torch.tensor(table, device=self.table.device)

    @property
    def width(self) -> int:
        """Width of the hidden states."""
        return int(self.body.config.hidden_size)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Gives logits [B, labels] and hidden states [B, L, width]."""
        inputs = {"input_ids": self.table[batch.ids], "attention_mask": batch.mask}
        if self._typed:
            inputs["token_type_ids"] = batch.segments
        hidden: Tensor = self.body(**inputs).last_hidden_state
        ends = (batch.ids == self._separator) & (batch.mask > 0)
        ends_from_here = ends.flip(1).cumsum(1).flip(1)
        last = (ends_from_here == 1).to(hidden.dtype)
        views = (hidden[:, 0], _mean(hidden, batch.mask), _mean(hidden, last))
        return self.head(self.dropout(torch.cat(views, dim=1))), hidden


def _mean(hidden: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(hidden.dtype)[..., None]
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)


def _load(folder: Path) -> tuple[Any, dict[str, int]]:
    try:
        from transformers import AutoModel, AutoTokenizer
    except ImportError as error:
        raise ModelError("a pretrained teacher needs the transformers package") from (
            error
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        body = AutoModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32
        )
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: holds no encoder: {error}") from error
    pieces: dict[str, int] = dict(tokenizer.get_vocab())
    for ours, theirs in (
        (BEGIN, tokenizer.cls_token),
        (SEPARATOR, tokenizer.sep_token),
        (UNKNOWN, tokenizer.unk_token),
        (PAD, tokenizer.pad_token),
    ):
        if theirs is None:
            raise ModelError(f"{folder}: the tokenizer has no piece for {ours}")
        pieces[ours] = pieces[theirs]
    # What nothing reads costs a gradient that is never there.
    if hasattr(body, "pooler"):
        body.pooler = None
    return body, pieces


def _map_pieces(
    vocabulary: Sequence[str], pieces: dict[str, int]
) -> tuple[list[int], list[str]]:
    """The teacher's id of each piece, and the pieces that get new ids."""
    size = max(pieces.values()) + 1
    table: list[int] = []
    lacking: list[str] = []
    for piece in vocabulary:
        if piece in pieces:
            table.append(pieces[piece])
        else:
            table.append(size + len(lacking))
            lacking.append(piece)
    return table, lacking


def _add_pieces(body: Any, pieces: dict[str, int], lacking: Sequence[str]) -> None:
    """New vectors start as the mean of the words of the emoji's Unicode name."""
    size = max(pieces.values()) + 1
    body.resize_token_embeddings(size + len(lacking), mean_resizing=False)
    vectors: Tensor = body.get_input_embeddings().weight
    with torch.no_grad():
        mean = vectors[:size].mean(0)
        for index, piece in enumerate(lacking):
            names = name_words(piece)
            known = [pieces[word] for word in names if word in pieces]
            vectors[size + index] = vectors[known].mean(0) if known else mean
