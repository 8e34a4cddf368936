import pickle

import grpc
import pytest

from emotion_client import (
    AccessError,
    BusyError,
    Client,
    DeadlineError,
    EmotionError,
    FieldViolation,
    InvalidRequestError,
    ServerError,
    UnavailableError,
)
from fake_emotion import FakeEmotion, Refusal

Code = grpc.StatusCode


def fail(client: Client, fake: FakeEmotion, refusal: Refusal) -> EmotionError:
    fake.plan.append(refusal)
    with pytest.raises(EmotionError) as caught:
        client.classify("Hi", request_id="r")
    return caught.value


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (Code.INVALID_ARGUMENT, InvalidRequestError),
        (Code.OUT_OF_RANGE, InvalidRequestError),
        (Code.RESOURCE_EXHAUSTED, BusyError),
        (Code.DEADLINE_EXCEEDED, DeadlineError),
        (Code.UNAUTHENTICATED, AccessError),
        (Code.PERMISSION_DENIED, AccessError),
        (Code.INTERNAL, ServerError),
        (Code.UNIMPLEMENTED, ServerError),
        (Code.DATA_LOSS, ServerError),
    ],
)
def test_each_code_has_a_class(
    client: Client, fake: FakeEmotion, code: grpc.StatusCode, expected: type
) -> None:
    error = fail(client, fake, Refusal(code, "why"))
    assert type(error) is expected
    assert (error.code, error.message, error.request_id) == (code.name, "why", "r")
    assert str(error) == f"{code.name}: why (request r)"
    assert isinstance(error.__cause__, grpc.RpcError)


def test_details_are_carried(client: Client, fake: FakeEmotion) -> None:
    error = fail(
        client,
        fake,
        Refusal(
            Code.INVALID_ARGUMENT,
            violations=[("dialogue.turns", "too many"), ("x", "y")],
            reason="TURN_COUNT",
            retry_delay_ms=1500,
        ),
    )
    assert error.violations == (
        FieldViolation("dialogue.turns", "too many"),
        FieldViolation("x", "y"),
    )
    assert (error.reason, error.retry_after_s) == ("TURN_COUNT", 1.5)


@pytest.mark.parametrize("push_back", ["-1", "soon", "", "1.5"])
def test_a_push_back_that_forbids_or_makes_no_sense_ends_the_call(
    client: Client, fake: FakeEmotion, push_back: str
) -> None:
    error = fail(client, fake, Refusal(Code.UNAVAILABLE, push_back=push_back))
    assert isinstance(error, UnavailableError)
    assert error.retry_after_s is None
    assert len(fake.seen) == 1


def test_the_push_back_goes_before_the_retry_info(
    client: Client, fake: FakeEmotion
) -> None:
    refusal = Refusal(Code.INTERNAL, push_back="40", retry_delay_ms=9000)
    assert fail(client, fake, refusal).retry_after_s == 0.04


def test_a_late_word_of_the_server_names_the_address(
    client: Client, fake: FakeEmotion, address: str
) -> None:
    error = fail(client, fake, Refusal(Code.DEADLINE_EXCEEDED, "Deadline Exceeded"))
    assert error.message == f"no answer from {address} before the deadline"


def test_errors_travel_between_processes() -> None:
    error = BusyError(
        "RESOURCE_EXHAUSTED",
        "full",
        violations=[FieldViolation("a", "b")],
        retry_after_s=1.0,
        request_id="r",
    )
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is BusyError
    assert vars(copy) == vars(error)
