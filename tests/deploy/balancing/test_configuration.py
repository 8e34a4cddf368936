"""The examples are what the proxies accept, and say what they should."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from grpc_health.v1 import health_pb2

from deploy.balancing.envoy import Envoy, EnvoyTls
from deploy.balancing.haproxy import EXAMPLE as HAPROXY_EXAMPLE
from deploy.balancing.haproxy import Haproxy
from deploy.balancing.material import Material
from deploy.balancing.nginx import Nginx
from deploy.balancing.proxy import EXAMPLES, Proxy
from end_to_end.wire import SERVICE

NOBODY = ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"]


@pytest.mark.parametrize("kind", [Nginx, Haproxy, Envoy, EnvoyTls])
def test_the_proxy_accepts_it_without_a_warning(
    kind: type[Proxy], material: Material
) -> None:
    proxy = kind(material.folder, NOBODY)
    try:
        done = subprocess.run(proxy.check(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "warn" not in (done.stdout + done.stderr).lower(), done.stderr
    finally:
        proxy.close()


def frames(data: bytes) -> list[tuple[int, int, int, bytes]]:
    """Type, flags, stream and payload of each HTTP/2 frame."""
    found = []
    while data:
        length = int.from_bytes(data[:3], "big")
        stream = int.from_bytes(data[5:9], "big")
        assert len(data) >= 9 + length, "a frame is cut off"
        found.append((data[3], data[4], stream, data[9 : 9 + length]))
        data = data[9 + length :]
    return found


def test_haproxys_check_is_a_grpc_health_check() -> None:
    text = HAPROXY_EXAMPLE.read_text(encoding="utf-8")
    sent = re.findall(r"tcp-check send-binary ([0-9a-f]+)$", text, re.MULTILINE)
    data = bytes.fromhex("".join(sent))
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    assert data.startswith(preface)
    settings, headers, body = frames(data[len(preface) :])

    assert settings == (4, 0, 0, b"")
    # HEADERS with END_HEADERS: fields without Huffman code or dynamic table.
    assert headers[:3] == (1, 4, 1)
    for part in (b"/grpc.health.v1.Health/Check", b"application/grpc", b"trailers"):
        assert bytes([len(part)]) + part in headers[3]
    # DATA with END_STREAM: a frame of gRPC.
    assert body[:3] == (0, 1, 1)
    assert body[3][:5] == bytes([0]) + (len(body[3]) - 5).to_bytes(4, "big")
    request = health_pb2.HealthCheckRequest.FromString(body[3][5:])
    assert request.service == SERVICE

    serving = health_pb2.HealthCheckResponse(
        status=health_pb2.HealthCheckResponse.SERVING
    ).SerializeToString()
    frame = bytes([0]) + len(serving).to_bytes(4, "big") + serving
    assert f"expect min-recv 0 binary {frame.hex()}\n" in text


def test_envoy_with_tls_is_envoy_with_two_things_more() -> None:
    plain, tls = (
        yaml.safe_load((EXAMPLES / "envoy" / name).read_text(encoding="utf-8"))
        for name in ("envoy.yaml", "envoy-tls.yaml")
    )
    (listener,) = tls["static_resources"]["listeners"]
    socket = listener["address"]["socket_address"]
    assert socket["port_value"] == 50443
    socket["port_value"] = 50050
    del listener["listener_filters"]
    (chain,) = listener["filter_chains"]
    del chain["transport_socket"], chain["transport_socket_connect_timeout"]
    filters = chain["filters"][0]["typed_config"]["http_filters"]
    (access,) = [each for each in filters if each["name"] == "tokens"]
    filters.remove(access)
    assert tls == plain


@pytest.mark.parametrize("name", ["envoy.yaml", "envoy-tls.yaml"])
def test_envoys_admin_page_is_for_this_host_only(name: str) -> None:
    text = (EXAMPLES / "envoy" / name).read_text(encoding="utf-8")
    admin = yaml.safe_load(text)["admin"]["address"]["socket_address"]
    assert admin["address"] == "127.0.0.1"


def files() -> list[Path]:
    return [path for path in EXAMPLES.rglob("*") if path.is_file()]


def test_no_example_holds_a_secret() -> None:
    for path in files():
        text = path.read_text(encoding="utf-8")
        assert "PRIVATE KEY" not in text, path
        assert not re.search(r"\b[0-9a-f]{64}\b", text), path
