"""TLS and tokens at nginx, with the very configuration of the overlay."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped]
from proxy import TOKEN, Proxy, proxied_server

METHOD = "/emotion.v1.EmotionService/GetModelInfo"
GOOD = (("authorization", f"Bearer {TOKEN}"),)


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    # Short, for the path of a socket may have 107 characters.
    with (
        tempfile.TemporaryDirectory(prefix="tls-") as folder,
        proxied_server(Path(folder)) as running,
    ):
        yield running


def secure(proxy: Proxy) -> Any:
    return grpc.secure_channel(
        proxy.tls,
        grpc.ssl_channel_credentials(proxy.certificate),
        options=[("grpc.ssl_target_name_override", "emotion")],
    )


def model_info(channel: Any, metadata: Any = ()) -> bytes:
    # The bytes of a message without fields are none.
    ask = channel.unary_unary(METHOD, lambda x: x, lambda x: x)
    answer: bytes = ask(b"", metadata=metadata, timeout=30)
    return answer


def refusal(channel: Any, metadata: Any = ()) -> Any:
    with pytest.raises(grpc.RpcError) as raised:
        model_info(channel, metadata)
    return raised.value.code()


def health(channel: Any, service: str = "", metadata: Any = ()) -> Any:
    stub = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service=service)
    return stub.Check(request, metadata=metadata, timeout=30).status


def test_a_caller_with_a_token_is_answered(proxy: Proxy) -> None:
    with secure(proxy) as channel:
        assert b"mobilebert" in model_info(channel, GOOD)
        assert health(channel, "", GOOD) == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", ""),),
        (("authorization", TOKEN),),
        (("authorization", f"Bearer {TOKEN}x"),),
        (("authorization", f"Bearer {TOKEN[:-1]}"),),
        (("authorization", f"Basic {TOKEN}"),),
        (("authorization", "0"),),
        (("authorization", "1"),),
        (("authorization", "default"),),
    ],
)
def test_a_caller_without_is_not(proxy: Proxy, metadata: Any) -> None:
    with secure(proxy) as channel:
        assert refusal(channel, metadata) == grpc.StatusCode.UNAUTHENTICATED


def test_nothing_is_answered_in_the_clear(proxy: Proxy) -> None:
    with grpc.insecure_channel(proxy.tls) as channel:
        assert refusal(channel, GOOD) == grpc.StatusCode.UNAVAILABLE


def test_another_authority_is_not_trusted(proxy: Proxy) -> None:
    credentials = grpc.ssl_channel_credentials()
    options = [("grpc.ssl_target_name_override", "emotion")]
    with grpc.secure_channel(proxy.tls, credentials, options) as channel:
        assert refusal(channel, GOOD) == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("service", ["", "emotion.v1.EmotionService"])
def test_the_kubelet_gets_health_in_the_clear(proxy: Proxy, service: str) -> None:
    with grpc.insecure_channel(proxy.health) as channel:
        assert health(channel, service) == health_pb2.HealthCheckResponse.SERVING


def test_and_nothing_else(proxy: Proxy) -> None:
    with grpc.insecure_channel(proxy.health) as channel:
        assert refusal(channel, GOOD) == grpc.StatusCode.UNIMPLEMENTED
