"""The client for asyncio."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from functools import partial
from typing import Any

import grpc

from emotion_client import channel, many
from emotion_client.answers import Classification, ModelInfo, Priority, Turns
from emotion_client.calls import Caller
from emotion_client.conversation import AsyncConversation
from emotion_client.errors import EmotionError
from emotion_client.messages import (
    read_classification,
    read_model_info,
    write_request,
)
from emotion_client.options import Options, choose_address
from emotion_client.outside import Outside
from emotion_client.v1 import emotion_pb2 as v1


class AsyncClient:
    """As Client, for asyncio: the same calls, awaited.

    Belongs to the event loop of its first call. Close it with `async with`. A call
    that is cancelled is cancelled at the server too.
    """

    def __init__(
        self,
        address: str | None = None,
        options: Options | None = None,
        *,
        outside: Outside | None = None,
    ) -> None:
        """As Client; may be called where no loop runs."""
        self._caller = Caller(
            choose_address(address), options or Options(), outside or Outside()
        )
        self._channel: Any = None
        self._stub: Any = None
        self._closed = False

    async def __aenter__(self) -> "AsyncClient":
        """Gives itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes."""
        await self.close()

    async def close(self) -> None:
        """Ends what is in flight; may be called twice."""
        self._closed = True
        if self._channel is not None:
            await self._channel.close()

    async def classify(
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
        """As Client.classify."""
        request = write_request(turns, include_timings, priority, model_version)
        answer = await self._call("Classify", request, deadline_s, request_id, key)
        return read_classification(answer)

    async def classify_many(
        self,
        dialogues: Iterable[Turns] | AsyncIterable[Turns],
        *,
        concurrency: int = 32,
        progress: bool | None = None,
        include_timings: bool = False,
        priority: Priority = "interactive",
        model_version: str | None = None,
        key: str | None = None,
        deadline_s: float | None = None,
    ) -> list[Classification | EmotionError]:
        """As Client.classify_many; also takes an asynchronous iterable."""
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
            return [shown.step(outcome) async for outcome in stream]

    def classify_stream(
        self,
        dialogues: Iterable[Turns] | AsyncIterable[Turns],
        *,
        concurrency: int = 32,
        include_timings: bool = False,
        priority: Priority = "interactive",
        model_version: str | None = None,
        key: str | None = None,
        deadline_s: float | None = None,
    ) -> AsyncIterator[Classification | EmotionError]:
        """As Client.classify_stream; also takes an asynchronous iterable."""

        async def ask(turns: Turns) -> Classification | EmotionError:
            try:
                return await self.classify(
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
        return many.in_order_async(ask, dialogues, concurrency)

    async def model_info(
        self, *, deadline_s: float | None = None, request_id: str | None = None
    ) -> ModelInfo:
        """As Client.model_info."""
        request = v1.GetModelInfoRequest()
        answer = await self._call("GetModelInfo", request, deadline_s, request_id)
        return read_model_info(answer)

    def conversation(
        self, *, model_version: str | None = None, key: str | None = None
    ) -> AsyncConversation:
        """As Client.conversation; use it with `async with`."""
        return AsyncConversation(
            partial(self.classify, model_version=model_version, key=key)
        )

    async def _call(
        self,
        name: str,
        request: object,
        deadline_s: float | None,
        request_id: str | None,
        key: str | None = None,
    ) -> Any:
        method = getattr(self._open(), name)
        call = self._caller.begin(deadline_s, request_id, key)
        while True:
            try:
                return await method(request, **call.next_try())
            except grpc.RpcError as raised:
                wait_s = call.wait_after(raised)
            await self._caller.outside.sleep_async(wait_s)

    def _open(self) -> Any:
        if self._closed:
            raise ValueError("the client is closed")
        if self._stub is None:
            self._channel = channel.open_async_channel(
                self._caller.address, self._caller.options
            )
            self._stub = channel.open_stub(self._channel)
        return self._stub
