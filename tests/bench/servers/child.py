"""Server processes: started, waited for, measured, ended."""

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")


class ChildError(Exception):
    """A process did not do what it was started for."""


class Child:
    """A process that ends when left; its output goes to a file."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Starts it; `environment` is added to ours."""
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
            )

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Asks it to end; kills it and its children if it does not soon."""
        family = [self.process.pid, *descendants(self.process.pid)]
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in family[1:]:
            _kill(pid)

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> None:
        """Polls a condition.

        Raises:
            ChildError: the process ended, or time is up; with the log's end.
        """
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                said = self.log.read_text(errors="replace")[-2000:]
                raise ChildError(f"{self.process.args!r} is not ready:\n{said}")
            time.sleep(0.05)

    def wait(self, seconds: float) -> None:
        """Lets it run for a while, or to its end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def find(self, pattern: str) -> re.Match[str] | None:
        """The first match in what it has written."""
        text = self.log.read_text(errors="replace")
        return re.search(pattern, text, re.MULTILINE)

    def cpu_seconds(self) -> float:
        """Processor time of the process and its living descendants."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        return sum(cpu_seconds(pid) for pid in pids)

    def resident_mb(self) -> float:
        """Their resident memory together; shared pages count in each."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        return sum(resident_mb(pid) for pid in pids)


def descendants(pid: int) -> list[int]:
    """Processes below one."""
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(each) for each in tasks.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def parse_cpu_ticks(stat: str) -> int:
    """User and system ticks of a line of /proc/PID/stat."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def cpu_seconds(pid: int) -> float:
    """Processor time of a process; 0 if it is gone."""
    try:
        return parse_cpu_ticks(Path(f"/proc/{pid}/stat").read_text()) / _TICKS
    except OSError:
        return 0.0


def resident_mb(pid: int) -> float:
    """Resident memory of a process; 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found.group(1)) / 1024 if found else 0.0


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 9)
