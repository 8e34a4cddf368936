"""Which shared libraries a program loads."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

# "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)" or "/lib64/ld-... (0x...)".
_FOUND = re.compile(r"^\s+(?:\S+ => )?(?P<path>/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)
_MISSING = re.compile(r"^\s+(?P<name>\S+) => not found$", re.MULTILINE)


class MissingLibraryError(Exception):
    """A program needs a library that is not here."""


def read_ldd(text: str) -> set[Path]:
    """The paths in what ldd printed, as the loader opens them.

    Raises:
        MissingLibraryError: ldd did not find one.
    """
    if missing := _MISSING.findall(text):
        raise MissingLibraryError(", ".join(sorted(set(missing))))
    return {Path(found) for found in _FOUND.findall(text)}


def closure(programs: Iterable[Path]) -> set[Path]:
    """All libraries that the loader opens for these programs, without themselves."""
    found: set[Path] = set()
    for program in programs:
        run = subprocess.run(
            ["ldd", program], check=True, capture_output=True, text=True
        )
        found |= read_ldd(run.stdout)
    return found
