"""Builds the package apart from the repository, so that nothing is left in it."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_source(to: Path) -> Path:
    """Copies what the package is made of; gives its folder."""
    leave = shutil.ignore_patterns("build", "v1", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT / "client" / "python", to / "client" / "python", ignore=leave)
    shutil.copytree(ROOT / "proto", to / "proto")
    return to / "client" / "python"


def run_setup(package: Path, *arguments: str) -> None:
    """Runs setup.py with this Python; no network is needed."""
    command = [sys.executable, "setup.py", "--quiet", *arguments]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
