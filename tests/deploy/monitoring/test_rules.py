"""The rules are valid, each has a test of its own, and each alert says what to do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.monitoring.written import MONITORING, RULE_FILES, UNIT_TESTS, rules
from deploy.monitoring.yaml_file import read
from end_to_end import ROOT

RUNBOOK = ROOT / "deploy" / "RUNBOOK.md"
SEVERITIES = {"page", "ticket"}


def promtool(*arguments: str | Path) -> None:
    run = subprocess.run(
        ["promtool", *arguments], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_configuration_is_valid() -> None:
    promtool("check", "config", MONITORING / "prometheus" / "prometheus.yaml")
    promtool("check", "rules", *RULE_FILES)


@pytest.mark.parametrize("path", UNIT_TESTS, ids=lambda path: path.name)
def test_rules_do_what_their_unit_tests_say(path: Path) -> None:
    promtool("test", "rules", path)


def unit_tests(kind: str) -> list[dict[str, Any]]:
    """The entries of all unit tests under a key."""
    return [
        entry
        for path in UNIT_TESTS
        for test in read(path)["tests"]
        for entry in test.get(kind, [])
    ]


@pytest.mark.parametrize("record", {rule["record"] for rule in rules("record")})
def test_every_recording_rule_has_a_unit_test(record: str) -> None:
    valued = [
        entry
        for entry in unit_tests("promql_expr_test")
        if re.search(rf"{record}(?![\w:])", entry["expr"]) and entry["exp_samples"]
    ]
    wanted = {
        rule["labels"]["quantile"]
        for rule in rules("record")
        if rule["record"] == record and "labels" in rule
    }
    assert valued
    for quantile in wanted:
        assert any(f'quantile="{quantile}"' in entry["expr"] for entry in valued)


@pytest.mark.parametrize(
    "alert", rules("alert"), ids=lambda alert: f"{alert['alert']}-{alert['labels']}"
)
def test_every_alert_has_fired_and_kept_silent(alert: dict[str, Any]) -> None:
    tests = [
        {
            expected["exp_labels"].get("window", "")
            + expected["exp_labels"]["severity"]
            for expected in entry["exp_alerts"]
        }
        for entry in unit_tests("alert_rule_test")
        if entry["alertname"] == alert["alert"]
    ]
    own = alert["labels"].get("window", "") + alert["labels"]["severity"]
    assert any(own in fired for fired in tests), "no unit test lets it fire"
    assert any(own not in fired for fired in tests), "no unit test keeps it silent"


def anchors(markdown: str) -> set[str]:
    """The names under which a document's headings are found."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("alert", rules("alert"), ids=lambda alert: alert["alert"])
def test_every_alert_tells_what_to_do(alert: dict[str, Any]) -> None:
    notes = alert["annotations"]
    assert alert["labels"]["severity"] in SEVERITIES
    assert notes["summary"] and notes["description"].endswith(".")
    anchor = alert["alert"].lower()
    assert notes["runbook_url"] == f"deploy/RUNBOOK.md#{anchor}"
    assert anchor in anchors(RUNBOOK.read_text(encoding="utf-8"))


def test_the_runbook_has_no_alert_that_is_gone() -> None:
    described = re.findall(
        r"^#+ (Emotion\w+)$", RUNBOOK.read_text("utf-8"), re.MULTILINE
    )
    assert set(described) == {alert["alert"] for alert in rules("alert")}
