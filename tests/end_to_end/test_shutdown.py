"""SIGTERM and SIGINT: nobody who was let in goes without an answer."""

import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from end_to_end.conftest import Serve
from end_to_end.load import SLOW, connections, outcomes
from end_to_end.package import (
    LONG_DIALOGUE,
    README_DIALOGUE,
    Package,
    some_dialogues,
)
from end_to_end.wire import Code, Connection
from support.page import Page, wait_for_page
from support.process import wait_until
from support.server import ServerProcess

STOPS = [signal.SIGTERM, signal.SIGINT]
CHANNELS = 4


def started(page: Page) -> float:
    return page.total("grpc_server_started_total", grpc_method="Classify")


@pytest.mark.parametrize("stop", STOPS, ids=lambda s: s.name)
def test_every_accepted_call_is_answered(serve: Serve, stop: signal.Signals) -> None:
    count = 400
    with (
        serve(
            *SLOW, "--drain-timeout-ms", "120000", "--max-batch-items", "4"
        ) as server,
        connections(server, CHANNELS) as opened,
    ):
        dialogues = some_dialogues(5, count, 6)
        calls = [opened[i % CHANNELS].send(turns) for i, turns in enumerate(dialogues)]
        wait_for_page(
            server.metrics_url,
            lambda page: started(page) == count,
            "all calls are accepted",
        )
        unanswered = sum(not call.done() for call in calls)
        assert unanswered > 0, "the calls were done before the signal"
        server.signal(stop)
        assert outcomes(calls) == {Code.OK: count}
        assert server.wait_for_exit() == 0
        assert server.log.find(f"stopping signal={stop.name}")
        assert server.log.find(r" stopped$")


class Callers:
    """Threads that ask one thing after another until the server has gone."""

    def __init__(self, server: ServerProcess, opened: list[Connection]) -> None:
        self.heard: Counter[Any] = Counter()
        self.gone = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._ask, args=(opened[i % len(opened)],))
            for i in range(32)
        ]
        for thread in self._threads:
            thread.start()

    def _ask(self, connection: Connection) -> None:
        while not self.gone.is_set():
            found = outcomes([connection.send(README_DIALOGUE)])
            with self._lock:
                self.heard += found
            if found[Code.UNAVAILABLE]:
                # Nothing listens any more; asking faster would learn no more.
                time.sleep(0.01)

    def join(self) -> None:
        self.gone.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a call never ended"


@pytest.mark.parametrize("stop", STOPS, ids=lambda s: s.name)
def test_a_stream_of_callers_loses_nothing(serve: Serve, stop: signal.Signals) -> None:
    with (
        serve("--log-level", "debug") as server,
        connections(server, CHANNELS) as opened,
    ):
        callers = Callers(server, opened)
        wait_until(lambda: callers.heard[Code.OK] > 100, "callers are served")
        server.signal(stop)
        try:
            assert server.wait_for_exit() == 0
        finally:
            callers.join()
    # gRPC itself resets a stream that reaches it between its decision to close and
    # the caller's hearing of it; the service never sees that call.
    not_accepted = {Code.UNAVAILABLE, Code.CANCELLED}
    assert callers.heard.keys() <= {Code.OK, *not_accepted}, callers.heard
    calls = [line for line in server.log.lines() if " call method=Classify " in line]
    codes = Counter(line.partition(" code=")[2].split()[0] for line in calls)
    assert codes.keys() <= {"OK", "UNAVAILABLE"}, codes
    # What the server answered, the callers heard: no answer was lost on the way.
    assert codes["OK"] == callers.heard[Code.OK]


def test_an_idle_server_stops_at_once(serve: Serve) -> None:
    with serve() as server, Connection(server.address) as connection:
        assert connection.classify(README_DIALOGUE).label == "sad"
        server.signal(signal.SIGTERM)
        assert server.wait_for_exit(30) == 0


def test_the_drain_has_an_end(serve: Serve) -> None:
    with (
        serve(*SLOW, "--drain-timeout-ms", "200", "--max-batch-items", "1") as server,
        connections(server, CHANNELS) as opened,
    ):
        calls = [opened[i % CHANNELS].send(LONG_DIALOGUE) for i in range(240)]
        wait_for_page(
            server.metrics_url,
            lambda page: page.total("emotion_queue_items") > 200,
            "most calls wait",
        )
        server.signal(signal.SIGTERM)
        heard = outcomes(calls)
        assert heard.keys() <= {Code.OK, Code.UNAVAILABLE, Code.CANCELLED}, heard
        assert heard[Code.OK] < 240
        assert server.wait_for_exit(60) == 0


def test_a_second_signal_ends_it_at_once(serve: Serve) -> None:
    with serve("--lame-duck-ms", "600000") as server:
        server.signal(signal.SIGTERM)
        wait_until(lambda: bool(server.log.find("draining")), "the server drains")
        server.signal(signal.SIGTERM)
        assert server.wait_for_exit(30) == -signal.SIGTERM


def test_a_signal_during_the_start_is_not_lost(
    server_binary: Path, package: Package
) -> None:
    with ServerProcess(server_binary, package.folder) as server:
        wait_until(lambda: bool(server.log.find("metrics open")), "the start")
        server.signal(signal.SIGTERM)
        assert server.wait_for_exit() == 0
