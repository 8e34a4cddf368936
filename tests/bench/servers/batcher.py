"""A bounded queue and dynamic batching for an asyncio server."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


_PATIENCE_S = 60.0


class QueueFullError(Exception):
    """More items would wait than may."""


@dataclass(frozen=True)
class BatcherOptions:
    """How batches are made."""

    # Most items in one batch.
    max_batch: int = 32
    # Longest wait for more items after the first item of a batch, seconds.
    max_delay_s: float = 0.0
    # Most items that may wait.
    max_queue: int = 4096
    # Batches that run at a time, each in a thread of its own.
    workers: int = 1


class Batcher(Generic[Item, Answer]):
    """Gathers items in order of arrival; threads run the batches.

    All methods belong to the loop it was made in; `run` is called by the threads.
    An item whose caller was cancelled while it waited is not run.
    """

    def __init__(
        self,
        run: Callable[[list[Item]], Sequence[Answer]],
        options: BatcherOptions,
    ) -> None:
        """Starts the workers; `run` gives an answer for each item, in order."""
        self._run = run
        self._options = options
        self._queue: asyncio.Queue[tuple[Item, asyncio.Future[Answer]]] = asyncio.Queue(
            options.max_queue
        )
        self._threads = ThreadPoolExecutor(options.workers)
        self._workers = [
            asyncio.create_task(self._work()) for _ in range(options.workers)
        ]

    async def submit(self, item: Item) -> Answer:
        """Waits for the item's answer.

        Raises:
            QueueFullError: at once.
            Exception: what `run` raised for the batch.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((item, answer))
        except asyncio.QueueFull:
            raise QueueFullError from None
        return await answer

    async def on_each_worker(self, item: Item) -> None:
        """Runs `item` in every worker's thread, before anything is submitted."""
        loop, meeting = asyncio.get_running_loop(), Barrier(self._options.workers)

        def run() -> None:
            # None takes a second turn before all have had theirs.
            meeting.wait(_PATIENCE_S)
            self._run([item])

        runs = [
            loop.run_in_executor(self._threads, run)
            for _ in range(self._options.workers)
        ]
        await asyncio.gather(*runs)

    async def close(self) -> None:
        """Stops the workers; what waits is not answered."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._threads.shutdown()

    async def _gather(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        batch = [await self._queue.get()]
        end = asyncio.get_running_loop().time() + self._options.max_delay_s
        while len(batch) < self._options.max_batch:
            try:
                batch.append(self._queue.get_nowait())
                continue
            except asyncio.QueueEmpty:
                left = end - asyncio.get_running_loop().time()
            if left <= 0:
                break
            try:
                batch.append(await asyncio.wait_for(self._queue.get(), left))
            except TimeoutError:
                break
        return [entry for entry in batch if not entry[1].done()]

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = await self._gather()
            if not batch:
                continue
            items = [item for item, _ in batch]
            try:
                answers = await loop.run_in_executor(self._threads, self._run, items)
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
