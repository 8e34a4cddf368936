"""Turns what gRPC raises into one of our errors."""

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from emotion_client.errors import EmotionError, FieldViolation, error_class

_DETAILS = "grpc-status-details-bin"
_PUSH_BACK = "grpc-retry-pushback-ms"


@dataclass(frozen=True)
class Failure:
    """A failed try: the error and the server's word about retries."""

    error: EmotionError
    # As FailedTry.push_back_ms.
    push_back_ms: int | None


def read_failure(raised: Any, address: str, request_id: str) -> Failure:
    """Reads a grpc.RpcError of a finished call, synchronous or asyncio's."""
    trailers = dict(raised.trailing_metadata() or ())
    details = _read_details(trailers.get(_DETAILS, b""))
    push_back_ms = _read_push_back(trailers.get(_PUSH_BACK))
    retry_after_s = details.retry_after_s
    if push_back_ms is not None and push_back_ms >= 0:
        retry_after_s = push_back_ms / 1000
    code = raised.code().name
    error = error_class(code)(
        code,
        _message(code, raised.details() or "", address),
        violations=details.violations,
        reason=details.reason,
        retry_after_s=retry_after_s,
        request_id=request_id,
    )
    return Failure(error, push_back_ms)


@dataclass(frozen=True)
class _Details:
    violations: tuple[FieldViolation, ...] = ()
    reason: str = ""
    retry_after_s: float | None = None


def _read_details(raw: bytes) -> _Details:
    violations: list[FieldViolation] = []
    reason, retry_after_s = "", None
    bad_request = error_details_pb2.BadRequest()
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    try:
        for detail in status_pb2.Status.FromString(raw).details:
            if detail.Unpack(bad_request):
                violations += [
                    FieldViolation(each.field, each.description)
                    for each in bad_request.field_violations
                ]
            elif detail.Unpack(info):
                reason = info.reason
            elif detail.Unpack(retry):
                delay = retry.retry_delay
                retry_after_s = delay.seconds + delay.nanos / 1e9
    except DecodeError:
        # The code and the message still hold; details are an extra.
        return _Details()
    return _Details(tuple(violations), reason, retry_after_s)


def _read_push_back(raw: str | bytes | None) -> int | None:
    if raw is None:
        return None
    text = raw.decode("ascii", "replace") if isinstance(raw, bytes) else raw
    # What cannot be read means: do not retry (gRFC A6).
    return int(text) if text.isascii() and text.isdigit() else -1


def _message(code: str, said: str, address: str) -> str:
    if code == "DEADLINE_EXCEEDED" and said in ("", "Deadline Exceeded"):
        return f"no answer from {address} before the deadline"
    return said or f"{address} gave no reason"
