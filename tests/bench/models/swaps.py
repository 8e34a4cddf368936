"""One model after the other takes over, a thousand times, under load."""

import time
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

from end_to_end.known_answers import DIALOGUES, answer
from end_to_end.repository import Served
from models.setup import NEW, OLD, Setup, resident_mb, served_models
from models.traffic import CheckedTraffic


@dataclass(frozen=True, kw_only=True)
class Options:
    """How often and under how much."""

    swaps: int = 1000
    # Calls a second.
    rate: float = 200.0
    # Swaps between two rows.
    every: int = 50
    # Of the same traffic without a swap, before them and after.
    calm_seconds: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """The server at one moment, and its calls since the row before."""

    swaps: int
    minutes: float
    resident_mb: float
    # From the beginning.
    calls: int
    failures: int
    mixed: int
    # Since the row before; the load is the median time of a swap, in seconds.
    p50_ms: float
    p99_ms: float
    load_s: float


HEAD = (
    "swaps",
    "minutes",
    "resident MB",
    "calls",
    "failures",
    "mixed answers",
    "p50 ms",
    "p99 ms",
    "a swap takes s",
)


def cells(row: Row) -> list[str]:
    """A row as text."""
    return [
        str(row.swaps),
        f"{row.minutes:.1f}",
        f"{row.resident_mb:.0f}",
        str(row.calls),
        str(row.failures),
        str(row.mixed),
        f"{row.p50_ms:.2f}",
        f"{row.p99_ms:.2f}",
        f"{row.load_s:.2f}",
    ]


def measure(setup: Setup, options: Options) -> dict[str, Any]:
    """Runs all and prints a row every so often."""
    with served_models(setup) as served:
        known = {}
        for version in (NEW, OLD):
            served.admin.load(version)
            known[version] = {
                turns: answer(served.connection, turns) for turns in DIALOGUES
            }
        rows: list[Row] = []
        print("  ".join(HEAD))
        with CheckedTraffic(served.connection, options.rate, known) as traffic:
            begin = time.monotonic()

            def add(swaps: int, loads: list[float]) -> None:
                rows.append(row(served, traffic, swaps, begin, loads))
                print("  ".join(cells(rows[-1])), flush=True)

            time.sleep(options.calm_seconds)
            add(0, [])
            loads: list[float] = []
            for number in range(1, options.swaps + 1):
                started = time.monotonic()
                served.admin.load(NEW if number % 2 else OLD)
                loads.append(time.monotonic() - started)
                if number % options.every == 0 or number == options.swaps:
                    add(number, loads)
                    loads = []
            time.sleep(options.calm_seconds)
            add(options.swaps, [])
        failures = dict(traffic.take().failures)
    return {
        "options": asdict(options),
        "precision": setup.precision,
        "layers": setup.layers,
        "failures": failures,
        "rows": [asdict(each) for each in rows],
    }


def row(
    served: Served,
    traffic: CheckedTraffic,
    swaps: int,
    begin: float,
    loads: list[float],
) -> Row:
    """What there is to say now."""
    counts = traffic.take()
    times = counts.latencies_ms
    return Row(
        swaps=swaps,
        minutes=(time.monotonic() - begin) / 60,
        resident_mb=resident_mb(served),
        calls=counts.sent,
        failures=counts.failures.total(),
        mixed=counts.mixed,
        p50_ms=median(times) if times else 0.0,
        p99_ms=quantiles(times, n=100)[98] if len(times) > 1 else 0.0,
        load_s=median(loads) if loads else 0.0,
    )
