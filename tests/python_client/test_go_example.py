"""client/go against a little server of its own and against the real one."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from real_server import any_server
from source_copy import ROOT

EXAMPLE = ROOT / "client" / "go"


def run(*command: str | Path, expected: int = 0) -> subprocess.CompletedProcess[str]:
    # Where google/rpc/status.proto lies.
    protos = sysconfig.get_path("purelib")
    env = os.environ | {"GOOGLEAPIS_DIR": protos, "GRPC_GO_RETRY": "on"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == expected, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is built."""
    folder = tmp_path_factory.mktemp("go")
    run(EXAMPLE / "build.sh", folder)
    return folder


def test_it_is_formatted() -> None:
    assert run("gofmt", "-l", EXAMPLE).stdout == ""


def test_its_own_tests_pass(folder: Path) -> None:
    assert run(EXAMPLE / "build.sh", folder, "test").stdout.startswith("ok")


def test_it_classifies_and_reports_errors(folder: Path) -> None:
    with any_server() as address:
        command = (folder / "classify", "--address", address)
        printed = run(*command, "Hi", "I am so sad").stdout.splitlines()
        assert printed[0] == "sad"
        assert [line.split()[0] for line in printed[1:]] == [
            "others",
            "happy",
            "sad",
            "angry",
        ]
        refused = run(*command, " ", expected=1)
        assert refused.stderr.startswith("classify: InvalidArgument: ")
