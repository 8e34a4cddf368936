"""From the rate of one replica to a number of replicas."""

from __future__ import annotations

import math
from dataclasses import dataclass

from capacity.cost import Cost
from capacity.queue import Behaviour, Traffic, simulate
from capacity.search import PATIENCE, highest_rate


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What is asked for."""

    # Dialogues a second at the peak, of all replicas.
    rate: float
    # Seconds.
    p99: float
    # Replicas that may be lost at a time, and that restart at a time.
    lost: int = 1
    restarting: int = 1
    core_hour_cost: float | None = None


@dataclass(frozen=True)
class Plan:
    """What is needed."""

    highest: Behaviour
    # With the replicas that the rate needs, and with all that there are.
    worst: Behaviour
    usual: Behaviour
    needed: int
    replicas: int
    cores: int
    cost_per_hour: float | None


def make_plan(cost: Cost, traffic: Traffic, required: Requirements) -> Plan:
    """Counts replicas; the traffic is shared evenly among those that live."""
    highest = highest_rate(cost, traffic, required.p99)
    needed = math.ceil(required.rate / highest.rate)
    replicas = needed + required.lost + required.restarting
    cores = replicas * cost.cpus
    limit = PATIENCE * required.p99
    return Plan(
        highest=highest.behaviour,
        worst=simulate(cost, traffic, required.rate / needed, limit),
        usual=simulate(cost, traffic, required.rate / replicas, limit),
        needed=needed,
        replicas=replicas,
        cores=cores,
        cost_per_hour=(
            None if required.core_hour_cost is None else cores * required.core_hour_cost
        ),
    )
