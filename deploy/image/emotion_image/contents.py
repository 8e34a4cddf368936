"""What is in the image, by where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from emotion_image.debian import DebianPackage


@dataclass
class Contents:
    """Paths of the image's files; papers and lists are left out."""

    ours: list[Path] = field(default_factory=list)
    model: list[Path] = field(default_factory=list)
    libtorch: list[Path] = field(default_factory=list)
    debian: dict[DebianPackage, list[Path]] = field(default_factory=dict)
    # What was compiled into our programs and has no file of its own.
    compiled_in: list[DebianPackage] = field(default_factory=list)

    def files(self) -> list[Path]:
        """All of them."""
        found = [*self.ours, *self.model, *self.libtorch]
        for paths in self.debian.values():
            found.extend(paths)
        return sorted(found)
