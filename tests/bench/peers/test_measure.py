from collections.abc import Sequence
from typing import cast

import pytest

from peers import measure
from peers.batches import Batch, Sample
from peers.contestants import Contestant
from peers.crew import Timing, Worker, WorkerError
from peers.measure import Field, Plan

SAMPLE = Sample([[0], [1]], tokens=1, set_tokens=1, padded=1, set_padded=1)
PLAN = Plan(
    sizes=[1, 2],
    rounds=2,
    seconds=0.5,
    samples={(n, order): SAMPLE for n in (1, 2) for order in ("arrival", "sorted")},
)


class FakeWorker:
    """Takes the next of its times for each order, and notes who was asked."""

    threads = 2

    def __init__(self, name: str, seconds: list[float], log: list[str]) -> None:
        self.name, self.seconds, self.log = name, seconds, log

    def time(self, batches: Sequence[Batch], seconds: float) -> Timing:
        self.log.append(f"{self.name} {seconds}")
        if not self.seconds:
            raise WorkerError("worn out")
        return Timing(1, self.seconds.pop(0))

    def cpu_seconds(self) -> float:
        return 0.0


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "pause", lambda: None)


def make_field(seconds: dict[str, list[float]], log: list[str]) -> Field:
    field = Field(PLAN, lambda text: None)
    for key, own in seconds.items():
        contestant = Contestant(key, key, "", "fp32", 1.0, pads=False)
        worker = cast(Worker, FakeWorker(key, own, log))
        field.add(contestant, {1: worker, 2: worker})
    return field


def test_all_are_warmed_up_before_rounds_that_are_interleaved() -> None:
    log: list[str] = []
    make_field({"a": [1.0] * 8, "b": [1.0] * 8}, log).run()
    one_size = ["a 0", "a 0", "b 0", "b 0", *["a 0.5", "b 0.5"] * 2]
    assert log == one_size * 2


def test_the_first_pass_is_kept_apart_and_the_second_thrown_away() -> None:
    cells = make_field({"a": [4.0, 9.0, 1.0, 2.0] * 2}, []).run()
    assert [cell["batch"] for cell in cells] == [1, 2]
    assert cells[0]["first_pass"] == 0.5
    assert cells[0]["rates"] == [2.0, 1.0]
    assert (cells[0]["median"], cells[0]["lowest"]) == (1.5, 1.0)


def test_who_fails_is_asked_no_more_and_keeps_what_was_whole() -> None:
    log: list[str] = []
    field = make_field({"a": [1.0] * 5, "b": [1.0] * 8}, log)
    cells = field.run()
    assert [(c["contestant"], c["batch"]) for c in cells] == [
        *(("a", 1), ("b", 1)),
        ("b", 2),
    ]
    assert field.failed == {"a": "worn out"}
    assert list(field.workers()) == ["b"]
    assert log.count("a 0") + log.count("a 0.5") == 6
