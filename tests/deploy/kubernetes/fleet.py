"""Pods under a load, as the measured server behaves, with their autoscaler."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from autoscaler import PERIOD_S, Autoscaler

# Tokens a second and the mean wait in seconds, as deploy/kubernetes/README.md has them.
MEASURED = [
    (0, 0.001),
    (9320, 0.0017),
    (13145, 0.0026),
    (15229, 0.0066),
    (17063, 0.059),
]
CAPACITY = 17000.0
# What the queue holds by default; more is refused.
QUEUE_TOKENS = 32768.0
# From the order for a pod to its first call: a node that has the image.
START_S = 30
# Of the queries, `rate(...[1m])`.
WINDOW_S = 60


def wait_of(rate: float, backlog: float) -> float:
    """Seconds that a token waits at a rate below, or with a backlog at, capacity."""
    for (low, before), (high, after) in pairwise(MEASURED):
        if rate <= high:
            share = (rate - low) / (high - low)
            return before + share * (after - before) + backlog / CAPACITY
    return MEASURED[-1][1] + backlog / CAPACITY


@dataclass
class Fleet:
    """Evenly loaded pods; all times in whole seconds."""

    autoscaler: Autoscaler
    now: int = 0
    backlog: float = 0.0
    refused: float = 0.0
    offered: float = 0.0
    # When each pod is ready.
    pods: list[int] = field(default_factory=list)
    # Each second: tokens a second and wait of a pod.
    seen: list[tuple[float, float]] = field(default_factory=list)
    # Each decision: replicas, wait.
    history: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pods = [0] * self.autoscaler.replicas

    def ready(self) -> int:
        return sum(when <= self.now for when in self.pods)

    def run(self, seconds: int, load: Callable[[int], float]) -> None:
        """Goes on under a load in tokens a second, by the time."""
        for _ in range(seconds):
            self.now += 1
            self._serve(load(self.now))
            if self.now % PERIOD_S == 0:
                self._scale()

    def _serve(self, load: float) -> None:
        ready = self.ready()
        rate = load / ready
        grown = max(0.0, self.backlog + rate - CAPACITY)
        self.backlog = min(grown, QUEUE_TOKENS)
        self.offered += load
        self.refused += (grown - self.backlog) * ready
        self.seen.append((min(rate, CAPACITY), wait_of(rate, self.backlog)))

    def _scale(self) -> None:
        recent = self.seen[-WINDOW_S:]
        rates, waits = (sum(x) / len(recent) for x in zip(*recent, strict=True))
        count = self.ready()
        values = {
            "emotion_queue_wait_mean_seconds": [waits] * count,
            "emotion_tokens_per_second": [rates] * count,
        }
        wanted = self.autoscaler.decide(values)
        if wanted > len(self.pods):
            begun = self.now + START_S
            # What waits is shared out by the clients' balancing.
            self.pods += [begun] * (wanted - len(self.pods))
        else:
            del self.pods[wanted:]
        self.history.append((wanted, self.seen[-1][1]))

    def changes(self, last_s: int) -> int:
        """How often the number of replicas changed in the last seconds."""
        counts = [count for count, _ in self.history[-last_s // PERIOD_S :]]
        return sum(a != b for a, b in pairwise(counts))
