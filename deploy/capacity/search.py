"""The highest rate that one replica bears."""

from __future__ import annotations

from dataclasses import dataclass

from capacity.cost import Cost
from capacity.errors import CapacityError
from capacity.queue import Behaviour, Traffic, simulate

# The rate is found to within this share.
ACCURACY = 0.005
# A dialogue that waits for so many objectives ends a try.
PATIENCE = 10


@dataclass(frozen=True)
class Highest:
    """The highest rate, and what the callers see there."""

    behaviour: Behaviour

    @property
    def rate(self) -> float:
        """Dialogues a second of one replica."""
        return self.behaviour.rate


def upper_bound(cost: Cost, traffic: Traffic) -> float:
    """Dialogues a second that no replica of this cost can exceed."""
    mean = sum(traffic.tokens) / len(traffic.tokens)
    least = min(cost.alone, cost.together) * (cost.dialogue_us + mean * cost.token_us)
    return cost.workers * 1e6 / least


def highest_rate(cost: Cost, traffic: Traffic, p99: float) -> Highest:
    """Bisects for the highest rate at which p99 is met; `p99` in seconds.

    Raises CapacityError if it is missed even where calls hardly ever meet.
    """
    limit = PATIENCE * p99
    high = upper_bound(cost, traffic)
    low = 0.001 * high
    best = simulate(cost, traffic, low, limit)
    if best.p99 > p99:
        raise CapacityError(
            f"p99 is {1e3 * best.p99:.1f} ms without any load; "
            f"no number of replicas brings it to {1e3 * p99:g} ms"
        )
    while high - low > ACCURACY * high:
        middle = (low + high) / 2
        tried = simulate(cost, traffic, middle, limit)
        if tried.p99 <= p99:
            low, best = middle, tried
        else:
            high = middle
    return Highest(best)
