"""Asks a real server, under load, what things cost."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from capacity.cost import Cost
from capacity.errors import CapacityError
from capacity.replica import Binaries, Load, Replica, Sums, replica

# One dialogue again and again: what varies then is the machine.
SAME = ["Hello", "Hi, how are you?", "I've never had such a bad day in my life"]
JITTERS = 200
SHARES = {
    "p50": 0.5,
    "p75": 0.75,
    "p90": 0.9,
    "p95": 0.95,
    "p99": 0.99,
    "p99.9": 0.999,
    "max": 1.0,
}
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
    """Measures a server that does nothing else, for twice `seconds`."""
    with tempfile.TemporaryDirectory() as folder:
        same = Path(folder) / "same.jsonl"
        same.write_text(json.dumps({"turns": SAME}) + "\n", encoding="utf-8")
        still = _closed(server, 1, seconds, ("--input", str(same)))
    calls = CROWD * int(server.plan["workers"])
    crowd = _closed(server, calls, seconds, traffic_flags(dialogues))
    others = max(still.others_cpus, crowd.others_cpus)
    return Measured(_cost(server, still, crowd, package), others)


def traffic_flags(dialogues: Path | None) -> tuple[str, ...]:
    """The load generator's flags for a file of dialogues, or for made-up ones."""
    return ("--input", str(dialogues), "--sample") if dialogues else ()


def _closed(server: Replica, calls: int, seconds: float, more: Sequence[str]) -> Load:
    duration = ("--duration", f"{seconds:g}s", "--warmup", "0s")
    return server.load("--concurrency", str(calls), *duration, *more)


def _cost(server: Replica, still: Load, crowd: Load, model: Path) -> Cost:
    plan = server.plan
    line = Cost(
        cpus=int(plan["cpus"]),
        workers=int(plan["workers"]),
        batch_us=float(plan["batch_us"]),
        dialogue_us=float(plan["dialogue_us"]),
        token_us=float(plan["token_us"]),
    )
    times = {name: 1e3 * time for name, time in still.result["response_ms"].items()}
    jitter = jitter_of(times)
    # Mean against mean: what disturbs equal calls is in both.
    batches = still.rise["emotion_batch_items_count"]
    overhead = times["mean"] - 1e6 * _busy(still.rise) / batches
    overhead = min(max(overhead, 0.0), times["p50"] / 2)
    surplus = crowd.rise["emotion_batch_items_count"] * sum(jitter) / len(jitter) / 1e6
    crowded = max(_busy(crowd.rise) - surplus, _busy(crowd.rise) / 2)
    one_alone = 1e6 * _expected(line, still.rise) / batches
    return replace(
        line,
        alone=round((times["p50"] - overhead) / one_alone, 3),
        together=round(crowded / _expected(line, crowd.rise), 3),
        overhead_us=round(overhead, 1),
        jitter_us=tuple(jitter),
        about=(
            f"{server.model['name']} {server.model['version']} in "
            f"{server.model['precision']}, {_processor()}, "
            f"{datetime.now(UTC):%Y-%m-%d}"
        ),
    )


def _busy(rise: Sums) -> float:
    """Seconds of all workers."""
    busy = rise["emotion_instance_busy_seconds_total"]
    if busy <= 0:
        raise CapacityError("the server did nothing while it was measured")
    return busy


def _expected(line: Cost, rise: Sums) -> float:
    """Seconds that the line gives all batches."""
    items, tokens = rise["emotion_batch_items_sum"], rise["emotion_batch_tokens_sum"]
    dialogues = (items * line.dialogue_us + tokens * line.token_us) / 1e6
    return rise["emotion_batch_items_count"] * line.plain(0, 0) + dialogues


def jitter_of(times: Mapping[str, float]) -> list[float]:
    """What equal calls took above their median: so many equally likely values.

    Between two known percentiles times grow by equal factors, as tails do.
    """
    shares = [0.0, *SHARES.values()]
    known = [times["p50"], *(times[name] for name in SHARES)]
    values = []
    for step in range(JITTERS):
        share = (step + 0.5) / JITTERS
        at = next(i for i in range(1, len(shares)) if share <= shares[i])
        along = (share - shares[at - 1]) / (shares[at] - shares[at - 1])
        factor = known[at] / known[at - 1]
        values.append(known[at - 1] * factor**along - times["p50"])
    return [round(value, 1) for value in values]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return " ".join(line.split(":", 1)[1].split())
    return platform.machine()
