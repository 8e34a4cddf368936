"""Every console block below deploy/, against real servers.

What the documents write as 127.0.0.1:50051, :9464, :50052 and :9090 becomes a server
of our own, its metrics, its listener for operators, and a Prometheus that scrapes them.
Its repository has the versions of which the documents speak. Blocks that need something
else say so: `<!-- not run: needs a cluster -->`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.monitoring.prometheus import prometheus
from end_to_end import ROOT
from end_to_end.conftest import client_binary, package, server_binary
from end_to_end.console import Block, blocks, run_block
from end_to_end.package import README_DIALOGUE, Package
from end_to_end.repository import Repository, admin_address, serving_models
from support.process import clean_environment, wait_until

__all__ = ["client_binary", "package", "server_binary"]

DOCUMENTS = sorted((ROOT / "deploy").rglob("*.md"))


def blocks_to_run() -> list[tuple[str, Block]]:
    """Each with the place where it stands."""
    return [
        (f"{path.relative_to(ROOT)}, block {number}", block)
        for path in DOCUMENTS
        for number, block in enumerate(blocks(path.read_text(encoding="utf-8")), 1)
        if not block.not_run
    ]


@pytest.fixture(scope="module")
def addresses(
    server_binary: Path, package: Package, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """From what is written to what there is: a server that has answered."""
    repository = Repository(tmp_path_factory.mktemp("models"))
    repository.add(package.folder, "0.4.0")
    with serving_models(server_binary, repository, precision="auto") as served:
        repository.add(package.folder, "0.5.0")
        for _ in range(20):
            served.connection.classify(README_DIALOGUE)
        metrics = served.server.metrics_address
        folder = tmp_path_factory.mktemp("prometheus")
        with prometheus(folder, [metrics]) as watching:
            wait_until(
                lambda: watching.values("job:emotion_ready:sum") == [1],
                "Prometheus has scraped the server and evaluated rules",
            )
            yield {
                "127.0.0.1:50051": served.server.address,
                "127.0.0.1:50052": admin_address(served.server),
                "127.0.0.1:9464": metrics,
                "127.0.0.1:9090": watching.url.removeprefix("http://"),
            }


@pytest.fixture(scope="module")
def environment(
    addresses: dict[str, str], client_binary: Path, server_binary: Path
) -> dict[str, str]:
    """The binaries by their names, and the server's address."""
    found = clean_environment(EMOTION_ADDRESS=addresses["127.0.0.1:50051"])
    folders = (client_binary.parent, server_binary.parent, found["PATH"])
    return found | {"PATH": ":".join(map(str, folders))}


@pytest.mark.parametrize(
    "block", [pytest.param(block, id=where) for where, block in blocks_to_run()]
)
def test_a_block_does_what_it_shows(
    block: Block, environment: dict[str, str], addresses: dict[str, str]
) -> None:
    run_block(block, environment, addresses)


def test_what_is_left_out_has_a_reason() -> None:
    for path in DOCUMENTS:
        for block in blocks(path.read_text(encoding="utf-8")):
            assert not block.not_run or len(block.not_run.split()) >= 3, (
                f"{path.relative_to(ROOT)}: why not run {block.commands}?"
            )
