"""Where each token of a packed batch lies."""

from typing import NamedTuple, cast

import torch
from torch import Tensor


class Layout(NamedTuple):
    """Where each token of a batch lies; T tokens, B dialogues, the longest has L."""

    # [B]: index of each dialogue's [CLS].
    first: Tensor
    # [T]: place in the dialogue, from 0.
    position: Tensor
    # [T, 1]: whether a token of the same dialogue follows, and precedes.
    has_next: Tensor
    has_previous: Tensor
    # [B * L]: token at each cell of the grid; cells past the end hold token 0.
    gather: Tensor
    # [T]: cell of each token.
    scatter: Tensor
    # [B, 1, 1, L]: whether a cell holds a token.
    mask: Tensor


def lay_out(offsets: Tensor, tokens: int) -> Layout:
    """Derives the layout from offsets [B + 1]; every dialogue has a token."""
    first, end = offsets[:-1], offsets[1:]
    lengths = end - first
    dialogues = lengths.shape[0]
    # A tensor, so that a trace does not take it for a constant.
    longest = cast(int, lengths.max())
    owner = torch.repeat_interleave(
        torch.arange(dialogues), lengths, output_size=tokens
    )
    position = torch.arange(tokens) - first[owner]
    column = torch.arange(longest).unsqueeze(0)
    mask = column < lengths.unsqueeze(1)
    return Layout(
        first=first,
        position=position,
        has_next=(position + 1 < lengths[owner]).unsqueeze(1),
        has_previous=(position > 0).unsqueeze(1),
        gather=torch.where(mask, first.unsqueeze(1) + column, 0).flatten(),
        scatter=owner * longest + position,
        mask=mask[:, None, None, :],
    )
