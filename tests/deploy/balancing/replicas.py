"""Several emotion-servers that can be stopped and started on their ports."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.balancing.ports import free_port
from support.server import ServerProcess

COUNT = 3
# Longer than any proxy needs to see NOT_SERVING; see the comments beside the checks
# in the configurations.
LAME_DUCK_MS = 2500
FLAGS = (
    *("--precision", "int8", "--workers", "1", "--threads", "1"),
    *("--lame-duck-ms", str(LAME_DUCK_MS)),
)


class Replica:
    """One server with a port of its own."""

    def __init__(self, binary: Path, model: Path, flags: Sequence[str]) -> None:
        """Starts it; does not wait for it."""
        self._binary, self._model, self._flags = binary, model, flags
        self.address = f"127.0.0.1:{free_port()}"
        self.server = self._start()

    def _start(self) -> ServerProcess:
        return ServerProcess(
            self._binary,
            self._model,
            *self._flags,
            address=self.address,
        )

    def restart(self) -> None:
        """SIGTERM, its end, a new one on the same port that serves."""
        self.server.signal(signal.SIGTERM)
        assert self.server.wait_for_exit() == 0, self.server.log.text()
        self.start_again()

    def kill(self) -> None:
        """Ends it as a crash would."""
        self.server.signal(signal.SIGKILL)
        assert self.server.wait_for_exit() == -signal.SIGKILL

    def start_again(self) -> None:
        """Starts it anew after its end and waits until it serves."""
        self.server = self._start()
        self.server.wait_until_ready()

    def close(self) -> None:
        """Kills what still runs."""
        with self.server:
            pass


@contextmanager
def replicas(
    binary: Path, model: Path, flags: Sequence[str] = FLAGS
) -> Iterator[list[Replica]]:
    """Three that serve; killed at the end."""
    with ExitStack() as stack:
        started = []
        for _ in range(COUNT):
            replica = Replica(binary, model, flags)
            stack.callback(replica.close)
            started.append(replica)
        for replica in started:
            replica.server.wait_until_ready()
        yield started
