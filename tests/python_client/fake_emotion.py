"""A little server that classifies by a word, but for what a test plans."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

from emotion_client.v1 import emotion_pb2 as v1
from emotion_client.v1 import emotion_pb2_grpc

LABELS = ("others", "happy", "sad", "angry")


@dataclass(frozen=True)
class Refusal:
    """A failure that the server answers with."""

    code: grpc.StatusCode
    message: str = "planned"
    push_back: str | None = None
    violations: Sequence[tuple[str, str]] = ()
    reason: str = ""
    retry_delay_ms: int | None = None

    def trailers(self) -> tuple[tuple[str, Any], ...]:
        """What goes with it beside the code and the message."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        if self.violations:
            listed = [
                error_details_pb2.BadRequest.FieldViolation(field=f, description=d)
                for f, d in self.violations
            ]
            bad = error_details_pb2.BadRequest(field_violations=listed)
            status.details.add().Pack(bad)
        if self.reason:
            status.details.add().Pack(error_details_pb2.ErrorInfo(reason=self.reason))
        if self.retry_delay_ms is not None:
            retry = error_details_pb2.RetryInfo()
            retry.retry_delay.FromMilliseconds(self.retry_delay_ms)
            status.details.add().Pack(retry)
        details = ("grpc-status-details-bin", status.SerializeToString())
        if self.push_back is None:
            return (details,)
        return (details, ("grpc-retry-pushback-ms", self.push_back))


BUSY = Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "the queue is full", "250")
GONE = Refusal(grpc.StatusCode.UNAVAILABLE, "closing")


@dataclass(frozen=True)
class Seen:
    """A call as it came."""

    turns: tuple[str, ...]
    metadata: dict[str, str]
    # "INTERACTIVE" or "BULK"; "" where the request has none.
    priority: str
    # Seconds that its caller still gave it.
    remaining_s: float
    # As the request has it; "" where the request has none.
    model_version: str = ""


@dataclass
class FakeEmotion(emotion_pb2_grpc.EmotionServiceServicer):
    """Answers with the label that the last turn names, else "others"."""

    # Refusals of the next calls, whatever they ask.
    plan: deque[Refusal] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)
    # Runs in each Classify before it is answered.
    hold: Callable[[tuple[str, ...]], None] = lambda turns: None
    # What GetModelInfo lists as loaded: versions with their percent of the traffic.
    serving: dict[str, int] = field(default_factory=dict)
    # The most calls of Classify that ran at once.
    peak: int = 0
    _running: int = 0
    _lock: Any = field(default_factory=threading.Lock)

    def Classify(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Classifies."""
        turns = tuple(request.dialogue.turns)
        with self._lock:
            self._running += 1
            self.peak = max(self.peak, self._running)
        try:
            self.hold(turns)
        finally:
            with self._lock:
                self._running -= 1
        priority = v1.Priority.Name(request.priority)
        self._note(turns, context, priority, request.model_version)
        if not 1 <= len(turns) <= 3 or not turns[-1].strip():
            at = f"dialogue.turns[{len(turns) - 1}]"
            context.set_trailing_metadata(
                Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT, violations=[(at, "is empty")]
                ).trailers()
            )
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{at}: is empty")
        return v1.ClassifyResponse(
            classification=classify(turns, request.include_timings),
            model={"name": "fake", "version": request.model_version or "7"},
        )

    def GetModelInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Describes itself."""
        self._note((), context)
        return v1.GetModelInfoResponse(
            model={"name": "fake", "version": "7"},
            labels=[{"name": label} for label in LABELS],
            limits={
                "max_turns": 3,
                "max_turn_bytes": 4096,
                "max_tokens": 128,
                "max_batch_dialogues": 256,
            },
            layout="packed",
            precision="fp32",
            manifest_sha256="c0ffee",
            traffic="everyday",
            serving=[
                {
                    "model": {"name": "fake", "version": version},
                    "traffic_percent": percent,
                    "shadow_percent": 5 if percent == 0 else 0,
                    "labels": [{"name": label} for label in LABELS],
                    "precision": "int8",
                    "manifest_sha256": f"c0ffee{version}",
                }
                for version, percent in self.serving.items()
            ],
        )

    def _note(
        self,
        turns: tuple[str, ...],
        context: Any,
        priority: str = "",
        model_version: str = "",
    ) -> None:
        metadata = dict(context.invocation_metadata())
        with self._lock:
            remaining_s = context.time_remaining()
            self.seen.append(
                Seen(turns, metadata, priority, remaining_s, model_version)
            )
            refusal = self.plan.popleft() if self.plan else None
        if refusal is not None:
            context.set_trailing_metadata(refusal.trailers())
            context.abort(refusal.code, refusal.message)


def classify(turns: Sequence[str], timings: bool) -> v1.Classification:
    """The classification that FakeEmotion describes; "<cut>" marks a turn as cut."""
    named = [label for label in LABELS if label in turns[-1]]
    label = named[-1] if named else "others"
    classification = v1.Classification(
        label=label,
        probabilities=[
            {"label": each, "probability": 0.97 if each == label else 0.01}
            for each in LABELS
        ],
        truncated_turns=[at for at, turn in enumerate(turns) if "<cut>" in turn],
        tokens=sum(len(turn) for turn in turns),
    )
    if timings:
        classification.timings.tokenize.FromMilliseconds(1)
        classification.timings.queue.FromMilliseconds(2)
        classification.timings.compute.FromMilliseconds(3)
        classification.timings.batch_dialogues = 4
        classification.timings.batch_tokens = 80
    return classification


@contextmanager
def serve(
    fake: FakeEmotion, credentials: Any = None, threads: int = 16
) -> Iterator[str]:
    """Runs it on a free port of loopback; gives the address."""
    # A second server could otherwise share the port of the first.
    server = grpc.server(
        ThreadPoolExecutor(threads), options=[("grpc.so_reuseport", 0)]
    )
    register: Any = emotion_pb2_grpc.add_EmotionServiceServicer_to_server
    register(fake, server)
    if credentials is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait(10)
