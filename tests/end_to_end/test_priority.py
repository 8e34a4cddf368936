"""Whoever waits for an answer goes before background work, and does not starve it."""

from dataclasses import dataclass
from typing import Any, Self

import grpc
import pytest

from end_to_end.conftest import Serve
from end_to_end.load import BURDEN, SLOW, burden, outcomes
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE
from end_to_end.wire import (
    BULK,
    INTERACTIVE,
    Code,
    Connection,
    Details,
    batch_request,
    classify_request,
)
from support.page import Page, assert_books_balance, wait_for_page, wait_for_rest
from support.process import wait_until
from support.server import ServerProcess

QUEUE_WAIT = "emotion_queue_wait_seconds_count"


@dataclass
class Race:
    """A backlog of bulk, then a bulk call, then an interactive one."""

    finished: list[str]
    bulk: Any
    interactive: Any
    page: Page

    @classmethod
    def run(cls, server: ServerProcess) -> Self:
        """Runs it; the interactive call begins when the other two wait."""
        finished: list[str] = []
        with Connection(server.address) as connection:
            backlog = burden(server, connection, BULK)
            bulk = connection.send(README_DIALOGUE, priority=BULK)
            bulk.add_done_callback(lambda _: finished.append("bulk"))
            wait_for_page(
                server.metrics_url,
                lambda page: (
                    page.total("emotion_tokenize_seconds_count") == BURDEN + 1
                    and page.total("emotion_queue_items", priority="bulk") > 2
                ),
                "the backlog waits, and the bulk call behind it",
            )
            interactive = connection.send(README_DIALOGUE, priority=INTERACTIVE)
            interactive.add_done_callback(lambda _: finished.append("interactive"))
            assert outcomes([backlog, bulk, interactive]) == {Code.OK: 3}
            wait_until(lambda: len(finished) == 2, "both calls have ended")
        return cls(
            finished,
            bulk.result().classification.timings,
            interactive.result().classification.timings,
            wait_for_rest(server.metrics_url),
        )


def nanoseconds(duration: Any) -> int:
    """A Duration message as one number."""
    count: int = duration.ToNanoseconds()
    return count


def test_an_interactive_call_overtakes_bulk(serve: Serve) -> None:
    flags = ("--max-batch-items", "2", "--max-bulk-overtaking-ms", "600000")
    with serve(*SLOW, *flags) as server:
        race = Race.run(server)
    assert race.finished == ["interactive", "bulk"]
    assert nanoseconds(race.interactive.queue) < nanoseconds(race.bulk.queue)
    # It did not even take bulk along.
    assert race.interactive.batch_dialogues == 1
    assert_books_balance(race.page)
    assert race.page.total(QUEUE_WAIT, priority="interactive") == 1
    assert race.page.total(QUEUE_WAIT, priority="bulk") == BURDEN + 1


def test_bulk_that_has_waited_long_enough_is_not_overtaken(serve: Serve) -> None:
    flags = ("--max-batch-items", "2", "--max-bulk-overtaking-ms", "1")
    with serve(*SLOW, *flags) as server:
        race = Race.run(server)
    # The backlog went by twos, and what came last rode together.
    assert race.bulk.batch_dialogues == 2
    assert race.interactive.batch_dialogues == 2
    assert_books_balance(race.page)


def test_a_backlog_of_bulk_locks_nobody_out(serve: Serve) -> None:
    flags = ("--max-queue-items", "4", "--max-bulk-percent", "50")
    with (
        serve(*flags, "--max-batch-items", "1") as server,
        Connection(server.address) as connection,
    ):
        request = batch_request([LONG_DIALOGUE] * 8, priority=BULK)
        results = connection.stub.ClassifyBatch(request).results
        assert [result.status.code for result in results] == [0] * 2 + [8] * 6
        refused = Details(results[-1].status)
        assert "bulk's share of the queue is full: 2 of 2 items" in refused.message
        assert refused.reason == "QUEUE_FULL"
        assert refused.retry_ms is not None

        bulk = [connection.send(LONG_DIALOGUE, priority=BULK) for _ in range(50)]
        for _ in range(5):
            assert connection.classify(README_DIALOGUE).label == "sad"
        assert outcomes(bulk).keys() == {Code.OK, Code.RESOURCE_EXHAUSTED}
        assert_books_balance(wait_for_rest(server.metrics_url))


@pytest.mark.parametrize("method", ["Classify", "ClassifyBatch"])
def test_an_unknown_priority_is_named(connection: Connection, method: str) -> None:
    request = (
        classify_request(README_DIALOGUE, priority=7)
        if method == "Classify"
        else batch_request([README_DIALOGUE], priority=7)
    )
    with pytest.raises(grpc.RpcError) as raised:
        getattr(connection.stub, method)(request)
    assert raised.value.code() == Code.INVALID_ARGUMENT
    details = Details.of(raised.value)
    expected = "is 7; expected 0 (unspecified), 1 (INTERACTIVE) or 2 (BULK)"
    assert details.fields == [("priority", expected)]
    assert details.reason == "PRIORITY"
