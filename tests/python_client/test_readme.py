"""The README's example, as written, in a fresh virtual environment."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from real_server import any_server
from source_copy import ROOT, copy_source

README = ROOT / "client" / "python" / "README.md"


def example() -> str:
    """The block after the marker, as it stands."""
    text = README.read_text(encoding="utf-8")
    blocks: list[str] = re.findall(
        r"^<!-- example: .* -->\n```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    assert len(blocks) == 1
    return blocks[0]


def run(*command: object, env: dict[str, str] | None = None, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(printed: str) -> None:
    lines = printed.splitlines()
    assert re.fullmatch(r"\S+ \S+: others, happy, sad, angry", lines[0])
    assert re.fullmatch(r"sad [01]\.\d\d", lines[1])
    assert lines[2:6] == ["happy", "angry", "failed: INVALID_ARGUMENT", "happy"]
    assert lines[6].split() == ["turn3", "label"]
    assert lines[7].split() == ["0", "I", "am", "sad", "sad"]
    assert lines[8:] == ["happy", "2"]


def environment(address: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if "PYTHON" not in key}
    return kept | {"EMOTION_ADDRESS": address}


def test_the_example_runs_as_written(tmp_path: Path) -> None:
    """Beside this Python's packages; the fresh environment is the next test's."""
    import emotion_client

    (tmp_path / "example.py").write_text(example(), encoding="utf-8")
    with any_server() as address:
        env = environment(address)
        env["PYTHONPATH"] = str(Path(emotion_client.__file__).parents[1])
        check(run(sys.executable, "example.py", env=env, cwd=tmp_path))


@pytest.mark.network
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
