"""What an operator asks of a server: ModelService, on its own listener."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

import google.rpc.status_pb2
import grpc
import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

from end_to_end import ROOT
from end_to_end.wire import PATIENCE_S

# The client ships no stubs of it; they are made of the proto here. Its imports are
# in the pool already, from the client's own.
PROTO = "emotion/v1/model_service.proto"
SERVICE = "emotion.v1.ModelService"
SWAP, BESIDE = 1, 2


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.Default()
    public = Path(str(google.rpc.status_pb2.__file__)).parents[2]
    known = Path(str(grpc_tools.__file__)).parent / "_proto"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set.pb"
        includes = [f"-I{root}" for root in (ROOT / "proto", public, known)]
        code = protoc.main(["protoc", *includes, f"--descriptor_set_out={out}", PROTO])
        assert code == 0, f"{PROTO} does not compile"
        described = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    for file in described.file:
        pool.Add(file)
    return pool


def message(name: str) -> Any:
    """The class of a message, by its name in emotion.v1."""
    found = _pool().FindMessageTypeByName(f"emotion.v1.{name}")
    return message_factory.GetMessageClass(found)


class Admin:
    """A connection to the listener for operators."""

    def __init__(self, address: str) -> None:
        """Connects at the first call."""
        self.channel = grpc.insecure_channel(
            address, options=[("grpc.use_local_subchannel_pool", 1)]
        )

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Cancels what is in flight and disconnects."""
        self.channel.close()

    def call(self, method: str, **fields: Any) -> Any:
        """Begins a call; gives its future."""
        return self.channel.unary_unary(
            f"/{SERVICE}/{method}",
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=message(f"{method}Response").FromString,
        ).future(message(f"{method}Request")(**fields), timeout=PATIENCE_S)

    def load(self, version: str = "", activation: int = SWAP) -> Any:
        """Loads a version; gives the ModelVersion that serves, or raises."""
        call = self.call("LoadModel", version=version, activation=activation)
        return call.result().model

    def unload(self, version: str) -> None:
        """Takes out a version."""
        self.call("UnloadModel", version=version).result()

    def set_traffic(
        self, serving: Mapping[str, int], shadows: Mapping[str, int] | None = None
    ) -> None:
        """Splits the traffic: percents by version."""
        share = message("TrafficShare")
        split = message("TrafficSplit")(
            serving=[share(version=v, percent=p) for v, p in serving.items()],
            shadows=[share(version=v, percent=p) for v, p in (shadows or {}).items()],
        )
        self.call("SetTraffic", traffic=split).result()

    def list(self) -> Any:
        """What is loaded and what there is."""
        return self.call("ListModels").result()
