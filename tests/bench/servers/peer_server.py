"""A small gRPC server with dynamic batching around one peer.

    python -m servers.peer_server --peer ort-int8 --source model/default \
        --prepared build/bench/peers --address 127.0.0.1:0

It speaks the Open Inference Protocol: TEXT, BYTES [n, 3], to PROBABILITIES, FP32
[n, labels]. "Ready. ADDRESS" on its output means that it serves.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import numpy as np

from peers.engines import Logits
from servers.batcher import Batcher, BatcherOptions, QueueFullError
from servers.model import Model, make_model, place_of
from servers.wire import BadInputError, dialogues_of, messages, method, reply


class Service:
    """The methods of the protocol that a load generator needs."""

    def __init__(self, model: Model, options: BatcherOptions) -> None:
        """Serves a model; to be made in the loop that serves."""
        self._batcher: Batcher[list[list[str]], Logits] = Batcher(
            lambda items: _run(model, items), options
        )

    async def warm_up(self) -> None:
        """Has every worker make its engine."""
        turns = [["so", "how is it going", "not well at all"]]
        await self._batcher.on_each_worker(turns)

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


def _run(model: Model, items: list[list[list[str]]]) -> list[Logits]:
    """One run for all requests of a batch; a request may hold more dialogues."""
    answers = model([dialogue for item in items for dialogue in item])
    return np.split(answers, np.cumsum([len(item) for item in items])[:-1])


async def serve(options: argparse.Namespace) -> None:
    """Serves until it is cancelled."""
    place = place_of(options.source, options.prepared)
    model = make_model(options.peer, place, options.threads)
    service = Service(
        model,
        BatcherOptions(
            max_batch=options.max_batch,
            max_delay_s=options.max_delay_us / 1e6,
            workers=options.workers,
        ),
    )
    await service.warm_up()
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
    add("--peer", required=True)
    add("--source", type=Path, default=Path("model/default"))
    add("--prepared", type=Path, required=True)
    add("--address", default="127.0.0.1:0")
    add("--threads", type=int, default=2, help="of one batch")
    add("--workers", type=int, default=1, help="batches at a time")
    add("--max-batch", type=int, default=32)
    add("--max-delay-us", type=int, default=0)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    asyncio.run(serve(parse()))
