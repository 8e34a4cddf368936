"""The command line; `./dev capacity --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from capacity.bench import read_bench
from capacity.check import check
from capacity.cost import Cost, read_cost, write_cost
from capacity.errors import CapacityError
from capacity.lengths import MEAN_TOKENS, of_dialogues, of_mean
from capacity.measure import measured_replica, traffic_flags
from capacity.plan import Plan, Requirements, make_plan
from capacity.queue import Behaviour, Traffic, draw_traffic
from capacity.replica import Binaries
from capacity.units import seconds
from support.process import ProcessError

# Processors that others may use while this machine is measured.
QUIET = 0.1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="./dev capacity",
        description="How many replicas a rate needs. Measures this machine first, "
        "unless --cost or --bench names an earlier measurement.",
    )
    add = parser.add_argument
    add("--rate", type=float, required=True, help="dialogues a second at the peak")
    add("--p99", default="50ms", help="99 of 100 answers come within this [50ms]")
    add("--cost", type=Path, metavar="JSON", help="what a batch costs, as measured")
    add("--bench", type=Path, metavar="JSON", help="result of ./dev bench --json")
    add("--precision", default="int8", help="which one of --bench [int8]")
    add("--save-cost", type=Path, metavar="JSON", help="write what was measured")
    add("--cpus", type=int, default=0, help="of a replica [all that are here]")
    add("--seconds", type=float, default=5, help="of each of two measurements [5]")
    add("--tokens", type=float, help="mean length of a dialogue [21.1]")
    add("--dialogues", type=Path, metavar="FILE", help="lengths of these instead")
    add("--lost", type=int, default=1, help="replicas that may be lost [1]")
    add("--restarting", type=int, default=1, help="that restart at a time [1]")
    add("--core-hour-cost", type=float, help="price of one core for an hour")
    add("--arrivals", type=int, default=50_000, help="dialogues to simulate [50000]")
    add("--seed", type=int, default=1, help="of the simulation [1]")
    add("--check", action="store_true", help="compare with real load afterwards")
    add("--json", action="store_true", help="print JSON")
    add("--server", type=Path, default=Path("build/release/bin/emotion-server"))
    add("--client", type=Path, default=Path("build/release/bin/emotion-client"))
    add("--model", type=Path, default=Path("build/model"), help="the package")
    chosen = parser.parse_args(arguments)
    if chosen.rate <= 0 or min(chosen.lost, chosen.restarting) < 0:
        parser.error("--rate must be above 0, --lost and --restarting not below")
    if chosen.tokens and chosen.dialogues:
        parser.error("--tokens or --dialogues, not both")
    if chosen.cost and chosen.bench:
        parser.error("--cost or --bench, not both")
    if chosen.check and (chosen.cost or chosen.bench or chosen.json):
        parser.error("--check needs a measurement of now, and prints no JSON")
    if chosen.arrivals < 1000 or chosen.seconds <= 0:
        parser.error("--arrivals must be at least 1000, --seconds above 0")
    return chosen


def usable_cpus() -> int:
    """Those of this machine that this process may use."""
    return len(os.sched_getaffinity(0))


def warn(others_cpus: float) -> None:
    """Says what disturbed a measurement."""
    if others_cpus > QUIET:
        print(
            f"capacity: others used {others_cpus:.1f} CPUs meanwhile, so this machine "
            "looks slower than it is",
            file=sys.stderr,
        )


def answer(chosen: argparse.Namespace, required: Requirements) -> Iterator[str]:
    """Measures, or reads what was measured, and plans; lines as they come."""
    lengths = (
        of_dialogues(chosen.dialogues, chosen.model)
        if chosen.dialogues
        else of_mean(chosen.tokens or MEAN_TOKENS, chosen.seed)
    )
    traffic = draw_traffic(lengths, chosen.arrivals, chosen.seed)
    if chosen.cost:
        yield shown(chosen, read_cost(chosen.cost), traffic, required)
        return
    if chosen.bench:
        cost = read_bench(chosen.bench, chosen.precision, chosen.cpus or usable_cpus())
        yield shown(chosen, cost, traffic, required)
        return
    binaries = Binaries(chosen.server, chosen.client, chosen.model)
    with measured_replica(binaries, chosen.cpus, chosen.seconds, chosen.dialogues) as (
        server,
        measured,
    ):
        warn(measured.others_cpus)
        if chosen.save_cost:
            write_cost(measured.cost, chosen.save_cost)
        yield shown(chosen, measured.cost, traffic, required)
        if chosen.check:
            flags = traffic_flags(chosen.dialogues)
            yield from check(
                server, measured.cost, traffic, required, chosen.seconds, flags
            )


def shown(
    chosen: argparse.Namespace, cost: Cost, traffic: Traffic, required: Requirements
) -> str:
    """The plan as text or JSON."""
    plan = make_plan(cost, traffic, required)
    if chosen.json:
        return json.dumps({"cost": asdict(cost), "plan": asdict(plan)}, indent=2)
    return report(cost, required, plan)


def seen(behaviour: Behaviour) -> str:
    """A line about what callers see."""
    return (
        f"{behaviour.rate:.0f}/s: p50 {1e3 * behaviour.p50:.1f} ms, "
        f"p99 {1e3 * behaviour.p99:.1f} ms, {100 * behaviour.busy:.0f} % busy, "
        f"{behaviour.batch:.1f} dialogues a batch"
    )


def report(cost: Cost, required: Requirements, plan: Plan) -> str:
    """The answer, for people."""
    lines = [
        f"a replica: {cost.cpus} CPUs, {cost.workers} workers; {cost.about}",
        f"  at most {seen(plan.highest)}",
        f"for {required.rate:g}/s with p99 within {1e3 * required.p99:g} ms: "
        f"{plan.needed}",
        f"  each {seen(plan.worst)}",
        f"spare: {required.lost} to lose, {required.restarting} to restart",
        f"replicas: {plan.replicas}, cores: {plan.cores}",
        f"  with all of them, each {seen(plan.usual)}",
    ]
    if plan.cost_per_hour is not None:
        lines.append(f"cost: {plan.cost_per_hour:.2f} an hour")
    return "\n".join(lines)


def run(arguments: Sequence[str]) -> int:
    """Answers on standard output; returns the exit code."""
    chosen = parse(arguments)
    try:
        required = Requirements(
            rate=chosen.rate,
            p99=seconds(chosen.p99),
            lost=chosen.lost,
            restarting=chosen.restarting,
            core_hour_cost=chosen.core_hour_cost,
        )
        for line in answer(chosen, required):
            print(line, flush=True)
    except (CapacityError, ProcessError) as error:
        print(f"capacity: {error}", file=sys.stderr)
        return 1
    return 0
