"""A server of one's own to measure, and the load generator against it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.load import load
from support.page import Page
from support.process import clean_environment
from support.server import ServerProcess

# By name of the metric.
Sums = Mapping[str, float]


@dataclass(frozen=True)
class Binaries:
    """What is run, and the model package."""

    server: Path
    client: Path
    model: Path


@dataclass(frozen=True)
class Load:
    """A run of `emotion-client load`, and what the metrics rose by meanwhile."""

    result: dict[str, Any]
    rise: Sums
    # Processors that neither the server nor the generator used, but somebody did.
    others_cpus: float


class Replica:
    """A server that is ready."""

    def __init__(
        self, server: ServerProcess, client: Path, cpus: Sequence[int]
    ) -> None:
        """Reads its log in JSON; `client` generates load on `cpus`, none: on any."""
        logged = [json.loads(line) for line in server.log.lines()]
        events = {event["event"]: event for event in logged}
        self._server, self._client, self._cpus = server, client, cpus
        self.plan = events["work planned"]
        self.model = events["model ready"]

    def load(self, *flags: str) -> Load:
        """Runs the load generator against it; raises ProcessError if that fails."""
        before, busy = Page.scrape(self._server.metrics_url).totals(), _busy_seconds()
        begin, ours = time.monotonic(), _children_seconds()
        pinned = _pinned(self._cpus)
        result = load(self._client, self._server.address, *flags, prefix=pinned)
        seconds = time.monotonic() - begin
        after = Page.scrape(self._server.metrics_url).totals()
        rise = {name: value - before.get(name, 0.0) for name, value in after.items()}
        others = (
            _busy_seconds()
            - busy
            - (_children_seconds() - ours)
            - rise["process_cpu_seconds_total"]
        )
        return Load(result, rise, max(0.0, others / seconds))


@contextmanager
def replica(
    binaries: Binaries, cpus: Sequence[int], client_cpus: Sequence[int] = ()
) -> Iterator[Replica]:
    """Starts a server on `cpus` and free ports; it ends with the block.

    The generator runs on `client_cpus`; none: on any.

    Raises:
        ProcessError: it does not start.
    """
    with ServerProcess(
        binaries.server,
        binaries.model,
        *("--log-format", "json"),
        environment=clean_environment(OMP_WAIT_POLICY=None),
        prefix=_pinned(cpus),
    ) as server:
        server.wait_until_ready()
        server.wait_until(lambda: bool(server.log.find('"event":"serving"')), "serving")
        yield Replica(server, binaries.client, client_cpus)


def _pinned(cpus: Sequence[int]) -> tuple[str, ...]:
    return ("taskset", "-c", ",".join(map(str, cpus))) if cpus else ()


def _busy_seconds() -> float:
    """Processor time of the whole machine: all but idle and waiting for disks."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    user, nice, system, _, _, *rest = map(int, fields[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system
