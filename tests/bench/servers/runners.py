"""The peers as functions from padded arrays to logits."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.servers.peer_models import INPUTS, model_path
from bench.servers.text import Array, Arrays

# Logits, float32 [dialogues, labels]. May be called by as many threads at a time
# as `make_runner` was told.
Runner = Callable[[Arrays], Array]


def make_runner(
    peer: str, folder: Path, source: Path, threads: int, streams: int = 1
) -> Runner:
    """Loads a peer.

    Args:
        peer: one of `peer_models.PEERS`.
        folder: that of the prepared files.
        source: the package source.
        threads: for one call.
        streams: calls at a time.

    Raises:
        KeyError: an unknown peer.
    """
    makers: dict[str, Callable[[], Runner]] = {
        "ort-int8": lambda: _ort(model_path(folder, peer), threads),
        "openvino-int8": lambda: _openvino(model_path(folder, peer), threads, streams),
        "torchscript": lambda: _torchscript(model_path(folder, peer), threads),
        "transformers": lambda: _transformers(source, threads),
    }
    return makers[peer]()


def _ort(path: Path, threads: int) -> Runner:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin between batches take time from gRPC's on a small machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )

    def run(arrays: Arrays) -> Array:
        logits: Array = session.run(None, dict(zip(INPUTS, arrays, strict=True)))[0]
        return logits

    return run


def _openvino(path: Path, threads: int, streams: int) -> Runner:
    import threading

    import openvino

    compiled = openvino.Core().compile_model(
        path,
        "CPU",
        {"NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": threads * streams},
    )
    mine = threading.local()

    def run(arrays: Arrays) -> Array:
        if not hasattr(mine, "request"):
            mine.request = compiled.create_infer_request()
        inputs = dict(zip(INPUTS, arrays, strict=True))
        answer = mine.request.infer(inputs, share_inputs=True)
        logits: Array = answer[0]
        return logits

    return run


def _torch(module: Any, threads: int) -> Runner:
    import torch

    torch.set_num_threads(threads)

    def run(arrays: Arrays) -> Array:
        with torch.inference_mode():
            logits: Array = module(*map(torch.from_numpy, arrays)).numpy()
        return logits

    return run


def _torchscript(path: Path, threads: int) -> Runner:
    import torch

    return _torch(torch.jit.load(os.fspath(path)), threads)


def _transformers(source: Path, threads: int) -> Runner:
    from emotion_model.source import Checkpoint
    from emotion_model.trace import make_module

    return _torch(make_module(Checkpoint.read(source), "padded"), threads)
