import numpy as np
import pytest

from emotion_model.evaluation.metrics import Confusion, format_report

LABELS = ("others", "happy", "sad", "angry")


def confusion(*rows: list[int]) -> Confusion:
    return Confusion(LABELS, np.array(rows, dtype=np.int64))


# By hand: TP 30 + 20 + 10 = 60; FP (5 + 2 + 1) for happy, (4 + 1 + 3) for sad and
# (6 + 0 + 2) for angry = 24; FN (7 + 1 + 0), (8 + 2 + 2), (9 + 1 + 3) = 33.
TABLE = confusion([100, 5, 4, 6], [7, 30, 1, 0], [8, 2, 20, 2], [9, 1, 3, 10])


def test_pairs_are_counted_by_truth_and_answer() -> None:
    counted = Confusion.of(
        LABELS, ["others", "sad", "sad", "angry"], ["happy", "sad", "others", "angry"]
    )
    assert counted.counts.tolist() == [
        [0, 1, 0, 0],
        [0, 0, 0, 0],
        [1, 0, 1, 0],
        [0, 0, 0, 1],
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (TABLE, 2 * 60 / (2 * 60 + 24 + 33)),
        (confusion([9, 0, 0, 0], *[[0, 0, 0, 0]] * 3), 0.0),
        (confusion([0] * 4, [0, 5, 0, 0], [0, 0, 5, 0], [0, 0, 0, 5]), 1.0),
        (confusion([0] * 4, [0, 0, 5, 0], [0, 5, 0, 0], [0] * 4), 0.0),
        (confusion([9, 0, 0, 0], [5, 0, 0, 0], *[[0] * 4] * 2), 0.0),
        # Others answered as happy: one false positive beside one hit.
        (confusion([9, 1, 0, 0], [0, 1, 0, 0], *[[0] * 4] * 2), 2 / 3),
    ],
)
def test_micro_f1_is_that_of_the_task(table: Confusion, expected: float) -> None:
    assert table.micro_f1() == pytest.approx(expected, abs=1e-12)


def test_each_class_has_its_own_numbers() -> None:
    happy = TABLE.score("happy")
    assert happy.precision == pytest.approx(30 / 38)
    assert happy.recall == pytest.approx(30 / 38)
    assert happy.f1 == pytest.approx(30 / 38)
    angry = TABLE.score("angry")
    assert angry.precision == pytest.approx(10 / 18)
    assert angry.recall == pytest.approx(10 / 23)
    assert angry.f1 == pytest.approx(20 / 41)
    assert (happy.support, angry.support) == (38, 23)
    assert TABLE.accuracy == pytest.approx(160 / 208)


def test_nothing_gives_zero_and_no_error() -> None:
    empty = confusion(*[[0] * 4] * 4)
    assert empty.accuracy == 0
    assert empty.micro_f1() == 0
    assert empty.micro_f1_interval() == (0, 0)
    assert empty.score("sad").f1 == 0


def test_the_interval_is_seeded_and_holds_the_value() -> None:
    low, high = TABLE.micro_f1_interval(seed=7)
    assert (low, high) == TABLE.micro_f1_interval(seed=7)
    assert (low, high) != TABLE.micro_f1_interval(seed=8)
    assert low < TABLE.micro_f1() < high
    # Drawing the dialogues themselves gives the same, within the noise of drawing.
    cells = np.indices((4, 4)).reshape(2, -1)
    truth, answer = np.repeat(cells, TABLE.counts.ravel(), axis=1)
    generator = np.random.default_rng(1)
    values = []
    for _ in range(1000):
        chosen = generator.integers(0, len(truth), len(truth))
        counts = np.zeros((4, 4), dtype=np.int64)
        np.add.at(counts, (truth[chosen], answer[chosen]), 1)
        values.append(Confusion(LABELS, counts).micro_f1())
    assert np.percentile(values, [2.5, 97.5]) == pytest.approx((low, high), abs=0.015)


def test_a_wrong_name_or_count_is_an_error() -> None:
    with pytest.raises(ValueError, match="label 'joy' is not one of"):
        Confusion.of(LABELS, ["joy"], ["sad"])
    with pytest.raises(ValueError, match="2 labels but 1 answers"):
        Confusion.of(LABELS, ["sad", "sad"], ["sad"])
    with pytest.raises(ValueError, match=r"lack \['happy', 'angry'\]"):
        Confusion(("others", "sad"), np.zeros((2, 2), dtype=np.int64)).micro_f1()


def test_the_report_shows_each_class_and_the_matrix() -> None:
    lines = format_report(TABLE).split("\n")
    assert lines[4] == "angry      0.5556  0.4348  0.4878       23"
    assert lines[-1] == "angry          9       1       3      10"
