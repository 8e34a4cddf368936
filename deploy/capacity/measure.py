"""Asks a real server, under load, what things cost."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from capacity.cost import Cost
from capacity.errors import CapacityError
from capacity.page import Sums
from capacity.replica import Binaries, Load, Replica, replica

# One dialogue again and again: what varies then is the machine.
SAME = ["Hello", "Hi, how are you?", "I've never had such a bad day in my life"]
JITTERS = 200
SHARES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 1.0}
# Calls in flight per worker that keep all workers busy with batches.
CROWD = 8


@dataclass(frozen=True)
class Measured:
    """What a replica costs, and how much others disturbed the measurement."""

    cost: Cost
    # Processors that neither the replica nor the generator used, but somebody did.
    others_cpus: float


@contextmanager
def measured_replica(
    binaries: Binaries, cpus: int, seconds: float, dialogues: Path | None
) -> Iterator[tuple[Replica, Measured]]:
    """Starts and measures a replica of `cpus` processors (0: all there are).

    The generator has processors of its own where some are left, else it shares the
    replica's.
    """
    there = sorted(os.sched_getaffinity(0))
    if cpus > len(there):
        raise CapacityError(f"{cpus} processors, but this machine lends {len(there)}")
    own = there[: cpus or len(there)]
    with replica(binaries, own, there[len(own) :]) as server:
        yield server, measure(server, seconds, dialogues, binaries.model)


def measure(
    server: Replica, seconds: float, dialogues: Path | None, package: Path
) -> Measured:
    """Measures a server that does nothing else, for three times `seconds`."""
    traffic = traffic_flags(dialogues)
    with tempfile.TemporaryDirectory() as folder:
        same = Path(folder) / "same.jsonl"
        same.write_text(json.dumps({"turns": SAME}) + "\n", encoding="utf-8")
        still = _closed(server, 1, seconds, ("--input", str(same)))
    one = _closed(server, 1, seconds, traffic)
    crowd = _closed(server, CROWD * int(server.plan["workers"]), seconds, traffic)
    others = max(load.others_cpus for load in (still, one, crowd))
    return Measured(_cost(server, still, one, crowd, package), others)


def traffic_flags(dialogues: Path | None) -> tuple[str, ...]:
    """The load generator's flags for a file of dialogues, or for made-up ones."""
    return ("--input", str(dialogues), "--sample") if dialogues else ()


def _closed(server: Replica, calls: int, seconds: float, more: Sequence[str]) -> Load:
    duration = ("--duration", f"{seconds:g}s", "--warmup", "0s")
    return server.load("--concurrency", str(calls), *duration, *more)


def _cost(server: Replica, still: Load, one: Load, crowd: Load, model: Path) -> Cost:
    plan = server.plan
    line = Cost(
        cpus=int(plan["cpus"]),
        workers=int(plan["workers"]),
        batch_us=float(plan["batch_us"]),
        dialogue_us=float(plan["dialogue_us"]),
        token_us=float(plan["token_us"]),
    )
    jitter = _jitter(still.result["response_ms"])
    response = 1e3 * one.result["response_ms"]["mean"]
    busy = one.rise["emotion_instance_busy_seconds_total"]
    batches = one.rise["emotion_batch_items_count"]
    return Cost(
        cpus=line.cpus,
        workers=line.workers,
        batch_us=line.batch_us,
        dialogue_us=line.dialogue_us,
        token_us=line.token_us,
        alone=round(_slowdown(line, one.rise), 3),
        together=round(_slowdown(line, crowd.rise), 3),
        overhead_us=round(max(0.0, response - 1e6 * busy / batches), 1),
        jitter_us=tuple(jitter),
        about=(
            f"{server.model['name']} {server.model['version']} in "
            f"{server.model['precision']}, {model.name}, {_processor()}, "
            f"{datetime.now(UTC):%Y-%m-%d}"
        ),
    )


def _slowdown(line: Cost, rise: Sums) -> float:
    """What batches took over what the line says."""
    batches = rise["emotion_batch_items_count"]
    items, tokens = rise["emotion_batch_items_sum"], rise["emotion_batch_tokens_sum"]
    expected = (
        batches * line.plain(0, 0)
        + (items * line.dialogue_us + tokens * line.token_us) / 1e6
    )
    busy = rise["emotion_instance_busy_seconds_total"]
    if expected <= 0 or busy <= 0:
        raise CapacityError("the server did nothing while it was measured")
    return busy / expected


def _jitter(times_ms: Mapping[str, float]) -> list[float]:
    """What equal calls took more than on average: so many equally likely values."""
    shares = [0.0, *SHARES.values()]
    known = [times_ms["p50"], *(times_ms[name] for name in SHARES)]
    values = []
    for step in range(JITTERS):
        share = (step + 0.5) / JITTERS
        at = next(i for i in range(1, len(shares)) if share <= shares[i])
        along = (share - shares[at - 1]) / (shares[at] - shares[at - 1])
        values.append(known[at - 1] + along * (known[at] - known[at - 1]))
    mean = sum(values) / len(values)
    return [round(1e3 * (value - mean), 1) for value in values]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return " ".join(line.split(":", 1)[1].split())
    return platform.machine()
