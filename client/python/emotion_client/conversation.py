"""A conversation of two speakers who take turns, classified turn by turn."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

from emotion_client.answers import Classification

# What the model looks at.
MAX_TURNS = 3


class _Window:
    """The last turns; knows whether the conversation goes on."""

    def __init__(self) -> None:
        self._turns: tuple[str, ...] = ()
        self._ended = False

    @property
    def turns(self) -> tuple[str, ...]:
        """The turns that the next one would be classified with, oldest first."""
        return self._turns

    def _with(self, turn: str) -> tuple[str, ...]:
        if self._ended:
            raise ValueError("the conversation has ended")
        return (*self._turns, turn)[-MAX_TURNS:]

    def end(self) -> None:
        """Forgets all turns; nothing can be said any more."""
        self._turns, self._ended = (), True


class Conversation(_Window):
    """Keeps the last three turns; made by Client.conversation.

    Thread-safe: turns are classified one after another.
    """

    def __init__(self, classify: Callable[[tuple[str, ...]], Classification]) -> None:
        """Begins without turns."""
        super().__init__()
        self._classify, self._lock = classify, threading.Lock()

    def __enter__(self) -> "Conversation":
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the conversation."""
        self.end()

    def add(self, turn: str) -> None:
        """Adds a turn as context, without classifying it.

        Raises:
            ValueError: the conversation has ended.
        """
        with self._lock:
            self._turns = self._with(turn)

    def say(self, turn: str) -> Classification:
        """Adds a turn and classifies it.

        A turn whose classification fails is not kept: it can be said again.

        Raises:
            EmotionError: as Client.classify.
            ValueError: the conversation has ended.
        """
        with self._lock:
            turns = self._with(turn)
            classification = self._classify(turns)
            self._turns = turns
        return classification


class AsyncConversation(_Window):
    """Keeps the last three turns; made by AsyncClient.conversation.

    Turns said at the same time are classified one after another.
    """

    def __init__(
        self, classify: Callable[[tuple[str, ...]], Awaitable[Classification]]
    ) -> None:
        """Begins without turns."""
        super().__init__()
        self._classify, self._lock = classify, asyncio.Lock()

    async def __aenter__(self) -> "AsyncConversation":
        """Gives itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends the conversation."""
        self.end()

    async def add(self, turn: str) -> None:
        """As Conversation.add."""
        async with self._lock:
            self._turns = self._with(turn)

    async def say(self, turn: str) -> Classification:
        """As Conversation.say."""
        async with self._lock:
            turns = self._with(turn)
            classification = await self._classify(turns)
            self._turns = turns
        return classification
