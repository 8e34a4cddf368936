"""What the autoscaler's numbers do over hours, by Kubernetes' rule.

A simulation with the server's measured behaviour; see autoscaler.py and fleet.py.
"""

import copy
import re

import pytest
from autoscaler import Autoscaler
from fleet import CAPACITY, MEASURED, Fleet, wait_of
from render import KUBERNETES, Object, kustomized, only

HOUR_S = 3600


def spec() -> Object:
    found = only(kustomized("autoscaled-hpa"), "HorizontalPodAutoscaler")["spec"]
    return copy.deepcopy(found)


def fleet(replicas: int = 2, **changes: object) -> Fleet:
    return Fleet(Autoscaler({**spec(), **changes}, replicas))


@pytest.mark.parametrize("pods_worth", [0.1, 1.0, 1.7, 2.5, 3.3, 4.1, 5.0])
def test_an_even_load_is_left_alone(pods_worth: float) -> None:
    some = fleet()
    some.run(2 * HOUR_S, lambda _: pods_worth * CAPACITY)
    assert some.changes(HOUR_S) == 0
    assert some.seen[-1][1] < 0.02
    # Not wasteful either: beyond the two, a pod does half of what it can or more.
    assert some.autoscaler.replicas <= max(2, round(pods_worth / 0.5))


def test_a_sudden_load_is_caught_up_with_in_minutes() -> None:
    some = fleet()
    some.run(600, lambda _: 0.5 * CAPACITY)
    assert some.autoscaler.replicas == 2
    before = some.offered
    some.run(90, lambda _: 5.0 * CAPACITY)
    assert some.seen[-1][1] < 0.02
    assert some.autoscaler.replicas >= 6
    some.run(210, lambda _: 5.0 * CAPACITY)
    # What a queue of two seconds can't take meanwhile is refused at once.
    assert 0 < some.refused / (some.offered - before) < 0.12
    some.run(HOUR_S, lambda _: 5.0 * CAPACITY)
    assert some.changes(HOUR_S // 2) == 0


def test_a_load_that_goes_takes_its_pods_along_slowly() -> None:
    some = fleet(replicas=9)
    some.run(1800, lambda _: 5.0 * CAPACITY)
    begun = some.autoscaler.replicas
    some.run(300, lambda _: 0.5 * CAPACITY)
    assert some.autoscaler.replicas >= begun - 1
    some.run(HOUR_S, lambda _: 0.5 * CAPACITY)
    assert some.autoscaler.replicas == 2
    assert max(wait for _, wait in some.history[-200:]) < 0.02


def test_a_day_is_followed_without_a_refusal() -> None:
    # From a half to five pods' worth and back within six hours.
    def load(now: int) -> float:
        away = abs(now - 3 * HOUR_S) / (3 * HOUR_S)
        return (0.5 + 4.5 * max(0.0, 1 - away)) * CAPACITY

    some = fleet()
    some.run(6 * HOUR_S, load)
    assert some.refused == 0
    assert max(wait for _, wait in some.history) < 0.02


def test_the_wait_alone_would_never_settle() -> None:
    # Why tokens a second are asked for as well.
    wait_only = fleet(metrics=spec()["metrics"][:1])
    wait_only.run(4 * HOUR_S, lambda _: 3.3 * CAPACITY)
    assert wait_only.changes(HOUR_S) >= 4
    assert max(wait for _, wait in wait_only.history[-240:]) > 0.05


def test_a_slower_machine_is_seen_by_its_wait() -> None:
    # Tokens a second can't reach their target where pods do half as many.
    tokens_only = fleet(metrics=spec()["metrics"][1:])
    target = tokens_only.autoscaler.targets()["emotion_tokens_per_second"]
    slow = CAPACITY / 2
    assert target > slow
    values = {
        "emotion_tokens_per_second": [slow] * 2,
        "emotion_queue_wait_mean_seconds": [1.0] * 2,
    }
    assert tokens_only.autoscaler.decide(values) == 2
    assert fleet().autoscaler.decide(values) == 4


def test_what_was_measured_is_what_the_readme_shows() -> None:
    readme = (KUBERNETES / "README.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip().replace(",", "") for cell in line.strip("| ").split("|")]
        for line in readme.splitlines()
        if re.match(r"\| [\d,]+ \| ", line)
    ]
    shown = {(float(r[3]), float(r[4])) for r in rows if len(r) == 5}
    assert {(rate, round(wait * 1000, 1)) for rate, wait in MEASURED[1:]} <= shown


def test_the_measured_wait_is_flat_and_then_steep() -> None:
    assert wait_of(0.5 * CAPACITY, 0) < 0.002
    assert wait_of(0.9 * CAPACITY, 0) < 0.02 < wait_of(CAPACITY, 0)
