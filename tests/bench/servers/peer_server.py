"""A small gRPC server with dynamic batching around one peer.

    python -m bench.servers.peer_server --peer ort-int8 --source model/default \
        --models build/bench-peers --address 127.0.0.1:0

It speaks the Open Inference Protocol: TEXT, BYTES [n, 3], to PROBABILITIES, FP32
[n, labels]. "Ready. ADDRESS" on its output tells that it serves.
"""

import argparse
import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import numpy as np

from bench.servers.batcher import Batcher, BatcherOptions, QueueFullError
from bench.servers.peer_models import PEERS, calibrated
from bench.servers.runners import make_runner
from bench.servers.text import Array, BatchEncoder
from bench.servers.wire import BadInputError, dialogues_of, messages, method, reply

Model = Callable[[Sequence[Sequence[str]]], Array]


def make_model(
    peer: str,
    *,
    source: Path,
    models: Path,
    threads: int,
    streams: int = 1,
    pad_multiple: int = 1,
) -> Model:
    """Everything from texts to probabilities, warmed up; used behind Triton too."""
    encoder = BatchEncoder.of_source(source, pad_multiple)
    runner = make_runner(peer, models, source, threads, streams)
    raw = json.loads((source / "package.json").read_text(encoding="utf-8"))
    temperature, bias = raw["calibration"]["temperature"], raw["calibration"]["bias"]

    def model(dialogues: Sequence[Sequence[str]]) -> Array:
        return calibrated(runner(encoder(dialogues)), temperature, bias)

    turns = ("so", "how is it going", "not well at all")
    for count in (1, 2, 8, 32):
        model([turns] * count)
    return model


class Service:
    """The methods of the protocol that a load generator needs."""

    def __init__(self, model: Model, options: BatcherOptions) -> None:
        """Serves a model; to be made in the loop that serves."""
        self._batcher: Batcher[list[list[str]], Array] = Batcher(
            lambda items: _run(model, items), options
        )

    async def infer(self, request: Any, context: Any) -> Any:
        """ModelInfer."""
        try:
            return reply(request, await self._batcher.submit(dialogues_of(request)))
        except (BadInputError, UnicodeDecodeError) as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except QueueFullError:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "the queue is full")

    async def ready(self, _request: Any, _context: Any) -> Any:
        """ServerReady."""
        return messages().ServerReadyResponse(ready=True)

    def handler(self) -> Any:
        """For `add_generic_rpc_handlers`."""
        pb = messages()
        methods = {
            "ModelInfer": (self.infer, pb.ModelInferRequest, pb.ModelInferResponse),
            "ServerReady": (self.ready, pb.ServerReadyRequest, pb.ServerReadyResponse),
        }
        return grpc.method_handlers_generic_handler(
            method("").strip("/"),
            {
                name: grpc.unary_unary_rpc_method_handler(
                    function, asked.FromString, given.SerializeToString
                )
                for name, (function, asked, given) in methods.items()
            },
        )


def _run(model: Model, items: list[list[list[str]]]) -> list[Array]:
    """One run for all requests of a batch; a request may hold more dialogues."""
    answers = model([dialogue for item in items for dialogue in item])
    return np.split(answers, np.cumsum([len(item) for item in items])[:-1])


async def serve(options: argparse.Namespace) -> None:
    """Serves until it is cancelled."""
    model = make_model(
        options.peer,
        source=options.source,
        models=options.models,
        threads=options.threads,
        streams=options.workers,
        pad_multiple=options.pad_multiple,
    )
    service = Service(
        model,
        BatcherOptions(
            max_batch=options.max_batch,
            max_delay_s=options.max_delay_us / 1e6,
            workers=options.workers,
        ),
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((service.handler(),))
    host = options.address.rpartition(":")[0]
    port = server.add_insecure_port(options.address)
    await server.start()
    print(f"Ready. {host}:{port}", flush=True)
    await server.wait_for_termination()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="A peer behind gRPC.")
    add = parser.add_argument
    add("--peer", choices=PEERS, required=True)
    add("--source", type=Path, default=Path("model/default"))
    add("--models", type=Path, default=Path("build/bench-peers"))
    add("--address", default="127.0.0.1:0")
    add("--threads", type=int, default=2, help="of one batch")
    add("--workers", type=int, default=1, help="batches at a time")
    add("--max-batch", type=int, default=32)
    add("--max-delay-us", type=int, default=0)
    add("--pad-multiple", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    asyncio.run(serve(parse()))
