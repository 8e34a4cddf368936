"""Changes how deep a student is.

Without norms a block whose output bottleneck is zero passes its input on as it is,
so blocks may be put in without changing any answer, and a shallow model can grow
into a deep one. Taking blocks out does change answers; distillation mends that.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from emotion_model.errors import ModelError


def keep_layers(model: Any, kept: Sequence[int]) -> None:
    """Leaves only some blocks, in their order, in place.

    Raises:
        ModelError: an index is not one of the model's, or they do not rise.
    """
    blocks = model.mobilebert.encoder.layer
    rising = all(a < b for a, b in zip(kept, list(kept)[1:], strict=False))
    if not kept or not rising or kept[0] < 0 or kept[-1] >= len(blocks):
        raise ModelError(
            f"keep_layers is {list(kept)}, expected rising numbers from 0 to "
            f"{len(blocks) - 1}"
        )
    model.mobilebert.encoder.layer = nn.ModuleList(blocks[index] for index in kept)
    model.config.num_hidden_layers = len(kept)


def grow(model: Any, layers: int) -> None:
    """Puts in copies of blocks that change nothing yet, evenly spread.

    Each copy follows the block it was made from; its output bottleneck is zero.

    Raises:
        ModelError: fewer layers than there are, or the model has norms.
    """
    blocks = list(model.mobilebert.encoder.layer)
    if layers < len(blocks):
        raise ModelError(f"grow is {layers}, expected at least {len(blocks)}")
    if model.config.normalization_type != "no_norm":
        raise ModelError("grow needs normalization_type no_norm")
    grown: list[nn.Module] = []
    for number in range(layers):
        source = number * len(blocks) // layers
        first = number == 0 or (number - 1) * len(blocks) // layers != source
        grown.append(blocks[source] if first else _silent_copy(model, blocks[source]))
    model.mobilebert.encoder.layer = nn.ModuleList(grown)
    model.config.num_hidden_layers = layers


def _silent_copy(model: Any, block: Any) -> nn.Module:
    copy: Any = type(block)(model.config)
    copy.load_state_dict(block.state_dict())
    end = copy.output.bottleneck
    with torch.no_grad():
        end.dense.weight.zero_()
        end.dense.bias.zero_()
        end.LayerNorm.weight.fill_(1)
        end.LayerNorm.bias.zero_()
    made: nn.Module = copy
    return made
