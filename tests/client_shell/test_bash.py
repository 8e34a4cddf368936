"""The completion for bash, sourced in a real bash."""

from pathlib import Path

import pytest
from installed import COMMANDS, Installed, run

COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_emotion_client
for word in "${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done
"""


def complete(installed: Installed, *words: str, cwd: Path | None = None) -> list[str]:
    """What Tab offers at the end of the last word, as bash splits words."""
    command = ("bash", "-euc", COMPLETE, "bash", str(installed.bash))
    return run(*command, "emotion-client", *words, cwd=cwd).split("\n")[:-1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["c"], ["classify", "converse"]),
        (["--ver"], ["--version"]),
        (["classify", "--out"], ["--output"]),
        (["classify", "--output", ""], ["table", "jsonl", "csv"]),
        (["classify", "--output", "t"], ["table"]),
        (["classify", "--output", "="], ["table", "jsonl", "csv"]),
        (["classify", "--output", "=", "c"], ["csv"]),
        (["converse", "--judge", "b"], ["b", "both"]),
        (["load", "--arrivals", "p"], ["poisson"]),
        # A value that nobody can know.
        (["info", "--address", ""], []),
        (["info", "--address", "host", ":", "50051", "--j"], ["--json"]),
        (["classify", "a turn", "info", "--tim"], ["--timings"]),
        (["classify", "--", "--out"], []),
        (["classify", "--output", "csv", "--inp"], ["--input"]),
        (["no-such", "--out"], []),
        (["models", "l"], ["list", "load"]),
        (["models", "--h"], ["--help", "--help-all"]),
        (["models", "load", "0.4.0", "--be"], ["--beside"]),
        (["models", "list", "--output", ""], ["table", "json"]),
        (["models", "list", "--timeout", "9", "--adm"], ["--admin-address"]),
        # Only of models, and only there.
        (["load", "--be"], []),
        (["models", "info", "--js"], []),
    ],
)
def test_tab_offers_what_fits(
    installed: Installed, words: list[str], expected: list[str]
) -> None:
    assert complete(installed, *words) == expected


def test_every_command_and_option_of_help_is_offered(installed: Installed) -> None:
    first = set(complete(installed, ""))
    assert first == {command.split()[0] for command in COMMANDS} | installed.options()
    for command in COMMANDS:
        offered = complete(installed, *command.split(), "-")
        assert set(offered) == installed.options(command), command
        assert len(offered) > 3


def test_files_are_offered_where_files_are_meant(
    installed: Installed, tmp_path: Path
) -> None:
    for name in ("new.json", "new two.json", "old.json"):
        (tmp_path / name).touch()
    cases = [
        ("classify", "--input", "new"),
        ("load", "--html", "new"),
        ("load", "--compare", "old.json", "new"),
        ("load", "--merge", "old.json", "old.json", "old.json", "new"),
    ]
    for words in cases:
        found = complete(installed, *words, cwd=tmp_path)
        assert sorted(found) == ["new two.json", "new.json"], words
    assert complete(installed, "load", "--html", "old.json", "new", cwd=tmp_path) == []


def test_shellcheck_finds_nothing(installed: Installed) -> None:
    assert run("shellcheck", "--shell=bash", str(installed.bash)) == ""


def test_the_shells_that_can_be_asked_for_are_two(installed: Installed) -> None:
    asked = run(str(installed.program), "completion", "bash")
    assert asked == installed.bash.read_text()
    assert "completion" not in installed.help()
