"""An image's layers are weighed, and what should not be in them is found."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from emotion_image import layers

GOOD = "usr/local/bin/program"


def image(folder: Path, change: Callable[[tarfile.TarInfo], None]) -> Path:
    """An image of four layers; the last has the one file that may be changed."""
    digests = []
    for index, name in enumerate(["a", "b", "c", GOOD]):
        entry = tarfile.TarInfo(name)
        entry.size = 1000
        if name == GOOD:
            change(entry)
        with tarfile.open(folder / f"blob{index}", "w:gz") as tar:
            tar.addfile(entry, io.BytesIO(b"x" * 1000))
        digests.append({"digest": f"sha256:blob{index}"})
    (folder / "manifest.json").write_text(json.dumps({"layers": digests}))
    return folder


LISTED = {"/a", "/b", "/c", f"/{GOOD}"}


def test_a_good_image_has_no_fault(tmp_path: Path) -> None:
    stored = layers.read(image(tmp_path, lambda entry: None))
    assert layers.faults(stored, LISTED) == []
    assert stored.size == 4000
    assert 0 < stored.compressed < 4000
    assert layers.extract(stored, GOOD) == "x" * 1000
    assert "| server and client | 1 |" in layers.table(stored)


def setuid(entry: tarfile.TarInfo) -> None:
    entry.mode = 0o4755


def owned(entry: tarfile.TarInfo) -> None:
    entry.uid = 1000


def writable(entry: tarfile.TarInfo) -> None:
    entry.mode = 0o666


def shell(entry: tarfile.TarInfo) -> None:
    entry.name = "usr/bin/bash"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (setuid, "is setuid"),
        (owned, "belongs to 1000:0"),
        (writable, "can be written"),
        (shell, "is a shell"),
    ],
)
def test_a_fault_is_named(
    change: Callable[[tarfile.TarInfo], None], named: str, tmp_path: Path
) -> None:
    stored = layers.read(image(tmp_path, change))
    found = layers.faults(stored, LISTED | {"/usr/bin/bash"})
    assert len(found) == 1
    assert named in found[0]


def test_a_file_that_the_sbom_leaves_out_is_told(tmp_path: Path) -> None:
    stored = layers.read(image(tmp_path, lambda entry: None))
    assert layers.faults(stored, LISTED - {"/a"}) == ["/a is not in the SBOM"]
