"""The one command: its verbs, their help, and what it does with errors."""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_model.__main__ import TASKS, VERBS, main
from emotion_model.command import Verb

MODEL = Path(__file__).resolve().parents[2] / "model"
LEAVES = [verb for verb in (*VERBS, *TASKS) if verb.module]


def test_help_lists_every_verb_with_its_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments, verbs in (([], VERBS), (["tasks"], TASKS)):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--help"])
        assert ended.value.code == 0
        printed = " ".join(capsys.readouterr().out.split())
        for verb in verbs:
            assert f"{verb.name} {verb.help}" in printed


@pytest.mark.parametrize("verb", LEAVES, ids=lambda verb: verb.name)
def test_every_verb_has_a_module_that_explains_itself(verb: Verb) -> None:
    module = importlib.import_module(verb.module)
    prefix = "tasks " if verb in TASKS else ""
    assert module.__doc__
    assert f"python -m emotion_model {prefix}{verb.name} " in module.__doc__
    module.add_arguments(argparse.ArgumentParser())
    assert callable(module.run)


def test_only_the_verb_that_is_asked_for_is_imported() -> None:
    script = (
        "import sys; from emotion_model.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert 'torch' not in sys.modules, 'torch is imported for --help'"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=MODEL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: VERB"),
        (["measure"], "invalid choice: 'measure'"),
        (["tasks", "train"], "invalid choice: 'train'"),
        (["evaluate", "dev.txt"], "one of the arguments --source --address"),
    ],
)
def test_what_is_no_command_ends_with_usage(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["export", "--source", "none", "--out", "x"], "export: none: is not a folder"),
        (
            ["evaluate", "dev.txt", "--source", "s", "--reference", "r"],
            "evaluate: --reference is given with --source, expected --address",
        ),
        (
            ["evaluate", "dev.txt", "--address", "a:1", "--in-flight", "0"],
            "evaluate: --in-flight is 0, expected 1 to 1024",
        ),
        (["verify", "--source", "s", "--batches", "0"], "verify: --batches is 0"),
        (
            ["respell", "--source", "s", "--out", "o", "--least", "2"],
            "respell: --least and --texts go together",
        ),
    ],
)
def test_an_error_is_one_line_and_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(complaint)
    assert printed.count("\n") == 1
