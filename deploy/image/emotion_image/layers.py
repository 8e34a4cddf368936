"""What an image holds and weighs, read from its layers as a registry stores them."""

from __future__ import annotations

import json
import stat
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

MB = 1_000_000
# Names of the layers, in the order of the Dockerfile's last COPY lines.
LAYERS = ("Debian's libraries", "LibTorch", "model package", "server and client")
SHELLS = ("sh", "bash", "dash", "busybox")


@dataclass
class Layer:
    """A layer: its bytes as stored, and its files."""

    compressed: int
    entries: list[tarfile.TarInfo] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(entry.size for entry in self.entries)

    def largest(self, count: int) -> list[tarfile.TarInfo]:
        """The largest files."""
        return sorted(self.entries, key=lambda entry: -entry.size)[:count]


@dataclass
class StoredImage:
    """An image that was pushed to a folder."""

    folder: Path
    layers: list[Layer]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(layer.size for layer in self.layers)

    @property
    def compressed(self) -> int:
        """Bytes that a pull moves."""
        return sum(layer.compressed for layer in self.layers)


def _blobs(folder: Path) -> list[Path]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [folder / layer["digest"].split(":")[1] for layer in manifest["layers"]]


def read(folder: Path) -> StoredImage:
    """Reads what `podman push dir:FOLDER` wrote."""
    layers = []
    for blob in _blobs(folder):
        with tarfile.open(blob) as tar:
            layers.append(Layer(blob.stat().st_size, tar.getmembers()))
    return StoredImage(folder, layers)


def extract(image: StoredImage, name: str) -> str:
    """The text of a file; the last layer that has it counts."""
    for blob in reversed(_blobs(image.folder)):
        with tarfile.open(blob) as tar:
            for entry in tar:
                if entry.name.lstrip("./") == name:
                    file = tar.extractfile(entry)
                    assert file is not None
                    return file.read().decode("utf-8")
    raise FileNotFoundError(name)


def faults(image: StoredImage, listed: set[str]) -> list[str]:
    """What should not be in an image; `listed` is what its SBOM names."""
    found = []
    for entry in (entry for layer in image.layers for entry in layer.entries):
        name = "/" + entry.name.lstrip("./")
        if entry.mode & (stat.S_ISUID | stat.S_ISGID):
            found.append(f"{name} is setuid or setgid")
        if (entry.uid, entry.gid) != (0, 0):
            found.append(f"{name} belongs to {entry.uid}:{entry.gid}")
        if entry.mode & 0o022 and not entry.issym():
            found.append(f"{name} can be written by others")
        if Path(name).name in SHELLS:
            found.append(f"{name} is a shell")
        if entry.isreg() and name not in listed and not name.startswith(PAPERS):
            found.append(f"{name} is not in the SBOM")
    return found


# Texts, which no package list names: licences, the SBOM itself, who is who.
PAPERS = (
    "/usr/share/doc/",
    "/var/lib/dpkg/status.d/",
    "/etc/passwd",
    "/etc/group",
    "/etc/nsswitch.conf",
)


def table(image: StoredImage) -> str:
    """Markdown: what takes the space."""
    lines = [
        "| layer | files | MB | MB compressed | its largest files, MB |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for name, layer in zip(LAYERS, image.layers, strict=True):
        files = sum(entry.isreg() for entry in layer.entries)
        largest = ", ".join(
            f"{Path(entry.name).name} {entry.size / MB:.1f}"
            for entry in layer.largest(3)
        )
        lines.append(
            f"| {name} | {files} | {layer.size / MB:.1f} "
            f"| {layer.compressed / MB:.1f} | {largest} |"
        )
    files = sum(entry.isreg() for layer in image.layers for entry in layer.entries)
    lines.append(
        f"| all | {files} | {image.size / MB:.1f} | {image.compressed / MB:.1f} | |"
    )
    return "\n".join(lines)
