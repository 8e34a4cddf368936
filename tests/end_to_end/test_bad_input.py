"""Whatever comes in, the caller gets what is wrong and the server stays up."""

import socket
from dataclasses import dataclass

import grpc
import pytest

from end_to_end.package import README_DIALOGUE, some_dialogues
from end_to_end.wire import (
    Code,
    Connection,
    Details,
    batch_request,
    classify_request,
    trailers,
)
from support.page import Page, assert_books_balance, wait_for_rest
from support.server import ServerProcess


def varint(value: int) -> bytes:
    """A number as protobuf writes it."""
    low = bytes([value & 127 | 128]) if value > 127 else bytes([value])
    return low + varint(value >> 7) if value > 127 else low


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def classify(*turns: bytes) -> bytes:
    """A ClassifyRequest with turns of any bytes."""
    return field(1, b"".join(field(1, turn) for turn in turns))


@dataclass(frozen=True)
class Case:
    name: str
    method: str
    request: bytes
    field: str
    said: str
    reason: str


def batch_of(count: int) -> bytes:
    encoded: bytes = batch_request(some_dialogues(3, count, 2)).SerializeToString()
    return encoded


UTF8 = "is not valid UTF-8 at byte "
MALFORMED = "the request is not a emotion.v1."
CASES = [
    Case("nothing", "Classify", b"", "dialogue.turns", "has 0 turns", "TURN_COUNT"),
    Case("no turn", "Classify", classify(), "dialogue.turns", "0 turns", "TURN_COUNT"),
    Case(
        "four turns",
        *("Classify", classify(b"a", b"b", b"c", b"d")),
        *("dialogue.turns", "has 4 turns; expected 1 to 3", "TURN_COUNT"),
    ),
    Case(
        "an empty last turn",
        *("Classify", classify(b"a", b"")),
        *("dialogue.turns[1]", "expected text", "EMPTY"),
    ),
    Case(
        "a last turn of white space",
        *("Classify", classify(b"a", b"b", " \t\u2003\u200b\n".encode())),
        *("dialogue.turns[2]", "holds no token", "EMPTY"),
    ),
    Case(
        "a byte that is never UTF-8",
        *("Classify", classify(b"fine", b"ab\xff")),
        *("dialogue.turns[1]", UTF8 + "2", "ENCODING"),
    ),
    Case(
        "a letter cut in half",
        *("Classify", classify("é".encode() + b"\xc3")),
        *("dialogue.turns[0]", UTF8 + "2", "ENCODING"),
    ),
    Case(
        "an overlong slash",
        *("Classify", classify(b"\xc0\xaf", b"b")),
        *("dialogue.turns[0]", UTF8 + "0", "ENCODING"),
    ),
    Case(
        "half a surrogate pair",
        *("Classify", classify(b"a", b"b", b"c\xed\xa0\x80")),
        *("dialogue.turns[2]", UTF8 + "1", "ENCODING"),
    ),
    Case(
        "one byte too many",
        *("Classify", classify(b"x" * 4097, b"ok")),
        *("dialogue.turns[0]", "has 4097 bytes; expected at most 4096", "TOO_LONG"),
    ),
    Case("noise", "Classify", b"\xff\xfe\xfd\xfc", "", MALFORMED, "MALFORMED"),
    Case("a torn message", "Classify", classify(b"abc")[:-1], "", "", "MALFORMED"),
    Case("another shape", "Classify", b"\x0a\x02\x08\x01\x0f", "", "", "MALFORMED"),
    Case(
        "one dialogue too many",
        *("ClassifyBatch", batch_of(129)),
        *("dialogues", "has 129 dialogues; expected 1 to 128", "ITEM_COUNT"),
    ),
    Case(
        "no dialogue",
        *("ClassifyBatch", b"", "dialogues", "has 0 dialogues", "ITEM_COUNT"),
    ),
    Case(
        "not UTF-8 in a batch",
        *("ClassifyBatch", classify(b"a") + classify(b"b", b"c\x80")),
        *("dialogues[1].turns[1]", UTF8 + "1", "ENCODING"),
    ),
    Case("noise", "ClassifyBatch", b"\x0a\xff", "", MALFORMED, "MALFORMED"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.method}: {c.name}")
def test_bad_input_is_named(connection: Connection, case: Case) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        connection.raw(case.method, case.request)
    assert raised.value.code() == Code.INVALID_ARGUMENT
    details = Details.of(raised.value)
    assert details.reason == case.reason
    assert case.said in details.message
    if case.field:
        ((name, description),) = details.fields
        assert name == case.field
        assert details.message == f"{name}: {description}"
    else:
        assert details.fields == []
    assert "grpc-retry-pushback-ms" not in trailers(raised.value)
    assert connection.classify(README_DIALOGUE).label == "sad"


def test_each_reason_is_counted(server: ServerProcess, connection: Connection) -> None:
    before = wait_for_rest(server.metrics_url)
    for case in CASES:
        with pytest.raises(grpc.RpcError):
            connection.raw(case.method, case.request)
    after = wait_for_rest(server.metrics_url)
    assert_books_balance(after)
    for reason in {case.reason for case in CASES}:
        expected = sum(case.reason == reason for case in CASES)
        name, labels = "emotion_invalid_input_total", {"reason": reason.lower()}
        assert after.total(name, **labels) - before.total(name, **labels) == expected


def test_the_limits_themselves_are_allowed(connection: Connection) -> None:
    assert connection.classify(["x" * 4096, "", "é" * 2048]).tokens > 0
    assert len(connection.classify_batch([["ok"]] * 128)) == 128


def test_unknown_fields_are_ignored(connection: Connection) -> None:
    request = classify_request(README_DIALOGUE).SerializeToString()
    extended = connection.raw("Classify", request + field(99, b"later"))
    assert extended == connection.raw("Classify", request)


def test_a_compressed_request_is_refused(connection: Connection) -> None:
    request = classify_request(["so sad " * 500]).SerializeToString()
    with pytest.raises(grpc.RpcError) as raised:
        connection.raw("Classify", request, compression=grpc.Compression.Gzip)
    assert raised.value.code() == Code.UNIMPLEMENTED
    assert connection.classify(README_DIALOGUE).label == "sad"


def test_a_message_that_is_too_large_is_refused(connection: Connection) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        connection.raw("Classify", bytes(1 << 20) + b"\x00")
    assert raised.value.code() == Code.RESOURCE_EXHAUSTED
    assert "1048576" in raised.value.details()
    assert "grpc-retry-pushback-ms" not in trailers(raised.value)
    assert connection.classify(README_DIALOGUE).label == "sad"


def test_an_unknown_method_is_refused(connection: Connection) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        connection.raw("Guess", b"")
    assert raised.value.code() == Code.UNIMPLEMENTED


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 256,
    ],
    ids=["silence", "HTTP/1.1", "TLS", "broken HTTP/2"],
)
def test_a_stranger_at_the_port_harms_nobody(
    server: ServerProcess, sent: bytes
) -> None:
    host, port = server.address.split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port)), timeout=30) as stranger:
            stranger.sendall(sent)
    with Connection(server.address) as connection:
        assert connection.classify(README_DIALOGUE).label == "sad"
    assert Page.scrape(server.metrics_url).total("emotion_ready") == 1
