"""The servers that are compared, and how each is started."""

import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

from peers.contestants import CONTESTANTS
from servers import triton
from servers.wire import ROOT, messages, method
from support.process import Child, clean_environment
from support.server import ServerProcess

PEERS = tuple(c.key for c in CONTESTANTS if not c.ours)

# Longest start: loading a model on a busy machine.
_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Setup:
    """Where things are."""

    server: Path
    package: Path
    source: Path
    prepared: Path
    triton_python: Path
    # For made files.
    work: Path


@dataclass(frozen=True)
class PeerOptions:
    """How a peer's server runs; the same names as its command line's."""

    threads: int = 2
    workers: int = 1
    max_batch: int = 32
    max_delay_us: int = 0


@dataclass(frozen=True)
class Running:
    """A server that serves."""

    child: Child
    address: str


@dataclass(frozen=True)
class Target:
    """One server of the comparison."""

    # "emotion-server", "gRPC ort-int8", "Triton ort-int8", with what sets it
    # apart behind it.
    name: str
    # "ours", "grpc" or "triton".
    kind: str
    # For "ours": flags. Else empty.
    flags: tuple[str, ...] = ()
    peer: str = ""
    options: PeerOptions = PeerOptions()

    def load_flags(self) -> list[str]:
        """What `emotion-client load` must know."""
        if self.kind == "ours":
            return []
        return ["--protocol", "open-inference", "--model-name", triton.MODEL]

    @contextmanager
    def running(self, setup: Setup) -> Iterator[Running]:
        """Starts it, waits until it serves, and ends it.

        Raises:
            ProcessError: it did not start; with the end of its log.
        """
        if self.kind == "ours":
            started = _start_ours(self, setup)
        elif self.kind == "grpc":
            started = _start_peer(self, setup)
        else:
            started = _start_triton(self, setup)
        with started as running:
            yield running


def parse_target(text: str) -> Target:
    """Reads `ours[:FLAGS]`, `grpc:PEER[:OPTIONS]` or `triton:PEER[:OPTIONS]`.

    FLAGS are the server's as in a shell; OPTIONS are as in
    `threads=1,workers=2,max_batch=64,max_delay_us=0`.

    Raises:
        ValueError: anything else.
    """
    kind, _, rest = text.partition(":")
    if kind == "ours":
        name = f"emotion-server {rest}".strip()
        return Target(name, kind, tuple(shlex.split(rest)))
    peer, _, given = rest.partition(":")
    if kind not in ("grpc", "triton") or peer not in PEERS:
        raise ValueError(
            f"target {text!r}: expected ours, grpc:PEER or triton:PEER with PEER one "
            f"of {', '.join(PEERS)}"
        )
    values: dict[str, int] = {}
    for part in filter(None, given.split(",")):
        key, _, value = part.partition("=")
        if key not in PeerOptions.__dataclass_fields__ or not value.isdigit():
            raise ValueError(f"target {text!r}: {part!r} is no option and number")
        values[key] = int(value)
    title = {"grpc": "gRPC", "triton": "Triton"}[kind]
    name = f"{title} {peer} {given}".strip()
    return Target(name, kind, peer=peer, options=PeerOptions(**values))


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _start_ours(target: Target, setup: Setup) -> Iterator[Running]:
    with ServerProcess(
        setup.server,
        setup.package,
        *("--log-level", "warning", *target.flags),
        environment=clean_environment(OMP_WAIT_POLICY=None),
    ) as server:
        yield Running(server, server.wait_until_ready(_PATIENCE_S).address)


@contextmanager
def _start_peer(target: Target, setup: Setup) -> Iterator[Running]:
    options = target.options
    command = [
        *(sys.executable, "-m", "servers.peer_server", "--peer", target.peer),
        *("--source", str(setup.source), "--prepared", str(setup.prepared)),
        *("--threads", str(options.threads), "--workers", str(options.workers)),
        *("--max-batch", str(options.max_batch)),
        *("--max-delay-us", str(options.max_delay_us)),
    ]
    path = f"{ROOT}/model:{ROOT}/tests:{ROOT}/tests/bench"
    environment = clean_environment(PYTHONPATH=path, **_QUIET)
    with Child(command, environment=environment) as child:
        pattern = r"^Ready\. (\S+)"
        child.wait_until(lambda: bool(child.out.find(pattern)), "ready", _PATIENCE_S)
        found = child.out.find(pattern)
        assert found is not None
        yield Running(child, found[1])


@contextmanager
def _start_triton(target: Target, setup: Setup) -> Iterator[Running]:
    options, port = target.options, free_port()
    started = triton.launch(
        triton.TritonOptions(
            peer=target.peer,
            source=setup.source,
            prepared=setup.prepared,
            threads=options.threads,
            instances=options.workers,
            max_batch=options.max_batch,
            max_delay_us=options.max_delay_us,
        ),
        setup.triton_python,
        setup.work / "triton",
        port,
    )
    address = f"127.0.0.1:{port}"
    environment = clean_environment(**_QUIET, **started.environment)
    with Child(started.command, environment=environment, merged=True) as child:
        child.wait_until(lambda: is_ready(address), "ready", _PATIENCE_S)
        yield Running(child, address)


# OpenMP's and the tokenizers' threads must not fight over the cores.
_QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "TOKENIZERS_PARALLELISM": "false"}


def is_ready(address: str) -> bool:
    """Asks ServerReady."""
    pb = messages()
    with grpc.insecure_channel(address) as channel:
        call = channel.unary_unary(
            method("ServerReady"),
            request_serializer=pb.ServerReadyRequest.SerializeToString,
            response_deserializer=pb.ServerReadyResponse.FromString,
        )
        try:
            return bool(call(pb.ServerReadyRequest(), timeout=1).ready)
        except grpc.RpcError:
            return False
