"""No rule and no panel asks for a metric or a label that nobody exports."""

from __future__ import annotations

import pytest

from deploy.monitoring.golden import metrics
from deploy.monitoring.promql import names
from deploy.monitoring.written import (
    Query,
    dashboard_queries,
    rule_queries,
    rules,
)

RECORDED = {rule["record"] for rule in rules("record")}
# Labels that rules put on what they record.
GIVEN = {label for rule in rules("record") for label in rule.get("labels", {})}


def faults(expr: str) -> list[str]:
    """What an expression asks for that there is not."""
    known = metrics()
    labels = frozenset[str]().union(*known.values()) | GIVEN
    found, wrong = names(expr), []
    for metric, matched in found.metrics:
        if metric not in known and metric not in RECORDED:
            wrong.append(metric)
        wrong += sorted(matched - known.get(metric, labels))
    return wrong + sorted(found.grouping - labels)


@pytest.mark.parametrize(
    "query", [*rule_queries(), *dashboard_queries()], ids=lambda query: query.where
)
def test_every_name_is_exported_or_recorded(query: Query) -> None:
    assert names(query.expr).metrics, "it asks for nothing"
    assert faults(query.expr) == []


@pytest.mark.parametrize(
    ("expr", "wrong"),
    [
        ("sum by (job) (rate(emotion_items_total[5m]))", []),
        ("sum(rate(emotion_item_total[5m])) by (job)", ["emotion_item_total"]),
        ('emotion_items_total{outcom="ok"}', ["outcom"]),
        ("emotion_batch_items", ["emotion_batch_items"]),
        ('emotion_batch_items_bucket{le="1"}', []),
        ("emotion_ready * on (jobs) emotion_draining", ["jobs"]),
        ("max without (instances) (emotion_ready)", ["instances"]),
        ("job:emotion_ready:sum offset 1w > 1e-9", []),
        ("job:emotion_ready:count", ["job:emotion_ready:count"]),
    ],
)
def test_a_wrong_name_is_noticed(expr: str, wrong: list[str]) -> None:
    assert faults(expr) == wrong
