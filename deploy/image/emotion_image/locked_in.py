"""Whether a running container is as locked in as it was asked to be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from emotion_image.checks import check
from emotion_image.engine import Engine

USER = 65532


@dataclass(frozen=True)
class Limits:
    """What the container may use."""

    memory: str = "1g"
    cpus: str = "2"
    pids: int = 256


def memory_limit(pid: str) -> int:
    """Bytes that the kernel lets a process have, by its control group; 0 if any."""
    groups = Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8")
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        for file in (
            Path(f"/sys/fs/cgroup/{controllers}{path}/memory.limit_in_bytes"),
            Path(f"/sys/fs/cgroup{path}/memory.max"),
        ):
            if controllers in {"memory", ""} and file.exists():
                text = file.read_text(encoding="utf-8").strip()
                return int(text) if text.isdigit() else 0
    return 0


def in_bytes(size: str) -> int:
    """What `512m` or `1g` stands for."""
    scale: int = 1024 ** "bkmg".index(size[-1])
    return int(size[:-1]) * scale


def check_locked_in(engine: Engine, name: str, limits: Limits) -> None:
    """Looks at the process itself, not at what was asked for."""
    pid = engine.ask("inspect", "--format", "{{.State.Pid}}", name)
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    status = dict(re.findall(r"^(\w+):\s*(.*)$", text, re.MULTILINE))
    check(status["Uid"].split()[0] == str(USER), f"it runs as user {USER}")
    check(int(status["CapEff"], 16) == 0, "it has no capability")
    check(int(status["CapBnd"], 16) == 0, "it can gain none")
    check(status["NoNewPrivs"] == "1", "no new privileges")
    check(status["Seccomp"] == "2", "a seccomp filter is on")
    check(memory_limit(pid) == in_bytes(limits.memory), f"memory: {limits.memory}")
    written = [
        str(link.readlink())
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if re.search(
            r"^flags:\s+\d*[12]$",
            Path(f"/proc/{pid}/fdinfo/{link.name}").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    ]
    files = [path for path in written if re.match(r"/(?!dev/)", path)]
    check(not files, "no file is open for writing")
    used = int(status["VmHWM"].split()[0]) / 1000
    print(f"  peak memory of the process so far: {used:.0f} MB of {limits.memory}")
