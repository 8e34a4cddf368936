"""A zsh at a pseudo terminal, with the installed completion."""

import os
import pty
import re
import select
from pathlib import Path
from types import TracebackType

PATIENCE_S = 20
# Ctrl-X prints the line typed so far between brackets and clears it.
SET_UP = """PS1='ready> '
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -D
show() {{ zle -I; print -r -- "{{{{$BUFFER}}}}"; BUFFER= }}
zle -N show && bindkey '^X' show
setopt no_beep no_auto_menu no_list_ambiguous
print done-"set"-up
"""


class ZshSession:
    """Answers what Tab makes of a line."""

    def __init__(self, functions: Path, folder: Path) -> None:
        """Starts zsh in `folder`, with `functions` to find completions."""
        self._seen = ""
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.chdir(folder)
            environment = {"TERM": "xterm", "PATH": os.environ["PATH"]}
            environment["HOME"] = str(folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], environment)
        self._type(SET_UP.format(folder=functions))
        self._wait_for(r"done-set-up")

    def __enter__(self) -> "ZshSession":
        """Gives itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hangs up."""
        os.close(self._terminal)
        os.waitpid(self._child, 0)

    def complete(self, line: str) -> str:
        """What stands on the line after Tab."""
        self._type(line + "\t\x18")
        return self._wait_for(r"\{\{(.*?)\}\}")

    def _type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def _wait_for(self, pattern: str) -> str:
        while not (found := re.search(pattern, self._seen, re.DOTALL)):
            ready, _, _ = select.select([self._terminal], [], [], PATIENCE_S)
            assert ready, f"zsh printed only: {self._seen!r}"
            self._seen += os.read(self._terminal, 4096).decode(errors="replace")
        self._seen = self._seen[found.end() :]
        return found[found.lastindex or 0]
