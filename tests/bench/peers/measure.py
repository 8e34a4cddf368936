"""Times the contestants against each other.

For every batch size all are warmed up on the very batches that count, then timed
in rounds: A B C ..., A B C .... In a round every engine runs the same dialogues.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peers.batches import Sample
from peers.contestants import Contestant
from peers.crew import Worker, WorkerError
from peers.machine import busy_seconds, usable_cpus
from peers.spread import Spread

# A thread pool may spin for a while after its work; the next one waits for it.
SETTLE_SECONDS = 0.03
# Batch sizes at which numbers of threads are tried; others take the nearest's.
PROBED_SIZES = (1, 8, 64)
# A number of threads is better only if it is so by more than noise.
_MARGIN = 0.97


@dataclass(frozen=True)
class Plan:
    """What to time."""

    sizes: Sequence[int]
    rounds: int
    # Shortest time of one cell; a pass that takes longer is finished.
    seconds: float
    # By size and order.
    samples: Mapping[tuple[int, str], Sample]


Say = Callable[[str], None]


def best_threads(seconds: Mapping[int, float]) -> int:
    """The number of threads that is fastest; of equals, the most.

    Args:
        seconds: by number of threads, for the same work.
    """
    fastest = min(seconds.values())
    return max(count for count, took in seconds.items() if took * _MARGIN <= fastest)


def probe(worker: Worker, plan: Plan) -> dict[int, float]:
    """Seconds for one middling batch of each probed size, the best of several."""
    found = {}
    for size in PROBED_SIZES:
        nearest = min(plan.sizes, key=lambda other: abs(other - size))
        batches = plan.samples[nearest, "sorted"].batches
        middle = [batches[len(batches) // 2]]
        worker.time(middle, 0)
        repeats = 2 if size > PROBED_SIZES[1] else 8
        found[size] = min(worker.time(middle, 0).seconds for _ in range(repeats))
        pause()
    return found


def threads_by_size(
    probes: Mapping[int, Mapping[int, float]], sizes: Sequence[int]
) -> dict[int, int]:
    """Threads to use for each batch size.

    Args:
        probes: by number of threads, what `probe` found.
        sizes: of batches.
    """
    chosen = {}
    for size in sizes:
        # Nearest by factor, not by difference.
        at = min(PROBED_SIZES, key=lambda p: max(p / size, size / p))
        chosen[size] = best_threads({n: found[at] for n, found in probes.items()})
    return chosen


class Field:
    """All contestants of a run, ready, with a worker for each size."""

    def __init__(self, plan: Plan, say: Say) -> None:
        """Begins with nobody."""
        self._plan, self._say = plan, say
        self._entries: list[tuple[Contestant, dict[int, Worker]]] = []
        self._foreign = self._elapsed = 0.0
        # What those that failed while they were timed said, by key.
        self.failed: dict[str, str] = {}

    def add(self, contestant: Contestant, workers: dict[int, Worker]) -> None:
        """Takes in a contestant with its worker for each batch size."""
        self._entries.append((contestant, workers))

    @property
    def foreign_share(self) -> float:
        """Share of the processors' time that went elsewhere while one was timed.

        Other programs, and workers that ought to sleep.
        """
        return max(0.0, self._foreign) / self._elapsed if self._elapsed else 0.0

    def workers(self) -> dict[str, Worker]:
        """A worker of each contestant that has not failed, by key."""
        return {
            contestant.key: workers[max(workers)]
            for contestant, workers in self._entries
            if contestant.key not in self.failed
        }

    def close(self) -> None:
        """Ends all workers."""
        for _, workers in self._entries:
            for worker in set(workers.values()):
                worker.close()

    def run(self) -> list[dict[str, Any]]:
        """Times everybody; a cell for each size, contestant and order."""
        return [cell for size in self._plan.sizes for cell in self._run_size(size)]

    def _run_size(self, size: int) -> list[dict[str, Any]]:
        cells: list[dict[str, Any]] = [
            {
                "contestant": contestant.key,
                "order": order,
                "batch": size,
                "threads": workers[size].threads,
                "rates": [],
            }
            for contestant, workers in self._entries
            for order in contestant.orders
        ]
        workers = {entry[0].key: entry[1][size] for entry in self._entries}
        for cell in cells:
            self._warm_up(cell, workers[cell["contestant"]])
        for number in range(self._plan.rounds):
            self._say(f"batches of {size}, round {number + 1} of {self._plan.rounds}")
            for cell in cells:
                worker = workers[cell["contestant"]]
                self._append(cell, "rates", worker, self._plan.seconds)
        whole = [cell for cell in cells if cell["contestant"] not in self.failed]
        return [cell | Spread.of(cell["rates"]).as_json() for cell in whole]

    def _warm_up(self, cell: dict[str, Any], worker: Worker) -> None:
        passes: dict[str, Any] = cell | {"passes": []}
        for _ in range(2):
            self._append(passes, "passes", worker, 0)
        cell["first_pass"] = next(iter(passes["passes"]), 0.0)

    def _append(
        self, cell: dict[str, Any], name: str, worker: Worker, seconds: float
    ) -> None:
        """Adds a rate to the list `name`, unless the contestant has failed."""
        key = cell["contestant"]
        if key in self.failed:
            return
        try:
            rate = self._time(worker, cell["batch"], cell["order"], seconds)
            cell[name].append(rate)
        except WorkerError as error:
            self.failed[key] = str(error)
            self._say(f"left out from here on: {key}: {error}")

    def _time(self, worker: Worker, size: int, order: str, seconds: float) -> float:
        sample = self._plan.samples[size, order]
        begin = time.monotonic()
        foreign = worker.cpu_seconds() - busy_seconds()
        timing = worker.time(sample.batches, seconds)
        foreign += busy_seconds() - worker.cpu_seconds()
        self._foreign += foreign
        self._elapsed += (time.monotonic() - begin) * usable_cpus()
        pause()
        return timing.rate(sample.dialogues)


def pause() -> None:
    """Lets the last one's threads fall asleep."""
    time.sleep(SETTLE_SECONDS)


def say(text: str) -> None:
    """Prints the progress."""
    print(f"peers: {text}", file=sys.stderr, flush=True)
