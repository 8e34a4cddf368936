"""The tensors of a MobileBERT classifier: their names, shapes and reading."""

import re
from collections.abc import Iterator
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from emotion_model.checkpoint.settings import Settings
from emotion_model.errors import ModelError

Weights = dict[str, Tensor]
Shape = tuple[int, ...]

FILES = ("model.safetensors", "pytorch_model.bin")

# Another classifier over the same body, for another kind of traffic.
_HEAD = re.compile(r"heads\.([a-z0-9_-]+)\.(?:weight|bias)")


def weights_file(folder: Path) -> Path:
    """Finds the file of weights in a checkpoint folder.

    Raises:
        ModelError: there is none, or only a checkpoint in several pieces.
    """
    for name in FILES:
        if (folder / name).is_file():
            return folder / name
    if any((folder / f"{name}.index.json").is_file() for name in FILES):
        raise ModelError(
            f"{folder}: the weights are in several pieces; save them as one file"
        )
    raise ModelError(f"{folder}: neither {FILES[0]} nor {FILES[1]} is there")


def read_weights(path: Path, settings: Settings) -> tuple[Weights, list[str]]:
    """Reads and checks the weights of one checkpoint.

    Returns:
        The tensors that the model needs, as float32, under transformers' names,
        with any `heads.NAME` of the classifier's shape; and the names of the tensors
        in the file that it does not need.

    Raises:
        ModelError: unreadable, a tensor is missing, has another shape than
            `settings` ask for, or holds a value that is not finite.
    """
    found = _load(path)
    weights: Weights = {}
    missing: list[str] = []
    for name, shape in tensor_shapes(settings):
        tensor = found.pop(name, None)
        if tensor is None:
            missing.append(name)
            continue
        if tuple(tensor.shape) != shape:
            raise ModelError(
                f"{path}: {name} has shape {tuple(tensor.shape)}, but config.json "
                f"asks for {shape}"
            )
        if not tensor.is_floating_point():
            raise ModelError(
                f"{path}: {name} is {tensor.dtype}, expected floating point"
            )
        weights[name] = _finite(tensor, f"{path}: {name}")
    if missing:
        raise ModelError(_missing(path, missing))
    for head in sorted({_HEAD.sub(r"\1", n) for n in found if _HEAD.fullmatch(n)}):
        for part in ("weight", "bias"):
            name, like = f"heads.{head}.{part}", weights[f"classifier.{part}"]
            tensor = found.pop(name, None)
            if tensor is None or tensor.shape != like.shape:
                raise ModelError(
                    f"{path}: {name} has shape {_shape(tensor)}, "
                    f"expected the classifier's {tuple(like.shape)}"
                )
            weights[name] = _finite(tensor, f"{path}: {name}")
    return weights, sorted(found)


def head_names(weights: Weights) -> list[str]:
    """The heads beside the classifier, in the order of their logits behind its."""
    suffix = ".weight"
    return [
        name.removeprefix("heads.").removesuffix(suffix)
        for name in sorted(weights)
        if name.startswith("heads.") and name.endswith(suffix)
    ]


def _shape(tensor: Tensor | None) -> Shape | None:
    return None if tensor is None else tuple(tensor.shape)


def _finite(tensor: Tensor, name: str) -> Tensor:
    found = tensor.to(torch.float32).contiguous()
    if not bool(torch.isfinite(found).all()):
        raise ModelError(f"{name} holds a value that is not finite")
    return found


def tensor_shapes(settings: Settings) -> Iterator[tuple[str, Shape]]:
    """Yields the name and shape of each tensor that `settings` call for."""
    wide, inner, feed = (
        settings.hidden_size,
        settings.inner_size,
        settings.intermediate_size,
    )
    table = settings.embedding_size
    base = "mobilebert.embeddings"
    yield f"{base}.word_embeddings.weight", (settings.vocab_size, table)
    yield f"{base}.position_embeddings.weight", (settings.max_position_embeddings, wide)
    yield f"{base}.token_type_embeddings.weight", (settings.type_vocab_size, wide)
    yield from _linear(
        f"{base}.embedding_transformation",
        table * (3 if settings.trigram_input else 1),
        wide,
    )
    yield from _norm(base, wide)
    for index in range(settings.num_hidden_layers):
        layer = f"mobilebert.encoder.layer.{index}"
        if settings.use_bottleneck:
            yield from _normed(f"{layer}.bottleneck.input", wide, inner)
            if settings.shares_key_and_query:
                yield from _normed(f"{layer}.bottleneck.attention", wide, inner)
        values = inner if settings.use_bottleneck_attention else wide
        attention = f"{layer}.attention"
        yield from _linear(f"{attention}.self.query", inner, inner)
        yield from _linear(f"{attention}.self.key", inner, inner)
        yield from _linear(f"{attention}.self.value", values, inner)
        yield from _normed(f"{attention}.output", inner, inner)
        for block in feed_forwards(layer, settings):
            yield from _linear(f"{block}.intermediate.dense", inner, feed)
            yield from _normed(f"{block}.output", feed, inner)
        if settings.use_bottleneck:
            yield from _normed(f"{layer}.output.bottleneck", inner, wide)
    if settings.classifier_activation:
        yield from _linear("mobilebert.pooler.dense", wide, wide)
    yield from _linear("classifier", wide, len(settings.labels))


def feed_forwards(layer: str, settings: Settings) -> list[str]:
    """Names the feed-forward networks of a layer, in the order they run."""
    count = settings.num_feedforward_networks - 1
    return [f"{layer}.ffn.{index}" for index in range(count)] + [layer]


def _linear(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _norm(name: str, size: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.LayerNorm.weight", (size,)
    yield f"{name}.LayerNorm.bias", (size,)


def _normed(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, Shape]]:
    yield from _linear(f"{name}.dense", inputs, outputs)
    yield from _norm(name, outputs)


def _load(path: Path) -> Weights:
    try:
        if path.suffix == ".safetensors":
            loaded = load_file(path)
        else:
            # weights_only: a pickle from elsewhere must not run code here.
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{path}: cannot be read: {reason}") from error
    if not isinstance(loaded, dict) or not all(
        isinstance(value, Tensor) for value in loaded.values()
    ):
        raise ModelError(f"{path}: expected a table of named tensors")
    return {str(name): tensor for name, tensor in loaded.items()}


def _missing(path: Path, missing: list[str]) -> str:
    shown = ", ".join(missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    text = f"{path}: {shown}{more} missing"
    if set(missing) <= {"classifier.weight", "classifier.bias"}:
        text += "; this checkpoint has no classification head: fine-tune it first"
    elif any(name.startswith("mobilebert.pooler") for name in missing):
        text += "; does config.json say classifier_activation as it was trained?"
    return text
