"""Whether a failed try is made again, and when.

The rules are those of the C++ client (client/retry_policy.h) plus a budget, so that
retries cannot multiply the load on a server that is down.
"""

import math
import threading
from dataclasses import dataclass

from emotion_client.errors import UnavailableError, error_class
from emotion_client.outside import Outside


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how patiently a failed call is tried again.

    Raises:
        ValueError: a value is out of its range; names the field.
    """

    # Tries in all, the first one included; 1 means no retry. From 1 to 10.
    max_tries: int = 4
    # Wait before the second try when the server gave no hint; doubles each time.
    first_wait_s: float = 0.05
    # No wait without a hint is longer than this.
    max_wait_s: float = 1.0
    # Retries that all calls of a client together may make at once ...
    budget: float = 100.0
    # ... and what each new call puts back. math.inf for `budget`: no limit.
    budget_per_call: float = 0.2

    def __post_init__(self) -> None:
        """Checks the ranges."""
        if not 1 <= self.max_tries <= 10:
            raise ValueError(f"max_tries is {self.max_tries}, expected 1 to 10")
        if not 0 < self.first_wait_s <= self.max_wait_s <= 60:
            raise ValueError(
                f"first_wait_s is {self.first_wait_s} and max_wait_s "
                f"{self.max_wait_s}, expected 0 < first_wait_s <= max_wait_s <= 60"
            )
        for name in ("budget", "budget_per_call"):
            value = getattr(self, name)
            if not value >= 0:
                raise ValueError(f"{name} is {value}, expected 0 or more")


@dataclass(frozen=True)
class FailedTry:
    """A try that failed, as far as the decision needs it."""

    # gRPC's name of the status.
    code: str
    # Tries made so far, this one included: at least 1.
    tries: int
    # The server's grpc-retry-pushback-ms, if it sent one. Negative: do not retry
    # (gRFC A6, "Pushback").
    push_back_ms: int | None
    # What is left of the call's one deadline.
    remaining_s: float
    # From 0 to 1.
    jitter: float


def wait_before_retry(policy: RetryPolicy, failed: FailedTry) -> float | None:
    """Seconds to wait before the next try, or None: give up. A pure function.

    Only what is an UnavailableError is retried, and RESOURCE_EXHAUSTED when the server
    said how long to wait. Its hint is honoured to the millisecond; without one the wait
    is w * (1 + jitter) / 2 with w = min(max_wait_s, first_wait_s * 2^(tries - 1)). A
    wait that would not end before the deadline is given up at once, so that the caller
    gets the true reason while it is still of use.
    """
    hint = failed.push_back_ms
    busy = failed.code == "RESOURCE_EXHAUSTED" and hint is not None
    gone = error_class(failed.code) is UnavailableError
    if not (busy or gone) or failed.tries >= policy.max_tries:
        return None
    if hint is not None:
        wait = hint / 1000
    else:
        wait = min(policy.max_wait_s, policy.first_wait_s * 2 ** (failed.tries - 1))
        wait *= (1 + failed.jitter) / 2
    return wait if 0 <= wait < failed.remaining_s else None


class RetryBudget:
    """Bounds the retries of all calls of one client together. Thread-safe.

    Starts full; a retry takes 1, a new call puts `budget_per_call` back. So retries
    are at most that share of the calls once the first `budget` of them are spent.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        """Starts full."""
        self._size, self._per_call = policy.budget, policy.budget_per_call
        self._left = policy.budget
        self._lock = threading.Lock()

    def add_call(self) -> None:
        """A new call begins."""
        with self._lock:
            self._left = min(self._size, self._left + self._per_call)

    def take(self) -> bool:
        """Whether one more retry may be made; if so, it is counted."""
        with self._lock:
            # The margin forgives the rounding of many small parts.
            if self._left < 1 - 1e-9:
                return False
            if self._left != math.inf:
                self._left = max(0.0, self._left - 1)
            return True


class Tries:
    """The tries of one call inside its one deadline. Not thread-safe."""

    def __init__(
        self,
        policy: RetryPolicy,
        budget: RetryBudget,
        outside: Outside,
        deadline_s: float,
    ) -> None:
        """The call begins now."""
        self._policy, self._budget, self._outside = policy, budget, outside
        self._end = outside.now() + deadline_s
        self._made = 0
        budget.add_call()

    def start(self) -> float:
        """Begins a try; gives the seconds it may take."""
        self._made += 1
        return max(0.0, self._end - self._outside.now())

    def wait_after(self, code: str, push_back_ms: int | None) -> float | None:
        """Seconds to wait before the next try, or None: the call has failed."""
        wait = wait_before_retry(
            self._policy,
            FailedTry(
                code=code,
                tries=self._made,
                push_back_ms=push_back_ms,
                remaining_s=self._end - self._outside.now(),
                jitter=self._outside.jitter(),
            ),
        )
        return wait if wait is not None and self._budget.take() else None
