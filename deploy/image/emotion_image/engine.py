"""buildah and podman with a store of their own: no daemon, overlay, runc."""

from __future__ import annotations

import resource
import shutil
import subprocess
from pathlib import Path

TOOLS = ("buildah", "podman", "runc")

# Limits as this process has them: a container cannot be given more.
_CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
[network]
network_backend = "netavark"
"""


class EngineError(Exception):
    """A command of the engine failed; its output is the message."""


def missing_tools() -> list[str]:
    """Those of the needed programs that are not here."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def _hard_limit(which: int, most: int) -> int:
    hard = resource.getrlimit(which)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


class Engine:
    """Images and containers below one folder."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._configuration = folder.absolute() / "containers.conf"
        self._configuration.write_text(
            _CONTAINERS_CONF.format(
                files=_hard_limit(resource.RLIMIT_NOFILE, 65536),
                processes=_hard_limit(resource.RLIMIT_NPROC, 4096),
            ),
            encoding="utf-8",
        )
        self._store = [
            *("--root", str(folder.absolute() / "root")),
            *("--runroot", str(folder.absolute() / "run")),
            *("--storage-driver", "overlay"),
        ]

    def _command(self, tool: str, arguments: tuple[str, ...]) -> list[str]:
        return [
            *("env", f"CONTAINERS_CONF={self._configuration}"),
            *(tool, *self._store, *arguments),
        ]

    def show(self, tool: str, *arguments: str) -> None:
        """Runs a command whose output is for people.

        Raises:
            EngineError: it failed.
        """
        run = subprocess.run(self._command(tool, arguments), check=False)
        if run.returncode:
            raise EngineError(f"{tool} {arguments[0]} ended with {run.returncode}")

    def ask(self, *arguments: str, stdin: int | None = None) -> str:
        """Runs podman and gives its standard output, without the last newline.

        Raises:
            EngineError: it failed.
        """
        run = subprocess.run(
            self._command("podman", arguments),
            check=False,
            capture_output=True,
            text=True,
            stdin=stdin,
        )
        if run.returncode:
            raise EngineError(f"podman {' '.join(arguments)}\n{run.stderr.strip()}")
        return run.stdout.rstrip("\n")

    def succeeds(self, *arguments: str) -> bool:
        """Whether a command of podman ends with 0."""
        run = subprocess.run(
            self._command("podman", arguments), check=False, capture_output=True
        )
        return run.returncode == 0

    def logs(self, container: str) -> str:
        """What a container wrote, standard error included."""
        run = subprocess.run(
            self._command("podman", ("logs", container)),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return run.stdout
