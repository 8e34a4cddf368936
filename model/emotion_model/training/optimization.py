"""How parameters are stepped: AdamW with one set of numbers for every training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

# Parameters and a factor on the learning rate.
Group = tuple[list[nn.Parameter], float]


@dataclass(frozen=True, kw_only=True)
class Optimization:
    """What the plans of all trainings share."""

    # The highest learning rate; a schedule scales it.
    learning_rate: float
    weight_decay: float = 0.01
    # The longest a gradient may be.
    clip: float = 1.0
    beta2: float = 0.98
    epsilon: float = 1e-6

    def optimizer(
        self, groups: Sequence[Group], *, decays_all: bool = False
    ) -> torch.optim.AdamW:
        """Makes the optimiser; `set_rates` sets its rates before each step.

        Args:
            groups: the parameters.
            decays_all: whether norms and biases decay like matrices.
        """
        optimizer = torch.optim.AdamW(
            list(self._groups(groups, decays_all)),
            lr=self.learning_rate,
            betas=(0.9, self.beta2),
            eps=self.epsilon,
            fused=True,
        )
        for group in optimizer.param_groups:
            group["top"] = group["lr"]
        return optimizer

    def _groups(
        self, groups: Sequence[Group], decays_all: bool
    ) -> Iterator[dict[str, Any]]:
        for parameters, factor in groups:
            for decays in (True, False):
                chosen = [
                    p for p in parameters if (decays_all or p.dim() > 1) == decays
                ]
                if chosen:
                    yield {
                        "params": chosen,
                        "lr": self.learning_rate * factor,
                        "weight_decay": self.weight_decay if decays else 0.0,
                    }


def set_rates(optimizer: torch.optim.Optimizer, share: float) -> None:
    """Sets every group's learning rate to a share of its highest."""
    for group in optimizer.param_groups:
        group["lr"] = group["top"] * share
