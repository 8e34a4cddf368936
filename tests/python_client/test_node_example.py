"""client/node against the same servers; needs node and npm."""

import shutil
import subprocess
from pathlib import Path

import pytest

from real_server import any_server
from source_copy import ROOT

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        shutil.which("npm") is None or shutil.which("node") is None,
        reason="node or npm is not installed",
    ),
]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with its packages installed."""
    top = tmp_path_factory.mktemp("node")
    leave = shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "client" / "node", top / "client" / "node", ignore=leave)
    shutil.copytree(ROOT / "proto", top / "proto")
    run(top / "client" / "node", "npm", "ci", "--no-audit", "--no-fund")
    return top / "client" / "node"


def run(
    folder: Path, *command: str, expected: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done


def test_its_own_tests_pass(example: Path) -> None:
    assert "# fail 0" in run(example, "npm", "test").stdout.replace("ℹ", "#")


def test_it_classifies_and_reports_errors(example: Path) -> None:
    with any_server() as address:
        command = ("node", "classify.mjs", "--address", address)
        printed = run(example, *command, "Hi", "I am so sad").stdout.splitlines()
        assert printed[0] == "sad"
        assert [line.split()[0] for line in printed[1:]] == [
            "others",
            "happy",
            "sad",
            "angry",
        ]
        refused = run(example, *command, " ", expected=1)
        assert refused.stderr.startswith("classify: INVALID_ARGUMENT: ")
    run(example, "node", "classify.mjs", expected=2)
