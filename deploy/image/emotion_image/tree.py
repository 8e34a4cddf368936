"""Puts files into the root of an image."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path


class Tree:
    """A root to be: a folder that a layer of the image is copied from."""

    def __init__(self, root: Path) -> None:
        """Makes the folder, which must not exist."""
        root.mkdir(parents=True)
        self.root = root

    def inside(self, path: Path) -> Path:
        """Where a path of the image lies here."""
        return self.root / path.relative_to("/")

    def copy(self, source: Path, path: Path) -> None:
        """Copies a file's content; all may read it, and run it if it could be run."""
        target = self.inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        runs = source.stat().st_mode & stat.S_IXUSR
        target.chmod(0o755 if runs else 0o644)

    def write(self, path: Path, text: str) -> None:
        """Writes a file that all may read."""
        target = self.inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o644)

    def link(self, path: Path, to: str) -> None:
        """Makes a symbolic link, or keeps the same one."""
        target = self.inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_symlink() or str(target.readlink()) != to:
            target.symlink_to(to)

    def mirror(self, path: Path) -> Path:
        """Copies a file of this machine to its own place, links on the way included.

        Gives the place of the file itself.
        """
        here = Path("/")
        for part in path.parts[1:]:
            here = here / part
            if here.is_symlink():
                to = str(here.readlink())
                self.link(here, to)
                rest = path.relative_to(here)
                return self.mirror(Path(os.path.normpath(here.parent / to)) / rest)
        if not self.inside(here).exists():
            self.copy(here, here)
        return here

    def files(self) -> Iterator[Path]:
        """The files in it, as paths of the image, links left out."""
        for found in sorted(self.root.rglob("*")):
            if found.is_file() and not found.is_symlink():
                yield Path("/") / found.relative_to(self.root)

    def close(self, epoch: int) -> None:
        """Gives everything the same time, in seconds since 1970."""
        for found in [*self.root.rglob("*"), self.root]:
            if found.is_dir() and not found.is_symlink():
                found.chmod(0o755)
            os.utime(found, (epoch, epoch), follow_symlinks=False)
