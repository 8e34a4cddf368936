"""Asks a running server to judge many dialogues."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
from tqdm import tqdm

from emotion_model.emocontext import LabelledDialogue
from emotion_model.errors import ModelError
from emotion_model.stubs import PROTO_ROOT, load_stubs

TRIES = 8


@dataclass(frozen=True)
class Answer:
    """What the server said of one dialogue."""

    label: str
    # Calibrated, in the order of the model's labels.
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class ModelInfo:
    """The model that answers."""

    name: str
    version: str
    labels: tuple[str, ...]
    # Of the package's manifest; may be empty.
    manifest_sha256: str


class Server:
    """A connection to a server. Thread-safe; close it with `with`."""

    def __init__(
        self,
        address: str,
        *,
        timeout_s: float = 30.0,
        proto_root: Path = PROTO_ROOT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Opens a plaintext channel to HOST:PORT; connects at the first call.

        Args:
            address: "HOST:PORT".
            timeout_s: longest wait for one try of one call.
            proto_root: folder of the service's protos.
            sleep: how to wait between tries.
        """
        self._messages: ModuleType
        self._messages, stubs = load_stubs(proto_root)
        self._channel = grpc.insecure_channel(address)
        self._stub = stubs.EmotionServiceStub(self._channel)
        self._timeout_s, self._sleep = timeout_s, sleep

    def __enter__(self) -> "Server":
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the channel."""
        self._channel.close()

    def info(self) -> ModelInfo:
        """Asks which model answers.

        Raises:
            ModelError: the call failed, also after retries.
        """
        request = self._messages.GetModelInfoRequest()
        reply = self._call(self._stub.GetModelInfo, request, "GetModelInfo")
        return ModelInfo(
            name=reply.model.name,
            version=reply.model.version,
            labels=tuple(label.name for label in reply.labels),
            manifest_sha256=reply.manifest_sha256,
        )

    def classify(self, dialogue: LabelledDialogue, labels: Sequence[str]) -> Answer:
        """Asks for one dialogue.

        Raises:
            ModelError: the call failed, also after retries, or the answer does not
                have `labels` in their order.
        """
        messages = self._messages
        request = messages.ClassifyRequest(
            dialogue=messages.Dialogue(turns=dialogue.turns)
        )
        what = f"dialogue {dialogue.id}"
        answer = self._call(self._stub.Classify, request, what).classification
        if tuple(item.label for item in answer.probabilities) != tuple(labels):
            raise ModelError(f"{what}: the answer's labels are not {tuple(labels)}")
        return Answer(
            answer.label, tuple(item.probability for item in answer.probabilities)
        )

    def classify_all(
        self,
        dialogues: Sequence[LabelledDialogue],
        labels: Sequence[str],
        in_flight: int = 32,
    ) -> list[Answer]:
        """Asks for all dialogues, `in_flight` at a time; answers in their order.

        Raises:
            ModelError: as `classify`, for the first one that failed.
        """
        with ThreadPoolExecutor(in_flight) as pool:
            calls = [pool.submit(self.classify, item, labels) for item in dialogues]
            try:
                return [
                    call.result() for call in tqdm(calls, disable=None, unit="dialogue")
                ]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _call(self, method: Callable[..., Any], request: object, what: str) -> Any:
        for left in reversed(range(TRIES)):
            try:
                return method(request, timeout=self._timeout_s)
            except grpc.RpcError as error:
                code = error.code()
                busy = code in (
                    grpc.StatusCode.RESOURCE_EXHAUSTED,
                    grpc.StatusCode.UNAVAILABLE,
                )
                if not busy or left == 0:
                    raise ModelError(
                        f"{what}: the server answered {code.name}: {error.details()}"
                    ) from error
                self._sleep(_pause_s(error, TRIES - 1 - left))
        raise AssertionError("unreachable")


def _pause_s(error: Any, tries: int) -> float:
    """What the server asks for, or else twice as long each time, at most 2 s."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-retry-pushback-ms" and str(value).isdigit():
            return min(float(value) / 1000, 10.0)
    return float(min(0.05 * 2**tries, 2.0))
