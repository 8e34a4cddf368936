"""A proxy as a child process, with the configuration of deploy/balancing."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import grpc

from deploy.balancing.ports import free_port
from end_to_end import ROOT
from end_to_end.wire import Connection, messages
from support.process import Child, Output

EXAMPLES = ROOT / "deploy" / "balancing"


def rendered(example: Path, changes: dict[str, str]) -> str:
    """The text of an example with other addresses and folders.

    Each change must find its place, so that a test that passes has tried the
    example and not something else.
    """
    text = example.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"{example} no longer holds {old!r}"
        text = text.replace(old, new)
    return text


def is_answered(stub: Any, **options: Any) -> bool:
    """Whether a call gets an answer soon."""
    try:
        stub.GetModelInfo(messages.GetModelInfoRequest(), timeout=2, **options)
    except grpc.RpcError:
        return False
    return True


class Proxy:
    """A running proxy; ends it when left. Subclasses say which."""

    name = ""

    def __init__(self, folder: Path, replicas: Sequence[str]) -> None:
        """Starts it in a folder that holds the TLS material and tokens."""
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=folder))
        self.material = folder
        self.replicas = replicas
        self.plain = f"127.0.0.1:{free_port()}"
        self.tls = f"localhost:{free_port()}"
        self.configure()
        self.child = self.spawn()

    def __repr__(self) -> str:
        """So that a failed test shows whose address it names."""
        return f"{self.name} at {self.plain}"

    def configure(self) -> None:
        """Writes its configuration."""
        raise NotImplementedError

    def replica_changes(self) -> dict[str, str]:
        """From the servers that an example names one by one to those there are."""
        return {
            f"emotion-{number}:50051": address
            for number, address in enumerate(self.replicas, 1)
        }

    def more_changes(self) -> dict[str, str]:
        """What another use has to change besides."""
        return {}

    def command(self) -> list[str]:
        """What starts it in the foreground."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """What looks at its configuration and starts nothing."""
        raise NotImplementedError

    def reload(self) -> None:
        """Makes it read its configuration anew; returns when it has."""
        raise NotImplementedError

    def spawn(self) -> Child:
        """Starts it."""
        return Child(self.command(), merged=True)

    @property
    def log(self) -> Output:
        """What it has written."""
        return self.child.log

    def answers(self) -> bool:
        """Whether a call gets through."""
        with Connection(self.plain) as connection:
            return is_answered(connection.stub)

    def wait_until_ready(self) -> Self:
        """Waits until a call gets through."""
        self.child.wait_until(self.answers, "answering", 30)
        return self

    def close(self) -> None:
        """Ends it."""
        self.child.close()
