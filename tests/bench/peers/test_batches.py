import numpy as np
import pytest

from peers.batches import cut, pack, pad, take_sample
from peers.dialogues import Dialogue

LENGTHS = np.array([5, 9, 7, 30, 6, 8, 5, 10, 6, 7, 40, 8], dtype=np.int64)


def dialogue(*ids: int) -> Dialogue:
    return Dialogue(np.array(ids), np.array([0] + [1] * (len(ids) - 1)))


def test_padding_fills_up_to_the_longest_and_masks_it() -> None:
    ids, mask, segments = pad([dialogue(7, 8), dialogue(1, 2, 3)], 9)
    assert ids.tolist() == [[7, 8, 9], [1, 2, 3]]
    assert mask.tolist() == [[1, 1, 0], [1, 1, 1]]
    assert segments.tolist() == [[0, 1, 0], [0, 1, 1]]


def test_packing_puts_dialogues_end_to_end() -> None:
    ids, segments, offsets = pack([dialogue(7, 8), dialogue(1, 2, 3)])
    assert ids.tolist() == [7, 8, 1, 2, 3]
    assert segments.tolist() == [0, 1, 0, 1, 1]
    assert offsets.tolist() == [0, 2, 5]


def test_cutting_keeps_the_order_and_the_rest() -> None:
    assert cut([4, 2, 9, 1, 3], 2) == [[4, 2], [9, 1], [3]]


def test_in_arrival_order_neighbours_go_together() -> None:
    sample = take_sample(LENGTHS, "arrival", size=3, at_least=5)
    flat = [place for batch in sample.batches for place in batch]
    assert [len(batch) for batch in sample.batches] == [3, 3]
    assert flat == list(range(flat[0], flat[0] + 6))


def test_the_neighbours_that_are_nearest_to_the_set_are_taken() -> None:
    # Mean 11.75, padded in threes 22.25; each place to begin is tried by hand.
    sample = take_sample(LENGTHS, "arrival", size=3, at_least=6)

    def distance(start: int) -> float:
        part = LENGTHS[start : start + 6].reshape(2, 3)
        padded = part.max(axis=1).mean()
        return float(abs(part.mean() / 11.75 - 1) + abs(padded / 22.25 - 1))

    assert (sample.set_tokens, sample.set_padded) == (11.75, 22.25)
    best = min(range(7), key=distance)
    assert sample.batches[0][0] == best
    assert sample.tokens == LENGTHS[best : best + 6].mean()


def test_sorted_batches_are_cut_from_the_whole_sorted_set() -> None:
    sample = take_sample(LENGTHS, "sorted", size=2, at_least=12)
    lengths = [LENGTHS[batch].tolist() for batch in sample.batches]
    assert lengths == [[5, 5], [6, 6], [7, 7], [8, 8], [9, 10], [30, 40]]
    assert sample.set_padded == (5 + 6 + 7 + 8 + 10 + 40) / 6


def test_sorted_batches_lie_evenly_along_the_set() -> None:
    lengths = np.arange(1, 1001, dtype=np.int64)
    sample = take_sample(lengths, "sorted", size=10, at_least=50)
    begins = [batch[0] for batch in sample.batches]
    assert np.diff(begins).tolist() == [200] * 4
    assert abs(sample.tokens / sample.set_tokens - 1) < 0.01


def test_a_sample_holds_at_least_two_batches() -> None:
    assert take_sample(LENGTHS, "sorted", size=6, at_least=1).dialogues == 12


@pytest.mark.parametrize(
    ("size", "order", "message"), [(7, "arrival", "too few"), (2, "odd", "'odd'")]
)
def test_what_cannot_be_sampled_is_refused(size: int, order: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        take_sample(LENGTHS, order, size, 1)
