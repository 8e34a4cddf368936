"""The completion for zsh, loaded in a real zsh."""

from collections.abc import Iterator

import pytest
from installed import COMMANDS, Installed, run
from zsh_session import ZshSession


@pytest.fixture(scope="module")
def zsh(
    installed: Installed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ZshSession]:
    folder = tmp_path_factory.mktemp("zsh")
    (folder / "results.json").touch()
    with ZshSession(installed.zsh.parent, folder) as session:
        yield session


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("conv", "converse "),
        ("classify --out", "classify --output "),
        ("classify --output j", "classify --output jsonl "),
        ("converse --judge bo", "converse --judge both "),
        ("classify --input res", "classify --input results.json "),
        ("load --arrivals poi", "load --arrivals poisson "),
        ("load --compare a.json res", "load --compare a.json results.json "),
        ("load --merge a b c res", "load --merge a b c results.json "),
        ("classify 'a turn' b c --tim", "classify 'a turn' b c --timings "),
        ("info --j", "info --json "),
        ("info --output j", "info --output j"),
        ("mod", "models "),
        ("models tra", "models traffic "),
        ("models list --output j", "models list --output json "),
        ("models load 0.4.0 --bes", "models load 0.4.0 --beside "),
    ],
)
def test_tab_completes(zsh: ZshSession, typed: str, completed: str) -> None:
    assert zsh.complete("emotion-client " + typed) == "emotion-client " + completed


def test_every_option_of_help_is_described(installed: Installed) -> None:
    text = installed.zsh.read_text()
    for command in COMMANDS:
        *group, last = command.split()
        function = "_".join(("_emotion-client", *group))
        _, _, body = text.partition(f"\n{function}() {{\n")
        _, _, rest = body.partition(f"        {last})\n")
        case = rest.partition(";;\n")[0]
        for name in installed.options(command):
            assert f"'{name}[" in case, name


def test_its_syntax_is_right(installed: Installed) -> None:
    assert run("zsh", "-n", str(installed.zsh)) == ""
