"""Makes the files that the peers load, once, before anything is timed.

    python -m peers.prepare NAME --source S --out DIR --dialogues FILE

Each file is made in a process of its own, so that no library stays behind in the
one that measures.
"""

import argparse
import hashlib
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peers.dialogues import load_items

# Files, in the order in which they can be made, and who reads them.
PARTS = {
    "padded.pt": ("torchscript",),
    "packed.pt": ("torchscript-packed",),
    "model.fp32.onnx": ("ort-fp32", "ort-int8", "ort-int8-7bit"),
    "model.fp32.xml": ("openvino-fp32", "openvino-bf16", "openvino-int8"),
    "model.int8.onnx": ("ort-int8",),
    "model.int8-7bit.onnx": ("ort-int8-7bit",),
    "model.int8.xml": ("openvino-int8",),
}
# These depend on the dialogues, too.
_CALIBRATED = ("model.int8.xml",)
CALIBRATION_DIALOGUES = 128
_SECONDS = 1800


def prepare(
    keys: set[str], source: Path, out: Path, dialogues: Path, log: Path
) -> None:
    """Makes what the contestants `keys` read, unless it was made of the same.

    Raises:
        RuntimeError: one could not be made; the log says why.
    """
    for name, readers in PARTS.items():
        if not keys & set(readers):
            continue
        stamp = out / f"{name}.sha256"
        wanted = _fingerprint(source, dialogues if name in _CALIBRATED else None)
        if stamp.is_file() and stamp.read_text() == wanted:
            continue
        print(f"peers: making {name}", file=sys.stderr, flush=True)
        command = [
            *(sys.executable, "-m", "peers.prepare", name),
            *("--source", str(source), "--out", str(out)),
            *("--dialogues", str(dialogues)),
        ]
        with log.open("ab") as file:
            made = subprocess.run(
                command, stdout=file, stderr=file, timeout=_SECONDS, check=False
            )
        if made.returncode:
            raise RuntimeError(f"{name} could not be made; see {log}")
        stamp.write_text(wanted)


def _fingerprint(source: Path, dialogues: Path | None) -> str:
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in (
        source / "model.safetensors",
        source / "config.json",
        here / "requirements.txt",
        here / "prepare.py",
        *([dialogues] if dialogues else []),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stock_module(source: Path) -> Any:
    """transformers' model, made right under padding, with its fused attention."""
    from emotion_model.checkpoint.checkpoint import Checkpoint
    from emotion_model.package.trace import make_module

    module: Any = make_module(Checkpoint.read(source), "padded")
    module.model.set_attn_implementation("sdpa")
    return module


def _padded_trace(source: Path, out: Path, dialogues: Path) -> None:
    from emotion_model.package.trace import save, trace

    save(trace(stock_module(source), _example(dialogues)), out)


def _packed_trace(source: Path, out: Path, dialogues: Path) -> None:
    import torch

    from emotion_model.checkpoint.checkpoint import Checkpoint
    from emotion_model.checkpoint.mobilebert import PackedMobileBert
    from emotion_model.package.trace import save, trace
    from peers.batches import pack

    checkpoint = Checkpoint.read(source)
    module = PackedMobileBert(checkpoint.weights, checkpoint.settings)
    ids, segments, offsets = map(torch.from_numpy, pack(load_items(dialogues)[:4]))
    save(trace(module, (ids, segments, offsets)), out)


def _onnx(source: Path, out: Path, dialogues: Path) -> None:
    import torch

    names = ["input_ids", "attention_mask", "token_type_ids"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            stock_module(source),
            _example(dialogues),
            str(out),
            dynamo=False,
            opset_version=17,
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names},
        )


def _onnx_int8(reduce_range: bool) -> Callable[[Path, Path, Path], None]:
    def make(source: Path, out: Path, dialogues: Path) -> None:
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.shape_inference import quant_pre_process

        cleaned = out.with_suffix(".cleaned.onnx")
        quant_pre_process(
            str(out.parent / "model.fp32.onnx"), str(cleaned), skip_symbolic_shape=True
        )
        quantize_dynamic(
            cleaned,
            out,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=reduce_range,
        )
        cleaned.unlink()

    return make


def _openvino(source: Path, out: Path, dialogues: Path) -> None:
    import openvino

    # Straight from torch it keeps attention whole, which ONNX takes apart.
    model = openvino.convert_model(
        stock_module(source), example_input=_example(dialogues)
    )
    for value in model.inputs:
        value.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    model.validate_nodes_and_infer_types()
    openvino.save_model(model, str(out), compress_to_fp16=False)


def _openvino_int8(source: Path, out: Path, dialogues: Path) -> None:
    import nncf
    import openvino

    from peers.batches import pad

    model = openvino.Core().read_model(str(out.parent / "model.fp32.xml"))
    items = load_items(dialogues)
    step = max(1, len(items) // CALIBRATION_DIALOGUES)
    chosen = items[::step][:CALIBRATION_DIALOGUES]
    quantised = nncf.quantize(
        model,
        nncf.Dataset([list(pad([item], _pad_id(source))) for item in chosen]),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(chosen),
    )
    openvino.save_model(quantised, str(out), compress_to_fp16=False)


def _pad_id(source: Path) -> int:
    from emotion_model.checkpoint.settings import Settings

    return Settings.read(source / "config.json").pad_token_id or 0


def _example(dialogues: Path) -> tuple[Any, Any, Any]:
    import torch

    from peers.batches import pad

    ids, mask, segments = map(torch.from_numpy, pad(load_items(dialogues)[:8], 0))
    return ids, mask, segments


_MAKERS: dict[str, Callable[[Path, Path, Path], None]] = {
    "padded.pt": _padded_trace,
    "packed.pt": _packed_trace,
    "model.fp32.onnx": _onnx,
    "model.int8.onnx": _onnx_int8(reduce_range=False),
    "model.int8-7bit.onnx": _onnx_int8(reduce_range=True),
    "model.fp32.xml": _openvino,
    "model.int8.xml": _openvino_int8,
}


def main() -> None:
    """Makes one file."""
    parser = argparse.ArgumentParser(prog="python -m peers.prepare")
    parser.add_argument("name", choices=_MAKERS)
    for option in ("--source", "--out", "--dialogues"):
        parser.add_argument(option, type=Path, required=True)
    options = parser.parse_args()
    _MAKERS[options.name](options.source, options.out / options.name, options.dialogues)


if __name__ == "__main__":
    main()
