"""Classifies many dialogues through a running server."""

import dataclasses
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation.stubs import load_client

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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Opens a plaintext channel to HOST:PORT; connects at the first call.

        Args:
            address: "HOST:PORT".
            timeout_s: longest wait for one call with all its tries.
            sleep: how to wait between tries.

        Raises:
            ModelError: the client cannot be made.
        """
        self._package = package = load_client()
        # Every dialogue counts: no budget ends the retries.
        retry = package.RetryPolicy(
            max_tries=TRIES, max_wait_s=2.0, budget=math.inf, budget_per_call=0
        )
        outside = dataclasses.replace(package.Outside(), sleep=sleep)
        options = package.Options(deadline_s=timeout_s, retry=retry)
        self._client = package.Client(address, options, outside=outside)

    def __enter__(self) -> "Server":
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the channel."""
        self._client.close()

    def info(self) -> ModelInfo:
        """Asks which model answers.

        Raises:
            ModelError: the call failed, also after retries.
        """
        try:
            info = self._client.model_info()
        except self._package.EmotionError as error:
            raise _failed("the model", error) from error
        return ModelInfo(
            name=info.model.name,
            version=info.model.version,
            labels=info.labels,
            manifest_sha256=info.manifest_sha256,
        )

    def classify(self, dialogue: Dialogue, labels: Sequence[str]) -> Answer:
        """Asks for one dialogue.

        Raises:
            ModelError: the call failed, also after retries, or the answer does not
                have `labels` in their order.
        """
        return self.classify_all([dialogue], labels)[0]

    def classify_all(
        self,
        dialogues: Sequence[Dialogue],
        labels: Sequence[str],
        in_flight: int = 32,
    ) -> list[Answer]:
        """Asks for all dialogues, `in_flight` at a time; answers in their order.

        Raises:
            ModelError: as `classify`, for the first one that failed.
        """
        outcomes = self._client.classify_stream(
            (dialogue.turns for dialogue in dialogues), concurrency=in_flight
        )
        shown = tqdm(dialogues, disable=None, unit="dialogue")
        try:
            return [
                self._answer(dialogue, outcome, labels)
                for dialogue, outcome in zip(shown, outcomes, strict=True)
            ]
        finally:
            outcomes.close()

    def _answer(
        self, dialogue: Dialogue, outcome: Any, labels: Sequence[str]
    ) -> Answer:
        what = f"dialogue {dialogue.id}"
        if isinstance(outcome, self._package.EmotionError):
            raise _failed(what, outcome) from outcome
        if tuple(item.label for item in outcome.probabilities) != tuple(labels):
            raise ModelError(f"{what}: the answer's labels are not {tuple(labels)}")
        return Answer(
            outcome.label, tuple(item.probability for item in outcome.probabilities)
        )


def _failed(what: str, error: Any) -> ModelError:
    return ModelError(f"{what}: the server answered {error}")
