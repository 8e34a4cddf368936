"""What each proxy of deploy/balancing costs, in time and in processor.

Two servers: one that answers at once, which shows the proxy alone, and the real one.
Behind a proxy the same server stands three times, so that direct and proxied calls
have the same to do. The rounds of all are interleaved. `./dev balance cost` runs it.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from deploy.balancing.envoy import Envoy
from deploy.balancing.haproxy import Haproxy
from deploy.balancing.material import Material
from deploy.balancing.nginx import Nginx
from deploy.balancing.proxy import Proxy
from support.load import load
from support.server import listening, serving
from support.usage import cpu_seconds


class UncheckedHaproxy(Haproxy):
    """Without health checks, which the server that answers at once cannot pass."""

    def more_changes(self) -> dict[str, str]:
        """Takes the checks out."""
        return {"proto h2 check check-proto none": "proto h2"}


@dataclass(frozen=True)
class Target:
    """Where calls go, and whose processor time is counted."""

    name: str
    address: str
    proxy: Proxy | None


def measured(client: Path, target: Target, traffic: list[str]) -> dict[str, float]:
    """The figures of one run."""
    pid = target.proxy.child.process.pid if target.proxy else None
    before = cpu_seconds(pid) if pid else 0.0
    result = load(client, target.address, *traffic)
    used = cpu_seconds(pid) - before if pid else 0.0
    requests = result["requests"]
    if requests["errors"]:
        sys.exit(f"{target.name}: {requests['errors']}")
    return {
        "answers/s": result["ok_rate"],
        "p50 ms": result["service_ms"]["p50"],
        "p99 ms": result["service_ms"]["p99"],
        "us a call": 1e6 * used / requests["ok"],
    }


@contextmanager
def targets(server: str, haproxy: type[Haproxy]) -> Iterator[list[Target]]:
    """The server itself, and each proxy before it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        material = Material.make(folder)
        found = [Target("direct", server, None)]
        for kind in (Nginx, haproxy, Envoy):
            proxy = kind(material.folder, [server] * 3)
            stack.callback(proxy.close)
            found.append(Target(kind.name, proxy.wait_until_ready().plain, proxy))
        yield found


def table(client: Path, found: list[Target], traffic: list[str], rounds: int) -> None:
    """Prints the medians over the rounds."""
    runs: dict[str, list[dict[str, float]]] = {target.name: [] for target in found}
    for _ in range(rounds):
        for target in found:
            runs[target.name].append(measured(client, target, traffic))
    columns = list(runs["direct"][0])
    print(f"\n{' '.join(traffic)}; medians of {rounds} rounds")
    print(f"{'':10}" + "".join(f"{column:>12}" for column in columns))
    for name, rows in runs.items():
        cells = (statistics.median(row[column] for row in rows) for column in columns)
        print(f"{name:10}" + "".join(f"{cell:12.2f}" for cell in cells), flush=True)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null-server", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    client = Path(os.environ["EMOTION_CLIENT"])
    names = Path("/proc/cpuinfo").read_text("utf-8").partition("model name")[2]
    print(f"{names.partition(':')[2].splitlines()[0].strip() or platform.machine()},")
    print(f"{len(os.sched_getaffinity(0))} cores, {date.today()}")

    duration = ["--warmup", "2s", "--duration", f"{options.seconds}s"]
    with (
        listening(options.null_server) as null,
        targets(null, UncheckedHaproxy) as found,
    ):
        print("\nA server that answers at once")
        for traffic in (["--rate", "500"], ["--concurrency", "32"]):
            table(client, found, traffic + duration, options.rounds)
    binary, model = Path(os.environ["EMOTION_SERVER"]), os.environ["EMOTION_MODEL"]
    flags = ("--workers", "1", "--threads", "1", "--precision", "int8")
    with (
        serving(binary, Path(model), *flags) as real,
        targets(real.address, Haproxy) as found,
    ):
        print("\nThe real server, one worker with one thread")
        for traffic in (["--rate", "100"], ["--concurrency", "8"]):
            table(client, found, traffic + duration, options.rounds)


if __name__ == "__main__":
    main()
