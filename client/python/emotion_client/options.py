"""How a client reaches the server."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from emotion_client.retry import RetryPolicy

ADDRESS_VARIABLE = "EMOTION_ADDRESS"
DEFAULT_ADDRESS = "127.0.0.1:50051"

_PLAIN_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_VISIBLE = re.compile(r"[!-~]{1,1024}")


@dataclass(frozen=True)
class Tls:
    """TLS towards the server or a proxy before it. All material is PEM."""

    # Whom to trust; None: gRPC's own list of public authorities.
    root_certificates: bytes | None = None
    # Who we are, for a server that asks; both or neither.
    private_key: bytes | None = field(default=None, repr=False)
    certificate_chain: bytes | None = None
    # The name that the server's certificate must hold, if not the address's.
    server_name: str | None = None

    def __post_init__(self) -> None:
        """Checks that a key comes with its chain."""
        if (self.private_key is None) != (self.certificate_chain is None):
            raise ValueError("private_key and certificate_chain: give both or neither")

    @classmethod
    def from_files(
        cls,
        root_certificates: Path | str | None = None,
        private_key: Path | str | None = None,
        certificate_chain: Path | str | None = None,
        server_name: str | None = None,
    ) -> "Tls":
        """Reads the material once.

        Raises:
            OSError: a file cannot be read.
            ValueError: a key without its chain, or the reverse.
        """

        def read(path: Path | str | None) -> bytes | None:
            return None if path is None else Path(path).read_bytes()

        return cls(
            read(root_certificates),
            read(private_key),
            read(certificate_chain),
            server_name,
        )


@dataclass(frozen=True)
class Options:
    """What all calls of a client share.

    Raises:
        ValueError: a value is out of its range; names the field.
    """

    # Seconds for one call with all its tries, unless the call names its own. From
    # 0.001 to 3600.
    deadline_s: float = 5.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    # None: plain text.
    tls: Tls | None = None
    # Sent as "authorization: Bearer ..." with every try; only over TLS. A function
    # is asked before each try, so that it can renew the token; it must be quick.
    token: str | Callable[[], str] | None = field(default=None, repr=False)
    # Largest message, either way, from 1 KiB to 1 GiB.
    max_message_bytes: int = 4 << 20

    def __post_init__(self) -> None:
        """Checks the ranges."""
        check_deadline(self.deadline_s)
        if not 1 << 10 <= self.max_message_bytes <= 1 << 30:
            raise ValueError(
                f"max_message_bytes is {self.max_message_bytes}, "
                f"expected {1 << 10} to {1 << 30}"
            )
        if self.token is not None and self.tls is None:
            raise ValueError("token: goes only over TLS; give tls too")


def check_deadline(deadline_s: float) -> float:
    """Gives it back, or raises ValueError."""
    if not 0.001 <= deadline_s <= 3600:
        raise ValueError(f"deadline_s is {deadline_s}, expected 0.001 to 3600")
    return deadline_s


def check_request_id(request_id: str) -> str:
    """Gives it back, or raises ValueError: the server would choose its own."""
    if not _PLAIN_ID.fullmatch(request_id):
        raise ValueError(
            f"request_id is {request_id!r}, expected 1 to 128 characters of "
            "A-Z a-z 0-9 . _ : -"
        )
    return request_id


def check_key(key: str) -> str:
    """Gives it back, or raises ValueError: it could not travel as metadata."""
    if not _VISIBLE.fullmatch(key):
        raise ValueError(
            f"key is {key!r}, expected 1 to 1024 characters of visible ASCII"
        )
    return key


def check_model_version(version: str) -> str:
    """Gives it back, or raises ValueError: no version could have that name."""
    if not _VISIBLE.fullmatch(version):
        raise ValueError(
            f"model_version is {version!r}, expected the name of a version, "
            "such as '0.4.0'"
        )
    return version


def choose_address(address: str | None) -> str:
    """What was given, or EMOTION_ADDRESS, or 127.0.0.1:50051.

    Raises:
        ValueError: it is empty.
    """
    if address is None:
        address = os.environ.get(ADDRESS_VARIABLE, DEFAULT_ADDRESS)
    if not address:
        raise ValueError("address is '', expected HOST:PORT")
    return address
