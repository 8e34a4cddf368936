"""Child processes, with a shell in the place of a server."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT
from support.process import Child, ProcessError, clean_environment, wait_until
from support.server import listening
from support.usage import descendants, parse_cpu_ticks

# Reads until its input ends.
WAIT = "read -r line"


def shell(script: str) -> Child:
    return Child(["bash", "-c", script], stdin=subprocess.PIPE)


def test_what_a_child_writes_is_read_as_it_comes() -> None:
    with shell(f"echo Ready. 7; echo log >&2; {WAIT}") as child:
        child.wait_until(lambda: bool(child.out.find(r"^Ready\.")), "ready")
        child.wait_until(lambda: child.log.lines() == ["log"], "logging")
        found = child.out.find(r"Ready\. (\d)")
        assert found is not None
        assert found[1] == "7"


def test_the_last_line_before_its_end_counts() -> None:
    with shell("echo last") as child:
        child.wait_until(lambda: child.out.lines() == ["last"], "done")
        assert child.wait_for_exit() == 0


def test_a_child_that_ends_too_early_is_shown_with_what_it_wrote() -> None:
    with (
        shell("echo why >&2; exit 3") as child,
        pytest.raises(ProcessError, match=r"ended with 3 and is not ready:\nwhy"),
    ):
        child.wait_until(lambda: False, "ready")


def test_a_child_that_takes_too_long_is_shown() -> None:
    with (
        shell(WAIT) as child,
        pytest.raises(ProcessError, match="is not ready within 0 s"),
    ):
        child.wait_until(lambda: False, "ready", 0)


def test_merged_outputs_are_one() -> None:
    with Child(["bash", "-c", "echo a; echo b >&2"], merged=True) as child:
        assert child.wait_for_exit() == 0
        assert child.log is child.out
        assert child.log.lines() == ["a", "b"]


def test_nothing_is_left_below_a_child_that_was_killed() -> None:
    child = shell(f"exec 3<&0; bash -c 'echo up; {WAIT}' <&3 & wait")
    child.wait_until(lambda: child.out.lines() == ["up"], "up")
    (below,) = descendants(child.process.pid)
    child.kill()
    assert child.process.returncode == -signal.SIGKILL
    wait_until(lambda: not Path(f"/proc/{below}/task").exists(), "it is gone")


def test_a_stand_in_ends_with_its_input(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/bash\necho HOST:PORT\n{WAIT}\ntouch '{tmp_path}/end'\n")
    program.chmod(0o755)
    with listening(program) as address:
        assert address == "HOST:PORT"
        assert not (tmp_path / "end").exists()
    assert (tmp_path / "end").exists()


def test_the_binaries_are_configured_by_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EMOTION_WORKERS", "7")
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    found = clean_environment(EMOTION_THREADS="1")
    assert "EMOTION_WORKERS" not in found
    assert found["EMOTION_THREADS"] == "1"
    assert found["OMP_WAIT_POLICY"] == "PASSIVE"
    assert "OMP_WAIT_POLICY" not in clean_environment(OMP_WAIT_POLICY=None)


def test_processor_time_is_found_behind_any_name() -> None:
    fields = " ".join(str(i) for i in range(3, 25))
    assert parse_cpu_ticks(f"7 (a) b (c) S {fields.partition(' ')[2]}") == 14 + 15


def test_a_command_runs_beside_a_server_and_ends_with_its_code(tmp_path: Path) -> None:
    server = tmp_path / "server"
    server.write_text(
        "#!/bin/bash\necho \"$@\" >&2\necho 'Ready. --address 127.0.0.1:7 now'\n"
        "exec tail -f /dev/null\n"
    )
    server.chmod(0o755)
    run = subprocess.run(
        [
            *(sys.executable, "-m", "support.beside_server", "--server", server),
            *("--model", tmp_path, "--precision", "fp32", "--"),
            *("bash", "-c", 'echo "$@"; exit 5', "-", "--address", "ADDRESS"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
    )
    assert run.returncode == 5, run.stderr
    assert run.stdout == "--address 127.0.0.1:7\n"
