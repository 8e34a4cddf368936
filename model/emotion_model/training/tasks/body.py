"""MobileBERT's body as it is trained: few and large operators, by the paper's names.

The parameters are those of transformers' MobileBERT, under its names. Each forward
folds the no_norm scales into the linears before them, on the small weights rather
than on the large activations, and merges the projections that read the same input:
a third of the kernels of the plain formula, and gradients flow through the folding.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emotion_model.checkpoint.settings import Settings
from emotion_model.checkpoint.weights import Weights, feed_forwards
from emotion_model.errors import ModelError
from emotion_model.training.batches import Batch

_EMBEDDINGS = "mobilebert.embeddings"
_LAYER = re.compile(r"mobilebert\.encoder\.layer\.(\d+)\.")


class Body(nn.Module):
    """Gives the hidden states of a padded batch, [B, L, hidden]."""

    def __init__(self, weights: Weights, settings: Settings, layers: int = 0) -> None:
        """Takes copies of the body's tensors; the classifier is left out.

        Args:
            weights: of a classifier.
            settings: its shape.
            layers: to keep so many layers, evenly spread; 0 keeps all.

        Raises:
            ModelError: a shape that this forward does not have.
        """
        super().__init__()
        if not (
            settings.normalization_type == "no_norm"
            and settings.shares_key_and_query
            and settings.trigram_input
            and settings.hidden_act == "relu"
            and not settings.classifier_activation
        ):
            raise ModelError("the body is not MobileBERT's own: see PACKAGE.md")
        depth = settings.num_hidden_layers
        kept = [index * depth // (layers or depth) for index in range(layers or depth)]
        self.settings = replace(settings, num_hidden_layers=len(kept))
        self._names = []
        for name, tensor in weights.items():
            if name.startswith(("classifier.", "heads.")):
                continue
            if match := _LAYER.match(name):
                if int(match[1]) not in kept:
                    continue
                place = kept.index(int(match[1]))
                name = name.replace(match[0], f"mobilebert.encoder.layer.{place}.")
            self._names.append(name)
            self.register_parameter(_key(name), nn.Parameter(tensor.float().clone()))

    def weights(self) -> Weights:
        """The tensors under transformers' names."""
        return {name: getattr(self, _key(name)) for name in self._names}

    def forward(self, batch: Batch, *, depth: int | None = None) -> Tensor:
        """The states after `depth` layers; after all of them if it is None."""
        weights = self.weights()
        hidden = _embed(weights, batch)
        mask = batch.mask[:, None, None, :].bool()
        for index in range(depth or self.settings.num_hidden_layers):
            prefix = f"mobilebert.encoder.layer.{index}."
            hidden = _layer(_Folded(weights, prefix), self.settings, hidden, mask)
        return hidden


def _key(name: str) -> str:
    return name.replace(".", "/")


class _Folded:
    """The linears of one layer with their no_norms folded in."""

    def __init__(self, weights: Mapping[str, Tensor], prefix: str) -> None:
        self._weights, self._prefix = weights, prefix

    def plain(self, name: str) -> tuple[Tensor, Tensor]:
        base = self._prefix + name
        return self._weights[f"{base}.weight"], self._weights[f"{base}.bias"]

    def normed(self, name: str) -> tuple[Tensor, Tensor]:
        weight, bias = self.plain(f"{name}.dense")
        scale, shift = self.plain(f"{name}.LayerNorm")
        return weight * scale[:, None], torch.addcmul(shift, bias, scale)

    def apply(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, *self.plain(name))

    def add(self, name: str, x: Tensor, residual: Tensor) -> Tensor:
        scale, _ = self.plain(f"{name}.LayerNorm")
        return torch.addcmul(F.linear(x, *self.normed(name)), residual, scale)


def _embed(weights: Mapping[str, Tensor], batch: Batch) -> Tensor:
    words = F.embedding(batch.ids, weights[f"{_EMBEDDINGS}.word_embeddings.weight"])
    words = words * batch.mask[..., None].to(words.dtype)
    following = F.pad(words[:, 1:], (0, 0, 0, 1))
    preceding = F.pad(words[:, :-1], (0, 0, 1, 0))
    merged = torch.cat([following, words, preceding], dim=2)
    folded = _Folded(weights, f"{_EMBEDDINGS}.")
    x = folded.apply("embedding_transformation", merged)
    positions = weights[f"{_EMBEDDINGS}.position_embeddings.weight"]
    x = x + positions[: batch.ids.shape[1]]
    segments = weights[f"{_EMBEDDINGS}.token_type_embeddings.weight"]
    x = x + F.embedding(batch.segments, segments)
    scale, shift = folded.plain("LayerNorm")
    return torch.addcmul(shift, x, scale)


def _layer(part: _Folded, settings: Settings, hidden: Tensor, mask: Tensor) -> Tensor:
    size = settings.inner_size
    wide = (
        part.normed("bottleneck.input"),
        part.normed("bottleneck.attention"),
        part.plain("attention.self.value"),
    )
    read = F.linear(hidden, *(torch.cat(pair) for pair in zip(*wide, strict=True)))
    inner, shared, value = read.split(size, dim=2)
    both = (part.plain("attention.self.query"), part.plain("attention.self.key"))
    pair = F.linear(shared, *(torch.cat(p) for p in zip(*both, strict=True)))
    query, key = pair.split(size, dim=2)

    def heads(x: Tensor) -> Tensor:
        split: Tensor = x.unflatten(2, (settings.num_attention_heads, -1))
        return split.transpose(1, 2)

    context = F.scaled_dot_product_attention(
        heads(query), heads(key), heads(value), attn_mask=mask
    )
    x = part.add("attention.output", context.transpose(1, 2).flatten(2), inner)
    names = [name[1:] + "." for name in feed_forwards("", settings)[:-1]] + [""]
    for name in names:
        raised = F.relu(part.apply(f"{name}intermediate.dense", x))
        x = part.add(f"{name}output", raised, x)
    return part.add("output.bottleneck", x, hidden)
