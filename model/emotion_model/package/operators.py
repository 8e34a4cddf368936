"""The model as the server's own operators run it, in several precisions.

One operator takes a packed batch through the whole network. What it needs of a
model is a dictionary of tensors, which PACKAGE.md lists; the operators' library
packs them for the processor when the file is loaded.
"""

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from emotion_model.checkpoint.folding import ResidualLinear
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.settings import Settings
from emotion_model.errors import ModelError

PRECISIONS = ("fp32", "bf16", "int8")


def load_operators(library: Path) -> None:
    """Loads the operators' shared library, once for the whole process.

    Raises:
        ModelError: it cannot be loaded.
    """
    try:
        torch.ops.load_library(str(library.resolve()))
    except OSError as error:
        raise ModelError(f"{library}: {error}") from error


def unfit(settings: Settings) -> str | None:
    """Says why the operators cannot run a model with these settings, if so."""
    wanted: dict[str, object] = {
        "normalization_type": "no_norm",
        "hidden_act": "relu",
        "use_bottleneck": True,
        "trigram_input": True,
        "key_query_shared_bottleneck": True,
        "use_bottleneck_attention": False,
        "head_size": 32,
    }
    for name, value in wanted.items():
        found = getattr(settings, name)
        if found != value:
            return f"{name} is {found!r}; the operators need {value!r}"
    for name in ("hidden_size", "inner_size", "embedding_size", "intermediate_size"):
        if getattr(settings, name) % 64:
            return (
                f"{name} is {getattr(settings, name)}; the operators need a "
                "multiple of 64"
            )
    return None


class OperatorMobileBert(nn.Module):
    """MobileBERT by the operators; the inputs and the output of PackedMobileBert.

    Made to be traced. The library must have been loaded before.
    """

    def __init__(
        self, plain: PackedMobileBert, precision: str, kernels: str = ""
    ) -> None:
        """Takes over the tensors of a folded model, rounded to `precision`.

        Args:
            plain: the model.
            precision: one of PRECISIONS.
            kernels: an instruction set by name; empty for the fastest.
        """
        super().__init__()
        tensors = tensors_of(plain, precision)
        self.model = torch.classes.emotion.MobileBert(precision, tensors, kernels)
        self.eval()

    def forward(
        self, token_ids: Tensor, segment_ids: Tensor, offsets: Tensor
    ) -> Tensor:
        """See PackedMobileBert.forward."""
        logits = torch.ops.emotion.mobilebert(
            self.model, token_ids, segment_ids, offsets
        )
        return cast(Tensor, logits)


def tensors_of(plain: PackedMobileBert, precision: str) -> dict[str, Tensor]:
    """The tensors of a model file, by name."""
    embeddings = plain.embeddings
    assert embeddings.transform is not None
    tensors = {
        "words": _smallest(embeddings.word),
        "positions": embeddings.position,
        "segments": embeddings.segment,
        **_linear("transform", embeddings.transform, precision),
        "transform.residual": torch.ones(embeddings.transform.out_features),
    }
    for index, module in enumerate(plain.layers):
        layer = cast(Any, module)
        parts: dict[str, nn.Linear | ResidualLinear] = {
            "wide": layer.attention.wide,
            "narrow": layer.attention.narrow,
            "mix": layer.mix,
            "widen": layer.widen,
        }
        for step, (up, down) in enumerate(zip(layer.up, layer.down, strict=True)):
            parts |= {f"up.{step}": up, f"down.{step}": down}
        for name, part in parts.items():
            tensors |= _part(f"layers.{index}.{name}", part, precision)
    if plain.pooler is not None:
        tensors |= _linear("pooler", plain.pooler, "fp32")
    return tensors | _linear("classifier", plain.classifier, "fp32")


def _part(
    name: str, part: nn.Linear | ResidualLinear, precision: str
) -> dict[str, Tensor]:
    if isinstance(part, nn.Linear):
        return _linear(name, part, precision)
    tensors = _linear(name, part.linear, precision)
    return tensors | {f"{name}.residual": part.scale}


def _linear(name: str, linear: nn.Linear, precision: str) -> dict[str, Tensor]:
    weight, bias = linear.weight.detach(), linear.bias.detach()
    tensors = {f"{name}.bias": bias}
    if precision == "int8":
        scale = weight.abs().amax(dim=1) / 127
        steps = torch.where(scale > 0, scale, torch.ones_like(scale))
        rounded = (weight / steps[:, None]).round().to(torch.int8)
        return tensors | {f"{name}.weight": rounded, f"{name}.scale": scale}
    if precision == "bf16":
        weight = weight.bfloat16()
    return tensors | {f"{name}.weight": weight}


def _smallest(values: Tensor) -> Tensor:
    """The same numbers in half the bytes, if they all fit fp16 exactly."""
    half = values.half()
    return half if torch.equal(half.float(), values) else values
