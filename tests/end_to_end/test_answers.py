"""One dialogue in, its emotion out."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from end_to_end.conftest import Serve
from end_to_end.package import LONG_DIALOGUE, README_DIALOGUE, Package
from end_to_end.wire import Connection, classify_request, messages, probabilities
from support.process import clean_environment
from support.server import ServerProcess

CLOSE = 1e-5


@pytest.fixture(scope="module")
def exact(serve: Serve) -> Iterator[Connection]:
    """A server that runs fp32, in which the golden logits are."""
    with (
        serve("--precision", "fp32") as process,
        Connection(process.address) as connection,
    ):
        yield connection


def test_the_client_hears_sad(server: ServerProcess, client_binary: Path) -> None:
    run = subprocess.run(
        [client_binary, "classify", "--address", server.address, *README_DIALOGUE],
        capture_output=True,
        text=True,
        timeout=120,
        env=clean_environment(),
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0].split()[0] == "sad"
    assert len(run.stdout.splitlines()) == 4


def test_any_grpc_client_hears_sad(connection: Connection) -> None:
    answer = connection.classify(README_DIALOGUE)
    assert answer.label == "sad"
    assert answer.emotion == messages.SAD


def test_golden_dialogues_get_their_answers(
    exact: Connection, package: Package
) -> None:
    labels = package.manifest["labels"]
    for golden in package.golden():
        answer = exact.classify(golden.turns)
        assert answer.label == golden.label, golden.turns
        assert probabilities(answer) == pytest.approx(golden.probabilities, abs=CLOSE)
        assert [entry.label for entry in answer.probabilities] == labels
        assert answer.tokens == golden.tokens
        assert tuple(answer.truncated_turns) == golden.truncated_turns


def test_golden_dialogues_get_their_answers_together(
    exact: Connection, package: Package
) -> None:
    golden = package.golden()
    results = exact.classify_batch([entry.turns for entry in golden])
    for entry, result in zip(golden, results, strict=True):
        assert result.status.code == 0
        answer = result.classification
        assert answer.label == entry.label
        assert probabilities(answer) == pytest.approx(entry.probabilities, abs=CLOSE)


def test_each_traffic_has_its_answers(serve: Serve, package: Package) -> None:
    others = set(package.manifest["traffics"]) - {package.manifest["traffic"]}
    assert others
    for traffic in others:
        with (
            serve("--precision", "fp32", "--traffic", traffic) as process,
            Connection(process.address) as connection,
        ):
            info = connection.stub.GetModelInfo(messages.GetModelInfoRequest())
            assert info.traffic == traffic
            for golden in package.golden(traffic):
                answer = connection.classify(golden.turns)
                assert answer.label == golden.label, golden.turns
                assert probabilities(answer) == pytest.approx(
                    golden.probabilities, abs=CLOSE
                )


def test_empty_turns_before_the_first_change_nothing(exact: Connection) -> None:
    for turns in (["they gave me the job"], ["we had to let him go", "I am sorry"]):
        alone = exact.classify(turns)
        for before in range(1, 4 - len(turns)):
            answer = exact.classify([""] * before + turns)
            assert probabilities(answer) == probabilities(alone)
            assert answer.tokens == alone.tokens


def test_probabilities_are_those_of_the_chosen_label(connection: Connection) -> None:
    answer = connection.classify(README_DIALOGUE)
    assert sum(probabilities(answer)) == pytest.approx(1, abs=CLOSE)
    best = max(answer.probabilities, key=lambda entry: entry.probability)
    assert (best.label, best.emotion) == (answer.label, answer.emotion)


def test_a_turn_that_is_too_long_is_cut_and_named(
    connection: Connection, package: Package
) -> None:
    most = package.manifest["limits"]["max_tokens"]
    answer = connection.classify(LONG_DIALOGUE)
    assert answer.tokens == most
    assert 0 in answer.truncated_turns
    alone = connection.classify(["word " * 700])
    assert (alone.tokens, list(alone.truncated_turns)) == (most, [0])


def test_timings_come_on_request_only(connection: Connection) -> None:
    assert not connection.classify(README_DIALOGUE).HasField("timings")
    answer = connection.classify(README_DIALOGUE, timings=True)
    timings = answer.timings
    assert timings.batch_dialogues >= 1
    assert timings.batch_tokens >= answer.tokens
    assert timings.tokenize.ToNanoseconds() > 0
    assert timings.queue.ToNanoseconds() >= 0
    assert 0 < timings.compute.ToNanoseconds() < 120e9


def test_the_model_is_that_of_the_manifest(
    connection: Connection, package: Package
) -> None:
    info = connection.stub.GetModelInfo(messages.GetModelInfoRequest(), timeout=60)
    manifest = package.manifest
    assert info.model.name == manifest["name"]
    assert info.model.version == manifest["model_version"]
    assert [label.name for label in info.labels] == manifest["labels"]
    assert [messages.Emotion.Name(label.emotion) for label in info.labels] == [
        name.upper() for name in manifest["labels"]
    ]
    limits = {key: getattr(info.limits, key) for key in manifest["limits"]}
    assert limits == manifest["limits"]
    assert info.limits.max_batch_dialogues == 128
    assert info.layout == manifest["layout"]
    assert info.precision in manifest["precisions"]
    assert info.manifest_sha256 == package.sha256
    assert info.traffic == manifest["traffic"]


def test_an_answer_names_its_model(connection: Connection, package: Package) -> None:
    reply = connection.stub.Classify(classify_request(README_DIALOGUE), timeout=60)
    assert reply.model.name == package.manifest["name"]
    assert reply.model.version == package.manifest["model_version"]
