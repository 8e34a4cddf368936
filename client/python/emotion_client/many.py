"""Many calls at once: bounded, their outcomes in the order of the input."""

import asyncio
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Sized,
)
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

# Outcomes between the oldest not yet yielded and the newest item read, for each
# call in flight: one slow call must not idle the others.
_AHEAD = 4


def check_concurrency(concurrency: int) -> None:
    """Raises ValueError unless it is from 1 to 1024."""
    if not 1 <= concurrency <= 1024:
        raise ValueError(f"concurrency is {concurrency}, expected 1 to 1024")


def in_order(
    ask: Callable[[Item], Outcome], items: Iterable[Item], concurrency: int
) -> Iterator[Outcome]:
    """Yields ask(item) for all items, at most `concurrency` at a time.

    What `ask` raises is raised here. When the iterator is closed or raises, calls
    that have not begun are dropped and those in flight are waited for.
    """
    waiting: deque[Future[Outcome]] = deque()
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="emotion-client")
    try:
        for item in items:
            if len(waiting) == concurrency * _AHEAD:
                yield waiting.popleft().result()
            waiting.append(pool.submit(ask, item))
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


async def in_order_async(
    ask: Callable[[Item], Awaitable[Outcome]],
    items: Iterable[Item] | AsyncIterable[Item],
    concurrency: int,
) -> AsyncIterator[Outcome]:
    """As `in_order`; calls in flight are cancelled when the iterator is closed."""
    free = asyncio.Semaphore(concurrency)

    async def run(item: Item) -> Outcome:
        async with free:
            return await ask(item)

    waiting: deque[asyncio.Task[Outcome]] = deque()
    try:
        async for item in _each(items):
            if len(waiting) == concurrency * _AHEAD:
                yield await waiting[0]
                waiting.popleft()
            waiting.append(asyncio.create_task(run(item)))
        while waiting:
            yield await waiting[0]
            waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _each(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncIterator[Item]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


class Bar:
    """A progress bar on standard error that also counts failures."""

    def __init__(self, total: int | None, disable: bool | None) -> None:
        """Draws it, unless disabled; None: unless standard error is no terminal."""
        self._bar = tqdm(total=total, disable=disable, unit="dialogue")
        self._failed = 0

    def __enter__(self) -> "Bar":
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves the bar as it stands."""
        self._bar.close()

    def step(self, outcome: Outcome) -> Outcome:
        """Counts one outcome and gives it back."""
        if isinstance(outcome, Exception):
            self._failed += 1
            self._bar.set_postfix(failed=self._failed, refresh=False)
        self._bar.update()
        return outcome


def bar(items: object, progress: bool | None) -> Bar:
    """The bar for `items`; its end is known if they have a length."""
    total = len(items) if isinstance(items, Sized) else None
    return Bar(total, None if progress is None else not progress)
