"""python -m models swaps|canary|shadow: measures, and writes results: README.md."""

import argparse
import datetime
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from end_to_end import ROOT
from models import canary, report, shadow, swaps
from models.setup import Setup

BUILT = ROOT / "build" / "release"
VERBS: dict[str, tuple[type[Any], Callable[[Setup, Any], dict[str, Any]]]] = {
    "swaps": (swaps.Options, swaps.measure),
    "canary": (canary.Options, canary.measure),
    "shadow": (shadow.Options, shadow.measure),
}


def main() -> None:
    """Reads the command line and runs one of the three."""
    parser = argparse.ArgumentParser(prog="models", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, (options, measure) in VERBS.items():
        verb = verbs.add_parser(name, help=str(measure.__module__))
        for field in fields(options):
            flag = f"--{field.name.replace('_', '-')}"
            verb.add_argument(flag, type=type(field.default), default=field.default)
        verb.add_argument("--precision", default="auto")
        verb.add_argument(
            "--layers", type=int, default=0, help="of each model, to try this out"
        )
        verb.add_argument("--binaries", type=Path, default=BUILT / "bin")
        verb.add_argument("--out", type=Path, help="the folder of results")
    parsed = parser.parse_args()
    setup = Setup(
        server=parsed.binaries / "emotion-server",
        client=parsed.binaries / "emotion-client",
        operators=parsed.binaries.parent / "lib" / "libemotion_operators.so",
        precision=parsed.precision,
        layers=parsed.layers,
    )
    options, measure = VERBS[parsed.verb]
    given = options(**{f.name: getattr(parsed, f.name) for f in fields(options)})
    today = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")
    out = parsed.out or ROOT / "tests" / "bench" / "results" / f"{today}-models"
    print(report.write(parsed.verb, measure(setup, given), out))


if __name__ == "__main__":
    main()
