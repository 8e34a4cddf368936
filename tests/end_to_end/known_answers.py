"""What each model answers when it serves alone, and traffic held against that."""

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import grpc

from end_to_end.package import some_dialogues
from end_to_end.wire import PATIENCE_S, Connection, batch_request, messages
from support.process import wait_until
from support.server import serving

# What fp32 may differ by between two runs of the same model.
TOLERANCE = 1e-5
DIALOGUES = some_dialogues(11, 40)
# Dialogues of each ClassifyBatch, and how many calls there are for one of them.
BATCH = 5
CALLS_PER_BATCH = 10
KEY = "x-emotion-key"

Turns = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A classification with the model that made it."""

    version: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    label: str
    tokens: int

    @classmethod
    def of(cls, model: Any, classification: Any) -> Self:
        """Reads the two messages."""
        return cls(
            model.version,
            tuple(entry.label for entry in classification.probabilities),
            tuple(entry.probability for entry in classification.probabilities),
            classification.label,
            classification.tokens,
        )

    def is_that_of(self, other: "Answer") -> bool:
        """Whether all is equal, probabilities within fp32's own noise."""
        return (
            (self.version, self.labels, self.label, self.tokens)
            == (other.version, other.labels, other.label, other.tokens)
        ) and all(
            abs(one - two) <= TOLERANCE
            for one, two in zip(self.probabilities, other.probabilities, strict=True)
        )


# By version and dialogue.
KnownAnswers = Mapping[str, Mapping[Turns, Answer]]


@dataclass(frozen=True)
class Packages:
    """Two models with nothing in common, and what each answers alone."""

    old: Path
    new: Path
    known: KnownAnswers


def answer(
    connection: Connection, turns: Turns, *, version: str = "", key: str = ""
) -> Answer:
    """Asks once, of a version or with a key if they are given."""
    request = messages.ClassifyRequest(
        dialogue=messages.Dialogue(turns=turns), model_version=version
    )
    metadata = [(KEY, key)] if key else []
    reply = connection.stub.Classify(request, timeout=PATIENCE_S, metadata=metadata)
    return Answer.of(reply.model, reply.classification)


def answers_alone(
    binary: Path, package: Path, dialogues: Sequence[Turns] = DIALOGUES
) -> dict[Turns, Answer]:
    """What a model answers in a server of its own."""
    with (
        serving(binary, package, "--precision", "fp32") as server,
        Connection(server.address) as connection,
    ):
        return {turns: answer(connection, turns) for turns in dialogues}


@dataclass
class Outcome:
    """What became of traffic."""

    # In the order of sending; those of one ClassifyBatch are one entry.
    answers: list[list[tuple[Turns, Answer]]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def versions(self) -> list[str]:
        """Of each call, in the order of sending."""
        return [entry[0][1].version for entry in self.answers]

    def check(self, known: KnownAnswers) -> None:
        """No call failed, and each was answered by one model, as it answers alone."""
        assert self.failures == []
        for entry in self.answers:
            (version,) = {found.version for _, found in entry}
            for turns, found in entry:
                expected = known[version][turns]
                assert found.is_that_of(expected), (turns, found, expected)


class SteadyTraffic:
    """Calls at a fixed rate, whatever the server makes of them, until it is left."""

    def __init__(self, connection: Connection, rate: float = 50) -> None:
        """Knows how often to send."""
        self._connection = connection
        self._interval = 1 / rate
        self._calls: list[tuple[list[Turns], Any]] = []
        self._by_version: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.outcome = Outcome()

    def __enter__(self) -> Self:
        """Begins to send."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stops sending and waits for the answers."""
        self._end.set()
        self._thread.join()
        for dialogues, call in self._calls:
            try:
                reply = call.result(PATIENCE_S)
            except (grpc.RpcError, grpc.FutureTimeoutError) as error:
                self.outcome.failures.append(repr(error))
                continue
            self._take(dialogues, reply)

    def wait_for(self, version: str, count: int) -> None:
        """Waits until a version has answered so many calls more than now."""
        with self._lock:
            until = self._by_version[version] + count
        wait_until(
            lambda: self._by_version[version] >= until,
            lambda: f"{until} answers of {version}; {self._by_version}",
        )

    def _send(self) -> None:
        number, begin = 0, time.monotonic()
        while not self._end.wait(
            max(0.0, begin + number * self._interval - time.monotonic())
        ):
            first = number % len(DIALOGUES)
            if number % CALLS_PER_BATCH == 0:
                dialogues = (DIALOGUES + DIALOGUES)[first : first + BATCH]
                stub = self._connection.stub.ClassifyBatch
                call = stub.future(batch_request(dialogues), timeout=PATIENCE_S)
            else:
                dialogues = [DIALOGUES[first]]
                call = self._connection.send(dialogues[0])
            call.add_done_callback(self._count)
            self._calls.append((dialogues, call))
            number += 1

    def _count(self, call: Any) -> None:
        if call.code() == grpc.StatusCode.OK:
            with self._lock:
                self._by_version[call.result().model.version] += 1

    def _take(self, dialogues: list[Turns], reply: Any) -> None:
        if len(dialogues) == 1:
            found = [Answer.of(reply.model, reply.classification)]
        else:
            failed = [r.status.message for r in reply.results if r.status.code]
            if failed:
                self.outcome.failures += failed
                return
            found = [Answer.of(reply.model, r.classification) for r in reply.results]
        self.outcome.answers.append(list(zip(dialogues, found, strict=True)))
