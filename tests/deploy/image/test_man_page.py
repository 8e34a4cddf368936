"""The server's manual page says what its --help says."""

import re
import subprocess
from pathlib import Path

import pytest
from man_page import Option, page, read_help
from places import server


@pytest.fixture(scope="module")
def help_text() -> str:
    return subprocess.run(
        [server(), "--help"], check=True, capture_output=True, text=True
    ).stdout


def test_help_is_read() -> None:
    text = (
        "What.\nUsage: x\n\nOptions:\n"
        "  --address HOST:PORT           Where [127.0.0.1:1]\n"
        "                                HOST:PORT\n"
        "  --version                     Print\n\nBrackets hold.\n"
    )
    assert read_help(text) == (
        [
            Option("--address HOST:PORT", ["Where [127.0.0.1:1]", "HOST:PORT"]),
            Option("--version", ["Print"]),
        ],
        "Brackets hold.",
    )


def test_every_option_is_on_the_page(help_text: str) -> None:
    options, notes = read_help(help_text)
    assert len(options) == len(re.findall(r"^  -", help_text, re.MULTILINE)) > 20
    assert notes.startswith("Brackets")


def test_mandoc_reads_it(help_text: str, tmp_path: Path) -> None:
    written = tmp_path / "emotion-server.8"
    written.write_text(page(help_text, "0.1.0"))
    lint = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "error", written],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (lint.returncode, lint.stdout) == (0, "")
    shown = subprocess.run(
        ["mandoc", "-T", "ascii", written], check=True, capture_output=True, text=True
    ).stdout
    plain = re.sub(r".\x08", "", shown)
    assert "--max-batch-tokens N" in plain
    assert "EMOTION_WORKERS" in plain
