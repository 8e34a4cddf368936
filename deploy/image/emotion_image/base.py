"""A base image for a machine that reaches no registry of images.

Debian's own debootstrap makes what debian:bookworm-slim is made of, from the mirrors
that this machine's APT uses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from emotion_image.engine import Engine, EngineError

NAME = "localhost/debian:bookworm-slim"
SUITES = ("bookworm", "bookworm-updates", "bookworm-security")


def read_targets(text: str) -> dict[str, str]:
    """Debian's mirrors by suite, out of lines of "URI SUITE COMPONENT"."""
    found: dict[str, str] = {}
    for uri, suite, component in re.findall(r"^(\S+) (\S+) (\S+)$", text, re.MULTILINE):
        if suite in SUITES and component == "main":
            found.setdefault(suite, uri)
    return found


def mirrors() -> dict[str, str]:
    """Those of this machine.

    Raises:
        EngineError: it has none of Debian 12.
    """
    run = subprocess.run(
        [
            *("apt-get", "indextargets", "--format"),
            *("$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    found = read_targets(run.stdout)
    if SUITES[0] not in found:
        raise EngineError("APT knows no mirror of Debian 12 to make a base image from")
    return found


def _bring_up_to_date(root: Path) -> None:
    for command in (
        "apt-get update -qq",
        "apt-get -o Dpkg::Use-Pty=0 upgrade -y -qq",
        "apt-get clean",
    ):
        subprocess.run(
            ["chroot", root, "env", "DEBIAN_FRONTEND=noninteractive", *command.split()],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    shutil.rmtree(root / "var/lib/apt/lists")


def bootstrap(engine: Engine) -> str:
    """Makes the image unless it is there; gives its name. About two minutes."""
    if engine.succeeds("image", "exists", NAME):
        return NAME
    found = mirrors()
    with tempfile.TemporaryDirectory(prefix="emotion-base-") as folder:
        root = Path(folder) / "root"
        subprocess.run(
            ["debootstrap", "--variant=minbase", SUITES[0], root, found[SUITES[0]]],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        lines = [f"deb {uri} {suite} main\n" for suite, uri in found.items()]
        (root / "etc/apt/sources.list").write_text("".join(lines), encoding="utf-8")
        _bring_up_to_date(root)
        with subprocess.Popen(
            ["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE
        ) as tar:
            assert tar.stdout is not None
            engine.ask("import", "-", NAME, stdin=tar.stdout.fileno())
    return NAME
