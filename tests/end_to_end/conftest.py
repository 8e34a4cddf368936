"""What all files share: the binaries, the package, a server at its defaults."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from end_to_end import ROOT
from end_to_end.copied import Copy
from end_to_end.known_answers import Packages, answers_alone
from end_to_end.package import Package
from end_to_end.repository import Repository
from end_to_end.wire import Connection
from support.server import ServerProcess, serving

Serve = Callable[..., AbstractContextManager[ServerProcess]]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


def _path(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable, ROOT / default)).resolve()
    if not path.exists():
        pytest.exit(f"{path} is not there: run ./dev build or set {variable}", 2)
    return path


@pytest.fixture(scope="session")
def server_binary() -> Path:
    return _path("EMOTION_SERVER", "build/release/bin/emotion-server")


@pytest.fixture(scope="session")
def client_binary() -> Path:
    return _path("EMOTION_CLIENT", "build/release/bin/emotion-client")


@pytest.fixture(scope="session")
def operators() -> Path:
    """The library of the server's operators, which the exporter loads."""
    return _path("EMOTION_OPERATORS", "build/release/lib/libemotion_operators.so")


@pytest.fixture(scope="session")
def package() -> Package:
    return Package.read(_path("EMOTION_MODEL", "build/model"))


@pytest.fixture(scope="session")
def packages(server_binary: Path, operators: Path) -> Packages:
    """Two packages of other models."""
    # Brings torch, for which the other files need not wait.
    from end_to_end.derived import FIRST, SECOND, derived_package

    old, new = (derived_package(each, operators) for each in (FIRST, SECOND))
    known = {
        FIRST.version: answers_alone(server_binary, old),
        SECOND.version: answers_alone(server_binary, new),
    }
    for turns, answer in known[FIRST.version].items():
        assert answer.labels != known[SECOND.version][turns].labels
    return Packages(old, new, known)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty model repository of one's own."""
    return Repository(tmp_path / "models")


@pytest.fixture
def copy(package: Package, tmp_path: Path) -> Copy:
    """A package of one's own, to damage."""
    return Copy(package, tmp_path / "package")


@pytest.fixture(scope="session")
def serve(server_binary: Path, package: Package) -> Serve:
    """Starts a server of one's own: `with serve("--workers", "2") as server`."""

    def start(*flags: str, **environment: str) -> AbstractContextManager[ServerProcess]:
        return serving(server_binary, package.folder, *flags, **environment)

    return start


@pytest.fixture(scope="session")
def server(serve: Serve) -> Iterator[ServerProcess]:
    """A server at its defaults, shared by all tests of a run."""
    with serve() as process:
        yield process


@pytest.fixture(scope="session")
def connection(server: ServerProcess) -> Iterator[Connection]:
    """A connection to the shared server."""
    with Connection(server.address) as opened:
        yield opened
