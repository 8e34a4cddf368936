"""Each command with small numbers, and what it writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.report import markdown
from models.shadow import Run, compared
from models.swaps import HEAD

ROOT = Path(__file__).resolve().parents[3]
SMALL = ("--layers", "2", "--precision", "fp32")
COMMANDS = {
    "swaps": ("--swaps", "4", "--every", "2", "--rate", "40", "--calm-seconds", "1"),
    "canary": (
        "--requests",
        "200",
    ),
    "shadow": ("--rounds", "1", "--seconds", "1", "--concurrency", "8"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to which all of them have added."""
    out = tmp_path_factory.mktemp("results")
    server = os.environ.get("EMOTION_SERVER", "build/release/bin/emotion-server")
    path = ":".join(str(ROOT / each) for each in ("model", "tests", "tests/bench"))
    for verb, flags in COMMANDS.items():
        subprocess.run(
            [
                *(sys.executable, "-m", "models", verb, *flags, *SMALL),
                *("--binaries", Path(server).resolve().parent, "--out", out),
            ],
            check=True,
            env=os.environ | {"PYTHONPATH": path},
            timeout=300,
        )
    return out


def test_results_are_complete(results: Path) -> None:
    found = json.loads((results / "results.json").read_text(encoding="utf-8"))
    swaps = found["swaps"]
    assert [row["swaps"] for row in swaps["rows"]] == [0, 2, 4, 4]
    assert swaps["failures"] == {}
    last = swaps["rows"][-1]
    assert last["mixed"] == 0
    assert last["calls"] > 40
    assert last["resident_mb"] > 10
    assert all(0 < row["p50_ms"] <= row["p99_ms"] for row in swaps["rows"])

    canary = found["canary"]
    assert canary["keys_that_moved"] == 0
    assert sum(canary["with_keys"].values()) == pytest.approx(100)
    assert sum(canary["without_keys"].values()) == pytest.approx(100)

    runs = found["shadow"]["runs"]
    assert [run["shadow_percent"] for run in runs] == [0, 100]
    assert sum(runs[0]["shadowed"].values()) == 0
    assert sum(runs[1]["shadowed"].values()) > 0
    assert runs[1]["shadowed"]["changed"] == runs[1]["shadowed"]["failed"] == 0


def test_the_readme_is_made_of_the_results(results: Path) -> None:
    found = json.loads((results / "results.json").read_text(encoding="utf-8"))
    text = (results / "README.md").read_text(encoding="utf-8")
    assert text == markdown(found)
    assert "| " + " | ".join(HEAD) + " |" in text
    for verb in COMMANDS:
        assert f"`./dev bench models {verb}`" in text
    assert text.count(found["swaps"]["about"]["processor"]) == len(COMMANDS)


def test_ratios_are_taken_round_by_round() -> None:
    def run(number: int, percent: int, p50: float) -> Run:
        return Run(
            round=number,
            shadow_percent=percent,
            rate=1,
            p50_ms=p50,
            p99_ms=2 * p50,
            error_share=0,
            shadowed={},
        )

    found = compared([run(1, 0, 1), run(1, 100, 2), run(2, 0, 10), run(2, 100, 10)])
    assert found["p50_ms"]["ratio"] == {"median": 1.5, "lowest": 1.0, "highest": 2.0}
    assert found["p99_ms"]["without"]["median"] == 11
