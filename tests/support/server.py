"""emotion-server as a child process, and small programs that stand in for it."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from support.process import PATIENCE_S, Child, clean_environment

LOOPBACK = "127.0.0.1:0"


class ServerProcess(Child):
    """A running emotion-server; kills it when left."""

    def __init__(
        self,
        binary: Path,
        model: Path,
        *flags: str,
        environment: Mapping[str, str] | None = None,
        address: str = LOOPBACK,
        prefix: Sequence[str] = (),
        **options: Any,
    ) -> None:
        """Starts the process; does not wait for it.

        Args:
            binary: the program.
            model: the model package.
            *flags: more of its flags.
            environment: all of it; None for `clean_environment()`.
            address: where it listens; the metrics are on a free port.
            prefix: a command that starts it, for example `taskset -c 0`.
            **options: more for subprocess.Popen.
        """
        self.begin = time.monotonic()
        super().__init__(
            [
                *(*prefix, str(binary), "--model", str(model)),
                *("--address", address, "--metrics-address", LOOPBACK),
                *flags,
            ],
            environment=environment,
            **options,
        )
        self.address = ""
        self.seconds_to_serving = 0.0

    def close(self) -> None:
        """Kills what still runs: nobody waits for its answers any more."""
        self.kill()

    @property
    def metrics_address(self) -> str:
        """HOST:PORT of its metrics, by its log at level info."""
        port = self.log.find(r'metrics open.*port(?:=|":")(\d+)')
        assert port is not None, self.log.text()
        return f"127.0.0.1:{port[1]}"

    @property
    def metrics_url(self) -> str:
        """Where its metrics page is."""
        return f"http://{self.metrics_address}/metrics"

    def wait_until_ready(self, seconds: float = PATIENCE_S) -> Self:
        """Waits for the line that says where it listens."""
        self.wait_until(
            lambda: self.out.find(r"^Ready\.") is not None, "ready", seconds
        )
        self.seconds_to_serving = time.monotonic() - self.begin
        found = self.out.find(r"--address (\S+)")
        assert found is not None, self.out.text()
        self.address = found[1]
        return self


@contextmanager
def serving(
    binary: Path, model: Path, *flags: str, **environment: str | None
) -> Iterator[ServerProcess]:
    """A server that is ready; killed at the end if it still runs."""
    with ServerProcess(
        binary, model, *flags, environment=clean_environment(**environment)
    ) as server:
        yield server.wait_until_ready()


@contextmanager
def listening(binary: Path) -> Iterator[str]:
    """The address of a stand-in, which prints it, and ends with its input."""
    with Child([binary], stdin=subprocess.PIPE) as child:
        child.wait_until(lambda: bool(child.out.lines()), "listening")
        yield child.out.lines()[0].strip()
        assert child.process.stdin is not None
        child.process.stdin.close()
        child.wait_for_exit()
