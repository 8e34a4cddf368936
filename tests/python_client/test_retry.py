import math

import pytest

from emotion_client.outside import Outside
from emotion_client.retry import (
    FailedTry,
    RetryBudget,
    RetryPolicy,
    Tries,
    wait_before_retry,
)


@pytest.mark.parametrize(
    ("code", "tries", "push_back_ms", "remaining_s", "jitter", "wait"),
    [
        # Without a hint: doubling, spread by chance, bounded.
        ("UNAVAILABLE", 1, None, 5, 1.0, 0.05),
        ("UNAVAILABLE", 1, None, 5, 0.0, 0.025),
        ("UNAVAILABLE", 3, None, 5, 1.0, 0.2),
        ("UNAVAILABLE", 8, None, 5, 1.0, 1.0),
        # The server's word, to the millisecond, chance or not.
        ("UNAVAILABLE", 1, 123, 5, 0.3, 0.123),
        ("RESOURCE_EXHAUSTED", 2, 250, 5, 0.0, 0.25),
        ("RESOURCE_EXHAUSTED", 2, 0, 5, 0.0, 0.0),
        # It says: do not.
        ("RESOURCE_EXHAUSTED", 1, -1, 5, 0.0, None),
        ("UNAVAILABLE", 1, -1, 5, 0.0, None),
        # No hint: a full queue is not tried again.
        ("RESOURCE_EXHAUSTED", 1, None, 5, 0.0, None),
        # What gRPC says for a server that closes while the call comes in.
        ("CANCELLED", 1, None, 5, 1.0, 0.05),
        # Nothing else is.
        ("INTERNAL", 1, 10, 5, 0.0, None),
        ("DEADLINE_EXCEEDED", 1, 10, 5, 0.0, None),
        ("INVALID_ARGUMENT", 1, 10, 5, 0.0, None),
        # The last try was made.
        ("UNAVAILABLE", 9, None, 5, 0.0, None),
        # The wait would not end before the deadline.
        ("RESOURCE_EXHAUSTED", 1, 250, 0.25, 0.0, None),
        ("RESOURCE_EXHAUSTED", 1, 250, 0.251, 0.0, 0.25),
    ],
)
def test_the_wait_before_a_retry(
    code: str,
    tries: int,
    push_back_ms: int | None,
    remaining_s: float,
    jitter: float,
    wait: float | None,
) -> None:
    failed = FailedTry(code, tries, push_back_ms, remaining_s, jitter)
    assert wait_before_retry(RetryPolicy(max_tries=9), failed) == wait


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_tries": 0}, "max_tries is 0, expected 1 to 10"),
        ({"max_tries": 11}, "max_tries is 11, expected 1 to 10"),
        ({"first_wait_s": 0.0}, "first_wait_s is 0.0"),
        ({"first_wait_s": 2.0}, "max_wait_s 1.0"),
        ({"budget": -1.0}, "budget is -1.0, expected 0 or more"),
        ({"budget_per_call": math.nan}, "budget_per_call is nan"),
    ],
)
def test_a_policy_out_of_range_names_the_field(
    values: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RetryPolicy(**values)  # type: ignore[arg-type]


def test_a_budget_starts_full_and_then_grants_a_share_of_the_calls() -> None:
    budget = RetryBudget(RetryPolicy(budget=2, budget_per_call=0.2))
    assert [budget.take() for _ in range(3)] == [True, True, False]
    for _ in range(4):
        budget.add_call()
    assert not budget.take()
    budget.add_call()
    assert budget.take()
    for _ in range(1000):
        budget.add_call()
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_a_budget_without_limit_never_ends() -> None:
    budget = RetryBudget(RetryPolicy(budget=math.inf))
    assert all(budget.take() for _ in range(1000))


def test_a_try_that_gives_up_spends_no_budget() -> None:
    policy = RetryPolicy(budget=1, budget_per_call=0)
    budget = RetryBudget(policy)
    tries = Tries(policy, budget, Outside(now=lambda: 0.0, jitter=lambda: 1.0), 5)
    assert tries.start() == 5
    assert tries.wait_after("INTERNAL", None) is None
    assert tries.wait_after("UNAVAILABLE", None) == 0.05
    assert tries.wait_after("UNAVAILABLE", None) is None
