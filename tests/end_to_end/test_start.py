"""The start of a server, and what it prints without serving."""

import subprocess
from pathlib import Path

import pytest

from end_to_end import ROOT
from end_to_end.conftest import Serve
from end_to_end.package import Package
from support.page import Page
from support.process import clean_environment
from support.server import serving


def test_the_time_to_serving_is_bounded(
    server_binary: Path, package: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    # As an operator starts it: nothing said of threads or of how they wait.
    with serving(server_binary, package.folder, OMP_WAIT_POLICY=None) as server:
        seconds = server.seconds_to_serving
        loading = Page.scrape(server.metrics_url).total("emotion_model_load_seconds")
        with capsys.disabled():
            print(f"\nstart to SERVING {seconds:.2f} s, of it model {loading:.2f} s")
        assert seconds < 60


def test_the_ready_line_is_the_next_command(serve: Serve, client_binary: Path) -> None:
    with serve() as server:
        (line,) = server.out.lines()
    binary = server.process.args[0]  # type: ignore[index]
    folder = str(binary).rpartition("/")[0]
    assert line == (
        f"Ready. Try: {folder}/emotion-client classify --address {server.address} "
        '"Hello" "Hi, how are you?" "I\'ve never had such a bad day in my life"'
    )


def output(binary: Path, *flags: str, **environment: str) -> str:
    run = subprocess.run(
        [binary, *flags],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean_environment(**environment),
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_help_is_the_golden_text(server_binary: Path) -> None:
    golden = (ROOT / "tests" / "config" / "help.golden").read_text(encoding="utf-8")
    assert output(server_binary, "--help") == golden


def test_version_is_one_line(server_binary: Path) -> None:
    assert len(output(server_binary, "--version").splitlines()) == 1


def settings(printed: str) -> dict[str, str]:
    """What --print-config says, without where each value comes from."""
    lines = (line.partition("  # ")[0] for line in printed.splitlines())
    return dict(line.split(": ", 1) for line in lines)


def test_flags_go_before_variables_before_the_file(
    server_binary: Path, tmp_path: Path
) -> None:
    file = tmp_path / "server.yaml"
    file.write_text("workers: 2\nmax-batch-items: 7\nlame-duck-ms: 3\n")
    printed = output(
        server_binary,
        *("--config", str(file), "--lame-duck-ms", "5", "--print-config"),
        EMOTION_MAX_BATCH_ITEMS="9",
        EMOTION_LAME_DUCK_MS="4",
    )
    expected = {"workers": "2", "max-batch-items": "9", "lame-duck-ms": "5"}
    assert expected.items() <= settings(printed).items()
    assert f"{file}:1" in printed
    assert "EMOTION_MAX_BATCH_ITEMS" in printed


def test_the_printed_configuration_can_be_read_back(
    server_binary: Path, tmp_path: Path
) -> None:
    printed = output(server_binary, "--workers", "3", "--print-config")
    file = tmp_path / "printed.yaml"
    file.write_text(printed)
    again = output(server_binary, "--config", str(file), "--print-config")
    assert settings(again) == settings(printed)
