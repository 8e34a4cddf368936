"""What is read: times, costs, lengths."""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path
from typing import Any

import pytest
from capacity.cost import read_cost, write_cost
from capacity.errors import CapacityError
from capacity.lengths import of_dialogues, of_mean
from capacity.units import seconds

from deploy.capacity.costs import plain
from end_to_end import ROOT

PACKAGE = Path(os.environ.get("EMOTION_MODEL", ROOT / "build" / "model"))


@pytest.mark.parametrize(
    ("text", "expected"), [("50ms", 0.05), ("0.2s", 0.2), ("900us", 0.0009)]
)
def test_times_are_read(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["50", "ms", "-1s", "0ms", "1 s", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(CapacityError):
        seconds(text)


def test_a_cost_survives_its_file(tmp_path: Path) -> None:
    cost = plain(jitter_us=(-1.0, 1.0), together=1.25, about="by hand")
    write_cost(cost, tmp_path / "cost.json")
    assert read_cost(tmp_path / "cost.json") == cost


@pytest.mark.parametrize(
    "change",
    [
        {"cpus": 0},
        {"token_us": -1},
        {"token_us": 0},
        {"alone": 0},
        {"jitter_us": []},
        {"overhead_us": float("nan")},
        {"token_us": "many"},
        {"misspelt": 1},
    ],
)
def test_what_no_server_can_be_is_refused(
    change: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "cost.json"
    write_cost(plain(), path)
    document = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CapacityError, match=r"cost\.json"):
        read_cost(path)


@pytest.mark.parametrize("mean", [8.0, 21.1, 60.0])
def test_lengths_have_their_mean(mean: float) -> None:
    lengths = of_mean(mean, seed=1)
    assert statistics.mean(lengths) == pytest.approx(mean, rel=0.03)
    assert len(set(lengths)) > 5


def test_lengths_like_those_of_short_chats() -> None:
    """EmoContext's training dialogues: p50 20, p90 31, p99 48."""
    ordered = sorted(of_mean(21.1, seed=1))
    at = [ordered[int(share * len(ordered))] for share in (0.5, 0.9, 0.99)]
    assert at == pytest.approx([20, 31, 48], rel=0.07)


def test_dialogues_are_counted_as_the_model_reads_them(tmp_path: Path) -> None:
    golden = json.loads((PACKAGE / "manifest.json").read_text(encoding="utf-8"))
    wanted = [
        (entry["turns"], len(entry["token_ids"]))
        for entry in golden["golden"]["dialogues"]
    ]
    path = tmp_path / "dialogues.jsonl"
    lines = [json.dumps({"turns": turns}) for turns, _ in wanted]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert of_dialogues(path, PACKAGE) == [count for _, count in wanted]


def test_columns_are_turns_without_number_and_label(tmp_path: Path) -> None:
    path = tmp_path / "dialogues.tsv"
    path.write_text("a\tb\tc\n7\ta\tb\tc\tsad\n7\ta\tb\tc\n\n", encoding="utf-8")
    assert of_dialogues(path, PACKAGE) == [7, 7, 7]


@pytest.mark.parametrize("text", ["", "a\t\n", '{"turn": []}\n', "{\n"])
def test_what_is_no_dialogue_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "dialogues.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CapacityError):
        of_dialogues(path, PACKAGE)
