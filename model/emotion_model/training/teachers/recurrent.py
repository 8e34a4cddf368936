"""A recurrent teacher: what the task's systems were before transformers.

Two bidirectional layers of gated recurrent units read the pieces beside a
convolution over their letters, so that a misspelt word is near its right form.
Small, trained in minutes, and wrong in other places than a transformer.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emotion_model.checkpoint.text import SEPARATOR
from emotion_model.training.batches import Batch

# Letters with a number of their own; others share number 1, and 0 is padding.
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789'!?.,-:;()#"
_LONGEST = 12


class RecurrentTeacher(nn.Module):
    """Logits out of pieces, letters, two recurrent layers and an attention."""

    spelling: Tensor

    def __init__(
        self,
        vocabulary: Sequence[str],
        labels: int,
        *,
        dropout: float,
        vectors: Tensor | None = None,
        size: int = 160,
    ) -> None:
        """Makes an untrained teacher.

        Args:
            vocabulary: the pieces, in the order of their ids.
            labels: how many.
            dropout: of the inputs and of what the classifier reads.
            vectors: word vectors [pieces, any width] to start from.
            size: units of each direction.
        """
        super().__init__()
        if vectors is None:
            vectors = torch.randn(len(vocabulary), 100)
        self.words = nn.Embedding.from_pretrained(
            vectors.float() / vectors.float().std(), freeze=False
        )
        self.register_buffer("spelling", spell(vocabulary), persistent=False)
        self.letters = nn.Embedding(len(_LETTERS) + 2, 24, padding_idx=0)
        self.filters = nn.Conv1d(24, 64, 3, padding=1)
        self.segments = nn.Embedding(2, 16)
        inputs = vectors.shape[1] + 64 + 16
        self.reader = nn.GRU(
            inputs, size, 2, batch_first=True, bidirectional=True, dropout=dropout
        )
        self.attention = nn.Linear(2 * size, 1)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(6 * size, labels)
        self._separator = list(vocabulary).index(SEPARATOR)

    @property
    def width(self) -> int:
        """Width of the hidden states."""
        return 2 * self.reader.hidden_size

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Gives logits [B, labels] and hidden states [B, L, width]."""
        pieces, place = torch.unique(batch.ids, return_inverse=True)
        letters = self.letters(self.spelling[pieces]).transpose(1, 2)
        spelt = F.relu(self.filters(letters)).amax(dim=2)[place]
        inputs = torch.cat(
            [self.words(batch.ids), spelt, self.segments(batch.segments)], dim=2
        )
        lengths = batch.mask.sum(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(inputs), lengths, batch_first=True, enforce_sorted=False
        )
        hidden: Tensor = nn.utils.rnn.pad_packed_sequence(
            self.reader(packed)[0],
            batch_first=True,
            total_length=batch.ids.shape[1],
        )[0]
        ends = (batch.ids == self._separator) & (batch.mask > 0)
        last = ends.flip(1).cumsum(1).flip(1) == 1
        views = [
            hidden.masked_fill(~last[..., None], -1e4).amax(dim=1),
            self._attend(hidden, batch.mask > 0),
            self._attend(hidden, last),
        ]
        return self.head(self.dropout(torch.cat(views, dim=1))), hidden

    def _attend(self, hidden: Tensor, there: Tensor) -> Tensor:
        scores = self.attention(hidden)[..., 0].float().masked_fill(~there, -1e4)
        weights = scores.softmax(dim=1).to(hidden.dtype)
        return torch.einsum("bl,blh->bh", weights, hidden)


def spell(vocabulary: Sequence[str]) -> Tensor:
    """The letters of each piece as numbers, int64 [pieces, 12], padded with 0."""
    numbers = {letter: index + 2 for index, letter in enumerate(_LETTERS)}
    table = torch.zeros(len(vocabulary), _LONGEST, dtype=torch.int64)
    for row, piece in enumerate(vocabulary):
        for column, letter in enumerate(piece.removeprefix("##")[:_LONGEST]):
            table[row, column] = numbers.get(letter, 1)
    return table
