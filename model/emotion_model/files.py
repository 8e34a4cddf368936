"""Writing folders whole, and describing files by size and checksum."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emotion_model.errors import ModelError


def describe(path: Path) -> dict[str, int | str]:
    """Gives a file's size in bytes and its SHA-256 in lower-case hexadecimal."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Writes a document in the order of its keys, UTF-8, one final newline."""
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object; raises ModelError if the file holds none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ModelError(f"{path}: expected a JSON object")
    return document


@contextmanager
def new_folder(target: Path, marker: str) -> Iterator[Path]:
    """Gives an empty folder to fill; it becomes `target` if all goes well.

    Until then nothing is at `target` but what was there; after an exception
    nothing of the new folder remains. A folder at `target` is replaced only if
    it is empty or holds a file named `marker`, that is, if it is an older one of
    the same kind; between its going and the new one's coming there is a moment
    without either, but never one with half of each.

    Raises:
        ModelError: `target` is there and is something else.
    """
    if target.exists() and not _replaceable(target, marker):
        raise ModelError(
            f"{target}: is there and holds no {marker}; expected an older folder of "
            "the same kind, an empty one or none"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{target.name}.", dir=target.parent
    ) as work:
        fresh, old = Path(work, "new"), Path(work, "old")
        fresh.mkdir()
        yield fresh
        for path in fresh.iterdir():
            _sync(path)
        _sync(fresh)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        _sync(target.parent)


def copy(source: Path, folder: Path) -> Path:
    """Copies a file's bytes under its own name; gives the copy's path."""
    return Path(shutil.copyfile(source, folder / source.name))


def _replaceable(target: Path, marker: str) -> bool:
    if not target.is_dir():
        return False
    return (target / marker).is_file() or not any(target.iterdir())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
