"""Which threads, workers, batches and delays suit a peer's server best here.

    ./dev bench servers tune --input dev.txt --target grpc:ort-int8

Prints each choice with its rate at saturation, best first. What is found belongs
into `compare.DEFAULT_TARGETS`, so that peers are shown at their best.
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import product

from servers import compare
from servers.drive import Loader, Traffic
from servers.targets import parse_target
from servers.write import table

# Threads of a batch and batches at a time; most in a batch; delay.
_CHOICES = tuple(product(((2, 1), (1, 2), (1, 1)), (16, 32, 64), (0, 2000)))


def choices(target: str) -> list[str]:
    """The target with each choice of options."""
    return [
        f"{target}:threads={threads},workers={workers},max_batch={batch},"
        f"max_delay_us={delay}"
        for (threads, workers), batch, delay in _CHOICES
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the choices."""
    parser = argparse.ArgumentParser(description="The best options of a server.")
    add = parser.add_argument
    add("--target", required=True, help="grpc:PEER or triton:PEER")
    add("--concurrency", type=float, default=64)
    add("--seconds", type=float, default=3)
    add("--settle", type=float, default=4)
    mine, rest = parser.parse_known_args(arguments)
    plan = compare.parse(rest)
    plan.work.mkdir(parents=True, exist_ok=True)
    setup = compare.setup_of(plan)
    targets = [parse_target(text) for text in choices(mine.target)]
    compare.prepare_peers(targets[:1], setup, plan.input)
    loader = Loader(plan.client, compare.loader_flags(plan), plan.work)
    found: list[tuple[float, str]] = []
    for target in targets:
        with target.running(setup) as running:
            flags = ["--address", running.address, *target.load_flags()]
            for seconds in (mine.settle, mine.seconds):
                traffic = Traffic("closed", mine.concurrency, seconds, 0)
                result = loader.run(target.name, running.child, flags, traffic)
        found.append((result["ok_rate"], target.name))
        compare.say(f"{target.name}: {result['ok_rate']:.0f}/s")
    rows = [(name, f"{rate:.0f}") for rate, name in sorted(found, reverse=True)]
    sys.stdout.write(table(("server", "dialogues/s"), rows))


if __name__ == "__main__":
    main()
