"""Writes the server's manual page: `man_page.py SERVER VERSION FILE`.

The options are what `--help` says.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_OPTION = re.compile(r"^  (?P<flags>-\S+(?: [A-Z:]+)?) {2,}(?P<what>\S.*)$")
_MORE = re.compile(r"^ {20,}(?P<what>\S.*)$")

_PAGE = """\
.Dd $Mdocdate$
.Dt EMOTION-SERVER 8
.Os "emotion {version}"
.Sh NAME
.Nm emotion-server
.Nd classifies the emotion of the last turn of a dialogue, over gRPC
.Sh SYNOPSIS
.Nm
.Op Ar options
.Sh DESCRIPTION
.Nm
verifies and loads a model package, then answers
.Li emotion.v1.EmotionService ,
.Li grpc.health.v1.Health
and reflection on one port, and Prometheus metrics at
.Pa /metrics
on another.
It has no TLS and no authentication: it listens on loopback unless set otherwise.
.Pp
{notes}
.Pp
The options:
.Bl -tag -width Ds
{options}.El
.Sh ENVIRONMENT
Each option by its own variable:
.Ev EMOTION_WORKERS
for
.Fl Fl workers
and so on.
.Sh FILES
.Bl -tag -width Ds
.It Pa /usr/lib/emotion-server/model
the model package that comes with Debian's package
.It Pa /etc/default/emotion-server
variables for the service; it need not exist
.El
.Sh EXIT STATUS
0 if stopped by a signal, 1 if it could not start, 2 for a bad configuration.
.Sh SIGNALS
On SIGTERM or SIGINT it says NOT_SERVING, waits
.Fl Fl lame-duck-ms ,
answers what was accepted, for
.Fl Fl drain-timeout-ms
at most, and ends.
A second signal ends it at once.
.Sh SEE ALSO
.Xr emotion-client 1
"""


@dataclass
class Option:
    """A flag with its value's name, and what it does."""

    flags: str
    what: list[str]


def read_help(text: str) -> tuple[list[Option], str]:
    """The options in a text of --help, and the paragraph after them."""
    options: list[Option] = []
    notes: list[str] = []
    for line in text.split("Options:\n", 1)[1].splitlines():
        if found := _OPTION.match(line):
            options.append(Option(found["flags"], [found["what"]]))
        elif (found := _MORE.match(line)) and options:
            options[-1].what.append(found["what"])
        elif line:
            notes.append(line)
    return options, "\n".join(notes)


def escaped(text: str) -> str:
    """Text that roff takes as it is."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", plain, flags=re.MULTILINE)


def page(help_text: str, version: str) -> str:
    """The manual page."""
    options, notes = read_help(help_text)
    return _PAGE.format(
        version=version,
        notes=escaped(notes),
        options="".join(
            f".It {escaped(option.flags)}\n{escaped(chr(10).join(option.what))}\n"
            for option in options
        ),
    )


def main() -> None:
    """The command line."""
    server, version, target = sys.argv[1:]
    run = subprocess.run([server, "--help"], check=True, capture_output=True, text=True)
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(page(run.stdout, version), encoding="utf-8")


if __name__ == "__main__":
    main()
