"""The command line, with a cost by hand and with the real server."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from capacity.command import run
from capacity.cost import read_cost, write_cost

from deploy.capacity.costs import plain
from end_to_end import ROOT

BIN = ROOT / "build" / "release" / "bin"
SERVER = os.environ.get("EMOTION_SERVER", str(BIN / "emotion-server"))
CLIENT = os.environ.get("EMOTION_CLIENT", str(BIN / "emotion-client"))
MODEL = os.environ.get("EMOTION_MODEL", str(ROOT / "build" / "model"))


@pytest.fixture
def cost(tmp_path: Path) -> str:
    path = tmp_path / "cost.json"
    write_cost(plain(cpus=2, about="by hand"), path)
    return str(path)


def test_the_answer_for_people(cost: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--rate", "1000", "--p99", "50ms", "--cost", cost]
    assert run([*arguments, "--core-hour-cost", "0.05", "--arrivals", "5000"]) == 0
    first = capsys.readouterr().out
    assert "a replica: 2 CPUs, 1 workers; by hand" in first
    assert "for 1000/s with p99 within 50 ms: 3" in first
    assert "replicas: 5, cores: 10" in first
    assert "cost: 0.50 an hour" in first
    run([*arguments, "--core-hour-cost", "0.05", "--arrivals", "5000"])
    assert capsys.readouterr().out == first, "the same question, the same answer"


def test_a_benchmark_of_the_engine_answers_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    results = max((ROOT / "tests/bench/results").glob("*-engine/results.json"))
    arguments = ["--rate", "2000", "--arrivals", "5000", "--bench", str(results)]
    assert run([*arguments, "--cpus", "1", "--precision", "int8"]) == 0
    date = results.parent.name.removesuffix("-engine")
    assert f"in int8, AMD EPYC, {date}, the engine alone" in capsys.readouterr().out
    assert run([*arguments, "--cpus", "64"]) == 1
    assert "no two batch sizes" in capsys.readouterr().err


def test_the_answer_for_programs(cost: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--rate", "1000", "--cost", cost, "--arrivals", "5000", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["plan"]["replicas"] == 5
    assert answer["plan"]["worst"]["p99"] <= 0.05
    assert answer["cost"]["about"] == "by hand"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--p99", "1ms"], "no number of replicas"),
        (["--p99", "fast"], "expected for example 50ms"),
        (["--tokens", "1"], "expected 4 to 128"),
        (["--dialogues", "/nowhere"], "/nowhere"),
        (["--cost", "/nowhere"], "/nowhere"),
    ],
)
def test_what_cannot_be_answered_is_said(
    more: list[str], said: str, cost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--rate", "10", "--cost", cost, "--model", MODEL, *more]
    assert run(arguments) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--rate", "0"], ["--rate", "1", "--lost", "-1"], ["--rate", "1", "--x"]]
)
def test_a_wrong_command_line_ends_with_2(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(wrong)
    assert ended.value.code == 2


def test_the_real_server_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "measured.json"
    code = run(
        [
            *("--rate", "50", "--p99", "5s", "--seconds", "1", "--arrivals", "5000"),
            *("--server", SERVER, "--client", CLIENT, "--model", MODEL),
            *("--save-cost", str(saved)),
        ]
    )
    said = capsys.readouterr()
    assert code == 0, said.err
    cost = read_cost(saved)
    assert cost.cpus == len(os.sched_getaffinity(0))
    assert cost.workers >= 1
    # A dialogue of 20 tokens takes from a tenth of a millisecond to a second.
    assert 1e-4 < cost.alone * cost.plain(1, 20) < 1
    assert list(cost.jitter_us) == sorted(cost.jitter_us)
    assert cost.jitter_us[0] == 0
    assert "emotion-mobilebert" in cost.about
    assert "replicas: " in said.out
