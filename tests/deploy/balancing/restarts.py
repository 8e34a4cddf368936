"""Which part of the set-up it is that makes a rolling restart lose nothing.

Restarts three servers in turn behind the three proxies, with and without the
lame-duck time, and with and without retries of calls that had begun; prints how many
requests failed. `./dev balance restarts` runs it.
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from deploy.balancing.envoy import Envoy
from deploy.balancing.haproxy import Haproxy
from deploy.balancing.material import Material
from deploy.balancing.nginx import Nginx
from deploy.balancing.proxy import Proxy
from deploy.balancing.replicas import FLAGS, LAME_DUCK_MS, replicas
from deploy.balancing.traffic import Traffic, golden_file
from end_to_end.package import Package

ROUNDS = 3
RATE = 40


class CautiousNginx(Nginx):
    """Asks another server only if the connection was refused."""

    def more_changes(self) -> dict[str, str]:
        """Takes the other reasons out."""
        return {"error timeout invalid_header http_502 non_idempotent": "error timeout"}


class CautiousHaproxy(Haproxy):
    """Asks another server only if the connection was refused."""

    def more_changes(self) -> dict[str, str]:
        """Takes the other reasons out."""
        return {"conn-failure empty-response": "conn-failure"}


class CautiousEnvoy(Envoy):
    """Asks another server only if the connection or the stream was refused."""

    def more_changes(self) -> dict[str, str]:
        """Takes the other reasons out."""
        return {"refused-stream,reset,unavailable": "refused-stream"}


KINDS: dict[str, tuple[type[Proxy], ...]] = {
    "retries as in the files": (Nginx, Haproxy, Envoy),
    "only refused connections": (CautiousNginx, CautiousHaproxy, CautiousEnvoy),
}


def restarts(kinds: tuple[type[Proxy], ...], lame_duck_ms: int) -> list[str]:
    """Failed and sent requests of each proxy, as text."""
    model = Path(os.environ["EMOTION_MODEL"])
    server, client = (
        Path(os.environ[f"EMOTION_{name}"]) for name in ("SERVER", "CLIENT")
    )
    flags = (*FLAGS[:-1], str(lame_duck_ms))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        material = Material.make(folder)
        source = golden_file(Package.read(model), folder)
        fleet = stack.enter_context(replicas(server, model, flags))
        proxies = []
        for kind in kinds:
            proxy = kind(material.folder, [each.address for each in fleet])
            stack.callback(proxy.close)
            proxies.append(proxy)
        running = [
            stack.enter_context(
                Traffic(client, proxy.wait_until_ready().plain, source, RATE)
            )
            for proxy in proxies
        ]
        for _ in range(ROUNDS):
            for each in fleet:
                each.restart()
        found = []
        for proxy, traffic in zip(proxies, running, strict=True):
            requests = traffic.stop()["requests"]
            failed = sum(requests["errors"].values())
            found.append(f"{proxy.name} {failed} of {requests['sent']}")
        return found


def main() -> None:
    """Runs all four."""
    for lame_duck_ms in (LAME_DUCK_MS, 0):
        for name, kinds in KINDS.items():
            found = restarts(kinds, lame_duck_ms)
            print(f"{name}, {lame_duck_ms} ms: {', '.join(found)}", flush=True)


if __name__ == "__main__":
    main()
