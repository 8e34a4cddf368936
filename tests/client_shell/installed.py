"""What `cmake --install` puts in place, and what --help says."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

COMMANDS = (
    "classify",
    "converse",
    "info",
    "load",
    "models list",
    "models load",
    "models traffic",
    "models unload",
)


@dataclass(frozen=True)
class Installed:
    """An installation of the component `client` below a prefix."""

    prefix: Path

    @property
    def program(self) -> Path:
        return self.prefix / "bin" / "emotion-client"

    @property
    def bash(self) -> Path:
        return self.prefix / "share/bash-completion/completions/emotion-client"

    @property
    def zsh(self) -> Path:
        return self.prefix / "share/zsh/site-functions/_emotion-client"

    @property
    def man(self) -> Path:
        return self.prefix / "share/man/man1/emotion-client.1"

    def help(self, *command: str) -> str:
        return run(str(self.program), *command, "--help")

    def options(self, command: str = "") -> set[str]:
        """The names of the options that --help lists."""
        text = self.help(*command.split())
        rows = re.findall(r"^  (-[^\s,]+(?:, -[^\s,]+)*)", text, re.MULTILINE)
        return {name for row in rows for name in row.split(", ")}


def install(prefix: Path) -> Installed:
    """Installs from the build folder that EMOTION_BUILD names."""
    build = os.environ["EMOTION_BUILD"]
    run("cmake", "--install", build, "--prefix", str(prefix), "--component", "client")
    return Installed(prefix)


def run(*command: str, cwd: Path | None = None) -> str:
    """Runs a command that must succeed in silence; gives what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", done.stderr
    return done.stdout
