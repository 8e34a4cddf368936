"""What is made of the load generator's percentiles."""

from __future__ import annotations

import pytest
from capacity.measure import JITTERS, jitter_of

TIMES = {
    "p50": 1000.0,
    "p75": 1100.0,
    "p90": 1200.0,
    "p95": 1500.0,
    "p99": 3000.0,
    "p99.9": 9000.0,
    "max": 90000.0,
}


def testjitter_of_has_the_percentiles_of_the_times() -> None:
    jitter = jitter_of(TIMES)
    assert len(jitter) == JITTERS
    assert jitter == sorted(jitter)
    for name, share in (("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)):
        at = int(share * JITTERS)
        low, high = jitter[at - 1], jitter[at]
        assert low <= TIMES[name] - TIMES["p50"] <= high
    # The slowest of a thousand calls is not one of two hundred.
    assert jitter[-1] < TIMES["p99.9"] - TIMES["p50"]


def test_half_of_the_calls_have_none() -> None:
    assert jitter_of(TIMES)[: JITTERS // 2] == [0.0] * (JITTERS // 2)
    still = dict.fromkeys(TIMES, 700.0)
    assert jitter_of(still) == pytest.approx([0.0] * JITTERS)
