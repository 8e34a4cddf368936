"""Linears made out of checkpoint tensors, with no_norm scales folded in."""

import torch
from torch import Tensor, nn

from emotion_model.checkpoint.weights import Weights


class Folder:
    """Makes linears out of checkpoint tensors, with no_norm scales folded in.

    Folding is done in float64, so that it rounds once.
    """

    def __init__(self, weights: Weights, prefix: str = "") -> None:
        """Reads tensors under `prefix`."""
        self._weights, self._prefix = weights, prefix

    def tensor(self, name: str) -> Tensor:
        """The tensor itself, as float64."""
        return self._weights[f"{self._prefix}{name}"].double()

    def linear(self, name: str) -> tuple[Tensor, Tensor]:
        """Weight and bias as they are."""
        return self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")

    def normed(self, name: str) -> tuple[Tensor, Tensor]:
        """Weight and bias of `name`.dense with its no_norm applied."""
        weight, bias = self.linear(f"{name}.dense")
        scale = self.scale(name)
        return weight * scale[:, None], bias * scale + self.tensor(
            f"{name}.LayerNorm.bias"
        )

    def scale(self, name: str) -> Tensor:
        """The no_norm's scale: what the residual beside the linear still needs."""
        return self.tensor(f"{name}.LayerNorm.weight")


def make_linear(*parts: tuple[Tensor, Tensor]) -> nn.Linear:
    """One linear whose output is that of all `parts`, side by side."""
    weight = torch.cat([weight for weight, _ in parts]).float()
    # On "meta", to draw no random numbers for weights that are set next.
    linear = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    linear.weight = nn.Parameter(weight)
    linear.bias = nn.Parameter(torch.cat([bias for _, bias in parts]).float())
    return linear


class ResidualLinear(nn.Module):
    """norm(linear(x) + residual), with the no_norm's scale and shift folded in."""

    scale: Tensor

    def __init__(self, weights: Folder, name: str) -> None:
        """Folds `name`.dense and `name`.LayerNorm."""
        super().__init__()
        self.linear = make_linear(weights.normed(name))
        self.register_buffer("scale", weights.scale(name).float())

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        """x: [N, in], residual: [N, out]; gives [N, out]."""
        return torch.addcmul(self.linear(x), residual, self.scale)
