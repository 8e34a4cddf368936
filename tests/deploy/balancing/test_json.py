"""JSON over HTTP through Envoy, as the annotations of the proto say."""

import http.client
import json
from typing import Any, NamedTuple

import pytest

from deploy.balancing.proxy import Proxy
from end_to_end.package import README_DIALOGUE, Package

TOO_LARGE = {"dialogue": {"turns": ["x" * 2_000_000]}}


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


@pytest.fixture
def envoy(proxies: list[Proxy]) -> Proxy:
    return next(each for each in proxies if each.name == "envoy")


def ask(
    envoy: Proxy, method: str, path: str, body: object = None, **headers: str
) -> Reply:
    """One HTTP/1.1 request; strings are sent as they are."""
    text = body if isinstance(body, str) else json.dumps(body)
    connection = http.client.HTTPConnection(envoy.plain, timeout=60)
    try:
        sent = {"content-type": "application/json"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        connection.request(method, path, None if body is None else text, sent)
        reply = connection.getresponse()
        found = {key.lower(): value for key, value in reply.getheaders()}
        content = reply.read().decode("utf-8")
    finally:
        connection.close()
    if found.get("content-type") == "application/json":
        return Reply(reply.status, found, json.loads(content))
    return Reply(reply.status, found, content)


def test_one_dialogue(envoy: Proxy) -> None:
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


def test_many_dialogues(envoy: Proxy, package: Package) -> None:
    golden = package.golden()[:20]
    request = {"dialogues": [{"turns": entry.turns} for entry in golden]}
    request["dialogues"].append({"turns": [" "]})
    reply = ask(envoy, "POST", "/v1/dialogues:classifyBatch", request)
    assert reply.status == 200
    *judged, refused = reply.body["results"]
    labels = [result["classification"]["label"] for result in judged]
    assert labels == [entry.label for entry in golden]
    assert refused["status"]["code"] == 3


def test_the_model(envoy: Proxy, package: Package) -> None:
    reply = ask(envoy, "GET", "/v1/model")
    assert reply.status == 200
    assert reply.body["manifestSha256"] == package.sha256
    assert [label["name"] for label in reply.body["labels"]] == [
        "others",
        "happy",
        "sad",
        "angry",
    ]


def test_a_refused_request_says_which_field(envoy: Proxy) -> None:
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
    envoy: Proxy, method: str, path: str, body: object, status: int
) -> None:
    assert ask(envoy, method, path, body).status == status


def test_a_deadline_and_a_request_id_are_headers(envoy: Proxy) -> None:
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


def test_the_proxys_own_health(envoy: Proxy) -> None:
    assert ask(envoy, "GET", "/healthz").status == 200
