"""What a single call sees of the proxy before it."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from deploy.balancing.envoy import Envoy, EnvoyTls
from deploy.balancing.haproxy import Haproxy
from deploy.balancing.json_http import Reply, ask
from deploy.balancing.material import Material
from deploy.balancing.nginx import Nginx
from deploy.balancing.proxy import Proxy
from deploy.balancing.replicas import FLAGS, Replica, replicas
from end_to_end.load import SLOW, outcomes
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE, Package
from end_to_end.wire import (
    Code,
    Connection,
    Details,
    classify_request,
    trailers,
)
from support.process import clean_environment, wait_until

KINDS = ["nginx", "haproxy", "envoy"]
# The server's --max-message-bytes.
MAX_MESSAGE = 1 << 20


@pytest.fixture(params=KINDS)
def proxy(request: pytest.FixtureRequest, proxies: list[Proxy]) -> Proxy:
    """Each of the three in turn."""
    return next(each for each in proxies if each.name == request.param)


@pytest.fixture
def through(proxy: Proxy) -> Iterator[Connection]:
    """A connection in plain text to it."""
    with Connection(proxy.plain) as opened:
        yield opened


def refusal(connection: Connection, method: str, request: bytes, **more: Any) -> Any:
    with pytest.raises(grpc.RpcError) as raised:
        connection.raw(method, request, **more)
    return raised.value


def test_answers_are_those_of_the_model(through: Connection, package: Package) -> None:
    golden = package.golden()
    for entry in golden[:10]:
        assert through.classify(entry.turns).label == entry.label
    results = through.classify_batch([entry.turns for entry in golden])
    labels = [result.classification.label for result in results]
    assert labels == [entry.label for entry in golden]


def test_errors_keep_their_details(through: Connection) -> None:
    error = refusal(through, "Classify", classify_request([" "]).SerializeToString())
    assert error.code() == Code.INVALID_ARGUMENT
    assert Details.of(error).fields


def test_a_request_id_goes_there_and_comes_back(proxy: Proxy) -> None:
    with Connection(proxy.plain) as connection:
        request = classify_request(README_DIALOGUE)
        _, call = connection.stub.Classify.with_call(
            request, metadata=[("x-request-id", "by-the-caller")], timeout=60
        )
    heard = dict(call.initial_metadata()) | dict(call.trailing_metadata())
    assert heard["x-request-id"] == "by-the-caller"
    wait_until(lambda: "by-the-caller" in proxy.log.text(), "the call is logged")


def test_the_log_holds_no_text(proxy: Proxy, through: Connection) -> None:
    through.classify(["nobody may read this", "a secret word", "xylophone"])
    call = through.stub.Classify
    request = classify_request(["ok"])
    call(request, metadata=[("x-request-id", "after-the-secret")], timeout=60)
    wait_until(lambda: "after-the-secret" in proxy.log.text(), "the call is logged")
    assert "xylophone" not in proxy.log.text()


def test_a_large_batch_passes(through: Connection) -> None:
    # More bytes than any proxy buffers at a time.
    turns = ["x" * 4000, "y" * 1000, "fine"]
    results = through.classify_batch([turns] * 100)
    assert [result.status.code for result in results] == [0] * 100


def test_the_largest_request_reaches_the_server(through: Connection) -> None:
    # It is no message that the server could read, and the server says so.
    error = refusal(through, "Classify", bytes(MAX_MESSAGE))
    assert error.code() == Code.INVALID_ARGUMENT
    assert Details.of(error).message == error.details()


def test_a_request_that_is_too_large_is_refused(through: Connection) -> None:
    error = refusal(through, "Classify", bytes(MAX_MESSAGE + 4096))
    # By the proxy, or by the server behind it.
    assert error.code() in {Code.INVALID_ARGUMENT, Code.RESOURCE_EXHAUSTED}, error
    assert "1048576" in error.details() or "1 MiB" in error.details(), error
    assert "grpc-retry-pushback-ms" not in trailers(error)
    assert through.classify(README_DIALOGUE).label == "sad"


def test_what_is_for_operators_is_not_served(through: Connection) -> None:
    stub = health_pb2_grpc.HealthStub(through.channel)
    with pytest.raises(grpc.RpcError) as raised:
        stub.Check(health_pb2.HealthCheckRequest(), timeout=60)
    assert raised.value.code() == Code.UNIMPLEMENTED
    reflect = through.channel.unary_unary(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    )
    with pytest.raises(grpc.RpcError) as raised:
        reflect(b"", timeout=60)
    assert raised.value.code() == Code.UNIMPLEMENTED


@pytest.fixture(scope="module")
def narrow(
    server_binary: Path,
    package: Package,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, str]]:
    """Proxies before servers that are slow and have short queues."""
    flags = (*SLOW, *FLAGS[2:4], "--max-queue-items", "2", "--max-batch-items", "1")
    material = Material.make(tmp_path_factory.mktemp("narrow"))
    with ExitStack() as stack:
        fleet = stack.enter_context(replicas(server_binary, package.folder, flags))
        started: list[Proxy] = []
        for kind in (Nginx, Haproxy, Envoy):
            proxy = kind(material.folder, [replica.address for replica in fleet])
            stack.callback(proxy.close)
            started.append(proxy)
        yield {each.name: each.wait_until_ready().plain for each in started}


@pytest.mark.parametrize("kind", KINDS)
def test_push_back_passes(narrow: dict[str, str], kind: str) -> None:
    with Connection(narrow[kind]) as connection:
        calls = [connection.send(LONG_DIALOGUE) for _ in range(40)]
        heard = outcomes(calls)
        assert heard.keys() == {Code.OK, Code.RESOURCE_EXHAUSTED}
        for call in calls:
            if call.code() == Code.RESOURCE_EXHAUSTED:
                details = Details.of(call)
                assert details.reason == "QUEUE_FULL"
                pushback = trailers(call)["grpc-retry-pushback-ms"]
                assert int(pushback) == details.retry_ms


def test_push_back_is_in_the_json(narrow: dict[str, str]) -> None:
    request = {"dialogue": {"turns": LONG_DIALOGUE}}

    def send(_: int) -> Reply:
        return ask(narrow["envoy"], "POST", "/v1/dialogues:classify", request)

    with ThreadPoolExecutor(40) as callers:
        replies = list(callers.map(send, range(40)))
    assert {reply.status for reply in replies} == {200, 429}
    for reply in replies:
        if reply.status == 429:
            kinds = {each["@type"]: each for each in reply.body["details"]}
            delay = kinds["type.googleapis.com/google.rpc.RetryInfo"]["retryDelay"]
            assert float(delay.removesuffix("s")) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_deadline_passes(narrow: dict[str, str], kind: str) -> None:
    # Written by hand, so that this client itself does not look at the time.
    deadline = [("grpc-timeout", "20m")]
    with Connection(narrow[kind]) as connection:
        request = classify_request(LONG_DIALOGUE)
        calls = [
            connection.stub.Classify.future(request, metadata=deadline)
            for _ in range(3)
        ]
        assert outcomes(calls) == {Code.DEADLINE_EXCEEDED: 3}


@pytest.fixture(scope="module")
def tls(
    proxies: list[Proxy], fleet: list[Replica], material: Material
) -> Iterator[dict[str, str]]:
    """Where each is to be had by TLS."""
    envoy = EnvoyTls(material.folder, [replica.address for replica in fleet])
    try:
        envoy.wait_until_ready()
        found = {each.name: each.tls for each in proxies}
        yield found | {"envoy": envoy.tls}
    finally:
        envoy.close()


@pytest.mark.parametrize("kind", KINDS)
def test_tls_and_a_token(
    tls: dict[str, str], kind: str, client_binary: Path, material: Material
) -> None:
    def ask(*flags: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [client_binary, "classify", "--address", tls[kind], *flags, "i am so sad"],
            capture_output=True,
            text=True,
            timeout=60,
            env=clean_environment(),
        )

    trusted = ("--tls-ca", material.certificate)
    known = ask(*trusted, "--token-file", material.token)
    assert known.returncode == 0, known.stderr
    assert known.stdout.startswith("sad ")

    for unknown in (ask(*trusted), ask(*trusted, "--token-file", material.certificate)):
        assert unknown.returncode != 0
        assert "sad " not in unknown.stdout
    assert "UNAUTHENTICATED" in ask(*trusted).stderr
    assert ask("--tls", "--token-file", material.token).returncode != 0
    assert ask().returncode != 0
