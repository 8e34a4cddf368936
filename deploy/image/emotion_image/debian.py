"""What dpkg knows of a file of this machine."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_DOC = Path("/usr/share/doc")
_FORMAT = "\t".join(
    f"${{{field}}}"
    for field in ("Package", "Version", "Architecture", "source:Package", "Maintainer")
)


@dataclass(frozen=True, order=True)
class DebianPackage:
    """An installed package."""

    name: str
    version: str
    architecture: str
    source: str
    maintainer: str

    @property
    def copyright_file(self) -> Path:
        """Who owns it and under which terms."""
        return _DOC / self.name / "copyright"

    def licences(self) -> list[str]:
        """Short names of the licences in its copyright file, if that names any."""
        return licence_names(
            self.copyright_file.read_text(encoding="utf-8", errors="replace")
        )


def licence_names(copyright_text: str) -> list[str]:
    """The names in a machine-readable copyright file; none in another."""
    if not copyright_text.startswith("Format:"):
        return []
    found = re.findall(r"^License:[ \t]*(\S.*)$", copyright_text, re.MULTILINE)
    return sorted({name.strip() for name in found})


def _query(*arguments: str) -> str:
    return subprocess.run(
        ["dpkg-query", *arguments], check=True, capture_output=True, text=True
    ).stdout


def package(name: str) -> DebianPackage:
    """The installed package of this name."""
    return DebianPackage(*_query("--show", f"--showformat={_FORMAT}", name).split("\t"))


def status(name: str) -> str:
    """Its paragraph in dpkg's list, as scanners of images read it."""
    return _query("--status", name)


def owner(path: Path) -> DebianPackage | None:
    """The package that brought a file, by its real path, if any did.

    Since the folders of / were merged into /usr dpkg may know it by either.
    """
    names = [str(path)]
    if path.is_relative_to("/usr"):
        names.append(str(Path("/") / path.relative_to("/usr")))
    for name in names:
        run = subprocess.run(
            ["dpkg-query", "--search", name], capture_output=True, text=True
        )
        if run.returncode == 0:
            return package(run.stdout.split(": ")[0].split(",")[0])
    return None
