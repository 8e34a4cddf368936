"""A little server that answers with the plain reference."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from emotion_model.evaluation.stubs import load_stubs

messages, stubs = load_stubs()


class FakeServer(stubs.EmotionServiceServicer):  # type: ignore[name-defined, misc]
    """Answers as the reference does, but for what a test changes."""

    def __init__(self, source: Source, manifest_sha256: str = "") -> None:
        self.source = source
        self.manifest_sha256 = manifest_sha256
        self.wrong_answers = 0
        self.busy_answers = 0
        self.calls = 0

    def GetModelInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return messages.GetModelInfoResponse(
            model={"name": self.source.name, "version": self.source.model_version},
            labels=[{"name": label} for label in self.source.labels],
            manifest_sha256=self.manifest_sha256,
        )

    def Classify(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.calls += 1
        if self.busy_answers:
            self.busy_answers -= 1
            context.set_trailing_metadata((("grpc-retry-pushback-ms", "250"),))
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "the queue is full")
        try:
            encoding = self.source.encoder().encode(list(request.dialogue.turns))
        except ModelError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        logits = self.source.logits(encoding)
        chances = self.source.calibration.probabilities(logits).tolist()
        chosen = chances.index(max(chances))
        if self.wrong_answers:
            self.wrong_answers -= 1
            chosen = (chosen + 1) % len(chances)
        return messages.ClassifyResponse(
            classification={
                "label": self.source.labels[chosen],
                "probabilities": [
                    {"label": label, "probability": chance}
                    for label, chance in zip(self.source.labels, chances, strict=True)
                ],
            }
        )


@contextmanager
def serve(fake: FakeServer) -> Iterator[str]:
    """Runs it on a free port of loopback; gives the address."""
    server = grpc.server(ThreadPoolExecutor(4))
    stubs.add_EmotionServiceServicer_to_server(fake, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait(10)
