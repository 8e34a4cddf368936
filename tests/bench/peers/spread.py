"""Medians with their spread, and ratios that machine drift cannot bend."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """What several rounds came to."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Sums up at least one value."""
        return cls(median(values), min(values), max(values))

    def as_json(self) -> dict[str, float]:
        """The three numbers by name."""
        return asdict(self)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """How many times as fast we are, taken round by round.

    Both were measured seconds apart in each round, so what slows the machine down
    for a while slows both and leaves their quotient alone.

    Raises:
        ValueError: not as many rounds of one as of the other.
    """
    return Spread.of([a / b for a, b in zip(ours, theirs, strict=True)])
