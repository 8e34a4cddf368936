"""What a client takes from the world around it."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def _random_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Outside:
    """Time, chance and waiting; tests bring their own."""

    # Seconds from any fixed instant, never backwards.
    now: Callable[[], float] = time.monotonic
    # Waits so many seconds between two tries.
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = asyncio.sleep
    # From 0 to 1, anew each time; spreads clients that failed together.
    jitter: Callable[[], float] = random.random
    # A fresh request id.
    new_id: Callable[[], str] = _random_id
