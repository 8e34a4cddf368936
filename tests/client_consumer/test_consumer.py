"""The C++ client as an installed package, in a program of its own."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.server import listening

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300


def run(*command: str | Path) -> str:
    """What a command that must succeed prints."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def readme_example() -> str:
    """The C++ program in the client's README."""
    text = (ROOT / "client" / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```cpp\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, "expected one C++ example"
    return str(found[0])


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed."""
    folder = tmp_path_factory.mktemp("prefix")
    cmake, build = os.environ["EMOTION_CMAKE"], os.environ["EMOTION_BUILD"]
    run(cmake, "--install", build, "--component", "client-dev", "--prefix", folder)
    return folder


@pytest.fixture(scope="module")
def programs(prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs that were built with the package."""
    folder = tmp_path_factory.mktemp("consumer")
    (folder / "readme.cc").write_text(readme_example(), encoding="utf-8")
    cmake, source = os.environ["EMOTION_CMAKE"], Path(__file__).parent
    run(
        *(cmake, "-G", "Ninja", "-S", source, "-B", folder),
        *(f"-DCMAKE_PREFIX_PATH={prefix}", f"-DREADME_EXAMPLE={folder}/readme.cc"),
    )
    run(cmake, "--build", folder)
    return folder


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server that classifies by the words it sees."""
    with listening(Path(os.environ["EMOTION_FAKE_SERVER"])) as address:
        yield address


def test_all_three_ways_to_call_work(programs: Path, address: str) -> None:
    assert run(programs / "consumer", address).split() == ["sad", "happy", "angry"]


def test_the_example_of_the_readme_runs(programs: Path, address: str) -> None:
    assert run(programs / "readme", address) == "sad\n"


def test_nothing_but_the_client_is_installed(prefix: Path) -> None:
    files = sorted(
        str(file.relative_to(prefix)) for file in prefix.rglob("*") if file.is_file()
    )
    headers = [file for file in files if file.endswith(".h")]
    assert headers == [
        "include/emotion/client/classification.h",
        "include/emotion/client/client_options.h",
        "include/emotion/client/conversation.h",
        "include/emotion/client/credentials.h",
        "include/emotion/client/emotion_client.h",
        "include/emotion/client/model_admin.h",
        "include/emotion/client/retry_budget.h",
        "include/emotion/client/retry_policy.h",
        *(f"include/emotion/common/{name}.h" for name in ("clock", "result", "status")),
    ]
    assert [file for file in files if file.endswith(".a")] == [
        next(file for file in files if file.endswith("libemotion-client.a"))
    ]
