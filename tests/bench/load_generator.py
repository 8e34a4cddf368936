"""What `emotion-client load` itself can do, against a server that does nothing.

Generator and server share two cores. Prints the machine first; ends with 1 if a
goal is missed or a request fails.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import Any

from support.load import load
from support.server import listening

CORES = 2
GOAL_RATE = 20_000
GOAL_SCHEDULE_RATE = 1_000
GOAL_SCHEDULE_MS = 1.0
IN_FLIGHT = (16, 64, 256)


def machine() -> str:
    """The processor, how much of it is used, and what else keeps it busy."""
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [x.partition(":")[2].strip() for x in cpuinfo if x.startswith("model name")]
    cores = sorted(os.sched_getaffinity(0))
    return (
        f"{names[0] if names else platform.machine()}, cores {cores} of "
        f"{os.cpu_count()}, Linux {platform.release()}, "
        f"load average {os.getloadavg()[0]:.2f} before"
    )


COLUMNS = ("answers/s", "p50 ms", "p99 ms", "late p50", "p99 ms", "max ms", "errors")


def row(name: str, result: dict[str, Any]) -> str:
    """A run in a line: answers, service time, schedule error, errors, cores."""
    error, service = result["schedule_error_ms"], result["service_ms"]
    times = (service["p50"], service["p99"], error["p50"], error["p99"], error["max"])
    return (
        f"{name:24}{result['ok_rate']:10.0f}"
        + "".join(f"{time:10.3f}" for time in times)
        + f"{failures(result):10}{result['generator']['cpu_cores']:10.2f}"
    )


def failures(result: dict[str, Any]) -> int:
    """How many requests failed."""
    return sum(result["requests"]["errors"].values())


def verdict(met: bool, goal: str) -> bool:
    """Says whether a goal was met."""
    print(f"{'met' if met else 'MISSED'}: {goal}")
    return met


def measure(binaries: Path, seconds: int) -> bool:
    """Runs all and prints them; whether the goals were met."""
    common = ("--duration", f"{seconds}s", "--warmup", "2s")
    with listening(binaries / "load_null_server") as address:
        client = binaries / "emotion-client"
        print(" " * 24 + "".join(f"{name:>10}" for name in (*COLUMNS, "cores")))
        runs = []
        for count in IN_FLIGHT:
            closed = ("--concurrency", str(count), "--connections", "2")
            runs.append(load(client, address, *closed, *common, check=False))
            print(row(f"closed, {count} in flight", runs[-1]))
        best = max(run["ok_rate"] for run in runs)
        for rate in (GOAL_SCHEDULE_RATE, GOAL_RATE // 2, GOAL_RATE):
            paced = ("--rate", str(rate), "--arrivals", "constant")
            runs.append(load(client, address, *paced, *common, check=False))
            print(row(f"open, {rate}/s", runs[-1]))
    late = runs[len(IN_FLIGHT)]["schedule_error_ms"]["p99"]
    # The last run may be more than the two cores can do.
    failed = sum(failures(run) for run in runs[:-1])
    return all(
        [
            verdict(best >= GOAL_RATE, f"{best:.0f} of {GOAL_RATE} answers a second"),
            verdict(
                late < GOAL_SCHEDULE_MS,
                f"sends late by {late:.4f} ms at p99 at {GOAL_SCHEDULE_RATE}/s, "
                f"below {GOAL_SCHEDULE_MS} ms",
            ),
            verdict(failed == 0, f"{failed} requests failed below the highest rate"),
        ]
    )


def main() -> int:
    """Reads the options and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=Path, required=True, help="their folder")
    parser.add_argument("--seconds", type=int, default=10, help="of each run")
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    print(machine())
    return 0 if measure(options.binaries, options.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
