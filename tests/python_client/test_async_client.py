import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeAlias

import pytest

from emotion_client import (
    AsyncClient,
    BusyError,
    Classification,
    EmotionError,
    InvalidRequestError,
)
from fake_emotion import BUSY, GONE, FakeEmotion
from manual_outside import ManualOutside

Job: TypeAlias = Callable[[AsyncClient], Coroutine[Any, Any, None]]


@pytest.fixture
def run(address: str, world: ManualOutside) -> Callable[[Job], None]:
    """Runs a job with a client of its own."""

    async def with_client(job: Job) -> None:
        async with AsyncClient(address, outside=world.outside()) as client:
            await job(client)

    return lambda job: asyncio.run(with_client(job))


def brief(outcome: Classification | EmotionError) -> str:
    return outcome.code if isinstance(outcome, EmotionError) else outcome.label


def test_calls_are_as_the_waiting_clients(
    run: Callable[[Job], None], fake: FakeEmotion
) -> None:
    async def job(client: AsyncClient) -> None:
        answer = await client.classify(
            ["Hi", "sad"], request_id="mine", priority="bulk"
        )
        assert answer.label == "sad"
        assert (await client.model_info()).limits.max_turns == 3
        with pytest.raises(InvalidRequestError) as caught:
            await client.classify("")
        assert caught.value.violations[0].field == "dialogue.turns[0]"

    run(job)
    assert fake.seen[0].metadata["x-request-id"] == "mine"
    assert 0 < fake.seen[0].remaining_s < 5.5
    assert fake.seen[0].priority == "BULK"


def test_a_busy_server_is_asked_again(
    run: Callable[[Job], None], fake: FakeEmotion, world: ManualOutside
) -> None:
    fake.plan.extend([BUSY, GONE])

    async def job(client: AsyncClient) -> None:
        assert (await client.classify("happy")).label == "happy"
        fake.plan.extend([BUSY] * 4)
        with pytest.raises(BusyError):
            await client.classify("happy")

    run(job)
    assert world.waits == [0.25, 0.1, 0.25, 0.25, 0.25]


def test_many_keep_their_order_and_bound(
    run: Callable[[Job], None], fake: FakeEmotion
) -> None:
    # Three calls meet, or the test's own deadline breaks the barrier.
    meet = threading.Barrier(3, timeout=30)
    fake.hold = lambda turns: None if meet.broken else _meet(meet)

    async def texts() -> AsyncIterator[str]:
        for text in ["sad", "", "angry", "happy", "sad", "Hi"]:
            yield text

    async def job(client: AsyncClient) -> None:
        outcomes = await client.classify_many(texts(), concurrency=3)
        assert list(map(brief, outcomes)) == [
            "sad",
            "INVALID_ARGUMENT",
            "angry",
            "happy",
            "sad",
            "others",
        ]

    run(job)
    assert fake.peak == 3


def _meet(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_a_stream_that_is_left_cancels_what_is_in_flight(
    run: Callable[[Job], None], fake: FakeEmotion
) -> None:
    let_go = threading.Event()
    fake.hold = lambda turns: None if turns == ("first",) else _wait(let_go)

    async def job(client: AsyncClient) -> None:
        stream = client.classify_stream(
            ["first", "late", "late"], concurrency=3, deadline_s=60
        )
        try:
            async for outcome in stream:
                assert brief(outcome) == "others"
                break
            async with asyncio.timeout(20):
                await stream.aclose()  # type: ignore[attr-defined]
            assert len(asyncio.all_tasks()) == 1
        finally:
            let_go.set()

    run(job)


def _wait(event: threading.Event) -> None:
    assert event.wait(30)


def test_a_conversation_keeps_three_turns(
    run: Callable[[Job], None], fake: FakeEmotion
) -> None:
    async def job(client: AsyncClient) -> None:
        async with client.conversation() as talk:
            await talk.say("a")
            await talk.add("b")
            await asyncio.gather(talk.say("c"), talk.say("d"))
            assert talk.turns == ("b", "c", "d")
        with pytest.raises(ValueError, match="ended"):
            await talk.say("e")

    run(job)
    assert [seen.turns for seen in fake.seen] == [
        ("a",),
        ("a", "b", "c"),
        ("b", "c", "d"),
    ]


def test_a_closed_client_says_so(run: Callable[[Job], None]) -> None:
    async def job(client: AsyncClient) -> None:
        await client.classify("Hi")
        await client.close()
        with pytest.raises(ValueError, match="closed"):
            await client.classify("Hi")

    run(job)
