"""A model repository, and a server that serves out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from end_to_end.admin import Admin
from end_to_end.copied import Copy
from end_to_end.package import Package
from end_to_end.wire import Connection
from support.server import ServerProcess, serving

MODEL_NAME = "emotion-mobilebert"


class Repository:
    """A folder of packages, NAME/VERSION/."""

    def __init__(self, folder: Path) -> None:
        """Makes an empty one."""
        self.folder = folder
        self.versions = folder / MODEL_NAME
        self.versions.mkdir(parents=True)

    def add(self, package: Path, version: str | None = None) -> Copy:
        """Adds a package under its own version, or under another one."""
        original = Package.read(package)
        name: str = original.manifest["model_version"]
        copy = Copy(original, self.versions / (version or name))
        if version not in (None, name):
            copy.edit(lambda manifest: manifest.update(model_version=version))
        return copy


@dataclass(frozen=True)
class Served:
    """A server with a repository, and connections to both of its listeners."""

    server: ServerProcess
    repository: Repository
    connection: Connection
    admin: Admin


@contextmanager
def serving_models(
    binary: Path,
    repository: Repository,
    *flags: str,
    precision: str = "fp32",
    **environment: str | None,
) -> Iterator[Served]:
    """A server that starts with the newest version."""
    with (
        serving(
            binary,
            Path("none"),
            *("--model-repository", str(repository.folder), "--precision", precision),
            *("--admin-address", "127.0.0.1:0"),
            *flags,
            **environment,
        ) as server,
        Connection(server.address) as connection,
        Admin(admin_address(server)) as admin,
    ):
        yield Served(server, repository, connection, admin)


def admin_address(server: ServerProcess) -> str:
    """Where a server takes what operators ask."""
    found = server.log.find(r"admin open address=(\S+)")
    assert found is not None, server.log.text()
    return found.group(1)
