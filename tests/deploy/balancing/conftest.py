"""Three servers, three proxies before them, and what the proxies need."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.balancing.envoy import Envoy
from deploy.balancing.haproxy import Haproxy
from deploy.balancing.material import Material
from deploy.balancing.nginx import Nginx
from deploy.balancing.proxy import Proxy
from deploy.balancing.replicas import Replica, replicas
from end_to_end.conftest import client_binary, package, server_binary
from end_to_end.package import Package

__all__ = ["client_binary", "package", "server_binary"]


KINDS: tuple[type[Proxy], ...] = (Nginx, Haproxy, Envoy)


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """A certificate and tokens."""
    return Material.make(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="session")
def fleet(server_binary: Path, package: Package) -> Iterator[list[Replica]]:
    """Three servers, shared by all tests of a run."""
    with replicas(server_binary, package.folder) as started:
        yield started


@pytest.fixture(scope="session")
def proxies(fleet: list[Replica], material: Material) -> Iterator[list[Proxy]]:
    """One of each kind before the same three servers."""
    addresses = [replica.address for replica in fleet]
    with ExitStack() as stack:
        started: list[Proxy] = []
        for kind in KINDS:
            proxy = kind(material.folder, addresses)
            stack.callback(proxy.close)
            started.append(proxy)
        for proxy in started:
            proxy.wait_until_ready()
        yield started
