import pytest

from emotion_client import Client, InvalidRequestError, Options, RetryPolicy
from emotion_client.errors import UnavailableError
from fake_emotion import GONE, FakeEmotion


def test_a_turn_is_classified_with_the_two_before_it(
    client: Client, fake: FakeEmotion
) -> None:
    with client.conversation() as talk:
        labels = [talk.say(turn).label for turn in ("Hi", "sad", "Why?", "angry")]
        assert talk.turns == ("sad", "Why?", "angry")
    assert labels == ["others", "sad", "others", "angry"]
    assert [seen.turns for seen in fake.seen] == [
        ("Hi",),
        ("Hi", "sad"),
        ("Hi", "sad", "Why?"),
        ("sad", "Why?", "angry"),
    ]


def test_a_turn_can_be_added_without_asking(client: Client, fake: FakeEmotion) -> None:
    with client.conversation() as talk:
        talk.add("How are you?")
        talk.say("sad")
    assert [seen.turns for seen in fake.seen] == [("How are you?", "sad")]


def test_a_turn_that_failed_is_not_kept(address: str, fake: FakeEmotion) -> None:
    options = Options(retry=RetryPolicy(max_tries=1))
    with Client(address, options) as client, client.conversation() as talk:
        talk.say("Hi")
        with pytest.raises(InvalidRequestError):
            talk.say(" ")
        fake.plan.append(GONE)
        with pytest.raises(UnavailableError):
            talk.say("sad")
        assert list(talk.turns) == ["Hi"]
        assert talk.say("sad").label == "sad"
        assert list(talk.turns) == ["Hi", "sad"]


def test_after_the_end_nothing_can_be_said(client: Client) -> None:
    with client.conversation() as talk:
        talk.say("Hi")
    assert talk.turns == ()
    with pytest.raises(ValueError, match="the conversation has ended"):
        talk.say("Hi")
    with pytest.raises(ValueError, match="the conversation has ended"):
        talk.add("Hi")
