"""The JSON of a Grafana dashboard (schema 38, Grafana 10 and later)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 24
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True)
class Query:
    """A PromQL expression and the legend of its series; empty: by their labels."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One picture: `kind` is timeseries, stat or table."""

    title: str
    about: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8
    stack: bool = False
    # The end of the axis, where there is one.
    most: float | None = None


@dataclass(frozen=True)
class Row:
    """A heading and the panels under it."""

    title: str
    panels: tuple[Panel, ...]


def dashboard(title: str, uid: str, rows: Sequence[Row]) -> dict[str, Any]:
    """The document that Grafana reads."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["emotion"],
        "schemaVersion": 38,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "utc",
        "templating": {"list": _variables()},
        "panels": _placed(rows),
    }


def _variables() -> list[dict[str, Any]]:
    quantiles = ["0.5", "0.95", "0.99", "0.999"]
    return [
        {
            "name": "datasource",
            "label": "Prometheus",
            "type": "datasource",
            "query": "prometheus",
        },
        {
            "name": "instance",
            "label": "Replica",
            "type": "query",
            "datasource": _SOURCE,
            "query": "label_values(emotion_ready, instance)",
            "refresh": 2,
            "sort": 1,
            "multi": True,
            "includeAll": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
        },
        {
            "name": "quantile",
            "label": "Percentile",
            "type": "custom",
            "query": ",".join(quantiles),
            "options": [
                {"text": value, "value": value, "selected": value == "0.99"}
                for value in quantiles
            ],
            "current": {"text": "0.99", "value": "0.99"},
        },
    ]


def _placed(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """All panels from left to right and from top to bottom."""
    placed: list[dict[str, Any]] = []
    top = 0
    for row in rows:
        heading = {"type": "row", "title": row.title, "collapsed": False, "panels": []}
        placed.append(_at(heading, len(placed), 0, top, WIDTH, 1))
        top, left, height = top + 1, 0, 0
        for panel in row.panels:
            if left + panel.width > WIDTH:
                top, left = top + height, 0
            height = 4 if panel.kind == "stat" else 8
            placed.append(
                _at(_panel(panel), len(placed), left, top, panel.width, height)
            )
            left += panel.width
        top += height
    return placed


def _at(
    panel: Mapping[str, Any], number: int, left: int, top: int, width: int, height: int
) -> dict[str, Any]:
    place = {"x": left, "y": top, "w": width, "h": height}
    return {"id": number + 1, "gridPos": place, **panel}


def _panel(panel: Panel) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0}
    if panel.most is not None:
        defaults["max"] = panel.most
    options: dict[str, Any] = {}
    transformations: list[dict[str, Any]] = []
    if panel.kind == "timeseries":
        defaults["custom"] = {"fillOpacity": 10, "showPoints": "never"}
        if panel.stack:
            defaults["custom"]["stacking"] = {"mode": "normal"}
            defaults["custom"]["fillOpacity"] = 40
        options = {"legend": {"displayMode": "list"}, "tooltip": {"mode": "multi"}}
    elif panel.kind == "stat":
        options = {"reduceOptions": {"calcs": ["lastNotNull"]}, "graphMode": "area"}
    else:
        hidden = {"Time": True, "Value": True, "__name__": True, "job": True}
        transformations = [{"id": "organize", "options": {"excludeByName": hidden}}]
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
        **({"transformations": transformations} if transformations else {}),
        "targets": [
            _target(query, chr(ord("A") + number), panel.kind)
            for number, query in enumerate(panel.queries)
        ],
    }


def _target(query: Query, name: str, kind: str) -> dict[str, Any]:
    target: dict[str, Any] = {
        "refId": name,
        "datasource": _SOURCE,
        "expr": query.expr,
        "legendFormat": query.legend or "__auto",
    }
    if kind == "table":
        target |= {"format": "table", "instant": True}
    return target
