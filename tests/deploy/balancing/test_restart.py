"""Restarts, crashes and reloads under load."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.balancing.askers import Askers
from deploy.balancing.proxy import Proxy
from deploy.balancing.replicas import Replica
from deploy.balancing.traffic import Traffic, assert_all_right, golden_file
from end_to_end.package import Package
from support.page import Page
from support.process import wait_until

# Of each proxy's traffic. Three proxies, three servers and the generators share the
# machine, so it is far below what the servers could do.
RATE = 25
# How often each thing happens; a soak test asks for more.
ROUNDS = int(os.environ.get("EMOTION_BALANCE_ROUNDS", "1"))


@pytest.fixture(scope="module")
def source(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return golden_file(package, tmp_path_factory.mktemp("traffic"))


def served(replica: Replica) -> float:
    """Dialogues that it has classified since it started."""
    page = Page.scrape(replica.server.metrics_url)
    return page.total("emotion_items_total", outcome="ok")


@contextmanager
def traffic(
    client: Path, proxies: list[Proxy], source: Path
) -> Iterator[list[Traffic]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(Traffic(client, proxy.plain, source, RATE))
            for proxy in proxies
        ]


def assert_few_crossed_a_closing(
    result: dict[str, Any], codes: set[str], most: int, least: int
) -> None:
    """All was answered but for calls that nobody had begun.

    gRPC or the caller sends such a call again, the generator does not.
    """
    requests = result["requests"]
    errors = requests["errors"]
    assert set(errors) <= codes, requests
    assert sum(errors.values()) <= most, requests
    assert result["answers"]["correct"] == requests["ok"] >= least, requests


def test_a_rolling_restart_loses_nothing(
    client_binary: Path, fleet: list[Replica], proxies: list[Proxy], source: Path
) -> None:
    with traffic(client_binary, proxies, source) as running:
        for _ in range(ROUNDS):
            for replica in fleet:
                replica.restart()
        results = [each.stop() for each in running]
    by_nginx, *others = results
    assert proxies[0].name == "nginx"
    assert_all_right(others, least=100)
    # It does not ask servers how they are: a call may reach one just when it closes.
    codes = {"UNAVAILABLE", "CANCELLED"}
    assert_few_crossed_a_closing(by_nginx, codes, len(fleet) * ROUNDS, least=100)


def test_a_crash_costs_at_most_what_was_in_flight(
    client_binary: Path, fleet: list[Replica], proxies: list[Proxy], source: Path
) -> None:
    victim = fleet[0]
    with traffic(client_binary, proxies, source) as running:
        for _ in range(ROUNDS):
            wait_until(lambda: served(victim) > 20, "the victim has work")
            victim.kill()
            victim.start_again()
        wait_until(lambda: served(victim) > 20, "the new one gets work")
        results = [each.stop() for each in running]
    # One server with one worker, of three: what is open there is little.
    for result in results:
        requests = result["requests"]
        errors = requests["errors"]
        assert set(errors) <= {"UNAVAILABLE"}, requests
        assert sum(errors.values()) <= 3 * ROUNDS, requests
        assert requests["ok"] + sum(errors.values()) == requests["sent"] >= 20
        assert result["answers"]["correct"] == requests["ok"]


def ways_through(proxies: list[Proxy]) -> list[list[str]]:
    return [["--address", proxy.plain] for proxy in proxies]


def test_who_retries_sees_nothing_of_a_crash(
    client_binary: Path,
    fleet: list[Replica],
    proxies: list[Proxy],
    source: Path,
    tmp_path: Path,
) -> None:
    victim = fleet[1]
    before = served(victim)
    # Through each proxy, and without one: a client that knows all three servers.
    direct = [part for each in fleet for part in ("--address", each.address)]
    ways = [*ways_through(proxies), direct]
    clients = Askers(client_binary, ways, source, tmp_path)
    wait_until(lambda: served(victim) > before + 50, "the victim has work")
    clients.assert_at_work()
    victim.kill()
    victim.start_again()
    clients.assert_all_answered()


def test_a_reload_of_the_proxy_loses_nothing(
    client_binary: Path, proxies: list[Proxy], source: Path
) -> None:
    with traffic(client_binary, proxies, source) as running:
        for _ in range(ROUNDS):
            for proxy in proxies:
                proxy.reload()
                proxy.wait_until_ready()
        results = [each.stop() for each in running]
    by_nginx, *others = results
    assert proxies[0].name == "nginx"
    assert_all_right(others, least=20)
    # It closes a connection at once.
    assert_few_crossed_a_closing(by_nginx, {"UNAVAILABLE"}, 3 * ROUNDS, least=20)


def test_who_retries_sees_nothing_of_a_reload(
    client_binary: Path, proxies: list[Proxy], source: Path, tmp_path: Path
) -> None:
    clients = Askers(client_binary, ways_through(proxies), source, tmp_path)
    for proxy in proxies:
        proxy.reload()
        proxy.wait_until_ready()
    clients.assert_all_answered()
