"""One replica under load: the server's own queue in simulated time.

Dialogues arrive one a call, at random (Poisson), and wait in one line, from which idle
workers take batches. emotion-queue-simulator drives the server's BatchQueue at its
defaults, with interactive calls only, and no deadline that could pass.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from capacity.cost import Cost
from capacity.errors import CapacityError
from support import ROOT


@dataclass(frozen=True)
class Traffic:
    """What comes, whatever the rate; the same for the same seed."""

    # Gaps between arrivals, 1 on average.
    gaps: tuple[float, ...]
    # Of each dialogue.
    tokens: tuple[int, ...]
    # A number from 0 to 1 for each batch, to draw its jitter.
    luck: tuple[float, ...]

    @cached_property
    def json(self) -> str:
        """As the simulator reads it."""
        return json.dumps(asdict(self))


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
    EMOTION_QUEUE_SIMULATOR names the simulator if it is not where `./dev build
    emotion-queue-simulator` leaves it.

    Raises:
        CapacityError: the simulator is not there or refuses the cost.
    """
    question = (
        f'{{"cost": {json.dumps(asdict(cost))}, "traffic": {traffic.json}, '
        f'"rate": {rate!r}, "limit_s": {limit!r}}}'
    )
    default = ROOT / "build" / "release" / "bin" / "emotion-queue-simulator"
    simulator = Path(os.environ.get("EMOTION_QUEUE_SIMULATOR", default))
    try:
        run = subprocess.run(
            [simulator], input=question, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CapacityError(f"{simulator}: {error}") from error
    if run.returncode != 0:
        raise CapacityError(run.stderr.strip())
    return Behaviour(rate=rate, **json.loads(run.stdout))
