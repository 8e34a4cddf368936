"""What is installed runs wherever it is copied."""

import subprocess
from pathlib import Path

import pytest

from end_to_end.package import README_DIALOGUE, Package
from end_to_end.wire import Connection
from support.server import serving

OURS = ("libemotion_operators.so", "libtorch_cpu.so", "libc10.so", "libgomp.so.1")


@pytest.fixture
def tree(server_binary: Path, tmp_path: Path) -> Path:
    """An installed server, moved from where it was installed to."""
    prefix = tmp_path / "installed"
    build = server_binary.parents[1]
    subprocess.run(
        f"cmake --install {build} --component server --prefix {prefix}".split(),
        check=True,
        capture_output=True,
        timeout=300,
    )
    return prefix.rename(tmp_path / "moved")


def test_a_copied_tree_serves_with_its_own_libraries(
    tree: Path, package: Package
) -> None:
    with (
        serving(tree / "bin" / "emotion-server", package.folder) as server,
        Connection(server.address) as connection,
    ):
        assert connection.classify(README_DIALOGUE).label == "sad"
        maps = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
    for name in OURS:
        loaded = {line.split()[-1] for line in maps.splitlines() if line.endswith(name)}
        assert loaded == {str(tree / "lib" / name)}
