"""What processes use of the machine, by /proc."""

import os
import re
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """The processes below one, down to the last."""
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
    """Processor time of a process and its living descendants; 0 if it is gone."""
    return sum(map(_own_cpu_seconds, (pid, *descendants(pid))))


def resident_mb(pid: int) -> float:
    """Their resident memory together; shared pages count in each."""
    return sum(map(_own_resident_mb, (pid, *descendants(pid))))


def _own_cpu_seconds(pid: int) -> float:
    try:
        return parse_cpu_ticks(Path(f"/proc/{pid}/stat").read_text()) / _TICKS
    except OSError:
        return 0.0


def _own_resident_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0
