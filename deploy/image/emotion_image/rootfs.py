"""Assembles the image's files, a folder for each layer.

    python -m emotion_image.rootfs --installed DIR --model DIR --out OUT

OUT/debian has what Debian's packages brought and our programs load, OUT/libtorch
LibTorch, OUT/model the model package, OUT/emotion our own programs and the list of
everything (SBOM). Run it where the server was built.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from importlib.metadata import distribution
from pathlib import Path

from emotion_image import debian, libraries, sbom
from emotion_image.contents import Contents
from emotion_image.tree import Tree

ROOT = Path(__file__).resolve().parents[3]
PREFIX = Path("/usr/local")
MODEL = Path("/srv/model")
DOC = Path("/usr/share/doc")
PROGRAMS = ("emotion-server", "emotion-client")
OPERATORS = "libemotion_operators.so"
# Headers alone: they leave no library behind.
COMPILED_IN = ("libcli11-dev", "nlohmann-json3-dev")

# The number is the one that images without a root user customarily have.
_PASSWD = """\
root:x:0:0:root:/:/usr/sbin/nologin
emotion:x:65532:65532:emotion:/:/usr/sbin/nologin
"""
_GROUP = "root:x:0:\nemotion:x:65532:\n"


def strip(path: Path) -> None:
    """Takes out the symbols that the loader does not need."""
    subprocess.run(["strip", "--strip-unneeded", path], check=True)


def add_ours(tree: Tree, installed: Path) -> list[Path]:
    """Our programs and the operators."""
    placed = [PREFIX / "bin" / name for name in PROGRAMS]
    placed.append(PREFIX / "lib" / OPERATORS)
    for path in placed:
        tree.copy(installed / path.relative_to(PREFIX), path)
        tree.inside(path).chmod(0o755)
        strip(tree.inside(path))
    tree.copy(ROOT / "LICENSE", DOC / "emotion" / "copyright")
    return placed


def add_libtorch(tree: Tree, installed: Path) -> list[Path]:
    """LibTorch's libraries, which lie beside the operators, and its licence."""
    placed = []
    for library in sorted((installed / "lib").glob("*.so*")):
        if library.name == OPERATORS:
            continue
        path = PREFIX / "lib" / library.name
        tree.copy(library, path)
        strip(tree.inside(path))
        placed.append(path)
    torch = distribution("torch")
    for name in torch.files or []:
        if "licenses" in name.parts and name.parts[0].endswith(".dist-info"):
            inside = Path(*name.parts[name.parts.index("licenses") + 1 :])
            tree.copy(Path(str(torch.locate_file(name))), DOC / "libtorch" / inside)
    return placed


def add_debian(tree: Tree, opened: set[Path]) -> dict[debian.DebianPackage, list[Path]]:
    """Libraries of Debian's, the papers of their packages, and what names users."""
    found: dict[debian.DebianPackage, list[Path]] = {}
    for path in sorted(opened | {Path("/etc/os-release")}):
        real = tree.mirror(path)
        owner = debian.owner(real)
        if owner is None:
            raise libraries.MissingLibraryError(f"{real} belongs to no package")
        found.setdefault(owner, []).append(real)
    for owner in found:
        # A package may share the papers of another; their text is what counts.
        tree.copy(owner.copyright_file.resolve(), owner.copyright_file)
        tree.write(
            Path("/var/lib/dpkg/status.d") / owner.name, debian.status(owner.name)
        )
    tree.write(Path("/etc/passwd"), _PASSWD)
    tree.write(Path("/etc/group"), _GROUP)
    tree.write(Path("/etc/nsswitch.conf"), "hosts: files dns\n")
    return found


def add_model(tree: Tree, package: Path) -> list[Path]:
    """The model package as it is."""
    placed = []
    for file in sorted(package.iterdir()):
        tree.copy(file, MODEL / file.name)
        placed.append(MODEL / file.name)
    return placed


def assemble(installed: Path, model: Path, out: Path, epoch: int) -> Contents:
    """Makes the folders; `out` must not exist."""
    layers = {
        name: Tree(out / name) for name in ("debian", "libtorch", "model", "emotion")
    }
    contents = Contents(
        ours=add_ours(layers["emotion"], installed),
        model=add_model(layers["model"], model),
        libtorch=add_libtorch(layers["libtorch"], installed),
        compiled_in=[debian.package(name) for name in COMPILED_IN],
    )
    programs = [installed / path.relative_to(PREFIX) for path in contents.ours]
    opened = {
        path
        for path in libraries.closure(programs)
        if not path.resolve().is_relative_to(installed.resolve())
    }
    contents.debian = add_debian(layers["debian"], opened)
    placed = {p: tree.inside(p) for tree in layers.values() for p in tree.files()}
    text = sbom.write(sbom.describe(contents, placed, epoch))
    layers["emotion"].write(DOC / "emotion" / "sbom.cdx.json", text)
    for tree in layers.values():
        tree.close(epoch)
    return contents


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="emotion_image.rootfs")
    parser.add_argument("--installed", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    contents = assemble(given.installed, given.model, given.out, epoch)
    print(
        f"{len(contents.ours)} of ours, {len(contents.libtorch)} of LibTorch, "
        f"{len(contents.debian)} packages of Debian's"
    )


if __name__ == "__main__":
    main()
