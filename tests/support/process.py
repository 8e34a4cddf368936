"""Child processes: started, read, waited for, ended."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn, Self

from support.usage import descendants

# Longest wait for what takes a second on an idle machine.
PATIENCE_S = 120.0
# How long a child may take to end by itself once it was asked to.
GRACE_S = 5.0


class ProcessError(Exception):
    """A process did not do what it was started for."""


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


class Child:
    """A running process; ends it, with its descendants, when left.

    `out` has what it writes to its standard output, `log` what it writes to its
    standard error, or to both where they are merged.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        merged: bool = False,
        **options: Any,
    ) -> None:
        """Starts it; does not wait for it.

        Args:
            command: the program and its arguments.
            environment: all of it; None for `clean_environment()`.
            merged: both outputs into one, in the order in which they were written.
            **options: more for subprocess.Popen, for example `stdin`.
        """
        self.process: subprocess.Popen[str] = subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE,
            text=True,
            errors="replace",
            env=clean_environment() if environment is None else environment,
            **{"stdin": subprocess.DEVNULL, **options},
        )
        assert self.process.stdout is not None
        self.out = self.log = Output(self.process.stdout)
        if self.process.stderr is not None:
            self.log = Output(self.process.stderr)

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    def close(self) -> None:
        """Asks it to end; kills it and what is left below it if it does not soon."""
        below = descendants(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap(below)

    def kill(self) -> None:
        """Ends it at once, with what is below it."""
        below = descendants(self.process.pid)
        self.process.kill()
        self._reap(below)

    def _reap(self, below: Sequence[int]) -> None:
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        self._join()

    def _join(self) -> None:
        self.out.join()
        self.log.join()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal."""
        self.process.send_signal(number)

    def wait_until(
        self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S
    ) -> None:
        """Polls a condition.

        Raises:
            ProcessError: the process ended before, or time is up; with what it wrote.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            code = self.process.poll()
            if code is not None:
                # What it wrote last may be what is waited for.
                self._join()
                if condition():
                    return
                self._fail(f"it ended with {code} and is not {what}")
            if time.monotonic() > deadline:
                self._fail(f"it is not {what} within {seconds:.0f} s")
            time.sleep(0.02)

    def written(self) -> str:
        """The end of what it has written."""
        parts = [self.log.text()] if self.log is self.out else []
        parts = parts or [self.out.text(), self.log.text()]
        return "\n".join(parts).strip()[-8000:]

    def wait(self, seconds: float) -> None:
        """Lets it run for a while, or to its end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def wait_for_exit(self, seconds: float = PATIENCE_S) -> int:
        """The exit code, once the process has ended by itself."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._fail(f"it still runs after {seconds:.0f} s")
        self._join()
        return code

    def _fail(self, how: str) -> NoReturn:
        raise ProcessError(f"{self.process.args!r}: {how}:\n{self.written()}")
