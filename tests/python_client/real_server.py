"""The server under the README's example: the real one if it is there, or the fake."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

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
    command = [binary, "--model", model, "--address", "127.0.0.1:0"]
    command += ["--metrics-address", "127.0.0.1:0"]
    # The server refuses variables with its prefix that are none of its options.
    env = {key: value for key, value in os.environ.items() if "EMOTION" not in key}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    try:
        assert server.stdout is not None
        # Ends with the line, or with the server.
        said = "".join(iter_until_ready(server.stdout))
        found = re.search(r"^Ready\..* --address (\S+)", said, re.MULTILINE)
        assert found, f"the server did not start: {said}"
        yield found[1]
    finally:
        server.terminate()
        server.wait(60)


def iter_until_ready(lines: Iterator[str]) -> Iterator[str]:
    """The lines up to the one that says where the server listens."""
    for line in lines:
        yield line
        if line.startswith("Ready."):
            return
