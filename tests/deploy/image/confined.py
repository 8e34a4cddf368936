"""A process under the system call filter that a unit asks for.

systemd itself need not run: the lists are those of systemd-analyze, the filter is
libseccomp's, and memory that was written cannot be made executable, as with
MemoryDenyWriteExecute.
"""

import ctypes
import errno
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from support.process import clean_environment
from support.server import ServerProcess

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_MDWE = 65
_MDWE_REFUSE_EXEC_GAIN = 1
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000


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


def confined(binary: Path, model: Path, *flags: str, calls: set[str]) -> ServerProcess:
    """Starts a server whose other calls fail with EPERM; does not wait for it."""
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

    return ServerProcess(
        binary,
        model,
        *flags,
        environment=clean_environment(OMP_WAIT_POLICY=None),
        preexec_fn=confine,
    )
