"""The pages of `emotion-client load`, looked at in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from load.browser import Browser, Look
from load.results import sample
from support.server import listening

CLIENT = os.environ.get("EMOTION_CLIENT", "")
NULL_SERVER = os.environ.get("EMOTION_NULL_SERVER", "")
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(
    not CLIENT or not NULL_SERVER, reason="EMOTION_CLIENT, EMOTION_NULL_SERVER"
)

# The lines that each plot must have.
RUN_PLOTS = {
    "Percentiles of both times": 2,
    "Times along the run": 3,
    "Requests along the run": 3,
    "How requests ended": 0,
    "Response time by priority": 2,
}
COMPARE_PLOTS = {
    "Response time": 2,
    "Service time": 2,
    "Response p99 along the run": 2,
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def client(*arguments: str | Path) -> None:
    subprocess.run(
        [CLIENT, "load", *arguments], check=True, timeout=60, capture_output=True
    )


def write(path: Path, result: dict[str, Any]) -> Path:
    path.write_text(json.dumps(result), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made_up(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Look, dict[str, Any]]:
    """A page of a result by hand, and the JSON beside it."""
    folder = tmp_path_factory.mktemp("made_up")
    given = write(folder / "given.json", sample())
    client("--merge", given, "--json", folder / "out.json", "--html", folder / "p.html")
    look = browser.look(folder / "p.html", PROBE)
    return look, json.loads((folder / "out.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Look, dict[str, Any]]:
    """A page of a run against a server that answers at once."""
    folder = tmp_path_factory.mktemp("measured")
    with listening(Path(NULL_SERVER)) as address:
        client(
            *("--address", address, "--rate", "300", "--duration", "3s"),
            *("--warmup", "0s", "--priority-mix", "interactive:80%,bulk:20%"),
            *("--json", folder / "r.json", "--html", folder / "r.html"),
        )
    look = browser.look(folder / "r.html", PROBE)
    return look, json.loads((folder / "r.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compared(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Look:
    """A page that compares two results."""
    folder = tmp_path_factory.mktemp("compared")
    before = write(folder / "before.json", sample(100))
    after = write(folder / "after.json", sample(200))
    client("--compare", before, after, "--html", folder / "c.html")
    return browser.look(folder / "c.html", PROBE)


def overlap(one: list[float], two: list[float]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def inside(one: list[float], two: list[float]) -> bool:
    slack = 1.0
    return (
        one[0] >= two[0] - slack
        and one[1] >= two[1] - slack
        and one[2] <= two[2] + slack
        and one[3] <= two[3] + slack
    )


def assert_plot(plot: dict[str, Any], lines: int) -> None:
    """It is large, its lines cross most of it, and its labels can be read."""
    title, frame = plot["title"], plot["box"]
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    assert width > 700, title
    assert height > (200 if lines else 50), title
    assert len(plot["lines"]) >= lines, title
    assert lines or len(plot["bars"]) >= 2, title
    for line in plot["lines"]:
        assert line["points"] >= 2, title
        assert inside(line["box"], frame), title
        assert line["colour"] not in ("none", "rgb(0, 0, 0)"), title
    for line in plot["lines"][:lines]:
        assert line["box"][2] - line["box"][0] > 0.5 * width, title
    for shape in [*plot["circles"], *plot["bars"]]:
        assert inside(shape, frame), title
    for text, box in plot["labels"]:
        assert text and "nan" not in text and "inf" not in text, title
        assert box[3] - box[1] > 8, f"{title}: {text} is too small"
        assert inside(box, frame), f"{title}: {text} is cut"
    for (one, box_one), (two, box_two) in combinations(plot["labels"], 2):
        assert not overlap(box_one, box_two), f"{title}: {one} lies on {two}"


def assert_page(look: Look, plots: dict[str, int]) -> None:
    assert look.complaints == []
    assert look.requests == []
    assert [plot["title"] for plot in look.found["plots"]].count("") == 0
    found = {plot["title"]: plot for plot in look.found["plots"]}
    assert set(found) == set(plots)
    for title, lines in plots.items():
        assert_plot(found[title], lines)
    assert look.found["width"] <= 900


def milliseconds(value: float) -> str:
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms"


def assert_figures(look: Look, result: dict[str, Any]) -> None:
    """The page says what the JSON says."""
    tiles, tables = look.found["tiles"], look.found["tables"]
    assert tiles["answers"] == f"{result['ok_rate']:.1f}/s"
    assert tiles["good answers"] == f"{result['good_rate']:.1f}/s"
    assert tiles["response p50"] == milliseconds(result["response_ms"]["p50"])
    assert tiles["response p99"] == milliseconds(result["response_ms"]["p99"])
    assert tiles["errors"] == f"{100 * result['error_share']:.2f} %"
    assert tiles["sent late"] == str(result["requests"]["late"])
    head, *rows = tables["The two times"]
    assert head[1] == "response"
    assert head[3] == "service"
    assert [row[0] for row in rows[:2]] == ["p50", "p75"]
    for row in rows:
        assert row[1] == milliseconds(result["response_ms"][row[0]])
        assert row[3] == milliseconds(result["service_ms"][row[0]])
    for row in tables["Priorities"][1:]:
        part = result["priorities"][row[0]]
        counts = part["requests"]
        assert row[1:4] == [
            *(str(counts["sent"]), str(counts["ok"])),
            str(sum(counts["errors"].values())),
        ]
        times = [part["response_ms"][p] for p in ("p50", "p99", "p99.9", "max")]
        assert row[4:] == [milliseconds(time) for time in times]
    assert dict(tables["Settings"][1:]) == result["settings"]
    assert look.found["warnings"] == result["generator"]["warnings"]


def test_the_report_of_a_run_is_whole(measured: tuple[Look, dict[str, Any]]) -> None:
    look, result = measured
    assert result["requests"]["ok"] > 700
    assert_page(look, RUN_PLOTS)
    assert_figures(look, result)


def test_the_report_of_a_search_is_whole(made_up: tuple[Look, dict[str, Any]]) -> None:
    look, result = made_up
    assert_page(look, RUN_PLOTS | {"Response time by offered rate": 2})
    assert_figures(look, result)
    tiles = look.found["tiles"]
    assert tiles["highest rate for p99<40ms"] == "187.5/s"
    assert tiles["accuracy"] == "93.3 %"
    assert tiles["changed answers"] == "2"
    server = dict(look.found["tables"]["The server's own figures"][1:])
    assert server["cpu_cores"] == "1.5"
    assert server["metrics pages read"] == "20"
    curve = look.found["plots"][0]
    trials = [box for box in curve["circles"] if box[2] - box[0] > 6]
    assert len(trials) == len(result["curve"])


def test_the_comparison_is_whole(compared: Look) -> None:
    assert_page(compared, COMPARE_PLOTS)
    tables = compared.found["tables"]
    figures = {row[0]: row[1:] for row in tables["Before and after"]}
    assert figures["answers per second"] == ["500.0", "1000.0", "+100.0 %"]
    assert figures["service p99"][0] == figures["service p99"][1]
    assert tables["Settings that differ"][1:] == [["rate", "100", "200"]]
    assert compared.found["warnings"][0] == "before: sends were late"


def test_what_a_page_must_not_do_would_be_noticed(
    browser: Browser, tmp_path: Path
) -> None:
    page = tmp_path / "asking.html"
    page.write_text(
        "<script>console.error(1); nothing()</script>"
        "<img src='http://picture.test/x.png'>"
        "<svg width=900 height=300><text x=10 y=20>one</text>"
        "<text x=12 y=22>two</text></svg>",
        encoding="utf-8",
    )
    script = "[...document.querySelectorAll('text')].map(e => e.getBBox().width)"
    look = browser.look(page, script)
    assert look.requests == ["http://picture.test/x.png"]
    assert "console.error" in look.complaints
    assert any(re.search("Uncaught", each) for each in look.complaints)
    assert all(width > 10 for width in look.found), "there is no font"
