"""The model changes while callers are served, and no caller notices."""

import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import grpc
import pytest

from end_to_end.copied import Copy, Manifest
from end_to_end.derived import FIRST, SECOND
from end_to_end.known_answers import Packages, SteadyTraffic, answer
from end_to_end.package import README_DIALOGUE
from end_to_end.repository import MODEL_NAME, Repository, Served, serving_models
from end_to_end.wire import Code, Connection, Details, messages
from support.page import Page, wait_for_page
from support.process import wait_until
from support.server import serving

OLD, NEW, BAD = FIRST.version, SECOND.version, "3.0.0"
FAILURES = "emotion_model_load_failures_total"
# Answers of a version after which a change counts as seen.
ENOUGH = 50


@pytest.fixture(scope="module")
def served(
    server_binary: Path, packages: Packages, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server with the old version, for tests that change nothing."""
    repository = Repository(tmp_path_factory.mktemp("served") / "models")
    repository.add(packages.old)
    with serving_models(server_binary, repository) as served:
        yield served


def test_a_swap_and_back_disturbs_nobody_and_mixes_nothing(
    server_binary: Path, packages: Packages, repository: Repository
) -> None:
    repository.add(packages.old)
    with serving_models(server_binary, repository) as served:
        with SteadyTraffic(served.connection) as traffic:
            traffic.wait_for(OLD, ENOUGH)
            repository.add(packages.new)
            assert served.admin.load(NEW).version == NEW
            traffic.wait_for(NEW, ENOUGH)
            assert served.admin.load(OLD).version == OLD
            traffic.wait_for(OLD, ENOUGH)
        traffic.outcome.check(packages.known)
        # What is sent first is answered first, or nearly so: two changes, not more.
        order = traffic.outcome.versions()
        changes = sum(one != two for one, two in pairwise(order))
        assert changes == 2
        assert Page.scrape(served.server.metrics_url).total(FAILURES) == 0


def test_what_is_unloaded_leaves_the_metrics_page(
    server_binary: Path, packages: Packages, repository: Repository
) -> None:
    repository.add(packages.old)
    repository.add(packages.new)
    with serving_models(server_binary, repository) as served:
        answer(served.connection, README_DIALOGUE)
        served.admin.load(OLD)
        answer(served.connection, README_DIALOGUE)
        page = wait_for_page(
            served.server.metrics_url,
            lambda page: NEW not in page.label_values("version"),
            f"{NEW} has left the page",
        )
        assert page.total("emotion_predictions_total", version=OLD) == 1
        assert page.total("emotion_model_traffic_percent", role="serving") == 100
        labels = {own["label"] for own, _ in page.samples("emotion_predictions_total")}
        assert labels == set(
            packages.known[OLD][next(iter(packages.known[OLD]))].labels
        )
        # What is counted of the server, not of a model, stays.
        assert page.total("emotion_items_total", outcome="ok") == 2


def flip_a_bit(copy: Copy) -> None:
    copy.flip_a_bit("model.fp32.pt")


def wrong_checksum(copy: Copy) -> None:
    def change(manifest: Manifest) -> None:
        manifest["files"]["vocab.txt"]["sha256"] = "0" * 64

    copy.edit(change)


def other_golden_answers(copy: Copy) -> None:
    def change(manifest: Manifest) -> None:
        manifest["golden"]["dialogues"][1]["logits"][0] += 1

    copy.edit(change)


def half_written_file(copy: Copy) -> None:
    path = copy.own("model.fp32.pt")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def half_written_package(copy: Copy) -> None:
    (copy.folder / "manifest.json").unlink()


def another_version(copy: Copy) -> None:
    copy.edit(lambda manifest: manifest.update(model_version="9.9.9"))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (flip_a_bit, "model.fp32.pt: has SHA-256"),
        (wrong_checksum, "vocab.txt: has SHA-256"),
        (other_golden_answers, "golden.dialogues[1]: this server gives the logits"),
        (half_written_file, "bytes; the manifest expects"),
        (half_written_package, "manifest.json: cannot be read"),
        (another_version, f"holds {MODEL_NAME} 9.9.9; expected {MODEL_NAME} {BAD}"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bad_package_is_refused_and_disturbs_nobody(
    served: Served,
    packages: Packages,
    damage: Callable[[Copy], None],
    reason: str,
) -> None:
    copy = served.repository.add(packages.new, BAD)
    damage(copy)
    url = served.server.metrics_url
    failures = Page.scrape(url).total(FAILURES)
    refused = len(refusals(served))
    with SteadyTraffic(served.connection) as traffic:
        traffic.wait_for(OLD, 5)
        with pytest.raises(grpc.RpcError) as caught:
            served.admin.load(BAD)
        traffic.wait_for(OLD, 5)
    copy.folder.rename(copy.folder.with_name(f".{damage.__name__}"))

    assert caught.value.code() is Code.FAILED_PRECONDITION
    assert reason in Details.of(caught.value).message
    assert set(traffic.outcome.versions()) == {OLD}
    traffic.outcome.check(packages.known)
    assert Page.scrape(url).total(FAILURES) == failures + 1
    wait_until(lambda: len(refusals(served)) == refused + 1, "the log line")
    assert f"version={BAD}" in refusals(served)[-1]
    assert reason in refusals(served)[-1]
    assert [s.model.version for s in served.admin.list().serving] == [OLD]


def refusals(served: Served) -> list[str]:
    return [line for line in served.server.log.lines() if " model refused " in line]


@pytest.mark.parametrize(
    ("version", "code"),
    [("4.0.0", Code.NOT_FOUND), ("../outside", Code.INVALID_ARGUMENT)],
)
def test_only_what_is_in_the_repository_can_be_loaded(
    served: Served, version: str, code: Code
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        served.admin.load(version)
    assert caught.value.code() is code
    assert answer(served.connection, README_DIALOGUE).version == OLD


def test_sighup_loads_the_newest_and_a_broken_newest_changes_nothing(
    server_binary: Path, packages: Packages, repository: Repository
) -> None:
    repository.add(packages.old)
    with serving_models(server_binary, repository) as served:
        with SteadyTraffic(served.connection) as traffic:
            traffic.wait_for(OLD, 5)
            repository.add(packages.new)
            served.server.signal(signal.SIGHUP)
            traffic.wait_for(NEW, ENOUGH)
            flip_a_bit(repository.add(packages.new, BAD))
            served.server.signal(signal.SIGHUP)
            wait_for_page(
                served.server.metrics_url,
                lambda page: page.total(FAILURES) == 1,
                "the broken package is refused",
            )
            traffic.wait_for(NEW, ENOUGH)
        traffic.outcome.check(packages.known)
        assert served.server.log.find("model refused version=newest")
        assert [s.model.version for s in served.admin.list().serving] == [NEW]


def test_sighup_loads_a_single_package_anew(
    server_binary: Path, packages: Packages, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    folder.symlink_to(packages.old)
    with (
        serving(server_binary, folder, "--precision", "fp32") as server,
        Connection(server.address) as connection,
    ):
        assert answer(connection, README_DIALOGUE).version == OLD
        beside = tmp_path / "beside"
        beside.symlink_to(packages.new)
        beside.rename(folder)
        server.signal(signal.SIGHUP)
        info = messages.GetModelInfoRequest()
        wait_until(
            lambda: connection.stub.GetModelInfo(info).model.version == NEW,
            lambda: f"the new package serves:\n{server.log.text()}",
        )
