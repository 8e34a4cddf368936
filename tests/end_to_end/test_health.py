"""What a load balancer and a tool see."""

import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from end_to_end.conftest import Serve
from end_to_end.package import README_DIALOGUE
from end_to_end.wire import SERVICE, Code, Connection
from support.server import ServerProcess

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


def check(connection: Connection, service: str) -> Any:
    stub = health_pb2_grpc.HealthStub(connection.channel)
    request = health_pb2.HealthCheckRequest(service=service)
    return stub.Check(request, timeout=60).status


@contextmanager
def watch(connection: Connection, service: str) -> Iterator["queue.Queue[Any]"]:
    """The answers of a Watch, as they come."""
    stub = health_pb2_grpc.HealthStub(connection.channel)
    stream = stub.Watch(health_pb2.HealthCheckRequest(service=service), timeout=300)
    seen: queue.Queue[Any] = queue.Queue()

    def read() -> None:
        try:
            for reply in stream:
                seen.put(reply.status)
        except grpc.RpcError as error:
            seen.put(error.code())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield seen
    finally:
        stream.cancel()
        reader.join(60)


@pytest.mark.parametrize("service", ["", SERVICE])
def test_a_ready_server_is_serving(connection: Connection, service: str) -> None:
    assert check(connection, service) == SERVING


def test_an_unknown_service_is_not_found(connection: Connection) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        check(connection, "emotion.v1.Nobody")
    assert raised.value.code() == Code.NOT_FOUND


def test_watch_says_what_is_known_at_once(connection: Connection) -> None:
    for service, expected in (
        ("", SERVING),
        (SERVICE, SERVING),
        ("emotion.v1.Nobody", SERVICE_UNKNOWN),
    ):
        with watch(connection, service) as seen:
            assert seen.get(timeout=60) == expected


def test_a_lame_duck_says_so_and_goes_on_answering(serve: Serve) -> None:
    with (
        serve("--lame-duck-ms", "6000") as server,
        Connection(server.address) as connection,
        watch(connection, "") as whole,
        watch(connection, SERVICE) as service,
    ):
        assert (whole.get(timeout=60), service.get(timeout=60)) == (SERVING, SERVING)
        server.signal(signal.SIGTERM)
        assert whole.get(timeout=60) == NOT_SERVING
        assert service.get(timeout=60) == NOT_SERVING
        assert check(connection, "") == NOT_SERVING
        assert connection.classify(README_DIALOGUE).label == "sad"
        assert server.wait_for_exit() == 0


def services(server: ServerProcess) -> list[str]:
    with Connection(server.address) as connection:
        stub = reflection_pb2_grpc.ServerReflectionStub(connection.channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        (reply,) = stub.ServerReflectionInfo(iter([request]), timeout=60)
        return sorted(entry.name for entry in reply.list_services_response.service)


def test_reflection_lists_the_services(server: ServerProcess) -> None:
    assert {SERVICE, "grpc.health.v1.Health"} <= set(services(server))


def test_reflection_can_be_switched_off(serve: Serve) -> None:
    with serve("--reflection", "false") as server:
        with pytest.raises(grpc.RpcError) as raised:
            services(server)
        assert raised.value.code() == Code.UNIMPLEMENTED
        with Connection(server.address) as connection:
            assert check(connection, "") == SERVING
            assert connection.classify(README_DIALOGUE).label == "sad"
