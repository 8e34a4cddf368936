"""The server's manual page says what its --help says."""

import os
import re
import subprocess
import time

import pytest
from places import built, server

# Of an option in --help; its text stands beside it and in the lines below.
OPTION = re.compile(
    r"^  (?P<flags>-\S+(?: [A-Z:]+)?) {2,}(?P<text>\S.*(?:\n {20,}\S.*)*)$",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def help_text() -> str:
    return subprocess.run(
        [server(), "--help"], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def shown() -> str:
    """The page as mandoc shows it, without bold and italic."""
    page = built("EMOTION_SERVER_PAGE", "build/release/debian/emotion-server.8")
    wide = ["mandoc", "-T", "ascii", "-O", "width=200", str(page)]
    text = subprocess.run(wide, check=True, capture_output=True, text=True).stdout
    return re.sub(r".\x08", "", text)


def test_every_option_is_on_the_page_with_what_it_does(
    help_text: str, shown: str
) -> None:
    options = list(OPTION.finditer(help_text))
    assert len(options) == len(re.findall(r"^  -", help_text, re.MULTILINE)) > 20
    words = " ".join(shown.split())
    for option in options:
        assert f"{option['flags']} {' '.join(option['text'].split())}" in words
    assert "--max-batch-tokens N" in shown
    assert "EMOTION_WORKERS" in shown


def test_what_help_says_at_its_end_is_on_the_page(help_text: str, shown: str) -> None:
    end = help_text[list(OPTION.finditer(help_text))[-1].end() :]
    assert end.strip().startswith("Brackets")
    assert " ".join(end.split()) in " ".join(shown.split())


def test_its_sections_are_those_of_a_daemon(shown: str) -> None:
    assert re.findall(r"^([A-Z][A-Z ]+)$", shown, re.MULTILINE) == [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "OPTIONS",
        "EXIT STATUS",
        "SIGNALS",
        "ENVIRONMENT",
        "FILES",
        "SEE ALSO",
    ]
    assert shown.splitlines()[0].startswith("EMOTION-SERVER(8)")


def test_mandoc_reads_it() -> None:
    page = built("EMOTION_SERVER_PAGE", "build/release/debian/emotion-server.8")
    lint = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "error", page],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (lint.returncode, lint.stdout) == (0, "")


def test_its_date_is_that_of_the_version(shown: str) -> None:
    month = time.gmtime(int(os.environ["EMOTION_MAN_EPOCH"]))
    assert f" {time.strftime('%B %Y', month)} " in shown.splitlines()[-1]
