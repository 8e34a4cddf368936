"""The commands of README.md do what it says they do.

In a block fenced as `console`, a line that begins with "$ " is a command, which runs
in the root of the repository against a running server; the lines after it are its
standard output, in which "..." stands for anything, within a line or as a line of
its own. A block after `<!-- not run: reason -->` is left out.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from end_to_end import ROOT
from end_to_end.process import ServerProcess, clean_environment

README = ROOT / "README.md"
MOST_NOT_RUN = 4

_BLOCK = re.compile(
    r"(?P<skip><!-- not run: (?P<why>[^>]+?) -->\s*)?"
    r"^```console\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


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


@pytest.fixture(scope="module")
def readme() -> list[Block]:
    if not README.exists():
        pytest.skip("there is no README.md yet")
    return blocks(README.read_text(encoding="utf-8"))


def test_few_blocks_are_left_out(readme: list[Block]) -> None:
    left_out = [block.not_run for block in readme if block.not_run]
    assert len(left_out) <= MOST_NOT_RUN, left_out
    assert len(left_out) < len(readme), "nothing of README.md is run"


def test_commands_print_what_the_readme_shows(
    readme: list[Block], server: ServerProcess, client_binary: Path
) -> None:
    environment = clean_environment(EMOTION_ADDRESS=server.address)
    environment["PATH"] = f"{client_binary.parent}:{environment['PATH']}"
    for block in readme:
        if block.not_run:
            continue
        for command in block.commands:
            assert not re.match(r"\./dev (serve|test|build|clean)\b", command.line), (
                f"mark the block of '{command.line}' as not run"
            )
            run = subprocess.run(
                ["bash", "-ec", command.line],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=1800,
            )
            assert run.returncode == 0, f"$ {command.line}\n{run.stderr}"
            assert matches(command.output, run.stdout), (
                f"$ {command.line}\nprinted:\n{run.stdout}\nshown:\n{command.output}"
            )


SAMPLE = """
```console
$ echo one \\
    two
one ...
$ true
```

<!-- not run: it would not end -->
```console
$ ./dev serve
Ready. ...
```

```sh
not a console block
```
"""


def test_a_document_is_read_as_its_rules_say() -> None:
    run, left_out = blocks(SAMPLE)
    assert run == Block(
        (Command("echo one \\\n    two", "one ..."), Command("true", "")), ""
    )
    assert left_out.not_run == "it would not end"
    assert left_out.commands == (Command("./dev serve", "Ready. ..."),)


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ("sad 0.9...", "sad 0.912\n", True),
        ("sad 0.9...", "sad 0.812\n", False),
        ("a\n...\nb", "a\nx\ny\nb\n", True),
        ("a\n...\nb", "a\nx\nc\n", False),
        ("a.b", "axb\n", False),
        ("a", "a\nb\n", False),
        ("", "anything\n", True),
    ],
)
def test_dots_stand_for_anything(shown: str, printed: str, expected: bool) -> None:
    assert matches(shown, printed) is expected
