"""Talking to the server over gRPC."""

from collections.abc import Sequence
from typing import Any, Self

import grpc
from google.rpc import error_details_pb2, status_pb2

from emotion_model.evaluation.stubs import load_stubs

messages, stubs = load_stubs()

SERVICE = "emotion.v1.EmotionService"
PATIENCE_S = 120.0
Code = grpc.StatusCode
Turns = Sequence[str]


def dialogue(turns: Turns) -> Any:
    """A Dialogue message."""
    return messages.Dialogue(turns=turns)


INTERACTIVE: int = messages.INTERACTIVE
BULK: int = messages.BULK


def classify_request(turns: Turns, *, timings: bool = False, priority: int = 0) -> Any:
    """A ClassifyRequest message."""
    return messages.ClassifyRequest(
        dialogue=dialogue(turns), include_timings=timings, priority=priority
    )


def batch_request(
    dialogues: Sequence[Turns], *, timings: bool = False, priority: int = 0
) -> Any:
    """A ClassifyBatchRequest message."""
    return messages.ClassifyBatchRequest(
        dialogues=[dialogue(turns) for turns in dialogues],
        include_timings=timings,
        priority=priority,
    )


class Connection:
    """A connection of its own to a server."""

    def __init__(self, address: str) -> None:
        """Connects at the first call."""
        self.channel = grpc.insecure_channel(
            address, options=[("grpc.use_local_subchannel_pool", 1)]
        )
        self.stub = stubs.EmotionServiceStub(self.channel)

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Cancels what is in flight and disconnects."""
        self.channel.close()

    def classify(self, turns: Turns, *, timings: bool = False) -> Any:
        """The Classification of a dialogue."""
        request = classify_request(turns, timings=timings)
        reply = self.stub.Classify(request, timeout=PATIENCE_S)
        return reply.classification

    def classify_batch(
        self, dialogues: Sequence[Turns], *, timings: bool = False
    ) -> list[Any]:
        """A ClassifyBatchResult for each dialogue."""
        request = batch_request(dialogues, timings=timings)
        return list(self.stub.ClassifyBatch(request, timeout=PATIENCE_S).results)

    def send(
        self, turns: Turns, timeout_s: float = PATIENCE_S, *, priority: int = 0
    ) -> Any:
        """Begins a Classify call that asks for timings; gives its future."""
        request = classify_request(turns, timings=True, priority=priority)
        return self.stub.Classify.future(request, timeout=timeout_s)

    def raw(self, method: str, request: bytes, **options: Any) -> bytes:
        """Sends bytes as they are; raises grpc.RpcError for a refusal."""
        call = self.channel.unary_unary(f"/{SERVICE}/{method}")
        reply: bytes = call(request, timeout=PATIENCE_S, **options)
        return reply


def probabilities(classification: Any) -> list[float]:
    """In the order of the model's labels."""
    return [entry.probability for entry in classification.probabilities]


def trailers(error: Any) -> dict[str, Any]:
    """The trailing metadata of an ended call."""
    return dict(error.trailing_metadata() or ())


class Details:
    """What a google.rpc.Status says besides its code and message."""

    def __init__(self, status: Any) -> None:
        """Unpacks the details that are there."""
        self.code: int = status.code
        self.message: str = status.message
        self.fields: list[tuple[str, str]] = []
        self.reason = ""
        self.retry_ms: int | None = None
        for packed in status.details:
            bad = error_details_pb2.BadRequest()
            info = error_details_pb2.ErrorInfo()
            retry = error_details_pb2.RetryInfo()
            if packed.Unpack(bad):
                self.fields += [(v.field, v.description) for v in bad.field_violations]
            elif packed.Unpack(info):
                assert info.domain == "emotion.v1"
                self.reason = info.reason
            elif packed.Unpack(retry):
                self.retry_ms = retry.retry_delay.ToMilliseconds()

    @classmethod
    def of(cls, error: Any) -> Self:
        """Those of a failed call; its own code and message must agree."""
        packed = trailers(error)["grpc-status-details-bin"]
        status = status_pb2.Status.FromString(packed)
        assert status.code == error.code().value[0]
        assert status.message == error.details()
        return cls(status)
