"""The server as a child process."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

# Longest wait for what takes a second on an idle machine.
PATIENCE_S = 120.0


def wait_until(
    condition: Callable[[], bool],
    what: str | Callable[[], str],
    seconds: float = PATIENCE_S,
) -> None:
    """Polls a condition; fails with `what` if it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            said = what if isinstance(what, str) else what()
            raise AssertionError(f"not within {seconds:.0f} s: {said}")
        time.sleep(0.02)


def clean_environment(**changes: str | None) -> dict[str, str]:
    """Ours, without what would configure the binaries, and with `changes`.

    OpenMP's threads wait asleep, so that tests on a machine with other work do
    not burn its processors; OMP_WAIT_POLICY=None leaves that to the server.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EMOTION_")}
    mixed = {"OMP_WAIT_POLICY": "PASSIVE", **kept, **changes}
    return {key: value for key, value in mixed.items() if value is not None}


class Output:
    """The lines of a pipe, read by a thread as they come."""

    def __init__(self, pipe: IO[str]) -> None:
        """Reads `pipe` until its end."""
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                with self._lock:
                    self._lines.append(line.rstrip("\n"))

    def lines(self) -> list[str]:
        """What has come so far."""
        with self._lock:
            return list(self._lines)

    def text(self) -> str:
        """What has come so far, as one text."""
        return "\n".join(self.lines())

    def find(self, pattern: str) -> re.Match[str] | None:
        """The first match in a line."""
        for line in self.lines():
            if found := re.search(pattern, line):
                return found
        return None

    def join(self) -> None:
        """Waits for the end of the pipe."""
        self._thread.join(PATIENCE_S)


class ServerProcess:
    """A running emotion-server; ends it when left."""

    def __init__(
        self,
        binary: Path,
        model: Path,
        *flags: str,
        environment: dict[str, str],
        address: str = "127.0.0.1:0",
    ) -> None:
        """Starts the process, on free ports if not told; does not wait for it."""
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            [
                *(str(binary), "--model", str(model)),
                *("--address", address, "--metrics-address", "127.0.0.1:0"),
                *flags,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.out = Output(self.process.stdout)
        self.log = Output(self.process.stderr)
        self.address = ""
        self.metrics_url = ""
        self.seconds_to_serving = 0.0

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kills what still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        self.out.join()
        self.log.join()

    def wait_until_ready(self) -> Self:
        """Waits for the line that says where it listens."""

        def ready() -> bool:
            if self.process.poll() is not None:
                self.log.join()
                raise AssertionError(
                    f"the server ended with {self.process.returncode}; its log:\n"
                    + self.log.text()
                )
            return self.out.find(r"^Ready\.") is not None

        wait_until(ready, lambda: f"the server is ready; its log:\n{self.log.text()}")
        self.seconds_to_serving = time.monotonic() - self.begin
        address = self.out.find(r"--address (127\.0\.0\.1:\d+)")
        port = self.log.find(r'metrics open.*port(?:=|":")(\d+)')
        assert address is not None, self.out.text()
        assert port is not None, self.log.text()
        self.address = address.group(1)
        self.metrics_url = f"http://127.0.0.1:{port.group(1)}/metrics"
        return self

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal."""
        self.process.send_signal(number)

    def wait_for_exit(self, seconds: float = PATIENCE_S) -> int:
        """The exit code, once the process has ended by itself."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"the server still runs after {seconds:.0f} s; its log:\n"
                + self.log.text()
            ) from None
        self.out.join()
        self.log.join()
        return code


@contextmanager
def serving(
    binary: Path, model: Path, *flags: str, **environment: str | None
) -> Iterator[ServerProcess]:
    """A server that is ready; killed at the end if it still runs."""
    with ServerProcess(
        binary, model, *flags, environment=clean_environment(**environment)
    ) as server:
        yield server.wait_until_ready()
