"""Costs from the engine's benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from capacity.bench import line, read_bench
from capacity.errors import CapacityError

from end_to_end import ROOT

RESULTS = ROOT / "tests" / "bench" / "results"


def test_a_line_is_found_again() -> None:
    fixed, slope = line([(size, 300.0 + 7.0 * size) for size in (1, 4, 32)])
    assert fixed == pytest.approx(300)
    assert slope == pytest.approx(7)


def test_no_part_is_below_zero() -> None:
    fixed, slope = line([(1, 1.0), (2, 3.0), (4, 7.0)])
    assert fixed == 0
    assert slope > 1


@pytest.mark.parametrize(("precision", "cpus"), [("int8", 1), ("int8", 2), ("fp32", 1)])
def test_published_results_are_met_by_the_line(precision: str, cpus: int) -> None:
    path = max(RESULTS.glob("*-engine/results.json"))
    cost = read_bench(path, precision, cpus)
    entries: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["engine"]
    for entry in entries:
        if (entry["precision"], entry["threads"]) == (precision, cpus):
            items = entry["batch"]
            found = 1e3 * cost.plain(items, round(21.1 * items))
            assert found == pytest.approx(entry["milliseconds"], rel=0.25)


@pytest.mark.parametrize("text", ["", "{}", '{"engine": [{}]}', '{"engine": 1}'])
def test_what_is_no_benchmark_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CapacityError, match=r"results\.json"):
        read_bench(path, "int8", 1)


def test_what_was_not_measured_is_refused() -> None:
    path = max(RESULTS.glob("*-engine/results.json"))
    with pytest.raises(CapacityError, match="no two batch sizes in int4"):
        read_bench(path, "int4", 1)
