"""One replica under load: a simulation of the server's queue.

Dialogues arrive one a call, at random (Poisson), and wait in one line. An idle
worker takes at once what waits, the oldest first, up to the limits on dialogues,
tokens and time of a batch; it never waits for more items. That is the server's policy
at its defaults, with interactive calls only, and no deadline that could pass.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

from capacity.cost import Cost


@dataclass(frozen=True)
class Traffic:
    """What comes, whatever the rate; the same for the same seed."""

    # Gaps between arrivals, 1 on average.
    gaps: tuple[float, ...]
    # Of each dialogue.
    tokens: tuple[int, ...]
    # A number from 0 to 1 for each batch, to draw its jitter.
    luck: tuple[float, ...]


def draw_traffic(lengths: Sequence[int], count: int, seed: int) -> Traffic:
    """Draws `count` dialogues with lengths from `lengths`."""
    dice = random.Random(seed)
    return Traffic(
        tuple(dice.expovariate(1) for _ in range(count)),
        tuple(dice.choices(lengths, k=count)),
        tuple(dice.random() for _ in range(count)),
    )


@dataclass(frozen=True)
class Behaviour:
    """What the callers of a replica see at a rate. Times in seconds."""

    rate: float
    p50: float
    p99: float
    # Share of the workers' time that goes to batches.
    busy: float
    # Dialogues in a batch, on average.
    batch: float


def simulate(cost: Cost, traffic: Traffic, rate: float, limit: float) -> Behaviour:
    """Runs all of `traffic` at `rate` dialogues a second through one replica.

    Stops when a dialogue has waited for more than `limit` seconds, with what was
    seen up to there: the queue grows without bound then, or the objective is lost.
    """
    arrivals, now = [], 0.0
    for gap in traffic.gaps:
        now += gap / rate
        arrivals.append(now)
    tokens, luck, jitter = traffic.tokens, traffic.luck, cost.jitter_us
    free = [0.0] * cost.workers
    times: list[float] = []
    batches, busy, at, total = 0, 0.0, 0, len(arrivals)
    most_seconds = cost.max_batch_ms / 1e3
    while at < total:
        start = max(heapq.heappop(free), arrivals[at])
        if start - arrivals[at] > limit:
            break
        others = sum(other > start for other in free)
        slow = cost.slowdown(2, others)
        first, held = at, tokens[at]
        at += 1
        while (
            at < total
            and arrivals[at] <= start
            and at - first < cost.max_batch_items
            and held + tokens[at] <= cost.max_batch_tokens
            and slow * cost.plain(at - first + 1, held + tokens[at]) <= most_seconds
        ):
            held += tokens[at]
            at += 1
        drawn = jitter[int(luck[batches] * len(jitter))] / 1e6
        slow = cost.slowdown(at - first, others)
        took = max(0.0, slow * cost.plain(at - first, held) + drawn)
        batches += 1
        busy += took
        heapq.heappush(free, start + took)
        end = start + took + cost.overhead_us / 1e6
        times += [end - arrived for arrived in arrivals[first:at]]
    # The first tenth met an empty server.
    settled = sorted(times[len(times) // 10 :]) or [limit]
    lost = at < total
    return Behaviour(
        rate=rate,
        p50=limit if lost else _quantile(settled, 0.5),
        p99=limit if lost else _quantile(settled, 0.99),
        busy=busy / (cost.workers * arrivals[at - 1]),
        batch=at / batches if batches else 0.0,
    )


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
