"""What was predicted beside what real load meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from capacity.cost import Cost
from capacity.plan import Requirements
from capacity.queue import Traffic, simulate
from capacity.replica import Replica
from capacity.search import PATIENCE, highest_rate

# Of the highest rate that was predicted.
SHARES = (0.5, 0.8)
WARMUP = "1s"


def check(
    server: Replica,
    cost: Cost,
    traffic: Traffic,
    required: Requirements,
    trial: float,
    flags: Sequence[str],
) -> Iterator[str]:
    """Loads the replica that was measured; the lines of a table, as they come.

    Two rates for three times `trial` seconds, then a search for the highest one in
    runs of `trial`.
    """
    p99 = required.p99
    highest = highest_rate(cost, traffic, p99)
    yield "rate | p50 ms predicted / real | p99 ms predicted / real | others' CPUs"
    for share in SHARES:
        rate = share * highest.rate
        said = simulate(cost, traffic, rate, PATIENCE * p99)
        real = server.load(
            *("--rate", f"{rate:g}", "--duration", f"{3 * trial:g}s"),
            *("--warmup", WARMUP),
            *flags,
        )
        times = real.result["response_ms"]
        yield (
            f"{rate:.0f} | {1e3 * said.p50:.1f} / {times['p50']:.1f} | "
            f"{1e3 * said.p99:.1f} / {times['p99']:.1f} | {real.others_cpus:.1f}"
        )
    search = server.load(
        *("--find-rate", f"p99<{1e3 * p99:g}ms", "--trial", f"{trial:g}s"), *flags
    )
    found = search.result["search"]["rate"]
    yield (
        f"highest rate: predicted {highest.rate:.0f}, real {found:.0f}; "
        f"others' CPUs {search.others_cpus:.1f}"
    )
