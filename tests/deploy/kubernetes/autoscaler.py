"""Kubernetes' rule for horizontal scaling, as its documents tell it, over time.

A model to try the numbers of a manifest, not the controller itself: metrics of type
Pods with average values, policies, stabilisation, the tolerance of a tenth and pods
that are not ready yet.
"""

import math
from collections import deque
from dataclasses import dataclass, field

from render import Object

TOLERANCE = 0.1
PERIOD_S = 15


def quantity(text: str) -> float:
    """A number as Kubernetes writes it, with "m" for thousandths."""
    return float(text[:-1]) / 1000 if text.endswith("m") else float(text)


@dataclass
class Autoscaler:
    """One HorizontalPodAutoscaler; time goes on by PERIOD_S with each `decide`."""

    spec: Object
    replicas: int
    _now: int = 0
    # When how many came (above 0) or went (below).
    _changes: list[tuple[int, int]] = field(default_factory=list)
    _recommended: deque[tuple[int, int]] = field(default_factory=deque)

    def targets(self) -> dict[str, float]:
        """The average values asked for, by metric."""
        return {
            metric["pods"]["metric"]["name"]: quantity(
                metric["pods"]["target"]["averageValue"]
            )
            for metric in self.spec["metrics"]
        }

    def decide(self, values: dict[str, list[float]]) -> int:
        """How many replicas there are to be, given what each ready pod reports."""
        self._now += PERIOD_S
        wanted = max(
            self._asked(values[name], target) for name, target in self.targets().items()
        )
        wanted = min(max(wanted, self.spec["minReplicas"]), self.spec["maxReplicas"])
        wanted = self._stabilised(wanted)
        if wanted > self.replicas:
            wanted = min(wanted, self._most())
        elif wanted < self.replicas:
            wanted = max(wanted, self._least())
        if wanted != self.replicas:
            self._changes.append((self._now, wanted - self.replicas))
        self.replicas = wanted
        return wanted

    def _asked(self, values: list[float], target: float) -> int:
        """What one metric asks for; if more, pods that are not ready count as 0."""
        if not values:
            return self.replicas
        ratio = sum(values) / len(values) / target
        counted = len(values)
        if ratio > 1 and counted < self.replicas:
            counted = self.replicas
            ratio = max(sum(values) / counted / target, 1.0)
        if abs(ratio - 1) <= TOLERANCE:
            return self.replicas
        return math.ceil(ratio * counted)

    def _stabilised(self, wanted: int) -> int:
        """The highest recommendation of the window holds back a decrease."""
        window = self.spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"]
        self._recommended.append((self._now, wanted))
        while self._recommended[0][0] < self._now - window:
            self._recommended.popleft()
        highest = max(count for _, count in self._recommended)
        return wanted if wanted > self.replicas else min(highest, self.replicas)

    def _within(self, seconds: int, sign: int) -> int:
        """How many came (1) or went (-1) in the last seconds."""
        return sum(
            abs(change)
            for when, change in self._changes
            if when > self._now - seconds and change * sign > 0
        )

    def _most(self) -> int:
        limits: list[int] = []
        for policy in self.spec["behavior"]["scaleUp"]["policies"]:
            begin = self.replicas - self._within(policy["periodSeconds"], 1)
            if policy["type"] == "Percent":
                limits.append(math.ceil(begin * (1 + policy["value"] / 100)))
            else:
                limits.append(begin + policy["value"])
        return max(limits)

    def _least(self) -> int:
        (policy,) = self.spec["behavior"]["scaleDown"]["policies"]
        assert policy["type"] == "Pods"
        begin = self.replicas + self._within(policy["periodSeconds"], -1)
        return min(begin - int(policy["value"]), self.replicas)
