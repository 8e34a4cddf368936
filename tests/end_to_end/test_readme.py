"""The commands of README.md do what it says they do, against a running server."""

from pathlib import Path

import pytest

from end_to_end import ROOT
from end_to_end.console import Block, Command, blocks, matches, run_block
from support.process import clean_environment
from support.server import ServerProcess

README = ROOT / "README.md"
MOST_NOT_RUN = 4


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
        if not block.not_run:
            run_block(block, environment)


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


@pytest.mark.parametrize("line", ["false", "echo other", "./dev serve"])
def test_a_command_that_does_not_do_it_is_noticed(line: str) -> None:
    block = Block((Command(line, "one"),), "")
    with pytest.raises(AssertionError):
        run_block(block, clean_environment())


def test_addresses_are_replaced_in_commands_and_outputs() -> None:
    block = Block((Command("echo at HERE", "at HERE"), Command("echo x", "x")), "")
    run_block(block, clean_environment(), {"HERE": "there:1"})
