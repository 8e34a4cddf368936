"""What int8 would do to a model: every linear rounded, the rest as it is.

Inside `int8_linears` each linear's weight is rounded to 255 steps a row, and each of
its input vectors to 255 steps of its own: the arithmetic of dynamic quantisation,
done in floating point so that it runs anywhere. It shows the loss of quality, not
the gain of speed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

_STEPS = 127


def rounded(rows: Tensor) -> Tensor:
    """Rounds along the last axis to 255 even steps from -max to +max of the row."""
    scale = rows.abs().amax(dim=-1, keepdim=True).clamp(min=1e-12) / _STEPS
    return (rows / scale).round() * scale


@contextmanager
def int8_linears() -> Iterator[None]:
    """While it is open, linears called in this thread compute as int8 would."""
    with _Rounding():
        yield


class _Rounding(TorchFunctionMode):
    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if func is F.linear:
            inputs, weight, *rest = args
            return F.linear(rounded(inputs), rounded(weight), *rest, **(kwargs or {}))
        return func(*args, **(kwargs or {}))
