import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from source_copy import copy_source, run_setup

# The tests import the package as it is built, not as it lies in the repository.
BUILT = Path(tempfile.mkdtemp(prefix="emotion-client."))
run_setup(copy_source(BUILT), "build_py", "--build-lib", str(BUILT / "lib"))
sys.path.insert(0, str(BUILT / "lib"))

from emotion_client import Client  # noqa: E402
from fake_emotion import FakeEmotion, serve  # noqa: E402
from manual_outside import ManualOutside  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "network: needs a package index")


def pytest_unconfigure() -> None:
    shutil.rmtree(BUILT, ignore_errors=True)


@pytest.fixture
def fake() -> FakeEmotion:
    return FakeEmotion()


@pytest.fixture
def address(fake: FakeEmotion) -> Iterator[str]:
    with serve(fake) as address:
        yield address


@pytest.fixture
def world() -> ManualOutside:
    return ManualOutside()


@pytest.fixture
def client(address: str, world: ManualOutside) -> Iterator[Client]:
    with Client(address, outside=world.outside()) as client:
        yield client
