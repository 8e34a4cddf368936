"""The rules and the dashboard as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.monitoring.yaml_file import read
from end_to_end import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
RULE_FILES = sorted((MONITORING / "prometheus" / "rules").glob("*.yaml"))
UNIT_TESTS = sorted(Path(__file__).parent.glob("*.test.yaml"))
DASHBOARD = MONITORING / "grafana" / "dashboards" / "emotion.json"
# In the place of what Grafana fills in.
FILLED_IN = {
    "$__rate_interval": "10s",
    '"$instance"': '".*"',
    "$quantile": "0.99",
}


@dataclass(frozen=True)
class Query:
    """An expression and where it stands."""

    where: str
    expr: str


def rules(kind: str) -> list[dict[str, Any]]:
    """All rules that have the key `kind`: record or alert."""
    return [
        rule
        for path in RULE_FILES
        for group in read(path)["groups"]
        for rule in group["rules"]
        if kind in rule
    ]


def rule_queries() -> Iterator[Query]:
    """The expressions of all rules."""
    for kind in ("record", "alert"):
        for rule in rules(kind):
            yield Query(rule[kind], rule["expr"])


def dashboard() -> dict[str, Any]:
    """The document that Grafana reads."""
    document: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return document


def dashboard_queries() -> Iterator[Query]:
    """The expressions of all panels, filled in."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            expr = target["expr"]
            for placeholder, value in FILLED_IN.items():
                expr = expr.replace(placeholder, value)
            yield Query(f"{panel['title']}, {target['refId']}", expr)
