"""python -m peers: measures, and writes results.json, README.md and plots."""

import argparse
import datetime
import json
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from peers.batches import ORDERS, take_sample
from peers.contestants import choose
from peers.crew import Workplace
from peers.machine import describe_machine, usable_cpus, versions
from peers.measure import Plan, say
from peers.prepare import prepare
from peers.reading import make_up_dialogues, read_dialogues
from peers.report import write_report
from peers.run import run

ROOT = Path(__file__).resolve().parents[3]
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        contestants = choose(options.contestants)
        sizes = [int(size) for size in options.sizes.split(",")]
        threads = [int(count) for count in options.threads.split(",")]
        if min(*sizes, *threads, options.rounds) < 1:
            raise ValueError("sizes, threads and rounds must be at least 1")
        source = Source.read(options.source)
        settings = source.checkpoint.settings
        dialogues = (
            read_dialogues(options.input, source)
            if options.input
            else make_up_dialogues(settings.vocab_size, source.limits.max_tokens)
        )
        samples = {
            (size, order): take_sample(
                dialogues.lengths, order, size, options.dialogues
            )
            for size in sizes
            for order in ORDERS
        }
    except (ModelError, OSError, ValueError) as error:
        parser.error(str(error))
    prepared: Path = options.prepared.resolve()
    prepared.mkdir(parents=True, exist_ok=True)
    place = Workplace(
        source=options.source.resolve(),
        prepared=prepared,
        operators=options.operators.resolve(),
        dialogues=prepared / "dialogues.npz",
        pad_id=settings.pad_token_id or 0,
        log=prepared / "peers.log",
    )
    place.log.write_bytes(b"")
    dialogues.save(place.dialogues)
    begin, machine = time.monotonic(), describe_machine()
    try:
        keys = {contestant.key for contestant in contestants}
        prepare(keys, place.source, prepared, place.dialogues, place.log)
    except RuntimeError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    plan = Plan(sizes, options.rounds, options.seconds, samples)
    found = run(contestants, threads, plan, source, dialogues, place, say)
    results = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": shlex.join(["./dev", "bench", "--peers", *_given(arguments)]),
        "machine": machine,
        "versions": versions(),
        "model": f"{source.name} {source.model_version}",
        "dialogues": dialogues.origin,
        "rounds": options.rounds,
        "cell_seconds": options.seconds,
        "threads_tried": threads,
        "samples": {
            f"{size}/{order}": sample.describe()
            for (size, order), sample in samples.items()
        },
        **found,
        "took_seconds": round(time.monotonic() - begin),
    }
    out: Path = options.out or _default_out()
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(write_report(out))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench --peers", description=__doc__)
    add = parser.add_argument
    add("--input", type=Path, help="EmoContext file; without one, made-up dialogues")
    add("--contestants", default="all", help="keys, separated by commas")
    add("--sizes", default=",".join(map(str, SIZES)), help="dialogues in a batch")
    counts = sorted({1, usable_cpus()})
    add("--threads", default=",".join(map(str, counts)), help="numbers to try")
    add("--rounds", type=int, default=5)
    add("--seconds", type=float, default=0.2, help="shortest time of one cell")
    add("--dialogues", type=int, default=48, help="fewest dialogues of one pass")
    add("--out", type=Path, help="folder; default tests/bench/results/DATE-peers")
    add("--source", type=Path, default=ROOT / "model/default")
    add("--prepared", type=Path, default=ROOT / "build/bench-peers")
    operators = ROOT / "build/release/lib/libemotion_operators.so"
    add("--operators", type=Path, default=operators)
    return parser


def _given(arguments: Sequence[str] | None) -> Sequence[str]:
    return sys.argv[1:] if arguments is None else arguments


def _default_out() -> Path:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return ROOT / "tests/bench/results" / f"{today}-peers"


if __name__ == "__main__":
    sys.exit(main())
