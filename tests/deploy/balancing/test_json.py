"""JSON over HTTP through Envoy, as the annotations of the proto say."""

import pytest

from deploy.balancing.json_http import ask
from deploy.balancing.proxy import Proxy
from end_to_end.package import README_DIALOGUE, Package

TOO_LARGE = {"dialogue": {"turns": ["x" * 2_000_000]}}


@pytest.fixture
def envoy(proxies: list[Proxy]) -> str:
    """Where it listens."""
    return next(each.plain for each in proxies if each.name == "envoy")


def test_one_dialogue(envoy: str) -> None:
    request = {"dialogue": {"turns": README_DIALOGUE}, "includeTimings": True}
    reply = ask(envoy, "POST", "/v1/dialogues:classify", request)
    assert reply.status == 200
    answer = reply.body["classification"]
    assert (answer["emotion"], answer["label"]) == ("SAD", "sad")
    total = sum(entry["probability"] for entry in answer["probabilities"])
    assert total == pytest.approx(1, abs=1e-5)
    assert answer["timings"]["compute"].endswith("s")
    # Fields at their defaults are there too.
    assert answer["truncatedTurns"] == []
    assert reply.body["model"]["name"]


def test_many_dialogues(envoy: str, package: Package) -> None:
    golden = package.golden()[:20]
    dialogues = [{"turns": list(entry.turns)} for entry in golden]
    request = {"dialogues": [*dialogues, {"turns": [" "]}]}
    reply = ask(envoy, "POST", "/v1/dialogues:classifyBatch", request)
    assert reply.status == 200
    *classified, refused = reply.body["results"]
    labels = [result["classification"]["label"] for result in classified]
    assert labels == [entry.label for entry in golden]
    assert refused["status"]["code"] == 3


def test_the_model(envoy: str, package: Package) -> None:
    reply = ask(envoy, "GET", "/v1/model")
    assert reply.status == 200
    assert reply.body["manifestSha256"] == package.sha256
    assert [label["name"] for label in reply.body["labels"]] == [
        "others",
        "happy",
        "sad",
        "angry",
    ]


def test_a_refused_request_says_which_field(envoy: str) -> None:
    request = {"dialogue": {"turns": ["", " "]}}
    reply = ask(envoy, "POST", "/v1/dialogues:classify", request)
    assert reply.status == 400
    assert reply.body["code"] == 3
    kinds = {detail["@type"]: detail for detail in reply.body["details"]}
    bad = kinds["type.googleapis.com/google.rpc.BadRequest"]
    assert bad["fieldViolations"][0]["field"].startswith("dialogue.turns")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/dialogues:classify", "{", 400),
        ("POST", "/v1/dialogues:classify", {"dialog": {}}, 400),
        ("GET", "/v1/dialogues:classify", None, 404),
        ("POST", "/v1/dialogues:guess", {}, 404),
        ("GET", "/", None, 404),
        (
            "POST",
            "/v1/dialogues:classify",
            {"dialogue": {"turns": ["x" * 2_000_000]}},
            413,
        ),
    ],
)
def test_what_is_wrong_is_told(
    envoy: str, method: str, path: str, body: object, status: int
) -> None:
    assert ask(envoy, method, path, body).status == status


def test_a_deadline_and_a_request_id_are_headers(envoy: str) -> None:
    request = {"dialogue": {"turns": README_DIALOGUE}}
    reply = ask(
        envoy,
        "POST",
        "/v1/dialogues:classify",
        request,
        grpc_timeout="20S",
        x_request_id="from-json",
    )
    assert reply.status == 200
    assert reply.headers["x-request-id"] == "from-json"
    late = ask(envoy, "POST", "/v1/dialogues:classify", request, grpc_timeout="1n")
    assert late.status == 504
    assert late.body["code"] == 4


def test_the_proxys_own_health(envoy: str) -> None:
    assert ask(envoy, "GET", "/healthz").status == 200
