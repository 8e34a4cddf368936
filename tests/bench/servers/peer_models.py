"""The peers' model files, made once from the package source.

ort-int8       ONNX, weights of linears int8 per channel, ONNX Runtime's
               dynamic quantisation
openvino-int8  OpenVINO IR, quantised by NNCF over real dialogues
torchscript    a traced and frozen padded module, fp32
transformers   the stock module, fp32: needs no file
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.servers.text import Arrays, BatchEncoder

PEERS = ("ort-int8", "openvino-int8", "torchscript", "transformers")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_FILES = {
    "ort-int8": "ort-int8.onnx",
    "openvino-int8": "openvino-int8.xml",
    "torchscript": "torchscript.pt",
    "transformers": "",
}
_CALIBRATION_DIALOGUES = 300


def model_path(folder: Path, peer: str) -> Path:
    """Where a peer's file is; for `transformers` the folder itself."""
    return folder / _FILES[peer]


def prepare(
    source: Path, folder: Path, peers: Sequence[str], dialogues: Sequence[list[str]]
) -> None:
    """Makes the files that are missing.

    Args:
        source: a package source, as `model/default`.
        folder: where to; made if it is not there.
        peers: some of PEERS.
        dialogues: to calibrate the quantised activations with, not empty.
    """
    missing = [p for p in peers if not model_path(folder, p).exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if not missing:
        return
    from emotion_model.source import Checkpoint
    from emotion_model.trace import make_module

    module = make_module(Checkpoint.read(source), "padded")
    encoder = BatchEncoder.of_source(source)
    if "torchscript" in missing:
        _torchscript(module, encoder(dialogues[:2]), model_path(folder, "torchscript"))
    if {"ort-int8", "openvino-int8"} & set(missing):
        onnx = folder / "fp32.onnx"
        _onnx(module, encoder(dialogues[:2]), onnx)
        if "ort-int8" in missing:
            _ort_int8(onnx, model_path(folder, "ort-int8"))
        if "openvino-int8" in missing:
            batches = _batches(encoder, dialogues[:_CALIBRATION_DIALOGUES])
            _openvino_int8(onnx, model_path(folder, "openvino-int8"), list(batches))


def _batches(
    encoder: BatchEncoder, dialogues: Sequence[list[str]]
) -> Iterator[dict[str, Any]]:
    for dialogue in dialogues:
        yield dict(zip(INPUTS, encoder([dialogue]), strict=True))


def _tensors(arrays: Arrays) -> tuple[Any, ...]:
    import torch

    return tuple(torch.from_numpy(array) for array in arrays)


def _torchscript(module: Any, example: Arrays, out: Path) -> None:
    from emotion_model.trace import save, trace

    ids, mask, types = _tensors(example)
    save(trace(module, (ids, mask, types)), out)


def _onnx(module: Any, example: Arrays, out: Path) -> None:
    import torch

    if out.exists():
        return
    dynamic = {name: {0: "dialogues", 1: "tokens"} for name in INPUTS}
    partial = out.with_suffix(".partial")
    with torch.inference_mode():
        torch.onnx.export(
            module,
            _tensors(example),
            str(partial),
            input_names=list(INPUTS),
            output_names=["logits"],
            dynamic_axes={**dynamic, "logits": {0: "dialogues"}},
            opset_version=17,
            dynamo=False,
        )
    shutil.move(partial, out)


def _ort_int8(onnx: Path, out: Path) -> None:
    from onnxruntime.quantization import QuantType, quant_pre_process, quantize_dynamic

    ready = onnx.with_name("fp32-ready.onnx")
    quant_pre_process(str(onnx), str(ready), skip_symbolic_shape=True)
    quantize_dynamic(
        str(ready),
        str(out),
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    ready.unlink()


def _openvino_int8(onnx: Path, out: Path, batches: list[dict[str, Any]]) -> None:
    import nncf
    import openvino

    model = openvino.Core().read_model(onnx)
    quantised = nncf.quantize(
        model,
        nncf.Dataset(batches),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(batches),
    )
    openvino.save_model(quantised, out, compress_to_fp16=False)


def calibrated(
    logits: np.ndarray[Any, Any], temperature: float, bias: Sequence[float]
) -> np.ndarray[Any, Any]:
    """Probabilities, float32 [n, labels]: softmax((logits + bias) / temperature)."""
    shifted = (logits + np.asarray(bias, np.float32)) / np.float32(temperature)
    powers = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
