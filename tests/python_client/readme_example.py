"""The README's example: what it is, how to run it, what it must print."""

import os
import re
import subprocess
from pathlib import Path

from source_copy import ROOT

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
