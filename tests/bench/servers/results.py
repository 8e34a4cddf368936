"""What all rounds showed, and ratios with their spread. Pure."""

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from peers.spread import Spread, ratios
from servers.drive import Measurement


@dataclass(frozen=True)
class Results:
    """All measurements of a comparison."""

    about: dict[str, str]
    settings: dict[str, str]
    # Of the targets, in order; and of those that are this server.
    names: list[str]
    ours: list[str]
    measurements: list[Measurement]
    # Target, round and what went wrong.
    failures: list[str] = field(default_factory=list)

    def of(self, name: str, kind: str, value: float = 0.0) -> list[Measurement]:
        """One target's rounds of one traffic, by round."""
        return sorted(
            (
                m
                for m in self.measurements
                if (m.target, m.kind, m.value) == (name, kind, value)
            ),
            key=lambda m: m.round,
        )

    def values(self, kind: str) -> list[float]:
        """The concurrencies, or the rates, that were measured."""
        return sorted({m.value for m in self.measurements if m.kind == kind})

    def saturation(self, name: str) -> dict[int, float]:
        """The best closed-loop rate of each round."""
        best: dict[int, float] = {}
        for m in self.measurements:
            if m.target == name and m.kind == "closed":
                best[m.round] = max(m.rate, best.get(m.round, 0.0))
        return best

    def found_rates(self, name: str) -> dict[int, float]:
        """The rate that each round's search found."""
        return {m.round: m.rate for m in self.of(name, "search")}

    def ratio(self, name: str, other: str, kind: str) -> Spread | None:
        """`name` over `other`, each round on its own; none without common rounds.

        `kind` is "saturation" or "search".
        """
        rates = self.saturation if kind == "saturation" else self.found_rates
        mine, its = rates(name), rates(other)
        common = [r for r in sorted(mine) if its.get(r, 0.0) > 0]
        if not common:
            return None
        return ratios([mine[r] for r in common], [its[r] for r in common])

    def best_peer(self, kind: str) -> str | None:
        """The fastest of those that are not this server."""
        rates = self.saturation if kind == "saturation" else self.found_rates
        middles = {n: median(rates(n).values()) for n in self.names if rates(n)}
        peers = [name for name in middles if name not in self.ours]
        return max(peers, key=lambda name: middles[name], default=None)

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "format": 1,
            "about": self.about,
            "settings": self.settings,
            "targets": self.names,
            "ours": self.ours,
            "failures": self.failures,
            "measurements": [asdict(m) for m in self.measurements],
        }
