"""Results of `emotion-client load`, written by hand."""

from __future__ import annotations

from typing import Any


def histogram(first: int) -> dict[str, Any]:
    """Ten thousand values over some powers of two."""
    return {"digits": 3, "cells": [[first + 97 * i, 100] for i in range(100)]}


def counts(ok: int) -> dict[str, Any]:
    """What became of some requests."""
    return {
        "sent": ok + 100,
        "ok": ok,
        "good": ok - 1000,
        "cancelled": 10,
        "late": 1,
        "unanswered": 0,
        "dialogues": ok,
        "errors": {"RESOURCE_EXHAUSTED": 90},
    }


def outcome(first: int) -> dict[str, Any]:
    """What became of the requests of one priority."""
    histograms = {"response": histogram(first), "service": histogram(first - 1000)}
    return {"requests": counts(5000), "histograms": histograms}


def trial(rate: float, met: bool) -> dict[str, Any]:
    """A point of the curve."""
    return {
        "offered_rate": rate,
        "ok_rate": rate,
        "response_p50": rate / 25,
        "response_p99": rate / 5,
        "service_p99": 9.0,
        "error_share": 0.0,
        "late_share": 0.0,
        "met": met,
    }


def slot(at: int) -> dict[str, Any]:
    """A second of the timeline."""
    return {
        "at_seconds": float(at),
        "seconds": 1.0,
        "sent": 100 + at,
        "ok": 98,
        "errors": at % 3,
        "response_p50": 4.0 + at % 4,
        "response_p99": 30.0 + 3 * at,
        "response_max": 50.0 + 5 * at,
        "service_p99": 12.0 + at,
    }


def sample(rate: int = 100) -> dict[str, Any]:
    """A result with something for every plot, tile and table."""
    return {
        "format": 1,
        "settings": {"rate": str(rate), "seed": "1"},
        "started_at": "2026-01-02T03:04:05Z",
        "seconds": 20.0,
        "warmup_seconds": 3.0,
        "warmup_steady": True,
        "requests": counts(100 * rate),
        "intervals_ms": {},
        "timeline": [slot(i) for i in range(20)],
        "answers": {
            "compared": 1000,
            "correct": 933,
            "repeated": 9000,
            "inconsistent": 2,
            "largest_probability_change": 0.0,
            "labels": {"others": 10000},
        },
        "generator": {
            "cpu_cores": 0.5,
            "cores_available": 2.0,
            "answer_thread_busy": 0.2,
            "warnings": ["sends were late"],
        },
        "server": {
            "scrapes": 20,
            "failed_scrapes": 0,
            "figures": {"cpu_cores": 1.5, "queue_wait_mean_ms": 12.25},
        },
        "generators": 1,
        "search": {"objective": "p99<40ms", "rate": 187.5, "settled": True},
        "curve": [
            *(trial(50.0 * i, i < 4) for i in range(1, 6)),
            *(trial(190.0 + i, i < 2) for i in range(4)),
        ],
        "priorities": {"bulk": outcome(14000), "interactive": outcome(12000)},
        "histograms": {
            "response": histogram(12000 + rate),
            "service": histogram(10000),
            "schedule_error": histogram(2000),
        },
    }
