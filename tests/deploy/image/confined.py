"""A process under the system call filter that a unit asks for.

systemd itself need not run: the lists are those of systemd-analyze, the filter is
libseccomp's, and memory that was written cannot be made executable, as with
MemoryDenyWriteExecute.
"""

import ctypes
import errno
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_MDWE = 65
_MDWE_REFUSE_EXEC_GAIN = 1
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
# Longest wait for what takes seconds.
PATIENCE_S = 120.0


def _expand(name: str) -> set[str]:
    """The calls of a set, whose sets are expanded too, or the call itself."""
    if not name.startswith("@"):
        return {name}
    run = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter", name],
        check=True,
        capture_output=True,
        text=True,
    )
    found: set[str] = set()
    for line in run.stdout.splitlines()[1:]:
        word = line.strip()
        if word and not word.startswith("#"):
            found |= _expand(word)
    return found


def allowed_calls(filters: Sequence[str]) -> set[str]:
    """What lines of SystemCallFilter= leave, in their order."""
    calls: set[str] = set()
    for line in filters:
        for word in line.removeprefix("~").split():
            if line.startswith("~"):
                calls -= _expand(word)
            else:
                calls |= _expand(word)
    # systemd itself needs it to start the process, and allows it always.
    return calls | _expand("@default") | {"execve"}


class Confined:
    """A server whose other calls fail with EPERM; ends it when left."""

    def __init__(
        self, command: Sequence[str | Path], calls: set[str], folder: Path
    ) -> None:
        """Starts it on free ports; its output goes into the folder."""
        self._out = folder / "out"
        self._log = folder / "log"
        seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        seccomp.seccomp_init.restype = ctypes.c_void_p
        context = ctypes.c_void_p(seccomp.seccomp_init(_ERRNO | errno.EPERM))
        for name in calls:
            number = seccomp.seccomp_syscall_resolve_name(name.encode())
            # Negative: another architecture's.
            if number >= 0:
                added = seccomp.seccomp_rule_add(context, _ALLOW, number, 0)
                assert added == 0, name
        libc = ctypes.CDLL(None, use_errno=True)

        def confine() -> None:
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            # Kernels before 6.3 do not know it.
            libc.prctl(_PR_SET_MDWE, _MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)
            if seccomp.seccomp_load(context) != 0:
                os._exit(99)

        environment = {
            key: text
            for key, text in os.environ.items()
            if not key.startswith("EMOTION_")
        }
        with self._out.open("w") as out, self._log.open("w") as log:
            self._process = subprocess.Popen(
                [
                    *command,
                    *("--address", "127.0.0.1:0", "--metrics-address", "127.0.0.1:0"),
                ],
                stdout=out,
                stderr=log,
                env=environment,
                preexec_fn=confine,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE_S)

    def wait_for_address(self) -> str:
        """HOST:PORT once it serves."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            ready = re.search(
                r"^Ready\..* --address (\S+)", self._out.read_text(), re.MULTILINE
            )
            if ready:
                return ready[1]
            ended = self._process.poll()
            assert ended is None, f"it ended with {ended}:\n{self._log.read_text()}"
            time.sleep(0.05)
        raise AssertionError(f"not ready:\n{self._log.read_text()}")

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Its exit code, once it has ended by itself."""
        return self._process.wait(PATIENCE_S)
