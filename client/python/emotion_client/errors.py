"""Everything that can go wrong with a call, chosen by what the caller should do."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """What is wrong with one field of the request: "dialogue.turns[2]"."""

    field: str
    description: str


class EmotionError(Exception):
    """A call that failed, also after the retries that were allowed.

    Attributes:
        code: gRPC's name of the status, "INVALID_ARGUMENT".
        message: what the server says, or what this side saw.
        violations: which fields are wrong; empty unless the request is.
        reason: the server's short word for it, "QUEUE_FULL"; may be empty.
        retry_after_s: when to come back, if the server said so.
        request_id: the call's x-request-id; it stands in the server's log too.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        violations: Sequence[FieldViolation] = (),
        reason: str = "",
        retry_after_s: float | None = None,
        request_id: str = "",
    ) -> None:
        """Keeps what it is given."""
        super().__init__(code, message)
        self.code, self.message, self.reason = code, message, reason
        self.violations = tuple(violations)
        self.retry_after_s = retry_after_s
        self.request_id = request_id

    def __str__(self) -> str:
        """The code, the message and the request's id."""
        tail = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.code}: {self.message}{tail}"


class InvalidRequestError(EmotionError):
    """Fix the request; `violations` names the fields. Never worth a retry."""


class BusyError(EmotionError):
    """The server refuses work for now; come back after `retry_after_s`."""


class UnavailableError(EmotionError):
    """No connection, or the server starts or closes; try another or later."""


class DeadlineError(EmotionError):
    """No answer in time, all tries included."""


class AccessError(EmotionError):
    """The token is missing, wrong, or does not allow this."""


class ServerError(EmotionError):
    """Anything else: the server or what lies before it is at fault."""


_CLASSES: dict[str, type[EmotionError]] = {
    "INVALID_ARGUMENT": InvalidRequestError,
    "OUT_OF_RANGE": InvalidRequestError,
    # A version of the model that is not loaded.
    "NOT_FOUND": InvalidRequestError,
    "RESOURCE_EXHAUSTED": BusyError,
    "UNAVAILABLE": UnavailableError,
    # gRPC's answer to a call that reaches a server just when it closes.
    "CANCELLED": UnavailableError,
    "DEADLINE_EXCEEDED": DeadlineError,
    "UNAUTHENTICATED": AccessError,
    "PERMISSION_DENIED": AccessError,
}


def error_class(code: str) -> type[EmotionError]:
    """The class for a status of this name."""
    return _CLASSES.get(code, ServerError)
