"""A real Prometheus scrapes the real server: every rule works, every panel shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.monitoring.prometheus import Prometheus, prometheus
from deploy.monitoring.written import Query, dashboard_queries, rules
from end_to_end.admin import BESIDE
from end_to_end.conftest import client_binary, operators, package, server_binary
from end_to_end.derived import THIRD, derived_package
from end_to_end.package import Package
from end_to_end.repository import Repository, serving_models
from support.process import Child, wait_until
from support.server import ServerProcess

__all__ = ["client_binary", "operators", "package", "server_binary"]

# Of all queries together.
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def shadowed(
    server_binary: Path,
    package: Package,
    operators: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ServerProcess]:
    """A server with the default model, whose answers another one shadows."""
    repository = Repository(tmp_path_factory.mktemp("models"))
    own = repository.add(package.folder).folder.name
    with serving_models(server_binary, repository, precision="auto") as served:
        repository.add(derived_package(THIRD, operators))
        served.admin.load(THIRD.version, BESIDE)
        served.admin.set_traffic({own: 100}, {THIRD.version: 100})
        yield served.server


@pytest.fixture(scope="module")
def live(
    shadowed: ServerProcess,
    client_binary: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Prometheus]:
    """Prometheus beside a server that works; some calls are bulk, one is bad."""
    folder = tmp_path_factory.mktemp("prometheus")
    with (
        prometheus(folder, [shadowed.metrics_address]) as opened,
        Child(
            [
                *(client_binary, "load", "--address", shadowed.address),
                *("--rate", "100", "--duration", "120s", "--warmup", "0s"),
                *("--priority-mix", "interactive:80%,bulk:20%"),
            ]
        ),
    ):
        yield opened


def wait_for_values(live: Prometheus, queries: list[Query]) -> None:
    """Until each of the queries has given a finite value."""
    waiting = list(queries)

    def all_seen() -> bool:
        waiting[:] = [query for query in waiting if not live.values(query.expr)]
        return not waiting

    wait_until(all_seen, lambda: f"there are data for all of {waiting}", PATIENCE_S)


def test_every_panel_has_data(live: Prometheus) -> None:
    wait_for_values(live, list(dashboard_queries()))


def test_every_recording_rule_has_data(live: Prometheus) -> None:
    recorded = {rule["record"] for rule in rules("record")}
    wait_for_values(live, [Query(name, name) for name in sorted(recorded)])


def test_every_rule_is_healthy(live: Prometheus) -> None:
    written = [rule.get("record", rule.get("alert")) for rule in rules("expr")]

    def loaded() -> list[dict[str, str]]:
        groups = live.ask("rules")["groups"]
        return [rule for group in groups for rule in group["rules"]]

    wait_until(
        lambda: all(rule["health"] != "unknown" for rule in loaded()),
        "every rule was evaluated",
    )
    assert sorted(rule["name"] for rule in loaded()) == sorted(map(str, written))
    assert [rule for rule in loaded() if rule["health"] != "ok"] == []


def test_a_healthy_server_raises_no_page(live: Prometheus) -> None:
    alerts = live.ask("alerts")["alerts"]
    assert [alert for alert in alerts if alert["labels"]["severity"] == "page"] == []
