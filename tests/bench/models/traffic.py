"""An open loop of calls, each answer held against what its model answers alone."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

import grpc

from end_to_end.known_answers import DIALOGUES, Answer, KnownAnswers, Turns
from end_to_end.wire import PATIENCE_S, Connection, batch_request, classify_request

# One call of so many is a ClassifyBatch, of so many dialogues.
CALLS_PER_BATCH = 10
BATCH = 5


@dataclass
class Counts:
    """What became of the calls so far."""

    sent: int = 0
    # By status code.
    failures: Counter[str] = field(default_factory=Counter)
    # Answers that are not, in full, those of the model that they name.
    mixed: int = 0
    by_version: Counter[str] = field(default_factory=Counter)
    # Of what has ended since they were last taken, from when it was due.
    latencies_ms: list[float] = field(default_factory=list)


class CheckedTraffic:
    """Sends at Poisson instants from when it is entered until it is left."""

    def __init__(
        self, connection: Connection, rate: float, known: KnownAnswers
    ) -> None:
        """Will send `rate` calls a second."""
        self._connection = connection
        self._rate = rate
        self._known = known
        self._counts = Counts()
        # Calls that have not ended.
        self._open = 0
        self._changed = threading.Condition()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Self:
        """Begins."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stops, and waits until every call has ended."""
        self._end.set()
        self._thread.join()
        with self._changed:
            ended = self._changed.wait_for(lambda: self._open == 0, PATIENCE_S)
        assert ended, f"{self._open} calls never ended"

    def take(self) -> Counts:
        """The counts so far, with the latencies since the last time."""
        with self._changed:
            now = Counts(
                self._counts.sent,
                self._counts.failures.copy(),
                self._counts.mixed,
                self._counts.by_version.copy(),
                self._counts.latencies_ms,
            )
            self._counts.latencies_ms = []
            return now

    def _send(self) -> None:
        dice, stub = random.Random(1), self._connection.stub
        due = time.monotonic()
        number = 0
        while not self._end.wait(max(0.0, due - time.monotonic())):
            first = number % len(DIALOGUES)
            if number % CALLS_PER_BATCH == 0:
                turns = (DIALOGUES + DIALOGUES)[first : first + BATCH]
                call = stub.ClassifyBatch.future(batch_request(turns), PATIENCE_S)
            else:
                turns = [DIALOGUES[first]]
                call = stub.Classify.future(classify_request(turns[0]), PATIENCE_S)
            with self._changed:
                self._counts.sent += 1
                self._open += 1
            call.add_done_callback(
                lambda ended, turns=turns, due=due: self._take_in(ended, turns, due)
            )
            number += 1
            due += dice.expovariate(self._rate)

    def _take_in(self, call: Any, turns: list[Turns], due: float) -> None:
        ended = time.monotonic()
        version, right = "", False
        if call.code() is grpc.StatusCode.OK:
            reply = call.result()
            version, right = reply.model.version, is_right(reply, turns, self._known)
        with self._changed:
            self._open -= 1
            self._changed.notify()
            if version:
                self._counts.by_version[version] += 1
                self._counts.mixed += not right
                self._counts.latencies_ms.append((ended - due) * 1000)
            else:
                self._counts.failures[call.code().name] += 1


def is_right(reply: Any, turns: list[Turns], known: KnownAnswers) -> bool:
    """Whether all in a reply is what the model that it names answers alone."""
    expected = known.get(reply.model.version)
    if expected is None:
        return False
    if len(turns) == 1:
        classifications = [reply.classification]
    else:
        if any(result.status.code for result in reply.results):
            return False
        classifications = [result.classification for result in reply.results]
    return len(classifications) == len(turns) and all(
        Answer.of(reply.model, each).is_that_of(expected[own])
        for own, each in zip(turns, classifications, strict=True)
    )
