import pytest

from peers.measure import best_threads, threads_by_size
from peers.spread import Spread, ratios


def test_a_spread_is_median_lowest_highest() -> None:
    assert Spread.of([3.0, 1.0, 7.0, 4.0, 2.0]) == Spread(3.0, 1.0, 7.0)


def test_ratios_are_taken_round_by_round() -> None:
    # The machine is half as fast in the second round: the ratio does not see it.
    assert ratios([100.0, 50.0, 100.0], [50.0, 25.0, 40.0]) == Spread(2.0, 2.0, 2.5)


def test_rounds_must_match() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ({1: 2.0, 2: 1.1}, 2),
        ({1: 1.0, 2: 1.5}, 1),
        # As good as equal: all processors.
        ({1: 1.0, 2: 1.01}, 2),
    ],
)
def test_the_fastest_number_of_threads_wins(
    seconds: dict[int, float], expected: int
) -> None:
    assert best_threads(seconds) == expected


def test_a_batch_size_takes_the_threads_of_the_nearest_probe() -> None:
    probes = {1: {1: 1.0, 8: 1.0, 64: 9.0}, 2: {1: 2.0, 8: 0.5, 64: 5.0}}
    chosen = threads_by_size(probes, [1, 2, 4, 8, 16, 32, 128])
    assert chosen == {1: 1, 2: 1, 4: 2, 8: 2, 16: 2, 32: 2, 128: 2}
