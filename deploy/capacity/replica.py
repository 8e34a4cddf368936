"""A server of one's own to measure, and the load generator against it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capacity.errors import CapacityError
from capacity.page import Sums, scrape

PATIENCE_S = 120.0


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
        self, client: Path, client_cpus: Sequence[int], log: Sequence[dict[str, str]]
    ) -> None:
        """Reads the events of its log up to `serving`."""
        events = {event["event"]: event for event in log}
        self._client = [*_pinned(client_cpus), str(client), "load"]
        self.plan = events["work planned"]
        self.model = events["model ready"]
        self.address = events["serving"]["address"]
        self.metrics_url = f"http://127.0.0.1:{events['metrics open']['port']}/metrics"

    def load(self, *flags: str) -> Load:
        """Runs the load generator against it."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "result.json"
            command = [
                *self._client,
                *("--address", self.address, "--json", str(out)),
                *flags,
            ]
            before, busy = scrape(self.metrics_url), _busy_seconds()
            begin, ours = time.monotonic(), _children_seconds()
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.monotonic() - begin
            after = scrape(self.metrics_url)
            if run.returncode != 0 or not out.exists():
                raise CapacityError(f"emotion-client load: {run.stderr.strip()}")
            result = json.loads(out.read_text(encoding="utf-8"))
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
    """
    command = [
        *_pinned(cpus),
        *(str(binaries.server), "--model", str(binaries.model)),
        *("--address", "127.0.0.1:0", "--metrics-address", "127.0.0.1:0"),
        *("--log-format", "json"),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("EMOTION_")}
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=log, env=environment
        ) as process,
    ):
        try:
            events = _events_until_serving(process, log)
            yield Replica(binaries.client, client_cpus, events)
        finally:
            process.terminate()


def _events_until_serving(process: subprocess.Popen[bytes], log: Any) -> list[Any]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        log.seek(0)
        text = log.read()
        if '"event":"serving"' in text and text.endswith("\n"):
            return [json.loads(line) for line in text.splitlines()]
        if ended:
            raise CapacityError(f"the server did not start: {text.strip()}")
        time.sleep(0.05)
    raise CapacityError("the server is not ready after two minutes")


def _pinned(cpus: Sequence[int]) -> list[str]:
    return ["taskset", "-c", ",".join(map(str, cpus))] if cpus else []


def _busy_seconds() -> float:
    """Processor time of the whole machine: all but idle and waiting for disks."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    user, nice, system, _, _, *rest = map(int, fields[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system
