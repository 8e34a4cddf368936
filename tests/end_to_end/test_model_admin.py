"""Where models can be changed, and by nobody else; and what a stop does to a load."""

import signal
from pathlib import Path
from typing import Any

import grpc
import pytest

from end_to_end.admin import Admin
from end_to_end.conftest import Serve
from end_to_end.copied import BAD_CONFIGURATION, refused
from end_to_end.derived import FIRST, SECOND
from end_to_end.known_answers import DIALOGUES, Packages, answer
from end_to_end.load import outcomes
from end_to_end.package import README_DIALOGUE, Package
from end_to_end.repository import Repository, serving_models
from end_to_end.wire import Code, Connection
from support.page import Page, wait_for_page

OLD, NEW = FIRST.version, SECOND.version


def started(page: Page, method: str) -> float:
    """Calls of a method that have reached the server."""
    return page.total("grpc_server_started_total", grpc_method=method)


def code_of(call: Any) -> Any:
    """How a call ends."""
    try:
        call.result()
    except grpc.RpcError as error:
        return error.code()
    return Code.OK


def test_it_is_off_unless_it_is_asked_for(serve: Serve) -> None:
    with serve() as server, Admin(server.address) as admin:
        assert server.log.find("admin open") is None
        assert code_of(admin.call("ListModels")) is Code.UNIMPLEMENTED
        page = wait_for_page(server.metrics_url, lambda _: True, "a page")
        assert "ModelService" not in page.text


def test_each_listener_offers_its_own_service(
    server_binary: Path, packages: Packages, repository: Repository
) -> None:
    repository.add(packages.old)
    with (
        serving_models(server_binary, repository) as served,
        Admin(served.server.address) as callers,
    ):
        assert code_of(callers.call("ListModels")) is Code.UNIMPLEMENTED
        on_admin = served.admin.channel.unary_unary(
            "/emotion.v1.EmotionService/Classify"
        )
        assert code_of(on_admin.future(b"", timeout=60)) is Code.UNIMPLEMENTED


def test_it_listens_on_a_unix_socket(
    serve: Serve, packages: Packages, repository: Repository, tmp_path: Path
) -> None:
    repository.add(packages.old)
    repository.add(packages.new)
    socket = tmp_path / "admin.sock"
    flags = ("--model-repository", str(repository.folder), "--precision", "fp32")
    with (
        serve(*flags, "--admin-address", f"unix:{socket}") as server,
        Admin(f"unix:{socket}") as admin,
        Connection(server.address) as connection,
    ):
        assert socket.is_socket()
        assert answer(connection, README_DIALOGUE).version == NEW
        assert list(admin.list().available_versions) == [OLD, NEW]
        assert admin.load(OLD).version == OLD
        assert answer(connection, README_DIALOGUE).version == OLD
        server.process.kill()
        server.wait_for_exit()
    # What a server left that was killed is no obstacle to the next one.
    assert socket.is_socket()
    with (
        serve(*flags, "--admin-address", f"unix:{socket}"),
        Admin(f"unix:{socket}") as admin,
    ):
        assert [s.model.version for s in admin.list().serving] == [NEW]


@pytest.mark.parametrize("address", ["0.0.0.0:7000", "unix:admin.sock", "example:1"])
def test_it_listens_on_this_machine_only(server_binary: Path, address: str) -> None:
    said = refused(server_binary, BAD_CONFIGURATION, "--admin-address", address)
    assert "admin-address" in said
    assert address in said


def test_a_stop_lets_the_load_end_and_loses_no_answer(
    server_binary: Path, package: Package, packages: Packages, repository: Repository
) -> None:
    repository.add(packages.old)
    # The model in full takes its time to load.
    full = repository.add(package.folder).folder.name
    with serving_models(server_binary, repository) as served:
        repository.add(packages.new)
        url = served.server.metrics_url
        loads = [served.admin.call("LoadModel", version=full)]
        wait_for_page(url, lambda page: started(page, "LoadModel") == 1, "the load")
        # One that must wait for it.
        loads.append(served.admin.call("LoadModel", version=NEW))
        calls = [served.connection.send(turns) for turns in DIALOGUES]
        wait_for_page(
            url,
            lambda page: (
                started(page, "LoadModel") == len(loads)
                and started(page, "Classify") == len(calls)
            ),
            "all calls are accepted",
        )
        assert not any(load.done() for load in loads), "loaded before the signal"
        served.server.signal(signal.SIGTERM)
        assert outcomes(calls) == {Code.OK: len(calls)}
        for turns, call in zip(DIALOGUES, calls, strict=True):
            assert (
                call.result().classification.label == packages.known[OLD][turns].label
            )
        # What is under way ends well; what waits behind it is refused.
        assert [code_of(load) for load in loads] == [Code.OK, Code.UNAVAILABLE]
        assert served.server.wait_for_exit() == 0
        assert served.server.log.find(rf"model ready.* version={full}")
        assert served.server.log.find(r" stopped$")
