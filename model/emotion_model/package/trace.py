"""Tracing a model into the TorchScript file that a package ships."""

import io
import os
import re
import warnings
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.text import Encoding
from emotion_model.checkpoint.weights import head_names
from emotion_model.errors import ModelError

LAYOUTS = ("packed", "padded")


def pack(encodings: list[Encoding]) -> tuple[Tensor, Tensor, Tensor]:
    """Makes the inputs of the packed layout: token_ids, segment_ids, offsets."""
    lengths = [0] + [len(encoding.token_ids) for encoding in encodings]
    ids = [token for encoding in encodings for token in encoding.token_ids]
    segments = [token for encoding in encodings for token in encoding.segment_ids]
    return (
        torch.tensor(ids, dtype=torch.int64),
        torch.tensor(segments, dtype=torch.int64),
        torch.tensor(lengths, dtype=torch.int64).cumsum(0),
    )


def pad(encodings: list[Encoding], pad_id: int) -> tuple[Tensor, Tensor, Tensor]:
    """Makes the inputs of the padded layout: input_ids, attention_mask, types."""
    longest = max(len(encoding.token_ids) for encoding in encodings)
    ids = torch.full((len(encodings), longest), pad_id, dtype=torch.int64)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, encoding in enumerate(encodings):
        length = len(encoding.token_ids)
        ids[row, :length] = torch.tensor(encoding.token_ids)
        mask[row, :length] = 1
        types[row, :length] = torch.tensor(encoding.segment_ids)
    return ids, mask, types


def make_module(checkpoint: Checkpoint, layout: str) -> nn.Module:
    """Makes the module of a layout, in evaluation mode.

    Raises:
        ModelError: unknown layout, or one that this checkpoint cannot have.
    """
    if layout == "packed":
        return PackedMobileBert(checkpoint.weights, checkpoint.settings)
    if layout == "padded":
        if heads := head_names(checkpoint.weights):
            raise ModelError(
                f"the padded layout has no place for the head {heads[0]!r}; use the "
                "packed layout"
            )
        return _Padded(checkpoint)
    raise ModelError(f"layout is {layout!r}, expected one of {', '.join(LAYOUTS)}")


def make_inputs(
    encodings: list[Encoding], layout: str, checkpoint: Checkpoint
) -> tuple[Tensor, Tensor, Tensor]:
    """Makes a batch in a layout's inputs."""
    if layout == "packed":
        return pack(encodings)
    return pad(encodings, checkpoint.settings.pad_token_id or 0)


def trace(
    module: nn.Module, inputs: tuple[Tensor, Tensor, Tensor]
) -> torch.jit.ScriptModule:
    """Traces and freezes; the result takes batches of any size and lengths."""
    with torch.inference_mode(), warnings.catch_warnings():
        # The tracer warns of shapes that it takes for constants. Whether one of
        # them matters is found by running the trace on other shapes, not here.
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(module, inputs, check_trace=False)
        return cast(torch.jit.ScriptModule, torch.jit.freeze(traced))


def save(traced: torch.jit.ScriptModule, path: Path) -> None:
    """Saves a trace. The same model gives the same bytes wherever it is made.

    TorchScript keeps the place in the Python source of each operator, with full
    paths; these records are left out. It also numbers class names by how many were
    traced before in the process; a frozen trace has one class and needs no number.
    Which folder of this package the class stands in is left out too.
    """
    buffer = io.BytesIO()
    torch.jit.save(traced, buffer)
    buffer.seek(0)
    reader = torch._C.PyTorchFileReader(buffer)
    writer: Any = torch._C.PyTorchFileWriter(os.fspath(path))
    for name in reader.get_all_records():
        if name.endswith(".debug_pkl") or name in _WRITTEN_BY_ITSELF:
            continue
        record = reader.get_record(name)
        if name == "data.pkl" or name.startswith("code/"):
            name = _PLACE.sub(b"", name.encode()).decode()
            record = _PLACE.sub(b"", record)
        writer.write_record(name, record, len(record))
    writer.write_end_of_file()


# Of a class: its number, and its folder in emotion_model.
_PLACE = re.compile(
    rb"[./]___torch_mangle_\d+|(?<=\bemotion_model)[./](?:checkpoint|package)(?=[./])"
)

_WRITTEN_BY_ITSELF = ("version", "byteorder", ".data/serialization_id")


class _Padded(nn.Module):
    """The stock model with three plain inputs and one plain output.

    The stock model reads the vector of the next position, so that padding leaks
    into the last token even under a mask. The padding id's vector is set to zero
    here, as it is beyond the end of an unpadded dialogue; no text has that id.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self.model = stock_model(checkpoint)
        table = self.model.get_input_embeddings().weight
        if checkpoint.settings.pad_token_id is not None:
            with torch.no_grad():
                table[checkpoint.settings.pad_token_id] = 0.0
        self.eval()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, types: Tensor
    ) -> Tensor:
        answer = self.model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types
        )
        return cast(Tensor, answer.logits)


def stock_model(checkpoint: Checkpoint, head: str | None = None) -> Any:
    """Makes transformers' MobileBertForSequenceClassification, float32.

    Args:
        checkpoint: the weights.
        head: whose classifier it gets; None is the checkpoint's own.

    Raises:
        ModelError: transformers is not installed.
    """
    try:
        from transformers import MobileBertConfig, MobileBertForSequenceClassification
    except ImportError as error:
        raise ModelError(
            "the stock model needs the transformers package; install it"
        ) from error
    config = MobileBertConfig.from_pretrained(
        checkpoint.folder, attn_implementation="eager"
    )
    model = MobileBertForSequenceClassification(config)
    # With use_bottleneck_attention the stock model holds a bottleneck that nothing
    # reads; a checkpoint may lack it, and `weights` leaves it out.
    weights = {
        name: value
        for name, value in checkpoint.weights.items()
        if not name.startswith("heads.")
    }
    if head is not None:
        for part in ("weight", "bias"):
            weights[f"classifier.{part}"] = checkpoint.weights[f"heads.{head}.{part}"]
    unexpected = model.load_state_dict(weights, strict=False).unexpected_keys
    if unexpected:
        raise ModelError(f"the stock model does not know {unexpected[0]}")
    # The bare model inside has no kind of loss; asking it, as a trace does, warns.
    model.mobilebert.loss_type = model.loss_type
    return model.eval().requires_grad_(False)
