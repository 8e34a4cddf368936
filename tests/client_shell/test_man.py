"""The manual page, read by mandoc."""

import re
import subprocess

from installed import COMMANDS, Installed, run

# A date would make each build differ.
ACCEPTED = "missing date, using"


def test_mandoc_finds_nothing(installed: Installed) -> None:
    command = ["mandoc", "-Tlint", "-Wwarning", str(installed.man)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    complaints = (found.stdout + found.stderr).splitlines()
    assert [line for line in complaints if ACCEPTED not in line] == []


def rendered(installed: Installed) -> str:
    page = run("mandoc", "-Tascii", "-Owidth=200", str(installed.man))
    # Bold is a letter struck twice, italic one underlined.
    return re.sub(".\b", "", page)


def test_it_names_every_option_of_help(installed: Installed) -> None:
    page = rendered(installed)
    commands = page[page.index("\nCOMMANDS") :]
    for command in COMMANDS:
        section = re.search(rf"^   {command}$(.*?)^ ? ?\S", commands, re.M | re.S)
        assert section is not None, command
        titles = re.findall(r"^       (-.*)$", section[1], re.MULTILINE)
        named = {name for title in titles for name in re.findall(r"--?[\w-]+", title)}
        assert installed.options(command) <= named, command


def test_it_says_what_help_says(installed: Installed) -> None:
    page = rendered(installed)
    for text in (
        "emotion-client - classifies the emotion of the last turn of a dialogue",
        "emotion-client classify [OPTION]... [turn1] [turn2] [turn3]",
        "--address HOST:PORT",
        "Where the server listens. Default: 127.0.0.1:50051. "
        "Environment: EMOTION_ADDRESS.",
        "One of: table, jsonl, csv.",
        "Allowed: INT in [1 - 1024].",
        "NO_COLOR         if set and not empty, no colours",
        "3  no answer: the server cannot be reached or is too late",
    ):
        assert text in page, text
    headings = re.findall(r"^([A-Z][A-Z ]+)$", page, re.MULTILINE)
    assert headings == [
        "NAME",
        "SYNOPSIS",
        "OPTIONS",
        "COMMANDS",
        "EXAMPLES",
        "ENVIRONMENT",
        "EXIT CODES",
    ]
