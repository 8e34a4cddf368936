import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from emotion_client import AsyncClient, Client, Options, RetryPolicy, Tls
from emotion_client.errors import UnavailableError
from fake_emotion import FakeEmotion, serve

ONCE = RetryPolicy(max_tries=1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"deadline_s": 0.0}, "deadline_s is 0.0, expected 0.001 to 3600"),
        ({"deadline_s": float("nan")}, "deadline_s is nan"),
        ({"max_message_bytes": 1}, "max_message_bytes is 1, expected 1024 to"),
        ({"token": "t"}, "token: goes only over TLS"),
    ],
)
def test_an_option_out_of_range_is_named(
    values: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Options(**values)  # type: ignore[arg-type]


def test_a_key_needs_its_chain() -> None:
    with pytest.raises(ValueError, match="both or neither"):
        Tls(private_key=b"key")


def test_secrets_are_not_shown() -> None:
    tls = Tls(private_key=b"hush", certificate_chain=b"chain")
    assert "hush" not in repr(Options(tls=tls, token="hush"))


def test_the_address_comes_from_the_environment(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMOTION_ADDRESS", address)
    with Client() as client:
        assert client.classify("sad").label == "sad"
    monkeypatch.setenv("EMOTION_ADDRESS", "")
    for make in (Client, AsyncClient):
        with pytest.raises(ValueError, match="expected HOST:PORT"):
            make()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for emotion.test that vouches for itself."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    command += " -keyout key.pem -out cert.pem -days 2 -subj /CN=emotion.test"
    command += " -addext subjectAltName=DNS:emotion.test"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def tls_address(authority: Path, fake: FakeEmotion) -> Iterator[str]:
    pair = (authority / "key.pem").read_bytes(), (authority / "cert.pem").read_bytes()
    with serve(fake, grpc.ssl_server_credentials([pair])) as address:
        yield address


def test_a_token_goes_over_tls_and_is_asked_for_anew(
    authority: Path, tls_address: str, fake: FakeEmotion
) -> None:
    tokens = iter(["one", "two"])
    tls = Tls.from_files(authority / "cert.pem", server_name="emotion.test")
    options = Options(tls=tls, token=lambda: next(tokens))
    with Client(tls_address, options) as client:
        client.classify("Hi")
        client.classify("Hi")
    sent = [seen.metadata["authorization"] for seen in fake.seen]
    assert sent == ["Bearer one", "Bearer two"]


def test_a_server_that_nobody_vouches_for_is_not_asked(
    tls_address: str, fake: FakeEmotion
) -> None:
    options = Options(tls=Tls(server_name="emotion.test"), token="t", retry=ONCE)
    with Client(tls_address, options) as client, pytest.raises(UnavailableError):
        client.classify("Hi")
    assert fake.seen == []


def test_a_server_with_another_name_is_not_asked(
    authority: Path, tls_address: str, fake: FakeEmotion
) -> None:
    tls = Tls.from_files(authority / "cert.pem", server_name="other.test")
    with (
        Client(tls_address, Options(tls=tls, retry=ONCE)) as client,
        pytest.raises(UnavailableError),
    ):
        client.classify("Hi")
    assert fake.seen == []
