"""Which version of the model is to answer, and which are loaded."""

import asyncio

import grpc
import pytest

from emotion_client import (
    AsyncClient,
    Classification,
    Client,
    InvalidRequestError,
    ModelVersion,
    ServingModel,
)
from fake_emotion import BUSY, FakeEmotion, Refusal, Seen

NOT_LOADED = Refusal(
    grpc.StatusCode.NOT_FOUND,
    "model_version: version '9' is not loaded",
    violations=[("model_version", "version '9' is not loaded")],
)


def chosen(seen: Seen) -> tuple[str, str | None]:
    return seen.model_version, seen.metadata.get("x-emotion-key")


def test_the_version_and_the_key_travel_with_the_call(
    client: Client, fake: FakeEmotion
) -> None:
    answer = client.classify("Hi", model_version="0.4.0", key="user-17")
    assert answer.model == ModelVersion("fake", "0.4.0")
    assert client.classify("Hi").model.version == "7"
    assert list(map(chosen, fake.seen)) == [("0.4.0", "user-17"), ("", None)]


def test_the_key_goes_with_each_try(client: Client, fake: FakeEmotion) -> None:
    fake.plan.append(BUSY)
    client.classify("Hi", key="user-17")
    assert list(map(chosen, fake.seen)) == [("", "user-17")] * 2


def test_many_share_the_version_and_the_key(client: Client, fake: FakeEmotion) -> None:
    outcomes = client.classify_many(["Hi", "sad"], model_version="8", key="job-1")
    outcomes += client.classify_stream(["angry"], model_version="8", key="job-1")
    assert [
        outcome.model.version
        for outcome in outcomes
        if isinstance(outcome, Classification)
    ] == ["8"] * 3
    assert list(map(chosen, fake.seen)) == [("8", "job-1")] * 3


def test_a_conversation_keeps_its_version_and_key(
    client: Client, fake: FakeEmotion
) -> None:
    with client.conversation(model_version="8", key="talk-1") as talk:
        talk.say("Hi")
        talk.say("sad")
    assert list(map(chosen, fake.seen)) == [("8", "talk-1")] * 2


def test_asyncio_chooses_as_well(address: str, fake: FakeEmotion) -> None:
    async def job() -> None:
        async with AsyncClient(address) as client:
            await client.classify("Hi", model_version="8", key="a")
            await client.classify_many(["Hi"], model_version="8", key="b")
            async for _ in client.classify_stream(["Hi"], model_version="8", key="c"):
                pass
            async with client.conversation(model_version="8", key="d") as talk:
                await talk.say("Hi")

    asyncio.run(job())
    assert list(map(chosen, fake.seen)) == [("8", key) for key in "abcd"]


def test_a_version_that_is_not_loaded_is_the_requests_fault(
    client: Client, fake: FakeEmotion
) -> None:
    fake.plan.append(NOT_LOADED)
    with pytest.raises(InvalidRequestError) as caught:
        client.classify("Hi", model_version="9")
    assert caught.value.code == "NOT_FOUND"
    assert [each.field for each in caught.value.violations] == ["model_version"]
    assert len(fake.seen) == 1


@pytest.mark.parametrize("text", ["", "a b", "é", "a\n", "x" * 1025])
def test_what_cannot_travel_is_refused_here(
    client: Client, fake: FakeEmotion, text: str
) -> None:
    with pytest.raises(ValueError, match=r"key is .*, expected 1 to 1024 characters"):
        client.classify("Hi", key=text)
    with pytest.raises(ValueError, match=r"model_version is .*, expected the name"):
        client.classify("Hi", model_version=text)
    assert fake.seen == []


def test_all_models_that_serve_are_listed(client: Client, fake: FakeEmotion) -> None:
    assert client.model_info().serving == ()
    fake.serving = {"7": 90, "8": 10, "9": 0}
    serving = client.model_info().serving
    assert [(each.model.version, each.traffic_percent) for each in serving] == [
        ("7", 90),
        ("8", 10),
        ("9", 0),
    ]
    assert serving[2] == ServingModel(
        model=ModelVersion("fake", "9"),
        traffic_percent=0,
        shadow_percent=5,
        labels=("others", "happy", "sad", "angry"),
        precision="int8",
        manifest_sha256="c0ffee9",
    )
