"""Time that only tests move."""

from collections.abc import Callable

from emotion_client import Outside


class ManualOutside:
    """Waits by moving its clock on; remembers the waits."""

    def __init__(self) -> None:
        """Starts at 1000 s."""
        self.now = 1000.0
        self.waits: list[float] = []
        self.ids = 0
        # Runs in each wait, once the clock has moved.
        self.on_wait: Callable[[], None] = lambda: None

    def outside(self) -> Outside:
        """What a client takes."""
        return Outside(
            now=lambda: self.now,
            sleep=self._sleep,
            sleep_async=self._sleep_async,
            jitter=lambda: 1.0,
            new_id=self._new_id,
        )

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        self.on_wait()

    async def _sleep_async(self, seconds: float) -> None:
        self._sleep(seconds)

    def _new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"
