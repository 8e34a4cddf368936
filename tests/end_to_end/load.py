"""Many calls at once, and what became of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import grpc

from end_to_end.package import LONG_DIALOGUE
from end_to_end.wire import PATIENCE_S, Code, Connection, batch_request
from support.page import wait_for_page
from support.server import ServerProcess


@contextmanager
def connections(server: ServerProcess, count: int) -> Iterator[list[Connection]]:
    """Several connections to a server."""
    with ExitStack() as stack:
        yield [stack.enter_context(Connection(server.address)) for _ in range(count)]


def outcome(call: Any) -> Any:
    """The status code with which a call ends; fails if it does not end."""
    try:
        call.result(PATIENCE_S)
    except grpc.FutureTimeoutError:
        raise AssertionError(f"no answer within {PATIENCE_S:.0f} s") from None
    except grpc.FutureCancelledError:
        return Code.CANCELLED
    except grpc.RpcError as error:
        return error.code()
    return Code.OK


def outcomes(calls: Sequence[Any]) -> Counter[Any]:
    """How many calls ended with each code."""
    return Counter(outcome(call) for call in calls)


# Flags for a server whose model takes its time: what comes meanwhile must wait.
SLOW = ("--precision", "fp32", "--threads", "1", "--max-batch-ms", "600000")
# Dialogues that keep such a model busy.
BURDEN = 128


def burden(server: ServerProcess, connection: Connection, priority: int = 0) -> Any:
    """Keeps the model busy for seconds; gives the call once it is running.

    It is a ClassifyBatch of `BURDEN` dialogues of the greatest length, for a server
    with the flags `SLOW`.
    """
    request = batch_request([LONG_DIALOGUE] * BURDEN, priority=priority)
    call = connection.stub.ClassifyBatch.future(request, timeout=PATIENCE_S)
    wait_for_page(
        server.metrics_url,
        lambda page: (
            page.total("emotion_instances_busy") > 0
            and page.total("emotion_queue_items") > BURDEN // 2
        ),
        "the burden is in the queue",
    )
    return call
