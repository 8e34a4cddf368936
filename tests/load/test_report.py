"""The report of `emotion-client load`, looked at in a real browser.

Needs a built emotion-client (environment EMOTION_CLIENT) and Chromium; without
either it is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

CLIENT = os.environ.get("EMOTION_CLIENT", "")
CHROMIUM = shutil.which("chromium") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
needs_client = pytest.mark.skipif(not CLIENT, reason="EMOTION_CLIENT is not set")

# Series colours of the light style.
COLOURS = [(0x1F, 0x6F, 0xEB), (0xD9, 0x73, 0x0D), (0x2A, 0x8F, 0x4F)]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--window-size=900,2600",
]


def histogram(first: int) -> dict[str, Any]:
    """Ten thousand values over some powers of two."""
    return {"digits": 3, "cells": [[first + 97 * i, 100] for i in range(100)]}


def sample() -> dict[str, Any]:
    """A result with something for every plot."""
    slot = {
        "seconds": 1.0,
        "sent": 100,
        "ok": 98,
        "errors": 2,
        "response_p50": 4.0,
        "response_p99": 30.0,
        "response_max": 50.0,
        "service_p99": 12.0,
    }
    point = {"ok_rate": 50.0, "service_p99": 9.0, "error_share": 0.0, "late_share": 0.0}
    return {
        "format": 1,
        "settings": {"rate": "100"},
        "started_at": "2026-01-02T03:04:05Z",
        "seconds": 20.0,
        "warmup_seconds": 3.0,
        "warmup_steady": True,
        "requests": {
            "sent": 10100,
            "ok": 10000,
            "good": 9000,
            "cancelled": 10,
            "late": 1,
            "unanswered": 0,
            "dialogues": 10000,
            "errors": {"RESOURCE_EXHAUSTED": 90},
        },
        "intervals_ms": {},
        "timeline": [{"at_seconds": float(i), **slot} for i in range(20)],
        "answers": {
            "compared": 0,
            "correct": 0,
            "repeated": 0,
            "inconsistent": 0,
            "largest_probability_change": 0.0,
            "labels": {},
        },
        "generator": {
            "cpu_cores": 0.5,
            "cores_available": 2.0,
            "answer_thread_busy": 0.2,
            "warnings": [],
        },
        "generators": 1,
        "curve": [
            {
                "offered_rate": 50.0 * i,
                "response_p50": 2.0 * i,
                "response_p99": 9.0 * i,
                "met": i < 4,
                **point,
            }
            for i in range(1, 6)
        ],
        "histograms": {
            "response": histogram(12000),
            "service": histogram(10000),
            "schedule_error": histogram(2000),
        },
    }


def pixels(png: bytes) -> Counter[tuple[int, ...]]:
    """How often each colour is in an 8-bit RGB or RGBA PNG (RFC 2083)."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8 and kind in (2, 6)
    step = 3 if kind == 2 else 4
    packed = b""
    at = 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += size + 12
    raw = zlib.decompress(packed)
    counts: Counter[tuple[int, ...]] = Counter()
    above = bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        line = bytearray(raw[start + 1 : start + 1 + width * step])
        unfilter(raw[start], line, above, step)
        for x in range(0, len(line), step):
            counts[tuple(line[x : x + 3])] += 1
        above = line
    return counts


def unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    """Undoes the filter of one line in place."""
    for x in range(len(line)):
        left = line[x - step] if x >= step else 0
        corner = above[x - step] if x >= step else 0
        if kind == 1:
            line[x] = (line[x] + left) & 255
        elif kind == 2:
            line[x] = (line[x] + above[x]) & 255
        elif kind == 3:
            line[x] = (line[x] + (left + above[x]) // 2) & 255
        elif kind == 4:
            guess = left + above[x] - corner
            nearest = min((left, above[x], corner), key=lambda v: abs(guess - v))
            line[x] = (line[x] + nearest) & 255


def page_requests(log: str) -> set[str]:
    """What pages asked the network for, by a log of Chromium's network part.

    Its own requests, for updates and the like, have no page as their initiator.
    """
    try:
        events = json.loads(log)["events"]
    except json.JSONDecodeError:  # the browser was gone before the end
        events = json.loads(log.rstrip().rstrip(",") + "]}")["events"]
    asked = [event.get("params", {}) for event in events]
    return {
        each["url"]
        for each in asked
        if each.get("initiator", "not an origin") != "not an origin"
        and not each["url"].startswith(("file:", "data:"))
    }


class Look:
    """What Chromium made of a page."""

    def __init__(self, page: Path) -> None:
        picture = page.with_suffix(".png")
        log = page.with_suffix(".netlog")
        run = subprocess.run(
            [
                CHROMIUM,
                *FLAGS,
                f"--user-data-dir={page.with_suffix('.profile')}",
                f"--log-net-log={log}",
                f"--screenshot={picture}",
                page.as_uri(),
            ],
            check=True,
            timeout=120,
            capture_output=True,
            text=True,
        )
        self.console = [x for x in run.stderr.splitlines() if "CONSOLE" in x]
        self.requests = page_requests(log.read_text(encoding="utf-8"))
        self.colours = pixels(picture.read_bytes())


@needs_client
def test_the_report_shows_its_plots_and_asks_no_network(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text(json.dumps(sample()), encoding="utf-8")
    page = tmp_path / "report.html"
    subprocess.run(
        [CLIENT, "load", "--merge", str(result), "--html", str(page)],
        check=True,
        timeout=30,
        capture_output=True,
    )
    look = Look(page)
    assert look.console == []
    assert look.requests == set()
    for colour in COLOURS:
        assert look.colours[colour] > 200, f"{colour} is hardly there"


def test_a_page_that_asks_the_network_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "asking.html"
    page.write_text(
        "<script>console.error(1)</script><img src='http://picture.test/x.png'>",
        encoding="utf-8",
    )
    look = Look(page)
    assert look.console != []
    assert look.requests == {"http://picture.test/x.png"}
    assert look.colours[COLOURS[0]] == 0
