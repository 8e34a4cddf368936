import copy
from typing import Any

import pytest

from peers.contestants import CONTESTANTS, choose
from peers.report import by_size, hero, markdown, number, table


def cell(key: str, order: str, batch: int, median: float, ours: float) -> Any:
    ratio = {"median": ours / median, "lowest": 1.9, "highest": 2.1}
    return {
        **{"contestant": key, "order": order, "batch": batch, "threads": 2},
        **{"first_pass": 12.0, "rates": [median], "median": median},
        **{"lowest": median - 1, "highest": median + 1, "ratios": {"a": ratio}},
    }


RESULTS: dict[str, Any] = {
    **{"date": "2026-01-02T03:04:05+00:00", "command": "./dev bench --peers"},
    "machine": {
        **{"processor": "P", "family": "1/2", "cpus": 2, "memory_gib": 4.0},
        **{"system": "Linux 6", "instructions": ["avx2"], "load_average": 0.1},
    },
    **{"versions": {"python": "3"}, "model": "m 1", "dialogues": "d"},
    **{"rounds": 1, "threads_tried": [1, 2], "took_seconds": 9},
    "samples": {
        "1/arrival": {
            **{"tokens": 20.0, "set_tokens": 21.0, "padded": 22.0},
            **{"set_padded": 23.0, "dialogues": 48},
        }
    },
    "contestants": [
        {"key": "a", "title": "this engine", "ours": True},
        {"key": "b", "title": "a peer", "ours": False},
    ],
    **{"left_out": {"another": "it fell over"}, "foreign_share": 0.01},
    "cells": [
        *(cell("a", "arrival", n, 100.0 * n, 100.0 * n) for n in (1, 2)),
        *(cell("b", "arrival", n, 50.0 * n, 100.0 * n) for n in (1, 2)),
        cell("b", "sorted", 2, 80.0, 200.0),
    ],
    "quality": {
        "a": {
            **{"micro_f1": 0.75, "agreeing": 199, "dialogues": 200},
            **{"largest_difference": 0.5, "mean_difference": 0.01},
        }
    },
}


def test_a_table_has_numbers_to_the_right() -> None:
    expected = "| a | b |\n| --- | ---: |\n| x | 1 |"
    assert table(["a", "b"], [["x", "1"]]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1234.4, "1,234"), (99.96, "100.0"), (12.34, "12.3"), (1.234, "1.23")],
)
def test_a_number_has_three_digits_that_count(value: float, expected: str) -> None:
    assert number(value) == expected


def test_rows_are_contestants_and_orders_and_columns_batch_sizes() -> None:
    assert by_size(RESULTS, lambda c: number(c["median"])).splitlines() == [
        "| batch | 1 | 2 |",
        "| --- | ---: | ---: |",
        "| this engine, arrival | 100 | 200 |",
        "| a peer, arrival | 50.0 | 100 |",
        "| a peer, sorted |  | 80.0 |",
    ]


def test_the_report_tells_ratios_quality_and_who_was_left_out() -> None:
    text = markdown(RESULTS)
    for part in (
        "| a peer, sorted |  | 2.50 (1.90 to 2.10) |",
        "| this engine | 0.7500 | 99.50 % | 0.500 | 0.0100 |",
        "**Left out:** another: it fell over.",
        "| 1, arrival | 48 | 20.0 | 21.0 | 22.0 | 23.0 |",
        "| a peer, arrival | 20.0 | 20.0 |",
    ):
        assert part in text
    assert "not quiet" not in text


def test_a_busy_machine_is_reported() -> None:
    busy = copy.deepcopy(RESULTS) | {"foreign_share": 0.2}
    assert "The machine was not quiet" in markdown(busy)


def test_others_are_compared_with_our_fastest() -> None:
    results = copy.deepcopy(RESULTS)
    results["contestants"][1]["ours"] = True
    assert hero(results) == "a"


def test_contestants_are_chosen_by_key() -> None:
    assert [c.key for c in choose("ort-int8,ours-int8")] == ["ours-int8", "ort-int8"]
    assert len(choose("all")) == len(CONTESTANTS)
    with pytest.raises(ValueError, match="'nobody' is not one of"):
        choose("eager,nobody")
