"""The manual page, read by mandoc."""

import os
import re
import subprocess
import time

from installed import COMMANDS, Installed, run

# help2man knows months, not days.
ACCEPTED = "cannot parse date, using it verbatim"


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
        section = re.search(rf"^   {command}:$(.*?)^(?:   )?\S", commands, re.M | re.S)
        assert section is not None, command
        titles = re.findall(r"^       (-.*)$", section[1], re.MULTILINE)
        named = {name for title in titles for name in re.findall(r"--?[\w-]+", title)}
        assert installed.options(command) <= named, command


def test_it_says_what_help_says(installed: Installed) -> None:
    page = rendered(installed)
    words = " ".join(page.split())
    for text in (
        "emotion-client - classifies the emotion of the last turn of a dialogue",
        "emotion-client classify [OPTION]... [turn1] [turn2] [turn3]",
        "--address HOST:PORT",
        "Where the server listens. Default: 127.0.0.1:50051. "
        "Environment: EMOTION_ADDRESS.",
        "One of: table, jsonl, csv.",
        "Allowed: INT in [1 - 1024].",
        "emotion-client models load [OPTION]... [version]",
        "NO_COLOR if set and not empty, no colours",
        "3 no answer: the server cannot be reached or is too late",
    ):
        assert text in words, text
    headings = re.findall(r"^([A-Z][A-Z ]+)$", page, re.MULTILINE)
    assert headings == [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "OPTIONS",
        "COMMANDS",
        "EXIT CODES",
        "ENVIRONMENT",
        "FILES",
        "EXAMPLES",
        "SEE ALSO",
    ]


def test_every_example_of_help_has_a_line_of_its_own(installed: Installed) -> None:
    page = rendered(installed)
    for command in ((), ("load",)):
        examples = re.findall(r"^  (\$ .*)$", installed.help(*command), re.MULTILINE)
        assert len(examples) >= 3
        for example in examples:
            assert re.search(rf"^ +{re.escape(example)}$", page, re.MULTILINE), example


def test_its_date_is_that_of_the_version(installed: Installed) -> None:
    month = time.gmtime(int(os.environ["EMOTION_MAN_EPOCH"]))
    title = installed.man.read_text().splitlines()[1]
    assert title.startswith('.TH EMOTION-CLIENT "1" ')
    assert time.strftime('"%B %Y"', month) in title
