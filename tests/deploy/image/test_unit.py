"""The systemd unit is sound, tight, and lets the server run."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from confined import allowed_calls, confined
from places import DEPLOY, client, model, server

UNIT = DEPLOY / "systemd" / "emotion-server.service"
# What `systemd-analyze security` may count: 10 is unprotected. What is left is the
# network, which is what a server is for, and one call, which is held below.
MOST_EXPOSURE = 1.2
# A thread that runs shadows gives way to all others by it.
IDLE_CALL = "sched_setscheduler"


def text() -> str:
    return UNIT.read_text(encoding="utf-8")


def value(key: str) -> str:
    found = re.findall(rf"^{key}=(.*)$", text(), re.MULTILINE)
    assert len(found) == 1, f"{key} stands {len(found)} times"
    return str(found[0])


def test_systemd_understands_it(tmp_path: Path) -> None:
    true = shutil.which("true")
    unit = tmp_path / UNIT.name
    unit.write_text(
        re.sub(r"^(Exec\w+)=.*$", rf"\1={true}", text(), flags=re.MULTILINE),
        encoding="utf-8",
    )
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


def test_it_is_tight() -> None:
    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"exposure level for \S+: (\d+\.\d+)", run.stdout)
    assert found, run.stdout
    assert float(found[1]) <= MOST_EXPOSURE


def test_the_drain_fits_into_the_time_to_stop() -> None:
    times = re.findall(r"EMOTION_(?:LAME_DUCK|DRAIN_TIMEOUT)_MS=(\d+)", text())
    assert len(times) == 2
    stop = int(value("TimeoutStopSec").removesuffix("s")) * 1000
    assert stop > sum(map(int, times))


def system_call_filters() -> list[str]:
    return re.findall(r"^SystemCallFilter=(.*)$", text(), re.MULTILINE)


def test_only_the_call_to_become_idle_changes_resources() -> None:
    # Realtime priorities, which the same call could ask for, are closed apart.
    assert value("RestrictRealtime") == "yes"
    allowed = allowed_calls(system_call_filters())
    assert allowed & allowed_calls(["@resources"]) - allowed_calls([]) == {IDLE_CALL}


@pytest.mark.parametrize("allowed", [True, False])
def test_a_shadow_runs_only_when_nothing_else_would(allowed: bool) -> None:
    calls = allowed_calls(system_call_filters())
    if not allowed:
        calls.remove(IDLE_CALL)
    with confined(server(), model(), calls=calls) as running:
        running.wait_until_ready()
        policies = [
            os.sched_getscheduler(int(thread.name))
            for thread in Path(f"/proc/{running.process.pid}/task").iterdir()
        ]
        assert policies.count(os.SCHED_IDLE) == (1 if allowed else 0)
        assert set(policies) <= {os.SCHED_OTHER, os.SCHED_IDLE}
        running.signal(signal.SIGTERM)
        assert running.wait_for_exit() == 0


def test_a_reload_is_the_signal_to_load_the_newest_model() -> None:
    assert value("ExecReload") == "/bin/kill -HUP $MAINPID"
    calls = allowed_calls(system_call_filters())
    with confined(server(), model(), calls=calls) as running:
        running.wait_until_ready()
        pid = str(running.process.pid)
        subprocess.run(value("ExecReload").replace("$MAINPID", pid).split(), check=True)
        running.wait_until(
            lambda: running.log.find(r"model unloaded") is not None, "reloaded"
        )
        running.signal(signal.SIGTERM)
        assert running.wait_for_exit() == 0


def test_the_admin_socket_has_a_folder_of_its_own() -> None:
    folder = f"/run/{value('RuntimeDirectory')}"
    assert value("RuntimeDirectoryMode") == "0700"
    assert f"EMOTION_ADMIN_ADDRESS=unix:{folder}/admin.sock" in text()


@pytest.mark.parametrize("precision", ["int8", "bf16", "fp32"])
def test_the_server_needs_no_call_that_is_filtered(precision: str) -> None:
    filters = system_call_filters()
    assert value("MemoryDenyWriteExecute") == "yes"
    with confined(
        server(), model(), "--precision", precision, calls=allowed_calls(filters)
    ) as running:
        address = running.wait_until_ready().address
        run = subprocess.run(
            [client(), "classify", "--address", address, "a", "b", "i am so sad"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert run.stdout.startswith("sad ")
        running.signal(signal.SIGTERM)
        assert running.wait_for_exit() == 0


def test_a_filter_that_is_too_tight_is_seen() -> None:
    calls = allowed_calls(["@system-service", "~listen"])
    with confined(server(), model(), calls=calls) as running:
        assert running.wait_for_exit() != 0
