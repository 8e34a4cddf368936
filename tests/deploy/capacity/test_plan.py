"""The highest rate, and how many replicas follow from it."""

from __future__ import annotations

import pytest
from capacity.errors import CapacityError
from capacity.plan import Requirements, make_plan
from capacity.queue import draw_traffic, simulate
from capacity.search import highest_rate

from deploy.capacity.costs import plain

TRAFFIC = draw_traffic([20], 20_000, seed=1)


@pytest.mark.parametrize("p99", [0.005, 0.02, 0.1])
def test_the_highest_rate_meets_the_objective_and_no_higher_one_does(
    p99: float,
) -> None:
    best = highest_rate(plain(), TRAFFIC, p99).rate
    assert simulate(plain(), TRAFFIC, best, 10).p99 <= p99
    assert simulate(plain(), TRAFFIC, best * 1.02, 10).p99 > p99
    assert best < 500, "a dialogue takes 2 ms"


def test_patience_is_rewarded() -> None:
    rates = [highest_rate(plain(), TRAFFIC, p99).rate for p99 in (0.005, 0.02, 0.1)]
    assert rates == sorted(rates)
    assert rates[0] < 0.7 * rates[2]


def test_an_objective_below_the_time_of_a_dialogue_has_no_answer() -> None:
    with pytest.raises(CapacityError, match="no number of replicas"):
        highest_rate(plain(), TRAFFIC, 0.001)


@pytest.mark.parametrize(
    ("rate", "lost", "restarting", "needed", "replicas"),
    [(10, 0, 0, 1, 1), (10, 1, 1, 1, 3), (2000, 0, 0, 5, 5), (2000, 1, 0, 5, 6)],
)
def test_replicas_are_counted(
    rate: float, lost: int, restarting: int, needed: int, replicas: int
) -> None:
    required = Requirements(
        rate=rate, p99=0.05, lost=lost, restarting=restarting, core_hour_cost=0.1
    )
    plan = make_plan(plain(cpus=2), TRAFFIC, required)
    assert 400 < plan.highest.rate < 500
    assert (plan.needed, plan.replicas) == (needed, replicas)
    assert plan.cores == 2 * replicas
    assert plan.cost_per_hour == pytest.approx(0.2 * replicas)
    assert plan.worst.rate == rate / needed
    assert plan.usual.rate == rate / replicas
    assert plan.worst.p99 <= 0.05
