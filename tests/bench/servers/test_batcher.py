import asyncio
import threading
from collections.abc import Callable, Coroutine

import pytest

from servers.batcher import Batcher, BatcherOptions, QueueFullError


class Held:
    """Doubles numbers, once it is let go; keeps the batches."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, items: list[int]) -> list[int]:
        assert self.gate.wait(10)
        self.batches.append(items)
        if -1 in items:
            raise ValueError("minus one")
        return [2 * item for item in items]


def run(
    body: Callable[[Held, Batcher[int, int]], Coroutine[None, None, None]],
    options: BatcherOptions,
) -> Held:
    held = Held()

    async def main() -> None:
        batcher: Batcher[int, int] = Batcher(held, options)
        try:
            await asyncio.wait_for(body(held, batcher), 20)
        finally:
            held.gate.set()
            await batcher.close()

    asyncio.run(main())
    return held


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_who_waits_together_goes_together_in_order() -> None:
    async def body(held: Held, batcher: Batcher[int, int]) -> None:
        calls = [asyncio.create_task(batcher.submit(0))]
        await turns()
        calls += [asyncio.create_task(batcher.submit(i)) for i in range(1, 6)]
        await turns()
        held.gate.set()
        assert await asyncio.gather(*calls) == [0, 2, 4, 6, 8, 10]

    held = run(body, BatcherOptions(max_batch=3))
    assert held.batches == [[0], [1, 2, 3], [4, 5]]


def test_a_full_queue_refuses_at_once() -> None:
    async def body(held: Held, batcher: Batcher[int, int]) -> None:
        running = asyncio.create_task(batcher.submit(1))
        await turns()
        waiting = asyncio.create_task(batcher.submit(2))
        await turns()
        with pytest.raises(QueueFullError):
            await batcher.submit(3)
        held.gate.set()
        assert list(await asyncio.gather(running, waiting)) == [2, 4]

    run(body, BatcherOptions(max_queue=1))


def test_who_was_cancelled_in_the_queue_is_not_run() -> None:
    async def body(held: Held, batcher: Batcher[int, int]) -> None:
        calls = [asyncio.create_task(batcher.submit(0))]
        await turns()
        calls += [asyncio.create_task(batcher.submit(i)) for i in (1, 2)]
        await turns()
        calls[1].cancel()
        await turns()
        held.gate.set()
        assert [await calls[0], await calls[2]] == [0, 4]

    assert run(body, BatcherOptions()).batches == [[0], [2]]


def test_a_failure_reaches_all_of_its_batch_and_to_no_other() -> None:
    async def body(held: Held, batcher: Batcher[int, int]) -> None:
        held.gate.set()
        with pytest.raises(ValueError, match="minus one"):
            await batcher.submit(-1)
        assert await batcher.submit(4) == 8

    run(body, BatcherOptions())


def test_every_worker_is_warmed_up_in_its_own_thread() -> None:
    async def body(held: Held, batcher: Batcher[int, int]) -> None:
        held.gate.set()
        await batcher.on_each_worker(7)

    assert run(body, BatcherOptions(workers=3)).batches == [[7]] * 3
