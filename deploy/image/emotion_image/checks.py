"""What a trial holds to be true, and how long it waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

# Longest wait for what takes seconds.
PATIENCE_S = 120.0


class TrialError(Exception):
    """The image does not do what it should."""


def wait_until(condition: Callable[[], bool], what: str) -> float:
    """Polls a condition; gives the seconds that it took.

    Raises:
        TrialError: it did not come true in time.
    """
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > PATIENCE_S:
            raise TrialError(f"not within {PATIENCE_S:.0f} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - begin


def check(truth: bool, what: str) -> None:
    """Says what holds, or stops.

    Raises:
        TrialError: it does not hold.
    """
    if not truth:
        raise TrialError(f"not true: {what}")
    print(f"  ok: {what}", flush=True)
