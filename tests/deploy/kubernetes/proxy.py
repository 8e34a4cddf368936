"""nginx with the configuration of the overlay, and an emotion server behind it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pods import pods, server_of
from render import containers, environment, kustomized, of_kind

from support.process import Child
from support.server import serving

TOKEN = "a-token-for-tests"
TLS_PORT = "50443"
HEALTH_PORT = "50052"


@dataclass(frozen=True)
class Proxy:
    """Sockets instead of ports: none can be taken by somebody else."""

    tls: str
    health: str
    certificate: bytes


def _make_secrets(folder: Path) -> bytes:
    """What emotion-tls and emotion-tokens hold; returns the certificate."""
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-days 2 -subj /CN=emotion -addext subjectAltName=DNS:emotion"
    ).split()
    key, certificate = folder / "tls.key", folder / "tls.crt"
    subprocess.run(
        [*command, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
        timeout=60,
    )
    tokens = folder / "tokens.map"
    tokens.write_text(f'"Bearer {TOKEN}" 1;\n', encoding="utf-8")
    return certificate.read_bytes()


def _configuration(folder: Path, upstream: str) -> str:
    """The overlay's nginx.conf, moved into a folder and onto sockets."""
    (config,) = of_kind(kustomized("tls-nginx"), "ConfigMap")
    text: str = config["data"]["nginx.conf"]
    (pod,) = pods(kustomized("tls-nginx"))
    moves = {
        " /tmp/": f" {folder}/",
        "/etc/emotion-tls": str(folder),
        "/etc/emotion-tokens": str(folder),
        f"listen {TLS_PORT} ": f"listen unix:{folder}/tls ",
        f"listen {HEALTH_PORT} ": f"listen unix:{folder}/health ",
        environment(server_of(pod))["EMOTION_ADDRESS"]: upstream,
    }
    for old, new in moves.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx_command(config: Path) -> list[str]:
    """How the pod starts nginx, with another configuration."""
    (pod,) = pods(kustomized("tls-nginx"))
    (nginx,) = [c for c in containers(pod) if c["name"] == "nginx"]
    command = [
        str(config) if part.endswith("/nginx.conf") else part
        for part in nginx["command"]
    ]
    if os.geteuid() == 0:
        # Root's workers would be somebody else's, who may not read the folder.
        command[-1] += " user root;"
    return command


@contextmanager
def proxied_server(folder: Path) -> Iterator[Proxy]:
    """A server of its own with nginx before it."""
    certificate = _make_secrets(folder)
    config = folder / "nginx.conf"
    sockets = folder / "tls", folder / "health"
    with serving(
        Path(os.environ["EMOTION_SERVER"]), Path(os.environ["EMOTION_MODEL"])
    ) as server:
        config.write_text(_configuration(folder, server.address), encoding="utf-8")
        with Child(nginx_command(config), merged=True) as nginx:
            nginx.wait_until(
                lambda: all(each.exists() for each in sockets), "listening"
            )
            yield Proxy(f"unix:{sockets[0]}", f"unix:{sockets[1]}", certificate)
