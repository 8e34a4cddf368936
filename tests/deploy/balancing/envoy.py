"""Envoy with deploy/balancing/envoy."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import grpc

from deploy.balancing.ports import free_port
from deploy.balancing.proxy import EXAMPLES, Proxy, is_answered, rendered
from end_to_end import ROOT
from end_to_end.wire import stubs

_ENDPOINT = "- endpoint: {address: {socket_address: {address: %s, port_value: %s}}}"

# Two workers, and access logs that do not wait for ten seconds.
_QUICK = ("--concurrency", "2", "--file-flush-interval-msec", "100")


def _path(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable, ROOT / default)).resolve()
    assert path.exists(), f"{path} is not there: run ./dev test or set {variable}"
    return path


class Envoy(Proxy):
    """One process; a reload is a hot restart, which starts another."""

    name = "envoy"
    example = EXAMPLES / "envoy" / "envoy.yaml"
    port_of_example = 50050

    def __init__(self, folder: Path, replicas: Sequence[str]) -> None:
        """Starts it; several can run side by side."""
        self.base_id = random.SystemRandom().randrange(1000, 1_000_000)
        self.epoch = 0
        self.admin = free_port()
        super().__init__(folder, replicas)

    def configure(self) -> None:
        """Writes its configuration."""
        endpoints = ("\n" + 14 * " ").join(
            _ENDPOINT % tuple(address.split(":")) for address in self.replicas
        )
        port = self.plain.split(":")[1]
        changes = {
            _ENDPOINT % ("emotion", 50051): endpoints,
            f"address: 0.0.0.0, port_value: {self.port_of_example}": (
                f"address: 127.0.0.1, port_value: {port}"
            ),
            "port_value: 9901": f"port_value: {self.admin}",
            "/etc/envoy/emotion.pb": str(
                _path("EMOTION_DESCRIPTORS", "build/release/emotion.pb")
            ),
        }
        text = rendered(self.example, changes | self.more_changes())
        (self.folder / "envoy.yaml").write_text(text, encoding="utf-8")

    def _run(self, *flags: str) -> list[str]:
        binary = _path("EMOTION_ENVOY", "build/envoy-venv/bin/envoy")
        config = str(self.folder / "envoy.yaml")
        return [str(binary), "-c", config, "-l", "warn", *_QUICK, *flags]

    def command(self) -> list[str]:
        """What starts it, or what takes over from the one that runs."""
        return self._run(
            *("--base-id", str(self.base_id), "--restart-epoch", str(self.epoch)),
            *("--drain-time-s", "2", "--parent-shutdown-time-s", "4"),
        )

    def check(self) -> list[str]:
        """What looks at its configuration and starts nothing."""
        return self._run("--mode", "validate", "--base-id", str(self.base_id + 1))

    def reload(self) -> None:
        """A hot restart; returns when the old process has gone."""
        self.epoch += 1
        old, self.child = self.child, self.spawn()
        try:
            old.wait_for_exit(30)
        finally:
            old.kill()


class EnvoyTls(Envoy):
    """The variant for callers on other hosts."""

    name = "envoy-tls"
    example = EXAMPLES / "envoy" / "envoy-tls.yaml"
    port_of_example = 50443

    def more_changes(self) -> dict[str, str]:
        """Its certificate and tokens."""
        self.tls = self.plain.replace("127.0.0.1", "localhost")
        return {"/etc/emotion/": f"{self.material}/"}

    def answers(self) -> bool:
        """Whether a call with TLS and a token gets through."""
        trusted = (self.material / "cert.pem").read_bytes()
        token = (self.material / "token").read_text(encoding="ascii").strip()
        credentials = grpc.ssl_channel_credentials(trusted)
        with grpc.secure_channel(self.tls, credentials) as channel:
            metadata = [("authorization", f"Bearer {token}")]
            return is_answered(stubs.EmotionServiceStub(channel), metadata=metadata)
