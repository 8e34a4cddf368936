"""A caller that goes away: its dialogues leave the queue and nothing stays behind."""

from collections.abc import Iterator

import pytest

from end_to_end.conftest import Serve
from end_to_end.load import BURDEN, SLOW, burden, connections, outcomes
from end_to_end.package import README_DIALOGUE, some_dialogues
from end_to_end.wire import Code, Connection, batch_request
from support.page import (
    Page,
    assert_books_balance,
    wait_for_page,
    wait_for_rest,
)
from support.server import ServerProcess

CALLS = 200


@pytest.fixture(scope="module")
def slow(serve: Serve) -> Iterator[ServerProcess]:
    """A server that takes two dialogues at a time."""
    with serve(*SLOW, "--max-batch-items", "2") as process:
        yield process


def wait_for_waiting(server: ServerProcess, before: Page, calls: int) -> None:
    """Waits until that many more Classify calls have come in."""
    name, method = "grpc_server_started_total", {"grpc_method": "Classify"}
    wait_for_page(
        server.metrics_url,
        lambda page: page.total(name, **method) - before.total(name, **method) == calls,
        f"{calls} calls came in",
    )


def cancelled(page: Page) -> float:
    return page.total("emotion_cancelled_total", stage="queue")


def executed(page: Page) -> float:
    return page.total("emotion_queue_wait_seconds_count", outcome="executed")


@pytest.mark.parametrize("how", ["cancel", "disconnect"])
def test_cancelled_calls_leave_the_queue_unrun(slow: ServerProcess, how: str) -> None:
    before = wait_for_rest(slow.metrics_url)
    with Connection(slow.address) as patient:
        heavy = burden(slow, patient)
        with connections(slow, 2) as opened:
            calls = [opened[i % 2].send(README_DIALOGUE) for i in range(CALLS)]
            wait_for_waiting(slow, before, CALLS)
            if how == "cancel":
                for call in calls:
                    call.cancel()
        assert outcomes(calls) == {Code.CANCELLED: CALLS}
        wait_for_page(
            slow.metrics_url,
            lambda page: cancelled(page) - cancelled(before) == CALLS,
            f"{CALLS} dialogues left the queue",
        )
        assert len(heavy.result().results) == BURDEN
    after = wait_for_rest(slow.metrics_url)
    assert_books_balance(after)
    assert executed(after) - executed(before) == BURDEN


def test_a_cancelled_batch_leaves_the_queue_unrun(slow: ServerProcess) -> None:
    before = wait_for_rest(slow.metrics_url)
    with Connection(slow.address) as patient, Connection(slow.address) as opened:
        heavy = burden(slow, patient)
        request = batch_request(some_dialogues(11, 100))
        call = opened.stub.ClassifyBatch.future(request, timeout=120)
        wait_for_page(
            slow.metrics_url,
            lambda page: page.total("emotion_queue_items") >= 100,
            "the batch waits",
        )
        call.cancel()
        heavy.result()
    after = wait_for_rest(slow.metrics_url)
    assert_books_balance(after)
    assert cancelled(after) - cancelled(before) == 100


def test_nothing_stays_behind(server: ServerProcess) -> None:
    def round_of_calls() -> Page:
        with connections(server, 2) as opened:
            calls = [opened[i % 2].send(README_DIALOGUE) for i in range(CALLS)]
            for call in calls[::2]:
                call.cancel()
            outcomes(calls[:20])
        return wait_for_rest(server.metrics_url)

    first = round_of_calls()
    for _ in range(3):
        last = round_of_calls()
    assert_books_balance(last)
    started = last.total("grpc_server_started_total")
    assert started == last.total("grpc_server_handled_total")
    files = "process_open_fds"
    assert last.total(files) <= first.total(files) + 4
