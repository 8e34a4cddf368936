"""The harness's side of the workers: one process an engine, asleep until asked."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from peers.batches import Batch
from peers.contestants import Contestant

# Compiling for a new shape is the longest that anyone takes.
_SECONDS = 900.0


class WorkerError(Exception):
    """A worker failed to carry out an order; the text is its own message."""


@dataclass(frozen=True)
class Workplace:
    """What every worker receives; see engines.Place."""

    source: Path
    prepared: Path
    operators: Path
    dialogues: Path
    pad_id: int
    # Where their standard errors go.
    log: Path


@dataclass(frozen=True)
class Timing:
    """What one order to time came to."""

    passes: int
    seconds: float

    def rate(self, dialogues: int) -> float:
        """Dialogues a second, if one pass has so many."""
        return self.passes * dialogues / self.seconds


class Worker:
    """A process with an engine loaded. Close it, or use it in a `with`."""

    def __init__(self, contestant: Contestant, threads: int, place: Workplace) -> None:
        """Starts the process and waits until its engine is loaded.

        Raises:
            WorkerError: the engine could not be loaded.
        """
        wanted = {
            "engine": contestant.engine,
            "precision": contestant.precision,
            "threads": threads,
            "pad_id": place.pad_id,
            **{
                key: str(getattr(place, key))
                for key in ("source", "prepared", "operators", "dialogues")
            },
        }
        self.contestant, self.threads = contestant, threads
        with place.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "peers.worker", json.dumps(wanted)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"OMP_NUM_THREADS": str(threads)},
            )
        try:
            self._answer()
        except WorkerError:
            self.close()
            raise

    def __enter__(self) -> Self:
        """The worker."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    def time(self, batches: Sequence[Batch], seconds: float) -> Timing:
        """Whole passes over the batches for at least `seconds`."""
        answer = self._ask({"do": "time", "batches": batches, "seconds": seconds})
        return Timing(**answer)

    def predict(self, batches: Sequence[Batch]) -> list[list[float]]:
        """Logits of each dialogue of the batches, in their order."""
        logits: list[list[float]] = self._ask({"do": "predict", "batches": batches})[
            "logits"
        ]
        return logits

    def memory_mib(self) -> float:
        """Its resident memory now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """The processor time that it has used so far."""
        text = Path(f"/proc/{self._process.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin and self._process.stdout
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise WorkerError("the process has ended") from error
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        data, until = b"", time.monotonic() + _SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not data.endswith(b"\n"):
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise WorkerError(f"no answer within {_SECONDS:.0f} s")
                part = os.read(self._process.stdout.fileno(), 1 << 16)
                if not part:
                    raise WorkerError("the process has ended")
                data += part
        answer: dict[str, Any] = json.loads(data)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer
