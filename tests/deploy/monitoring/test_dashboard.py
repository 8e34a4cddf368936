"""The dashboard is the one that the panels describe, and Grafana can place it."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from dashboard.document import text

from deploy.monitoring.written import DASHBOARD, MONITORING, dashboard
from deploy.monitoring.yaml_file import read

PROVISIONING = MONITORING / "grafana" / "provisioning"


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dashboard()["panels"]
    return found


def test_the_file_is_what_the_panels_say() -> None:
    assert DASHBOARD.read_text(encoding="utf-8") == text(), (
        f"PYTHONPATH=deploy/monitoring python -m dashboard {DASHBOARD}"
    )


def test_the_readers_choose_source_replica_and_percentile() -> None:
    variables = {entry["name"]: entry for entry in dashboard()["templating"]["list"]}
    assert set(variables) == {"datasource", "instance", "quantile"}
    assert variables["instance"]["query"] == "label_values(emotion_ready, instance)"
    expressions = [t["expr"] for p in panels() for t in p.get("targets", [])]
    assert all('instance=~"$instance"' in expr for expr in expressions)
    assert any("$quantile" in expr for expr in expressions)


def test_panels_have_numbers_titles_and_the_chosen_source() -> None:
    assert len({panel["id"] for panel in panels()}) == len(panels())
    for panel in panels():
        assert panel["title"]
        if panel["type"] == "row":
            continue
        assert panel["description"].endswith(".")
        assert panel["targets"]
        for part in (panel, *panel["targets"]):
            assert part["datasource"]["uid"] == "${datasource}"


def test_panels_fill_the_grid_without_overlap() -> None:
    places = [panel["gridPos"] for panel in panels()]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, two in combinations(places, 2):
        beside = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
        above = one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"]
        assert beside or above, (one, two)


def test_grafana_finds_the_dashboard_and_the_source() -> None:
    sources = read(PROVISIONING / "datasources/prometheus.yaml")
    (source,) = sources["datasources"]
    assert source["type"] == "prometheus"
    config = read(MONITORING / "prometheus/prometheus.yaml")
    assert source["jsonData"]["timeInterval"] == config["global"]["scrape_interval"]
    providers = read(PROVISIONING / "dashboards/emotion.yaml")
    (provider,) = providers["providers"]
    assert provider["type"] == "file"
