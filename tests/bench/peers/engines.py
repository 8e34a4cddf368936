"""Loads each engine. Runs in a worker's process, which holds one engine only.

An engine is a function from a batch of dialogues to logits, [B, labels]. What a
caller would pay for every batch is in it: padding or packing, making tensors,
running, taking the logits out. Imports stand in the functions, so that a process
loads no library but its engine's.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers.batches import pack, pad
from peers.dialogues import Dialogue

Logits = NDArray[np.float32]
Engine = Callable[[Sequence[Dialogue]], Logits]


@dataclass(frozen=True)
class Place:
    """Where a worker finds what it needs."""

    # The package source, as model/default.
    source: Path
    # What `prepare` made.
    prepared: Path
    # The shared library of the project's operators.
    operators: Path
    pad_id: int


def load_engine(name: str, precision: str, threads: int, place: Place) -> Engine:
    """Loads the engine `name`; see Contestant.engine."""
    engine: Engine = _LOADERS[name](precision, threads, place)
    return engine


def _torch(threads: int) -> Any:
    import torch

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    return torch


def _padded_torch(torch: Any, model: Any, pad_id: int) -> Engine:
    def run(batch: Sequence[Dialogue]) -> Logits:
        inputs = [torch.from_numpy(part) for part in pad(batch, pad_id)]
        with torch.inference_mode():
            logits: Logits = model(*inputs).numpy()
        return logits

    return run


def _packed_torch(torch: Any, model: Any) -> Engine:
    def run(batch: Sequence[Dialogue]) -> Logits:
        inputs = [torch.from_numpy(part) for part in pack(batch)]
        with torch.inference_mode():
            logits: Logits = model(*inputs).numpy()
        return logits

    return run


def _ours(precision: str, threads: int, place: Place) -> Engine:
    from emotion_model.checkpoint.checkpoint import Checkpoint
    from emotion_model.checkpoint.mobilebert import PackedMobileBert
    from emotion_model.package.operators import OperatorMobileBert, load_operators

    torch = _torch(threads)
    load_operators(place.operators)
    checkpoint = Checkpoint.read(place.source)
    plain = PackedMobileBert(checkpoint.weights, checkpoint.settings)
    return _packed_torch(torch, OperatorMobileBert(plain, precision))


def _stock(place: Place) -> Any:
    from peers.prepare import stock_module

    return stock_module(place.source)


def _eager(precision: str, threads: int, place: Place) -> Engine:
    torch = _torch(threads)
    return _padded_torch(torch, _stock(place), place.pad_id)


def _compiled(precision: str, threads: int, place: Place) -> Engine:
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(place.prepared / "inductor"))
    torch = _torch(threads)
    # One compilation for all shapes: with one a shape, chats would never be done.
    model = torch.compile(_stock(place), dynamic=True)
    return _padded_torch(torch, model, place.pad_id)


def _traced(precision: str, threads: int, place: Place) -> Engine:
    torch = _torch(threads)
    model = torch.jit.load(str(place.prepared / "padded.pt"))
    return _padded_torch(torch, model, place.pad_id)


def _traced_packed(precision: str, threads: int, place: Place) -> Engine:
    torch = _torch(threads)
    return _packed_torch(torch, torch.jit.load(str(place.prepared / "packed.pt")))


def _onnx_runtime(precision: str, threads: int, place: Place) -> Engine:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(place.prepared / f"model.{precision}.onnx"),
        options,
        providers=["CPUExecutionProvider"],
    )
    names = [value.name for value in session.get_inputs()]

    def run(batch: Sequence[Dialogue]) -> Logits:
        inputs = dict(zip(names, pad(batch, place.pad_id), strict=True))
        logits: Logits = session.run(None, inputs)[0]
        return logits

    return run


def _openvino(precision: str, threads: int, place: Place) -> Engine:
    import openvino

    int8 = precision == "int8"
    file = place.prepared / f"model.{'int8' if int8 else 'fp32'}.xml"
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        # What stays in floating point in an int8 model is left to OpenVINO, which
        # takes bf16 where the processor has it.
        **({} if int8 else {"INFERENCE_PRECISION_HINT": _HINTS[precision]}),
    }
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(str(file)), "CPU", settings)
    request = compiled.create_infer_request()

    def run(batch: Sequence[Dialogue]) -> Logits:
        answer = request.infer(list(pad(batch, place.pad_id)), share_inputs=True)
        logits: Logits = answer[0]
        return logits

    return run


_HINTS = {"fp32": "f32", "bf16": "bf16"}

_LOADERS: dict[str, Callable[[str, int, Place], Engine]] = {
    "ours": _ours,
    "eager": _eager,
    "compiled": _compiled,
    "traced": _traced,
    "traced_packed": _traced_packed,
    "onnx_runtime": _onnx_runtime,
    "openvino": _openvino,
}
