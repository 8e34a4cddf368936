"""Opens channels; the only module that builds gRPC's own options."""

from typing import Any

import grpc

from emotion_client.options import Options, Tls
from emotion_client.v1 import emotion_pb2_grpc


def open_channel(address: str, options: Options) -> Any:
    """A channel that connects at its first call."""
    settings = _settings(options)
    if options.tls is None:
        return grpc.insecure_channel(address, settings)
    return grpc.secure_channel(address, _credentials(options.tls), settings)


def open_async_channel(address: str, options: Options) -> Any:
    """The same for asyncio; belongs to the loop that runs."""
    settings = _settings(options)
    if options.tls is None:
        return grpc.aio.insecure_channel(address, settings)
    return grpc.aio.secure_channel(address, _credentials(options.tls), settings)


def open_stub(channel: Any) -> Any:
    """The service on a channel of either kind."""
    make: Any = emotion_pb2_grpc.EmotionServiceStub
    return make(channel)


def metadata(
    options: Options, request_id: str, key: str | None
) -> tuple[tuple[str, str], ...]:
    """What goes with one try."""
    sent = [("x-request-id", request_id)]
    if key is not None:
        sent.append(("x-emotion-key", key))
    token = options.token() if callable(options.token) else options.token
    if token is not None:
        sent.append(("authorization", f"Bearer {token}"))
    return tuple(sent)


def _settings(options: Options) -> list[tuple[str, int | str]]:
    settings: list[tuple[str, int | str]] = [
        # The client decides about retries; see retry.py.
        ("grpc.enable_retries", 0),
        ("grpc.max_send_message_length", options.max_message_bytes),
        ("grpc.max_receive_message_length", options.max_message_bytes),
        # Else a retry would only see the first refused connection. The minimum
        # stays: it is also how long a connection may take to come about.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 5000),
    ]
    if options.tls is not None and options.tls.server_name is not None:
        settings.append(("grpc.ssl_target_name_override", options.tls.server_name))
    return settings


def _credentials(tls: Tls) -> Any:
    return grpc.ssl_channel_credentials(
        tls.root_certificates, tls.private_key, tls.certificate_chain
    )
