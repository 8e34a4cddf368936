"""The server under the README's example: the real one if it is there, or the fake."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.server import serving

from fake_emotion import FakeEmotion, serve


@contextmanager
def any_server() -> Iterator[str]:
    """Gives the address.

    EMOTION_SERVER names the server's binary, EMOTION_MODEL its model package; without
    both, the fake answers.
    """
    binary, model = os.environ.get("EMOTION_SERVER"), os.environ.get("EMOTION_MODEL")
    if not (binary and model):
        with serve(FakeEmotion()) as address:
            yield address
        return
    with serving(Path(binary), Path(model)) as server:
        yield server.address
