"""`emotion-client load` against a running server, and what it showed."""

import json
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.process import Child, ProcessError
from support.usage import cpu_seconds, resident_mb

# A run or a search that takes longer is a failure.
_LONGEST_S = 300.0


@dataclass(frozen=True)
class Traffic:
    """One way to load a server."""

    # "closed": `value` requests in flight; "open": `value` requests a second,
    # Poisson; "search": the highest rate that meets the objective.
    kind: str
    value: float
    seconds: float
    warmup_seconds: float
    objective: str = ""

    def flags(self) -> list[str]:
        """For `emotion-client load`."""
        if self.kind == "search":
            # Overloaded trials end soon with a short deadline.
            trial = f"{self.seconds:g}s"
            return ["--find-rate", self.objective, "--trial", trial, "--deadline", "1s"]
        amount = ["--concurrency", f"{self.value:.0f}"]
        if self.kind == "open":
            amount = ["--rate", f"{self.value:g}"]
        times = ["--duration", f"{self.seconds:g}s"]
        return [*amount, *times, "--warmup", f"{self.warmup_seconds:g}s"]


@dataclass(frozen=True)
class Measurement:
    """A run of one target; times in milliseconds."""

    target: str
    round: int
    kind: str
    value: float
    # Answers a second; of a search the rate that it found.
    rate: float
    p50: float
    p99: float
    # Of the requests sent, 0 to 1.
    error_share: float
    # Right labels of the labelled answers; -1 if there were none.
    accuracy: float
    # Cores that were busy for the server and for the load generator.
    server_cores: float
    client_cores: float
    resident_mb: float
    # A search that ended before both ends were confirmed is not settled.
    settled: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Loader:
    """The load generator with what is the same in all runs."""

    client: Path
    # Flags about the dialogues and connections.
    flags: Sequence[str]
    work: Path

    def start(self, flags: Sequence[str], traffic: Traffic) -> Child:
        """Starts a run, to be left when it has ended or is not wanted any more."""
        command = [
            *(str(self.client), "load", *self.flags, *flags, *traffic.flags()),
            *("--json", str(self._out())),
        ]
        return Child(command, merged=True)

    def _out(self) -> Path:
        return self.work / "load.json"

    def run(
        self, target: str, child: Child, flags: Sequence[str], traffic: Traffic
    ) -> dict[str, Any]:
        """Runs once; returns the result with `server_cores` and `resident_mb`.

        Raises:
            ProcessError: the load generator failed, or the server died.
        """
        out = self._out()
        out.unlink(missing_ok=True)
        samples: list[tuple[float, float]] = []
        with self.start(flags, traffic) as load:
            end = time.monotonic() + _LONGEST_S
            while load.process.poll() is None and time.monotonic() < end:
                samples.append((time.monotonic(), cpu_seconds(child.process.pid)))
                load.wait(0.1)
        # It ends with 1 too when no rate met the objective: a figure all the same.
        if not out.exists() or child.process.poll() is not None:
            said = load.written()
            raise ProcessError(f"load on {target}: {load.process.args!r}\n{said}")
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        result["server_cores"] = busy_cores(samples, result["seconds"])
        result["resident_mb"] = resident_mb(child.process.pid)
        return result


def busy_cores(samples: Sequence[tuple[float, float]], seconds: float) -> float:
    """Processor time a second over the last `seconds` of samples (time, cpu)."""
    if len(samples) < 2:
        return 0.0
    end, cpu = samples[-1]
    first = min(bisect_left(samples, (end - seconds, 0.0)), len(samples) - 2)
    began, before = samples[first]
    return (cpu - before) / (end - began)


def measurement(
    target: str, number: int, traffic: Traffic, result: dict[str, Any]
) -> Measurement:
    """Takes from a result what the comparison keeps."""
    answers, times = result["answers"], result["response_ms"]
    compared = answers["compared"]
    rate, p50, p99 = result["ok_rate"], times["p50"], times["p99"]
    errors, settled = result["error_share"], True
    if traffic.kind == "search":
        rate, settled = result["search"]["rate"], result["search"]["settled"]
        points = [p for p in result["curve"] if p["met"] and p["offered_rate"] == rate]
        p50 = max((p["response_p50"] for p in points), default=0.0)
        p99 = max((p["response_p99"] for p in points), default=0.0)
        errors = max((p["error_share"] for p in points), default=0.0)
    return Measurement(
        target=target,
        round=number,
        kind=traffic.kind,
        value=traffic.value,
        rate=rate,
        p50=p50,
        p99=p99,
        error_share=errors,
        accuracy=answers["correct"] / compared if compared else -1.0,
        server_cores=result["server_cores"],
        client_cores=result["generator"]["cpu_cores"],
        resident_mb=result["resident_mb"],
        settled=settled,
        warnings=tuple(result["generator"]["warnings"]),
    )
