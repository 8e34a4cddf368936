from dataclasses import replace
from pathlib import Path

import pytest

from peers.spread import Spread
from servers.compare import run_all
from servers.drive import Measurement, Traffic, busy_cores, measurement
from servers.results import Results
from servers.targets import PeerOptions, Target, parse_target
from servers.triton import TritonOptions, configuration
from servers.write import markdown, median_text, write_results
from support.process import ProcessError

ONE = Measurement(
    target="ours",
    round=0,
    kind="closed",
    value=64.0,
    rate=800.0,
    p50=70.0,
    p99=90.0,
    error_share=0.0,
    accuracy=0.93,
    server_cores=1.9,
    client_cores=0.1,
    resident_mb=300.0,
    settled=True,
    warnings=(),
)


def closed(target: str, number: int, rate: float, value: float = 64.0) -> Measurement:
    return replace(ONE, target=target, round=number, rate=rate, value=value)


def search(target: str, number: int, rate: float) -> Measurement:
    return replace(closed(target, number, rate, 0.0), kind="search")


RESULTS = Results(
    about={"processor": "a fast one"},
    settings={"objective": "p99<50ms"},
    names=["ours", "slow", "quick"],
    ours=["ours"],
    measurements=[
        *(closed("ours", i, rate) for i, rate in enumerate((800, 600))),
        closed("ours", 0, 500, 16.0),
        *(closed("slow", i, rate) for i, rate in enumerate((100, 100))),
        *(closed("quick", i, rate) for i, rate in enumerate((400, 200))),
        *(search("ours", 0, 700), search("slow", 0, 0), search("quick", 0, 140)),
    ],
)


def test_ratios_are_taken_round_by_round_against_the_best_peer() -> None:
    assert RESULTS.best_peer("saturation") == "quick"
    assert RESULTS.ratio("ours", "quick", "saturation") == Spread(2.5, 2.0, 3.0)
    assert RESULTS.ratio("ours", "quick", "search") == Spread(5.0, 5.0, 5.0)


def test_a_peer_that_never_met_the_objective_gives_no_ratio() -> None:
    assert RESULTS.ratio("ours", "slow", "search") is None


def test_saturation_is_the_best_of_the_concurrencies_of_a_round() -> None:
    assert RESULTS.saturation("ours") == {0: 800, 1: 600}


def test_the_report_holds_medians_with_their_extremes(tmp_path: Path) -> None:
    text = write_results(RESULTS, tmp_path)
    assert "| ours | 64 | 700 (600 to 800) | 70.0 |" in text
    assert "| ours | quick | 2.50 (2.00 to 3.00) |" in text
    assert "| ours | 700 | 90.0 | 88 | yes |" in text
    files = {"README.md", "results.json", "saturation.svg", "search.svg"}
    assert {path.name for path in tmp_path.iterdir()} == files
    assert ">700</text>" in (tmp_path / "saturation.svg").read_text()


def test_a_rate_that_was_left_out_is_reported() -> None:
    opened = replace(closed("ours", 0, 200.0, 200.0), kind="open")
    more = replace(RESULTS, measurements=[*RESULTS.measurements, opened])
    assert "| slow | 200 | above its saturation, not run |" in markdown(more)


def test_failures_are_reported_in_a_line() -> None:
    text = markdown(replace(RESULTS, failures=["c, round 2: died\nas it can"]))
    assert text.endswith("## Failures\n\n- c, round 2: died\n")


def test_a_spread_that_looks_like_one_number_is_one_number() -> None:
    assert median_text([1.01, 1.02], 1) == "1.0"
    assert median_text([1.0, 3.0, 2.0]) == "2 (1 to 3)"


def test_each_round_begins_with_another_and_a_failure_stops_nobody() -> None:
    targets = [Target(name, "ours") for name in "abc"]
    order: list[str] = []

    def once(target: Target, number: int) -> list[Measurement]:
        order.append(f"{number}{target.name}")
        if order[-1] == "1c":
            raise ProcessError("died\nas it can")
        return [closed(target.name, number, 1.0)]

    found, failures = run_all(targets, 2, once)
    assert len(found) == 5
    assert failures == ["c, round 2: died\nas it can"]
    assert order == ["0a", "0b", "0c", "1b", "1c", "1a"]


def test_targets_are_read() -> None:
    assert parse_target("ours:--precision int8").flags == ("--precision", "int8")
    peer = parse_target("grpc:ort-int8:threads=1,workers=2")
    assert peer.options == PeerOptions(threads=1, workers=2)
    assert parse_target("triton:openvino-int8").name == "Triton openvino-int8"


@pytest.mark.parametrize(
    "text", ["", "grpc", "grpc:ours-int8", "grpc:ort-int8:speed=9", "x:ort-int8"]
)
def test_other_targets_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="target"):
        parse_target(text)


def test_tritons_configuration_names_the_peer_and_the_delay() -> None:
    options = TritonOptions("ort-int8", Path("/s"), Path("/p"), max_delay_us=500)
    text = configuration(options)
    assert "max_queue_delay_microseconds: 500" in text
    assert 'key: "peer" value: { string_value: "ort-int8" }' in text


def test_busy_cores_are_those_of_the_last_seconds() -> None:
    samples = [(0.0, 0.0), (1.0, 0.0), (2.0, 1.5), (3.0, 3.0)]
    assert busy_cores(samples, 2.0) == 1.5
    assert busy_cores(samples[:1], 2.0) == 0.0


def test_a_search_gives_its_rate_and_the_worst_trial_there() -> None:
    point = {"offered_rate": 90.0, "met": True, "error_share": 0.0}
    result = {
        "answers": {"compared": 0, "correct": 0},
        "response_ms": {"p50": 0, "p99": 0},
        "ok_rate": 0,
        "error_share": 0,
        "search": {"rate": 90.0, "settled": True},
        "curve": [
            {**point, "response_p50": 9.0, "response_p99": 30.0},
            {**point, "response_p50": 8.0, "response_p99": 40.0},
            {**point, "response_p50": 8.0, "response_p99": 99.0, "met": False},
        ],
        "generator": {"cpu_cores": 0.1, "warnings": []},
        "server_cores": 1.0,
        "resident_mb": 1.0,
    }
    found = measurement("x", 0, Traffic("search", 0, 3, 0, "p99<50ms"), result)
    assert (found.rate, found.p50, found.p99) == (90.0, 9.0, 40.0)
    assert found.accuracy == -1.0
