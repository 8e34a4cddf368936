"""The README's example, as written, beside this Python's packages."""

import sys
from pathlib import Path

import emotion_client
from readme_example import check, environment, example, run
from real_server import any_server


def test_the_example_runs_as_written(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(example(), encoding="utf-8")
    with any_server() as address:
        env = environment(address)
        env["PYTHONPATH"] = str(Path(emotion_client.__file__).parents[1])
        check(run(sys.executable, "example.py", env=env, cwd=tmp_path))
