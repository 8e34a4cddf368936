"""The client that waits for its answers."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import grpc

from emotion_client import channel, many
from emotion_client.answers import Classification, ModelInfo, Priority, Turns
from emotion_client.calls import Caller
from emotion_client.conversation import Conversation
from emotion_client.errors import EmotionError
from emotion_client.messages import (
    read_classification,
    read_model_info,
    write_request,
)
from emotion_client.options import Options, choose_address
from emotion_client.outside import Outside
from emotion_client.v1 import emotion_pb2 as v1


class Client:
    """A connection to an emotion server. Thread-safe; close it with `with`.

    Every call has a deadline, sends an x-request-id, and is tried again as RetryPolicy
    says. Classifying a dialogue twice does no harm.

    Every call raises, besides what it names itself:
        EmotionError: the call failed, also after its tries; the subclass says what to
            do about it.
        ValueError: a deadline or request id is out of its range, or the client is
            closed.
    """

    def __init__(
        self,
        address: str | None = None,
        options: Options | None = None,
        *,
        outside: Outside | None = None,
    ) -> None:
        """Connects at the first call.

        Args:
            address: "HOST:PORT", or any name that gRPC resolves; else what the
                environment's EMOTION_ADDRESS says; else 127.0.0.1:50051.
            options: deadlines, retries, TLS and the rest.
            outside: time and chance; for tests.
        """
        outside, options = outside or Outside(), options or Options()
        self._caller = Caller(choose_address(address), options, outside)
        self._channel = channel.open_channel(self._caller.address, options)
        self._stub = channel.open_stub(self._channel)

    def __enter__(self) -> "Client":
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes."""
        self.close()

    def close(self) -> None:
        """Ends what is in flight; may be called twice."""
        self._channel.close()

    def classify(
        self,
        turns: Turns,
        *,
        include_timings: bool = False,
        priority: Priority = "interactive",
        model_version: str | None = None,
        key: str | None = None,
        deadline_s: float | None = None,
        request_id: str | None = None,
    ) -> Classification:
        """Classifies the last turn of one dialogue.

        Args:
            turns: one to three turns, oldest first; a plain text is one turn.
            include_timings: whether the answer says where its time went.
            priority: "bulk" lets others overtake it at the server.
            model_version: the version of the model that is to answer; None: as the
                server splits its traffic. One that is not loaded is NOT_FOUND.
            key: such as a user's id: calls with the same key are answered by the same
                version, however the traffic is split.
            deadline_s: instead of Options.deadline_s.
            request_id: instead of a new one.
        """
        request = write_request(turns, include_timings, priority, model_version)
        answer = self._call(self._stub.Classify, request, deadline_s, request_id, key)
        return read_classification(answer)

    def classify_many(
        self,
        dialogues: Iterable[Turns],
        *,
        concurrency: int = 32,
        progress: bool | None = None,
        include_timings: bool = False,
        priority: Priority = "interactive",
        model_version: str | None = None,
        key: str | None = None,
        deadline_s: float | None = None,
    ) -> list[Classification | EmotionError]:
        """Classifies many; one outcome for each, in their order.

        A dialogue that fails does not stop the others: its error is its outcome.

        Args:
            dialogues: any number of them.
            concurrency: calls in flight at most, from 1 to 1024.
            progress: whether to draw a bar on standard error; None: if that is a
                terminal.
            include_timings: as for `classify`.
            priority: as for `classify`.
            model_version: as for `classify`.
            key: as for `classify`; one for all.
            deadline_s: of each call, as for `classify`.
        """
        stream = self.classify_stream(
            dialogues,
            concurrency=concurrency,
            include_timings=include_timings,
            priority=priority,
            model_version=model_version,
            key=key,
            deadline_s=deadline_s,
        )
        with many.bar(dialogues, progress) as shown:
            return [shown.step(outcome) for outcome in stream]

    def classify_stream(
        self,
        dialogues: Iterable[Turns],
        *,
        concurrency: int = 32,
        include_timings: bool = False,
        priority: Priority = "interactive",
        model_version: str | None = None,
        key: str | None = None,
        deadline_s: float | None = None,
    ) -> Iterator[Classification | EmotionError]:
        """As `classify_many`, but yields outcomes as soon as their turn has come.

        Reads at most four times `concurrency` dialogues ahead, so that neither side
        need fit in memory. Close the iterator to stop early.
        """

        def ask(turns: Turns) -> Classification | EmotionError:
            try:
                return self.classify(
                    turns,
                    include_timings=include_timings,
                    priority=priority,
                    model_version=model_version,
                    key=key,
                    deadline_s=deadline_s,
                )
            except EmotionError as error:
                return error

        many.check_concurrency(concurrency)
        return many.in_order(ask, dialogues, concurrency)

    def model_info(
        self, *, deadline_s: float | None = None, request_id: str | None = None
    ) -> ModelInfo:
        """Returns which model answers, its labels and its limits, and all loaded."""
        request = v1.GetModelInfoRequest()
        answer = self._call(self._stub.GetModelInfo, request, deadline_s, request_id)
        return read_model_info(answer)

    def conversation(
        self, *, model_version: str | None = None, key: str | None = None
    ) -> Conversation:
        """A conversation that keeps its last three turns; use it with `with`.

        Args:
            model_version: as for `classify`.
            key: as for `classify`; with one, all turns have the same model.
        """
        return Conversation(
            partial(self.classify, model_version=model_version, key=key)
        )

    def _call(
        self,
        method: Callable[..., Any],
        request: object,
        deadline_s: float | None,
        request_id: str | None,
        key: str | None = None,
    ) -> Any:
        call = self._caller.begin(deadline_s, request_id, key)
        while True:
            try:
                return method(request, **call.next_try())
            except grpc.RpcError as raised:
                wait_s = call.wait_after(raised)
            self._caller.outside.sleep(wait_s)
