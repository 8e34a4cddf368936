"""Runs every server in turn, round after round, under the same loads.

    ./dev bench servers --input dev.txt

Only one server runs at a time. Each round begins with another one, so that no
server always has the machine in the same state.
"""

import argparse
import datetime
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from emotion_model.checkpoint.source import Source
from peers.prepare import prepare
from peers.reading import make_up_dialogues, read_dialogues
from servers.drive import Loader, Measurement, Traffic, measurement
from servers.machine import describe
from servers.results import Results
from servers.targets import Setup, Target, parse_target
from servers.triton import site_of
from servers.wire import ROOT
from servers.write import write_results
from support.process import ProcessError

DEFAULT_TARGETS = (
    "ours",
    "grpc:ort-int8",
    "grpc:openvino-int8",
    "grpc:torchscript",
    "grpc:eager",
    "triton:ort-int8",
    "triton:openvino-int8",
)
# Beyond this share of a server's closed-loop rate an open loop is only a queue
# that grows.
_HOPELESS = 1.2


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
) -> tuple[list[Measurement], list[str]]:
    """All rounds, each beginning with the next target; reports progress.

    Returns:
        What was measured, and what failed; one failure stops nobody else.
    """
    found: list[Measurement] = []
    failures: list[str] = []
    for number in range(rounds):
        turn = number % len(targets)
        for target in [*targets[turn:], *targets[:turn]]:
            begin = time.monotonic()
            try:
                of_target = once(target, number)
            except ProcessError as error:
                failures.append(f"{target.name}, round {number + 1}: {error}")
                say(failures[-1])
                continue
            found += of_target
            best = max(each.rate for each in of_target if each.kind == "closed")
            say(
                f"round {number + 1} of {rounds}: {target.name}: {best:.0f}/s, "
                f"took {time.monotonic() - begin:.0f} s"
            )
    return found, failures


def say(text: str) -> None:
    """A line for who watches."""
    print(text, file=sys.stderr, flush=True)


def prepare_peers(
    targets: Sequence[Target], setup: Setup, dialogues: Path | None
) -> None:
    """Makes the files that the peers of these targets load."""
    keys = {target.peer for target in targets if target.peer}
    setup.prepared.mkdir(parents=True, exist_ok=True)
    tokens = setup.prepared / "dialogues.npz"
    source = Source.read(setup.source)
    if dialogues:
        read_dialogues(dialogues, source).save(tokens)
    else:
        vocabulary = source.checkpoint.settings.vocab_size
        make_up_dialogues(vocabulary, source.limits.max_tokens).save(tokens)
    prepare(keys, setup.source, setup.prepared, tokens, setup.work / "prepare.log")


def numbers(text: str) -> list[float]:
    """`16,64,128`."""
    return [float(part) for part in text.split(",")]


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--input", type=Path, help="EmoContext file; without one, made-up dialogues")
    add("--out", type=Path, help="folder; default tests/bench/results/DATE-servers")
    add("--server", type=Path, default=Path("build/release/bin/emotion-server"))
    add("--client", type=Path, default=Path("build/release/bin/emotion-client"))
    add("--package", type=Path, default=Path("build/model"))
    add("--source", type=Path, default=Path("model/default"))
    prepared = Path("build/bench-peers")
    add("--prepared", type=Path, default=prepared, help="the peers' files")
    triton = Path("build/triton-venv/bin/python")
    add("--triton-python", type=Path, default=triton)
    add("--work", type=Path, default=Path("build/bench-servers"))
    add("--target", action="append", help="ours[:FLAGS], grpc:PEER[:OPTIONS], ...")
    add("--rounds", type=int, default=3)
    add("--concurrency", type=numbers, default=[16.0, 64.0, 128.0])
    add("--rates", type=numbers, default=[100.0, 200.0, 400.0])
    add("--objective", default="p99<50ms,errors<0.1%")
    add("--search-rounds", type=int, default=1, help="rounds that search for a rate")
    add("--seconds", type=float, default=3, help="of a run")
    add("--warmup", type=float, default=1, help="before a run")
    add("--trial", type=float, default=2, help="seconds of a trial of a search")
    add("--settle", type=float, default=4, help="seconds of load after a start")
    add("--connections", type=int, default=4)
    return parser.parse_args(arguments)


def setup_of(plan: argparse.Namespace) -> Setup:
    """Where the command line says that things are."""
    return Setup(
        server=plan.server,
        package=plan.package,
        source=plan.source,
        prepared=plan.prepared,
        triton_python=plan.triton_python,
        work=plan.work,
    )


def loader_flags(plan: argparse.Namespace) -> list[str]:
    """What is the same in all calls of the load generator."""
    flags = ["--connections", str(plan.connections)]
    if plan.input:
        flags += ["--input", str(plan.input), "--format", "tsv"]
    return flags


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepares, measures, writes."""
    plan = parse(arguments)
    targets = [parse_target(text) for text in plan.target or DEFAULT_TARGETS]
    plan.work.mkdir(parents=True, exist_ok=True)
    setup = setup_of(plan)
    prepare_peers(targets, setup, plan.input)
    loader = Loader(plan.client, loader_flags(plan), plan.work)
    behind_triton = any(target.kind == "triton" for target in targets)
    about = describe(
        plan.package, site_of(plan.triton_python) if behind_triton else None
    )
    measurements, failures = run_all(
        targets,
        plan.rounds,
        lambda target, number: run_round(target, number, setup, loader, plan),
    )
    settings = {k: str(v) for k, v in vars(plan).items() if k != "target"}
    names = [target.name for target in targets]
    ours = [target.name for target in targets if target.kind == "ours"]
    results = Results(about, settings, names, ours, measurements, failures)
    print(write_results(results, plan.out or default_out()))


def default_out() -> Path:
    """tests/bench/results/DATE-servers."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return ROOT / "tests/bench/results" / f"{today}-servers"
