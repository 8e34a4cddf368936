"""How well a split of the traffic is kept, with keys and without."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import grpc

from end_to_end.admin import BESIDE
from end_to_end.known_answers import DIALOGUES, KEY
from end_to_end.repository import Served
from end_to_end.wire import PATIENCE_S, classify_request
from models.setup import NEW, OLD, Setup, served_models

# Calls that are open at a time.
IN_FLIGHT = 32


@dataclass(frozen=True, kw_only=True)
class Options:
    """How many calls, and how they are to be split."""

    requests: int = 10_000
    percent: int = 10


def measure(setup: Setup, options: Options) -> dict[str, Any]:
    """Asks with keys, each twice, then without, and counts who answered."""
    with served_models(setup) as served:
        served.admin.load(NEW, BESIDE)
        served.admin.set_traffic({OLD: 100 - options.percent, NEW: options.percent})
        keys = [f"user-{number}" for number in range(options.requests // 2)]
        first = versions(served, keys)
        second = versions(served, keys)
        none = versions(served, [""] * options.requests)
    moved = sum(one != two for one, two in zip(first, second, strict=True))
    result = {
        "options": asdict(options),
        "precision": setup.precision,
        "layers": setup.layers,
        "with_keys": share(Counter(first + second)),
        "keys": len(keys),
        "keys_that_moved": moved,
        "without_keys": share(Counter(none)),
        # One standard deviation of a fair draw, in percent.
        "deviation": 100
        * sqrt(options.percent / 100 * (1 - options.percent / 100) / len(none)),
    }
    for name in ("with_keys", "keys_that_moved", "without_keys", "deviation"):
        print(f"{name}: {result[name]}")
    return result


def versions(served: Served, keys: list[str]) -> list[str]:
    """Who answered each of the calls, in their order."""
    found: list[str] = []
    waiting: list[Any] = []

    def end_oldest() -> None:
        found.append(waiting.pop(0).result().model.version)

    for call in calls(served, keys):
        waiting.append(call)
        if len(waiting) == IN_FLIGHT:
            end_oldest()
    while waiting:
        end_oldest()
    return found


def calls(served: Served, keys: list[str]) -> Iterator[grpc.Future]:
    """Begins a call for each key; an empty one is none."""
    for number, key in enumerate(keys):
        yield served.connection.stub.Classify.future(
            classify_request(DIALOGUES[number % len(DIALOGUES)]),
            timeout=PATIENCE_S,
            metadata=[(KEY, key)] if key else [],
        )


def share(counts: Counter[str]) -> dict[str, float]:
    """In percent of all."""
    return {each: 100 * n / counts.total() for each, n in sorted(counts.items())}
