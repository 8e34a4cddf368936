"""The log: one event a line, a name for each call, never a word of a dialogue."""

import json
import re
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from end_to_end.conftest import Serve
from end_to_end.wire import (
    PATIENCE_S,
    Connection,
    batch_request,
    classify_request,
)
from support.page import wait_for_rest
from support.server import ServerProcess

MARKER = "xyzzyplugh"
MADE_ID = re.compile(r"[0-9a-f]{16}")
KEY = "x-request-id"


def echoed(call: Any) -> str:
    """The request id in a call's initial metadata."""
    metadata: dict[str, str] = dict(call.initial_metadata())
    return metadata[KEY]


def ask(connection: Connection, offered: str | None) -> str:
    metadata = [] if offered is None else [(KEY, offered)]
    _, call = connection.stub.Classify.with_call(
        classify_request([MARKER, f"{MARKER} {MARKER}"]),
        metadata=metadata,
        timeout=PATIENCE_S,
    )
    return echoed(call)


def talk(connection: Connection) -> set[str]:
    """Good and bad calls whose text holds the marker; gives their ids."""
    ids = {ask(connection, None), ask(connection, "trace-1:2.3_4")}
    connection.stub.ClassifyBatch(
        batch_request([[MARKER], [], [MARKER] * 4]),
        metadata=[(KEY, "batch-1")],
        timeout=PATIENCE_S,
    )
    for turns in ([MARKER, ""], [MARKER] * 4, [MARKER * 500]):
        with pytest.raises(grpc.RpcError):
            connection.classify(turns)
    for request in (b"\x0a\x0f\x0a\x0d" + MARKER.encode() + b"\xff\xff\xff", b"\xff"):
        with pytest.raises(grpc.RpcError):
            connection.raw("Classify", request + MARKER.encode())
    call = connection.send([MARKER])
    call.cancel()
    with pytest.raises(grpc.RpcError):
        connection.stub.Classify(classify_request([MARKER]), timeout=0.0001)
    return ids | {"batch-1"}


@pytest.fixture(scope="module", params=["text", "json"])
def finished(
    serve: Serve, request: pytest.FixtureRequest
) -> Iterator[tuple[str, set[str], ServerProcess]]:
    """A server that logged all it has, in a format, about calls with these ids."""
    flags = ("--log-format", request.param, "--log-level", "debug")
    with serve(*flags) as server:
        with Connection(server.address) as connection:
            ids = talk(connection)
        wait_for_rest(server.metrics_url)
        server.process.terminate()
        assert server.wait_for_exit() == 0
        yield request.param, ids, server


Finished = tuple[str, set[str], ServerProcess]


def test_no_line_holds_a_word_of_a_dialogue(finished: Finished) -> None:
    _, _, server = finished
    assert len(server.log.lines()) > 5
    assert MARKER not in server.log.text().lower()
    assert MARKER not in server.out.text().lower()


def test_each_call_is_named(finished: Finished) -> None:
    form, ids, server = finished
    for name in ids:
        shown = f'"request_id":"{name}"' if form == "json" else f"request_id={name}"
        assert server.log.find(re.escape(shown) + "(?!\\w)"), name


def test_lines_can_be_read_by_a_machine(finished: Finished) -> None:
    form, _, server = finished
    levels: set[str] = set()
    for line in server.log.lines():
        if form == "json":
            assert line.startswith("{"), line
            entry = json.loads(line)
            assert all(isinstance(value, str) for value in entry.values())
            moment, level = entry["time"], entry["level"]
            assert entry["event"]
        else:
            moment, level, _ = line.split(" ", 2)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment), line
        levels.add(level)
    assert levels == {"debug", "info"}


def test_a_call_without_a_name_gets_one(connection: Connection) -> None:
    made = {ask(connection, None) for _ in range(50)}
    assert len(made) == 50
    assert all(MADE_ID.fullmatch(name) for name in made)


@pytest.mark.parametrize("offered", ["a", "x" * 128, "A-b_c.d:9"])
def test_a_plain_name_is_kept(connection: Connection, offered: str) -> None:
    assert ask(connection, offered) == offered


@pytest.mark.parametrize("offered", ["", "x" * 129, "two words", 'quo"te', "a/b"])
def test_another_name_is_replaced(connection: Connection, offered: str) -> None:
    assert MADE_ID.fullmatch(ask(connection, offered))


def test_a_refused_call_is_named_too(connection: Connection) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        connection.stub.Classify(
            classify_request([]), metadata=[(KEY, "bad-1")], timeout=PATIENCE_S
        )
    assert echoed(raised.value) == "bad-1"


def test_calls_are_not_logged_by_default(server: ServerProcess) -> None:
    with Connection(server.address) as connection:
        ask(connection, "quiet-1")
    wait_for_rest(server.metrics_url)
    assert "quiet-1" not in server.log.text()
