"""A package that may be damaged, and servers that must not start with it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from end_to_end.package import Package
from support.process import clean_environment

START_FAILED, BAD_CONFIGURATION = 1, 2
Manifest = dict[str, Any]


def refused(binary: Path, code: int, *flags: str, **environment: str) -> str:
    """Runs a server that must not start; gives the sentence."""
    free = dict.fromkeys(("EMOTION_ADDRESS", "EMOTION_METRICS_ADDRESS"), "127.0.0.1:0")
    run = subprocess.run(
        [binary, *flags],
        capture_output=True,
        text=True,
        timeout=120,
        env=clean_environment(**free, **environment),
    )
    assert run.returncode == code, run.stderr
    assert run.stdout == ""
    for line in run.stderr.splitlines():
        # Nothing but our own log: no library's complaint, no trace.
        assert re.match(r"\d{4}-\d\d-\d\dT\S+Z (info|error) |emotion-server: ", line)
    sentence = run.stderr.splitlines()[-1]
    assert len(sentence) < 1000
    return sentence


class Copy:
    """A package folder of links, in which files can be changed."""

    def __init__(self, package: Package, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for file in package.folder.iterdir():
            (folder / file.name).symlink_to(file.resolve())

    def own(self, name: str) -> Path:
        """Makes a file a copy of its own, unless it is one."""
        path = self.folder / name
        if not path.is_symlink():
            return path
        source = path.resolve()
        path.unlink()
        shutil.copyfile(source, path)
        return path

    def flip_a_bit(self, name: str) -> Path:
        """Changes one bit in the middle of a file."""
        path = self.own(name)
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1]))
        return path

    def edit(self, change: Callable[[Manifest], None]) -> None:
        """Changes the manifest."""
        path = self.own("manifest.json")
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")

    def adopt(self, name: str) -> None:
        """Writes a file's true size and checksum into the manifest."""
        content = (self.folder / name).read_bytes()
        entry = {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        self.edit(lambda manifest: manifest["files"].update({name: entry}))
