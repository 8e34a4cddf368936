"""The arithmetic that a package offers: one module and one file each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from emotion_model.package.operators import (
    PRECISIONS,
    OperatorMobileBert,
    load_operators,
    unfit,
)
from emotion_model.package.trace import make_module

# How far a logit may be from the fp32 reference after rounding. Logits of a
# trained classifier spread over about ten; a fault in a kernel moves them by
# whole numbers.
ROUNDING_TOLERANCE = 0.2


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One file of a package."""

    # One of PRECISIONS.
    precision: str
    module: nn.Module
    # What the module is made of: "torch" or "emotion", the server's operators.
    runs_on: str
    # Largest difference that a golden logit may show.
    tolerance: float

    @property
    def file(self) -> str:
        """Its name in the package."""
        return f"model.{self.precision}.pt"


def why_plain(source: Source, layout: str) -> str | None:
    """Says why the operators cannot run this model in this layout, if so."""
    if layout != "packed":
        return f"the layout is {layout!r}; the operators need 'packed'"
    return unfit(source.checkpoint.settings)


def make_variants(
    source: Source,
    layout: str,
    operators: Path | None,
    precisions: Sequence[str] = PRECISIONS,
) -> list[Variant]:
    """Makes the modules that a package of this model is to offer.

    Plain fp32 by torch alone without `operators`, or where `why_plain` says why.

    Args:
        source: the model.
        layout: one of LAYOUTS.
        operators: the library of the server's operators, if there is one.
        precisions: what to make with the operators; fp32 is made in any case,
            because the others are measured by it.

    Raises:
        ModelError: the layout does not fit the model, the operators cannot be
            loaded, or there is no such precision.
    """
    for precision in precisions:
        if precision not in PRECISIONS:
            raise ModelError(
                f"precision is {precision!r}, expected some of {', '.join(PRECISIONS)}"
            )
    plain = make_module(source.checkpoint, layout)
    if (
        operators is None
        or not isinstance(plain, PackedMobileBert)
        or why_plain(source, layout)
    ):
        return [
            Variant(
                precision="fp32",
                module=plain,
                runs_on="torch",
                tolerance=source.tolerance,
            )
        ]
    load_operators(operators)
    return [
        Variant(
            precision=precision,
            module=OperatorMobileBert(plain, precision),
            runs_on="emotion",
            tolerance=(
                source.tolerance
                if precision == "fp32"
                else max(source.tolerance, ROUNDING_TOLERANCE)
            ),
        )
        for precision in PRECISIONS
        if precision == "fp32" or precision in precisions
    ]
