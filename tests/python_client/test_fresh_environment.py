"""The wheel and the README's example, as written, in a fresh environment."""

import sys
from pathlib import Path

import pytest

from readme_example import check, environment, example, run
from real_server import any_server
from source_copy import copy_source

pytestmark = pytest.mark.network


def test_the_example_runs_in_a_fresh_environment(tmp_path: Path) -> None:
    package = copy_source(tmp_path / "source")
    venv = tmp_path / "venv"
    python = venv / "bin" / "python"
    run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", "dist", package, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("emotion_client-*.whl")
    run(*pip, "install", f"{wheel}[pandas]", cwd=tmp_path)
    run(*pip, "check", cwd=tmp_path)
    (tmp_path / "example.py").write_text(example(), encoding="utf-8")
    with any_server() as address:
        check(run(python, "example.py", env=environment(address), cwd=tmp_path))
