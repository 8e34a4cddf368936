"""More than the server can take: it refuses at once and says when to return."""

from collections.abc import Iterator

import pytest

from end_to_end.conftest import Serve
from end_to_end.load import connections, outcomes
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE
from end_to_end.wire import Code, Connection, Details, trailers
from support.page import assert_books_balance, wait_for_rest
from support.server import ServerProcess

CALLS = 300


@pytest.fixture(scope="module")
def narrow(serve: Serve) -> Iterator[ServerProcess]:
    with serve("--max-queue-items", "4", "--max-batch-items", "2") as process:
        yield process


def test_every_call_is_answered_or_told_when_to_return(narrow: ServerProcess) -> None:
    before = wait_for_rest(narrow.metrics_url)
    with connections(narrow, 3) as opened:
        calls = [opened[i % 3].send(LONG_DIALOGUE) for i in range(CALLS)]
        heard = outcomes(calls)
        assert heard.keys() == {Code.OK, Code.RESOURCE_EXHAUSTED}
        assert heard.total() == CALLS
        # What runs and what waits was taken, whatever else came.
        assert heard[Code.OK] >= 4
        for call in calls:
            if call.code() == Code.RESOURCE_EXHAUSTED:
                details = Details.of(call)
                assert details.reason == "QUEUE_FULL"
                assert details.message.startswith("the queue is full: 4 of 4 items")
                pushback = trailers(call)["grpc-retry-pushback-ms"]
                assert int(pushback) == details.retry_ms
                assert int(pushback) > 0
    after = wait_for_rest(narrow.metrics_url)
    assert_books_balance(after)
    rejected = after.total("emotion_rejected_total", reason="queue_full")
    assert rejected == heard[Code.RESOURCE_EXHAUSTED]
    answered = after.total("emotion_items_total", outcome="ok") - before.total(
        "emotion_items_total", outcome="ok"
    )
    assert answered == heard[Code.OK]


def test_a_batch_is_taken_as_far_as_it_fits(narrow: ServerProcess) -> None:
    wait_for_rest(narrow.metrics_url)
    with Connection(narrow.address) as connection:
        results = connection.classify_batch([README_DIALOGUE] * 32)
    codes = [result.status.code for result in results]
    taken = codes.count(0)
    assert codes == [0] * taken + [8] * (32 - taken)
    assert 4 <= taken < 32
    refused = Details(results[-1].status)
    assert refused.reason == "QUEUE_FULL"
    assert refused.retry_ms is not None


def test_a_full_queue_of_tokens_refuses_too(serve: Serve) -> None:
    with (
        serve("--max-queue-tokens", "200", "--max-batch-items", "1") as process,
        Connection(process.address) as connection,
    ):
        heard = outcomes([connection.send(LONG_DIALOGUE) for _ in range(50)])
        assert heard.keys() == {Code.OK, Code.RESOURCE_EXHAUSTED}
        assert connection.classify(README_DIALOGUE).label == "sad"


def test_afterwards_all_is_as_before(narrow: ServerProcess) -> None:
    wait_for_rest(narrow.metrics_url)
    with Connection(narrow.address) as connection:
        for _ in range(10):
            assert connection.classify(README_DIALOGUE).label == "sad"


def test_more_calls_than_streams_wait_their_turn(serve: Serve) -> None:
    with (
        serve("--max-concurrent-streams", "4") as process,
        Connection(process.address) as connection,
    ):
        heard = outcomes([connection.send(README_DIALOGUE) for _ in range(100)])
        assert heard == {Code.OK: 100}
