"""The metrics page after known traffic."""

import shutil
import subprocess
import urllib.error
import urllib.request

import grpc
import pytest

from end_to_end import ROOT
from end_to_end.conftest import Serve
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE, Package
from end_to_end.wire import Connection, messages
from support.page import Page, assert_books_balance, wait_for_rest
from support.server import ServerProcess

GOLDEN = ROOT / "tests" / "metrics" / "metric_names.golden"
# Their series begin when a shadow first gives another label.
LATER = {"emotion_shadow_changed_total counter given model own version"}


@pytest.fixture(scope="module")
def page(serve: Serve) -> Page:
    """After 10 calls, a batch of 23 with 3 bad ones, a bad call, and an info."""
    with serve("--workers", "1") as server, Connection(server.address) as connection:
        for _ in range(9):
            connection.classify(README_DIALOGUE)
        connection.classify(LONG_DIALOGUE)
        connection.classify_batch([["ok"]] * 20 + [[], [" "], ["a"] * 4])
        with pytest.raises(grpc.RpcError):
            connection.classify([])
        connection.stub.GetModelInfo(messages.GetModelInfoRequest(), timeout=60)
        return wait_for_rest(server.metrics_url)


def test_dialogues_are_counted(page: Page) -> None:
    assert_books_balance(page)
    assert page.total("emotion_items_total", outcome="ok") == 30
    assert page.total("emotion_items_total", outcome="invalid") == 4
    assert page.total("emotion_items_total") == 34
    assert page.total("emotion_predictions_total", label="sad") >= 9
    assert page.total("emotion_prediction_confidence_count") == 30
    assert page.total("emotion_invalid_input_total", reason="turn_count") == 3
    assert page.total("emotion_invalid_input_total", reason="empty") == 1
    assert page.total("emotion_truncated_total", turn="1") == 1


def test_tokens_and_batches_are_counted(page: Page, package: Package) -> None:
    readme = next(g.tokens for g in package.golden() if g.turns == README_DIALOGUE)
    most = package.manifest["limits"]["max_tokens"]
    tokens = 9 * readme + most + 20 * 3
    assert page.total("emotion_tokens_total") == tokens
    assert page.total("emotion_request_tokens_sum") == tokens
    assert page.total("emotion_batch_tokens_sum") == tokens
    batches = page.total("emotion_batches_total")
    assert 11 <= batches <= 30
    assert page.total("emotion_batch_items_count") == batches
    assert page.total("emotion_inference_seconds_count") == batches
    assert page.total("emotion_inference_failures_total") == 0
    busy = page.total("emotion_instance_busy_seconds_total")
    assert busy >= page.total("emotion_inference_seconds_sum") > 0


@pytest.mark.parametrize(
    ("method", "code", "calls"),
    [
        ("Classify", "OK", 10),
        ("Classify", "InvalidArgument", 1),
        ("ClassifyBatch", "OK", 1),
        ("GetModelInfo", "OK", 1),
    ],
)
def test_calls_are_counted(page: Page, method: str, code: str, calls: int) -> None:
    handled = "grpc_server_handled_total"
    assert page.total(handled, grpc_method=method, grpc_code=code) == calls
    started = page.total("grpc_server_started_total", grpc_method=method)
    assert started == page.total(handled, grpc_method=method)
    timed = page.total("grpc_server_handling_seconds_count", grpc_method=method)
    assert timed == started


def test_the_model_and_the_build_are_told(page: Page, package: Package) -> None:
    model = page.labels_of("emotion_model_info")
    assert model["model"] == package.manifest["name"]
    assert model["version"] == package.manifest["model_version"]
    assert model["manifest_sha256"] == package.sha256
    build = page.labels_of("emotion_build_info")
    assert all(build[key] for key in ("version", "commit", "compiler", "libtorch"))
    assert page.total("emotion_ready") == 1
    assert page.total("emotion_draining") == 0
    assert page.total("emotion_instances") == 1
    assert page.total("emotion_queue_limit_items") == 1024


def test_the_names_are_those_of_the_golden_list(page: Page) -> None:
    golden = set(GOLDEN.read_text(encoding="utf-8").splitlines())
    assert golden > LATER
    assert page.families() == golden - LATER


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool here")
def test_promtool_finds_no_fault(page: Page) -> None:
    run = subprocess.run(
        ["promtool", "check", "metrics"],
        input=page.text,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_only_the_page_is_there(server: ServerProcess) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(server.metrics_url + "/../etc/passwd", timeout=30)
    assert raised.value.code in (400, 404)
