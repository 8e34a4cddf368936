"""Documents whose commands do what they say they do.

In a block fenced as `console`, a line that begins with "$ " is a command, which runs
in the root of the repository; the lines after it are its standard output, in which
"..." stands for anything, within a line or as a line of its own. A block after
`<!-- not run: reason -->` is left out.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from end_to_end import ROOT

_BLOCK = re.compile(
    r"(?P<skip><!-- not run: (?P<why>[^>]+?) -->\s*)?"
    r"^```console\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# These build, or do not end.
_TOO_MUCH = re.compile(r"\./dev (serve|test|build|clean)\b")


@dataclass(frozen=True)
class Command:
    """A command and the output that a document shows."""

    line: str
    output: str


@dataclass(frozen=True)
class Block:
    """A fenced block of commands."""

    commands: tuple[Command, ...]
    not_run: str


def blocks(document: str) -> list[Block]:
    """The console blocks of a Markdown text."""
    found = []
    for match in _BLOCK.finditer(document):
        parts = re.split(r"^\$ ", match["body"], flags=re.MULTILINE)
        assert parts[0] == "", f"a block begins without a command: {parts[0]!r}"
        commands = []
        for part in parts[1:]:
            line, _, output = part.partition("\n")
            while line.endswith("\\"):
                more, _, output = output.partition("\n")
                line = line + "\n" + more
            commands.append(Command(line, output.rstrip("\n")))
        found.append(Block(tuple(commands), match["why"] or ""))
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether the output is the one shown."""
    if not shown:
        return True
    pattern = "\n".join(
        "(?s:.*)" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*")
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed.rstrip("\n")) is not None


def run_block(
    block: Block,
    environment: Mapping[str, str],
    addresses: Mapping[str, str] | None = None,
) -> None:
    """Runs a block's commands; fails if one fails or prints something else.

    In commands and outputs an address that is a key of `addresses` becomes the one
    of a real server.
    """

    def real(text: str) -> str:
        for written, address in (addresses or {}).items():
            text = text.replace(written, address)
        return text

    for command in block.commands:
        assert not _TOO_MUCH.match(command.line), (
            f"mark the block of '{command.line}' as not run"
        )
        run = subprocess.run(
            ["bash", "-ec", real(command.line)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1800,
        )
        assert run.returncode == 0, f"$ {command.line}\n{run.stdout}{run.stderr}"
        assert matches(real(command.output), run.stdout), (
            f"$ {command.line}\nprinted:\n{run.stdout}\nshown:\n{command.output}"
        )
