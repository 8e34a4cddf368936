"""Several models at a time: who answers which call, and who is only asked as well."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from end_to_end.admin import BESIDE
from end_to_end.derived import FIRST, SECOND, THIRD, derived_package
from end_to_end.known_answers import (
    DIALOGUES,
    Answer,
    Packages,
    Turns,
    answer,
    answers_alone,
)
from end_to_end.package import some_dialogues
from end_to_end.repository import Repository, Served, serving_models
from end_to_end.wire import (
    PATIENCE_S,
    Code,
    Details,
    batch_request,
)
from support.page import Page, wait_for_page

OLD, NEW, SHADOW = FIRST.version, SECOND.version, THIRD.version
PERCENT = 10
SHADOW_DIALOGUES = "emotion_shadow_dialogues_total"


@pytest.fixture(scope="module")
def served(
    server_binary: Path, packages: Packages, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server with a canary: the new version answers PERCENT of the calls."""
    repository = Repository(tmp_path_factory.mktemp("served") / "models")
    repository.add(packages.old)
    with serving_models(server_binary, repository) as served:
        repository.add(packages.new)
        assert served.admin.load(NEW, BESIDE).version == NEW
        assert answer(served.connection, DIALOGUES[0]).version == OLD
        served.admin.set_traffic({OLD: 100 - PERCENT, NEW: PERCENT})
        yield served


def canary_of(key: str) -> str:
    """Whom a key belongs to, by the documented hash: FNV-1a, MurmurHash3's mixer."""
    mask = (1 << 64) - 1
    value = 0xCBF29CE484222325
    for byte in key.encode():
        value = (value ^ byte) * 0x100000001B3 & mask
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor & mask
    value ^= value >> 33
    return OLD if value % 10_000 < (100 - PERCENT) * 100 else NEW


def test_a_key_always_gets_the_same_version(served: Served, packages: Packages) -> None:
    keys = [f"user-{number}" for number in range(200)]
    seen: dict[str, str] = {}
    for turn in range(2):
        for number, key in enumerate(keys):
            turns = DIALOGUES[(number + turn) % len(DIALOGUES)]
            found = answer(served.connection, turns, key=key)
            assert found.is_that_of(packages.known[found.version][turns])
            assert seen.setdefault(key, found.version) == found.version
    # The same on every server: the version follows from the key alone.
    assert seen == {key: canary_of(key) for key in keys}
    assert 5 < Counter(seen.values())[NEW] < 40


def test_calls_without_a_key_are_split_too(served: Served) -> None:
    versions = Counter(
        answer(served.connection, DIALOGUES[0]).version for _ in range(300)
    )
    # Each by its own request id: of 300 at 10 % none, or half, is beyond chance.
    assert 5 < versions[NEW] < 75
    page = Page.scrape(served.server.metrics_url)
    percent = "emotion_model_traffic_percent"
    assert page.total(percent, version=NEW, role="serving") == PERCENT
    assert page.total(percent, version=OLD, role="serving") == 100 - PERCENT


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_call_may_name_its_version(
    served: Served, packages: Packages, version: str
) -> None:
    other = next(f"k{i}" for i in range(1000) if canary_of(f"k{i}") != version)
    for turns in DIALOGUES:
        found = answer(served.connection, turns, version=version, key=other)
        assert found.is_that_of(packages.known[version][turns])
    request = batch_request(DIALOGUES)
    request.model_version = version
    reply = served.connection.stub.ClassifyBatch(request, timeout=PATIENCE_S)
    assert reply.model.version == version
    assert [r.classification.label for r in reply.results] == [
        packages.known[version][turns].label for turns in DIALOGUES
    ]


def test_a_version_that_is_not_loaded_is_not_found(served: Served) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        answer(served.connection, DIALOGUES[0], version=SHADOW)
    assert caught.value.code() is Code.NOT_FOUND
    details = Details.of(caught.value)
    assert details.reason == "MODEL_VERSION"
    assert SHADOW in details.message and OLD in details.message


def test_a_version_with_traffic_cannot_be_unloaded(served: Served) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        served.admin.unload(NEW)
    assert caught.value.code() is Code.FAILED_PRECONDITION
    with pytest.raises(grpc.RpcError) as caught:
        served.admin.set_traffic({OLD: 60, NEW: 60})
    assert caught.value.code() is Code.INVALID_ARGUMENT
    assert "adds up to 120 percent; expected 100" in Details.of(caught.value).message
    serving = served.admin.list().serving
    assert {s.model.version: s.traffic_percent for s in serving} == {OLD: 90, NEW: 10}


def test_a_shadow_is_compared_and_never_answers(
    server_binary: Path, operators: Path, packages: Packages, repository: Repository
) -> None:
    dialogues = some_dialogues(12, 200)
    third = derived_package(THIRD, operators)
    given = answers_alone(server_binary, packages.old, dialogues)
    own = answers_alone(server_binary, third, dialogues)
    pairs = Counter((given[turns].label, own[turns].label) for turns in dialogues)
    agreed = sum(count for (one, two), count in pairs.items() if one == two)
    changed = {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}
    assert agreed > 20 and sum(changed.values()) > 20

    repository.add(packages.old)
    with serving_models(server_binary, repository) as served:
        repository.add(third)
        served.admin.load(SHADOW, BESIDE)
        served.admin.set_traffic({OLD: 100}, {SHADOW: 100})
        check_answers(served, dialogues, given)
        page = wait_for_page(
            served.server.metrics_url,
            lambda page: page.total(SHADOW_DIALOGUES) == len(dialogues),
            "the shadow has run all dialogues",
        )
    of = {
        outcome: page.total(SHADOW_DIALOGUES, version=SHADOW, outcome=outcome)
        for outcome in ("agreed", "changed", "failed", "dropped")
    }
    assert of == {
        "agreed": agreed,
        "changed": sum(changed.values()),
        "failed": 0,
        "dropped": 0,
    }
    assert changed == {
        (labels["given"], labels["own"]): value
        for labels, value in page.samples("emotion_shadow_changed_total")
    }
    # What it gave counts nowhere as an answer.
    assert page.total("emotion_predictions_total", version=SHADOW) == 0
    assert page.total("emotion_predictions_total", version=OLD) == len(dialogues)
    assert page.total("emotion_items_total", outcome="ok") == len(dialogues)


def check_answers(
    served: Served, dialogues: list[Turns], given: dict[Turns, Answer]
) -> None:
    """All are those of the model that serves."""
    for turns in dialogues:
        assert answer(served.connection, turns).is_that_of(given[turns])
