"""emotion-client load against the real server, its metrics beside."""

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from end_to_end.package import Package
from support.page import Page
from support.process import clean_environment
from support.server import ServerProcess


class Run(NamedTuple):
    """What a run left behind, and the server's page before and after."""

    out: str
    result: dict[str, Any]
    rows: dict[tuple[str, str], float]
    html: str
    before: Page
    after: Page


def load(binary: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [binary, "load", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        env=clean_environment(),
    )


@pytest.fixture(scope="module")
def run(
    client_binary: Path,
    server: ServerProcess,
    package: Package,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    folder = tmp_path_factory.mktemp("load")
    source = folder / "golden.jsonl"
    golden = [g for g in package.golden() if all(g.turns)][:50]
    source.write_text(
        "".join(
            json.dumps({"turns": entry.turns, "label": entry.label}) + "\n"
            for entry in golden
        ),
        encoding="utf-8",
    )
    before = Page.scrape(server.metrics_url)
    port = re.search(r":(\d+)/", server.metrics_url)
    assert port is not None
    done = load(
        client_binary,
        *("--address", server.address, "--metrics-address", f":{port[1]}"),
        *("--rate", "20", "--duration", "3s", "--warmup", "1s", "--deadline", "60s"),
        *("--input", source, "--format", "jsonl"),
        *("--json", folder / "r.json", "--csv", folder / "r.csv"),
        *("--html", folder / "r.html"),
    )
    assert done.returncode == 0, done.stderr
    text = (folder / "r.csv").read_text(encoding="utf-8")
    rows = {
        (r["group"], r["name"]): r["value"] for r in csv.DictReader(text.splitlines())
    }
    return Run(
        done.stdout,
        json.loads((folder / "r.json").read_text(encoding="utf-8")),
        {key: float(value) for key, value in rows.items()},
        (folder / "r.html").read_text(encoding="utf-8"),
        before,
        Page.scrape(server.metrics_url),
    )


def test_every_request_is_answered_and_right(run: Run) -> None:
    requests, answers = run.result["requests"], run.result["answers"]
    assert requests["ok"] == requests["sent"] > 30
    assert requests["errors"] == {}
    assert answers["compared"] == answers["correct"] == requests["ok"]
    assert 0 < run.result["service_ms"]["p50"] <= run.result["service_ms"]["p99"]
    assert run.result["response_ms"]["p50"] >= run.result["service_ms"]["p50"] * 0.99


def test_the_servers_figures_stand_beside_the_clients(run: Run) -> None:
    server = run.result["server"]
    assert server["failed_scrapes"] == 0
    assert server["scrapes"] >= 3
    figures = server["figures"]
    assert 1 <= figures["batch_items_mean"] <= 20
    assert figures["batch_tokens_mean"] > figures["batch_items_mean"]
    assert 0 < figures["batches_per_second"] <= 60
    assert 0 < figures["cpu_cores"] < 64
    assert 0 < figures["busy_instances"] < 64
    assert 10 < figures["resident_megabytes"] < 10_000
    assert figures["queue_items_max"] >= figures["queue_items_mean"] >= 0
    assert figures["in_flight_max"] >= 0
    assert figures["rejected"] == figures["expired"] == 0
    # What the server needs is a part of what the client waits.
    mean = run.result["service_ms"]["mean"]
    assert 0 < figures["inference_mean_ms"] < mean * 1.5
    assert 0 <= figures["queue_wait_mean_ms"] < mean


def test_they_are_the_pages_own(run: Run) -> None:
    def growth(name: str, **labels: str) -> float:
        return run.after.total(name, **labels) - run.before.total(name, **labels)

    # The pages before and after have the warm-up between them as well.
    batches = growth("emotion_batches_total")
    seconds = run.result["seconds"]
    assert run.result["server"]["figures"]["batches_per_second"] * seconds <= batches
    assert growth("emotion_items_total", outcome="ok") > run.result["requests"]["ok"]
    memory = run.after.total("process_resident_memory_bytes") / 1e6
    found = run.result["server"]["figures"]["resident_megabytes"]
    assert found == pytest.approx(memory, rel=0.2)


def test_all_forms_say_the_same(run: Run) -> None:
    figures = run.result["server"]["figures"]
    for name, value in figures.items():
        assert run.rows["server", name] == pytest.approx(value)
        assert f"<td>{name}</td>" in run.html
        assert f" {name} {value:.2f}" in run.out
    assert run.rows["requests", "ok"] == run.result["requests"]["ok"]
    p99 = run.result["response_ms"]["p99"]
    assert run.rows["response_ms", "p99"] == pytest.approx(p99)
    assert f"{p99:.1f}" in run.out


def test_metrics_that_are_not_there_are_told(
    client_binary: Path, server: ServerProcess, tmp_path: Path
) -> None:
    json_file = tmp_path / "r.json"
    done = load(
        client_binary,
        *("--address", server.address, "--metrics-address", "127.0.0.1:1"),
        *("--rate", "5", "--duration", "1s", "--warmup", "0s", "--json", json_file),
    )
    assert done.returncode == 0, done.stderr
    assert "metrics pages were not to be had" in done.stdout
    found = json.loads(json_file.read_text(encoding="utf-8"))["server"]
    assert found["scrapes"] == 0
    assert found["failed_scrapes"] >= 2
    assert found["figures"] == {}
