"""A deadline that passed: the caller gets its status, and the model does not run."""

from end_to_end.conftest import Serve
from end_to_end.load import BURDEN, SLOW, burden, connections, outcomes
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE
from end_to_end.wire import Code, Connection, batch_request
from support.page import assert_books_balance, wait_for_rest

CALLS = 240


def test_what_expires_in_the_queue_never_runs(serve: Serve) -> None:
    with (
        serve(*SLOW, "--max-batch-items", "2") as server,
        connections(server, 4) as opened,
    ):
        heavy = burden(server, opened[0])
        # One millisecond is over before the server sees the call, most often;
        # the longer ones pass while the dialogue waits.
        patience = (0.001, 0.02, 0.1)
        calls = [
            opened[i % 4].send(README_DIALOGUE, patience[i % 3]) for i in range(CALLS)
        ]
        assert outcomes(calls) == {Code.DEADLINE_EXCEEDED: CALLS}
        assert not heavy.done(), "the burden was too light for this machine"
        assert all(not result.status.code for result in heavy.result().results)

        page = wait_for_rest(server.metrics_url)
        assert_books_balance(page)
        # Only the burden was run. Some calls count as cancelled: gRPC reports a
        # deadline by going away.
        arrived = page.total("grpc_server_started_total", grpc_method="Classify")
        expired = page.total("emotion_items_total", outcome="expired")
        cancelled = page.total("emotion_items_total", outcome="cancelled")
        assert page.total("emotion_batch_items_sum") == BURDEN
        assert page.total("emotion_batches_total") >= BURDEN // 2
        assert page.total("emotion_invalid_input_total") == 0
        assert expired + cancelled == arrived
        stages = [
            page.total("emotion_expired_total", stage=stage)
            for stage in ("admission", "queue", "execute")
        ]
        assert sum(stages) == expired > 0
        assert stages[2] == 0
        assert opened[0].classify(README_DIALOGUE).label == "sad"


def test_a_batch_expires_as_one_call(serve: Serve) -> None:
    with (
        serve(*SLOW, "--max-batch-items", "2") as server,
        Connection(server.address) as connection,
    ):
        heavy = burden(server, connection)
        request = batch_request([README_DIALOGUE] * 50)
        call = connection.stub.ClassifyBatch.future(request, timeout=0.2)
        assert outcomes([call]) == {Code.DEADLINE_EXCEEDED: 1}
        heavy.result()
        page = wait_for_rest(server.metrics_url)
        assert_books_balance(page)
        assert page.total("emotion_batch_items_sum") == BURDEN
        assert page.total("emotion_items_total") == BURDEN + 50


def test_what_expires_while_the_model_runs_is_counted_once(serve: Serve) -> None:
    count = 64
    with (
        serve("--max-batch-tokens", "16384") as server,
        Connection(server.address) as connection,
    ):
        calls = [connection.send(LONG_DIALOGUE, 0.5) for _ in range(count)]
        heard = outcomes(calls)
        assert heard.keys() <= {Code.OK, Code.DEADLINE_EXCEEDED}
        page = wait_for_rest(server.metrics_url)
        assert_books_balance(page)
        given_up = page.total("emotion_expired_total") + page.total(
            "emotion_cancelled_total"
        )
        assert given_up <= count


def test_a_deadline_that_holds_changes_nothing(connection: Connection) -> None:
    call = connection.send(README_DIALOGUE, 60.0)
    assert call.result().classification.label == "sad"
