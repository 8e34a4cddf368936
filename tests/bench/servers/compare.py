"""Runs every server in turn, round after round, under the same loads.

    python -m bench.servers.compare --input dev.txt --out DIR

Only one server runs at a time. Each round begins with another one, so that no
server always has the machine in the same state.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.servers.drive import Loader, Measurement, Traffic, measurement
from bench.servers.machine import describe
from bench.servers.peer_models import prepare
from bench.servers.results import Results
from bench.servers.targets import Setup, Target, parse_target
from bench.servers.text import read_dialogues
from bench.servers.write import write_results

DEFAULT_TARGETS = (
    "ours",
    "grpc:ort-int8",
    "grpc:openvino-int8",
    "grpc:torchscript",
    "grpc:transformers",
    "triton:ort-int8",
    "triton:openvino-int8",
)
# Beyond this share of a server's closed-loop rate an open loop is only a queue
# that grows.
_HOPELESS = 1.2
_CALIBRATION_DIALOGUES = 2000


def run_round(
    target: Target, number: int, setup: Setup, loader: Loader, plan: argparse.Namespace
) -> list[Measurement]:
    """Starts a server, settles it and measures it."""
    found: list[Measurement] = []
    with target.running(setup) as running:
        flags = ["--address", running.address, *target.load_flags()]

        def measure(traffic: Traffic) -> Measurement:
            result = loader.run(target.name, running.child, flags, traffic)
            return measurement(target.name, number, traffic, result)

        measure(Traffic("closed", max(plan.concurrency), plan.settle, 0))
        for concurrency in plan.concurrency:
            found.append(
                measure(Traffic("closed", concurrency, plan.seconds, plan.warmup))
            )
        limit = _HOPELESS * max(each.rate for each in found)
        for rate in plan.rates:
            if rate <= limit:
                found.append(measure(Traffic("open", rate, plan.seconds, plan.warmup)))
        if number < plan.search_rounds:
            found.append(measure(Traffic("search", 0, plan.trial, 0, plan.objective)))
    return found


def run_all(
    targets: Sequence[Target],
    rounds: int,
    once: Callable[[Target, int], list[Measurement]],
) -> list[Measurement]:
    """All rounds, each beginning with the next target; tells how it goes."""
    found: list[Measurement] = []
    for number in range(rounds):
        turn = number % len(targets)
        for target in [*targets[turn:], *targets[:turn]]:
            begin = time.monotonic()
            of_target = once(target, number)
            found += of_target
            best = max(each.rate for each in of_target if each.kind == "closed")
            say(
                f"round {number + 1} of {rounds}: {target.name}: {best:.0f}/s, "
                f"took {time.monotonic() - begin:.0f} s"
            )
    return found


def say(text: str) -> None:
    """A line for who watches."""
    print(text, file=sys.stderr, flush=True)


def numbers(text: str) -> list[float]:
    """`16,64,128`."""
    return [float(part) for part in text.split(",")]


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--input", type=Path, required=True, help="dialogues as EmoContext has them")
    add("--calibration", type=Path, help="dialogues to quantise with; else the input")
    add("--out", type=Path, required=True, help="folder of the results")
    add("--server", type=Path, default=Path("build/release/bin/emotion-server"))
    add("--client", type=Path, default=Path("build/release/bin/emotion-client"))
    add("--package", type=Path, default=Path("build/model"))
    add("--source", type=Path, default=Path("model/default"))
    add("--models", type=Path, default=Path("build/bench-peers"))
    triton = Path("build/triton-venv/bin/python")
    add("--triton-python", type=Path, default=triton)
    add("--work", type=Path, default=Path("build/bench-servers"))
    add("--target", action="append", help="ours[:FLAGS], grpc:PEER[:OPTIONS], ...")
    add("--rounds", type=int, default=3)
    add("--concurrency", type=numbers, default=[16.0, 64.0, 128.0])
    add("--rates", type=numbers, default=[100.0, 200.0, 400.0])
    add("--objective", default="p99<50ms,errors<0.1%")
    add("--search-rounds", type=int, default=1, help="rounds that search for a rate")
    add("--seconds", type=float, default=4, help="of a run")
    add("--warmup", type=float, default=1, help="before a run")
    add("--trial", type=float, default=3, help="seconds of a trial of a search")
    add("--settle", type=float, default=5, help="seconds of load after a start")
    add("--connections", type=int, default=4)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepares, measures, writes."""
    plan = parse(arguments)
    targets = [parse_target(text) for text in plan.target or DEFAULT_TARGETS]
    plan.work.mkdir(parents=True, exist_ok=True)
    setup = Setup(
        server=plan.server,
        package=plan.package,
        source=plan.source,
        models=plan.models,
        triton_python=plan.triton_python,
        work=plan.work,
    )
    dialogues = read_dialogues(plan.calibration or plan.input, _CALIBRATION_DIALOGUES)
    peers = [target.peer for target in targets if target.peer]
    prepare(plan.source, plan.models, peers, dialogues)
    connections = ["--connections", str(plan.connections)]
    dialogue_flags = ["--input", str(plan.input), "--format", "tsv"]
    loader = Loader(plan.client, [*dialogue_flags, *connections], plan.work)
    about = describe(plan.package)
    measurements = run_all(
        targets,
        plan.rounds,
        lambda target, number: run_round(target, number, setup, loader, plan),
    )
    settings = {k: str(v) for k, v in vars(plan).items() if k != "target"}
    names = [target.name for target in targets]
    ours = [target.name for target in targets if target.kind == "ours"]
    results = Results(about, settings, names, ours, measurements)
    print(write_results(results, plan.out))


if __name__ == "__main__":
    main()
