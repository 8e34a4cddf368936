"""One call with its tries: what both clients share."""

from typing import Any

from emotion_client import channel
from emotion_client.failures import read_failure
from emotion_client.options import (
    Options,
    check_deadline,
    check_key,
    check_request_id,
)
from emotion_client.outside import Outside
from emotion_client.retry import RetryBudget, Tries


class Call:
    """A call under way. Not thread-safe."""

    def __init__(
        self, caller: "Caller", tries: Tries, request_id: str, key: str | None
    ) -> None:
        """Begins; made by Caller.begin."""
        self._caller, self._tries = caller, tries
        self._id, self._key = request_id, key

    def next_try(self) -> dict[str, Any]:
        """Begins a try; gives gRPC's arguments for it."""
        return {
            "metadata": channel.metadata(self._caller.options, self._id, self._key),
            "timeout": self._tries.start(),
        }

    def wait_after(self, raised: Any) -> float:
        """Seconds to wait before the next try.

        Raises:
            EmotionError: there is none; the call has failed.
        """
        failure = read_failure(raised, self._caller.address, self._id)
        wait = self._tries.wait_after(failure.error.code, failure.push_back_ms)
        if wait is None:
            raise failure.error from raised
        return wait


class Caller:
    """Begins the calls of one client; they share its retry budget. Thread-safe."""

    def __init__(self, address: str, options: Options, outside: Outside) -> None:
        """Keeps what it is given."""
        self.address, self.options, self.outside = address, options, outside
        self._budget = RetryBudget(options.retry)

    def begin(
        self, deadline_s: float | None, request_id: str | None, key: str | None = None
    ) -> Call:
        """Begins a call; its deadline counts from now.

        Raises:
            ValueError: a value is out of its range.
        """
        if deadline_s is None:
            deadline_s = self.options.deadline_s
        if request_id is None:
            request_id = self.outside.new_id()
        check_request_id(request_id)
        if key is not None:
            check_key(key)
        tries = Tries(
            self.options.retry, self._budget, self.outside, check_deadline(deadline_s)
        )
        return Call(self, tries, request_id, key)
