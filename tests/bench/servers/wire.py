"""The Open Inference Protocol for Python, made from the proto when first used."""

import importlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
PROTO = ROOT / "proto" / "inference" / "open_inference_grpc.proto"
INPUT, OUTPUT = "TEXT", "PROBABILITIES"
_SERVICE = "/inference.GRPCInferenceService/"


class BadInputError(Exception):
    """The request does not hold what the model takes."""


def messages() -> Any:
    """The module with the messages."""
    if "open_inference_grpc_pb2" not in sys.modules:
        from grpc_tools import protoc

        with tempfile.TemporaryDirectory() as out:
            arguments = ["protoc", f"-I{PROTO.parent}", f"--python_out={out}"]
            if protoc.main([*arguments, PROTO.name]) != 0:
                raise RuntimeError(f"{PROTO} does not compile")
            sys.path.insert(0, out)
            importlib.import_module("open_inference_grpc_pb2")
            sys.path.remove(out)
    return sys.modules["open_inference_grpc_pb2"]


def method(name: str) -> str:
    """The full name of a method of the service."""
    return _SERVICE + name


def dialogues_of(request: Any) -> list[list[str]]:
    """Reads the one input, BYTES [n, 3], typed or raw; no turn for an empty one.

    Raises:
        BadInputError: anything else.
    """
    if len(request.inputs) != 1 or request.inputs[0].datatype != "BYTES":
        raise BadInputError(f"inputs: expected one, {INPUT} of BYTES")
    tensor = request.inputs[0]
    if len(tensor.shape) != 2 or tensor.shape[1] < 1:
        raise BadInputError(f"{INPUT}: expected the shape [dialogues, turns]")
    texts: Sequence[bytes] = tensor.contents.bytes_contents
    if request.raw_input_contents:
        texts = _raw_texts(request.raw_input_contents[0])
    count, turns = tensor.shape
    if len(texts) != count * turns:
        raise BadInputError(f"{INPUT}: {len(texts)} texts, not {count * turns}")
    return rows_of([text.decode("utf-8") for text in texts], turns)


def rows_of(texts: Sequence[str], turns: int) -> list[list[str]]:
    """Splits texts into dialogues and leaves out the empty turns in front."""
    rows = [list(texts[at : at + turns]) for at in range(0, len(texts), turns)]
    for row in rows:
        while len(row) > 1 and not row[0]:
            del row[0]
    return rows


def _raw_texts(raw: bytes) -> list[bytes]:
    texts, at = [], 0
    while at < len(raw):
        end = at + 4 + int.from_bytes(raw[at : at + 4], "little")
        if end > len(raw):
            raise BadInputError(f"{INPUT}: its raw bytes end within a text")
        texts.append(raw[at + 4 : end])
        at = end
    return texts


def reply(request: Any, probabilities: np.ndarray[Any, Any]) -> Any:
    """The answer with PROBABILITIES, FP32 [n, labels], raw."""
    answer = messages().ModelInferResponse(
        model_name=request.model_name, model_version="1", id=request.id
    )
    answer.outputs.add(name=OUTPUT, datatype="FP32", shape=probabilities.shape)
    answer.raw_output_contents.append(probabilities.tobytes())
    return answer
