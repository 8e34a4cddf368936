"""The simulation, where the answer is known."""

from __future__ import annotations

import math

import pytest
from capacity.errors import CapacityError
from capacity.queue import Traffic, draw_traffic, simulate

from deploy.capacity.costs import plain

# 2 ms with plain().
TOKENS = 20


def steady(count: int, tokens: int = TOKENS) -> Traffic:
    """One dialogue after another, all alike."""
    return Traffic((1.0,) * count, (tokens,) * count, (0.0,) * count)


def poisson(count: int = 100_000) -> Traffic:
    return draw_traffic([TOKENS], count, seed=7)


def waited_at_most(services: float, load: float) -> float:
    """Crommelin: the share of those in M/D/1 who wait for so many services or less."""
    terms = (
        (load * (k - services)) ** k
        / math.factorial(k)
        * math.exp(load * (services - k))
        for k in range(math.floor(services) + 1)
    )
    return (1 - load) * sum(terms)


def test_nobody_waits_where_nothing_meets() -> None:
    seen = simulate(plain(), steady(1000), rate=100, limit=1)
    assert seen.p50 == pytest.approx(0.002)
    assert seen.p99 == pytest.approx(0.002)
    assert seen.busy == pytest.approx(0.2, rel=0.01)
    assert seen.batch == 1


def test_without_batches_it_is_the_textbook_queue() -> None:
    cost = plain(max_batch_items=1)
    seen = simulate(cost, poisson(200_000), rate=350, limit=10)
    assert seen.busy == pytest.approx(0.7, rel=0.01)
    # Times in services; one of them is the dialogue's own.
    assert waited_at_most(seen.p50 / 0.002 - 1, 0.7) == pytest.approx(0.5, abs=0.01)
    assert waited_at_most(seen.p99 / 0.002 - 1, 0.7) == pytest.approx(0.99, abs=0.003)


def test_what_waits_goes_together_up_to_each_limit() -> None:
    burst = Traffic((1.0,) + (1e-9,) * 99, (TOKENS,) * 100, (0.0,) * 100)
    # The first one goes alone; 99 wait for it.
    all_of_it = plain(max_batch_items=1000, max_batch_ms=1e6)
    assert simulate(all_of_it, burst, 1, 10).batch == pytest.approx(100 / 2)
    by_items = plain(max_batch_items=33, max_batch_ms=1e6)
    assert simulate(by_items, burst, 1, 10).batch == pytest.approx(100 / 4)
    by_tokens = plain(max_batch_tokens=33 * TOKENS + 19, max_batch_ms=1e6)
    assert simulate(by_tokens, burst, 1, 10).batch == pytest.approx(100 / 4)
    by_time = plain(max_batch_items=1000, max_batch_ms=33 * 2 + 1)
    assert simulate(by_time, burst, 1, 10).batch == pytest.approx(100 / 4)
    by_slow_time = plain(max_batch_items=1000, max_batch_ms=2 * 33 * 2, together=2.0)
    assert simulate(by_slow_time, burst, 1, 10).batch == pytest.approx(100 / 4)


def test_two_workers_share_and_slow_each_other() -> None:
    two = Traffic((1.0, 1e-9), (TOKENS,) * 2, (0.0,) * 2)
    cost = plain(workers=2, alone=1.0, together=1.5)
    seen = simulate(cost, two, 1, 10)
    # The first met an idle server, the second one a busy one.
    assert seen.p99 == pytest.approx(0.003)
    assert seen.busy == pytest.approx(0.005 / 2)


def test_what_a_batch_shares_makes_batches_pay() -> None:
    shared = plain(batch_us=1900.0, token_us=5.0)
    seen = simulate(shared, poisson(), rate=800, limit=1)
    assert seen.batch > 1.5
    assert seen.p99 < 0.01
    unshared = simulate(plain(), poisson(), rate=800, limit=1)
    assert unshared.p99 == 1, "no rate above 500/s can be borne"


def test_jitter_and_overhead_are_added() -> None:
    traffic = Traffic((1.0,) * 1000, (TOKENS,) * 1000, (0.0, 0.999) * 500)
    cost = plain(overhead_us=500.0, jitter_us=(-100.0, 100.0))
    seen = simulate(cost, traffic, rate=1, limit=1)
    assert seen.p50 == pytest.approx(0.0026)
    assert simulate(cost, steady(100), 1, 1).p99 == pytest.approx(0.0024)


def test_a_queue_without_end_is_given_up() -> None:
    seen = simulate(plain(), poisson(), rate=1000, limit=0.3)
    assert seen.p50 == seen.p99 == 0.3


def test_what_the_queue_refuses_is_said() -> None:
    with pytest.raises(CapacityError, match="max_batch_items: is 100000"):
        simulate(plain(max_batch_items=100_000), steady(10), 1, 1)


def test_traffic_that_does_not_fit_together_is_refused() -> None:
    with pytest.raises(CapacityError, match="traffic: expected as many gaps as"):
        simulate(plain(), Traffic((1.0,), (TOKENS,), ()), 1, 1)
    with pytest.raises(CapacityError, match="rate: is 0"):
        simulate(plain(), steady(10), 0, 1)


def test_a_simulator_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EMOTION_QUEUE_SIMULATOR", "/nowhere/simulator")
    with pytest.raises(CapacityError, match="/nowhere/simulator"):
        simulate(plain(), steady(10), 1, 1)


def test_the_same_seed_gives_the_same_traffic() -> None:
    assert draw_traffic([5, 9], 50, 3) == draw_traffic([5, 9], 50, 3)
    assert draw_traffic([5, 9], 50, 3) != draw_traffic([5, 9], 50, 4)
