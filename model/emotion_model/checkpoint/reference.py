"""The plain reference: MobileBERT as the paper has it, one dialogue at a time.

No folding, no merging, no batching, no padding: each formula stands where the
paper (Sun et al., "MobileBERT", arXiv 2004.02984) has it. Slow and easy to check;
whatever is shipped is compared with it.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from emotion_model.checkpoint.settings import Settings
from emotion_model.checkpoint.weights import Weights, feed_forwards, head_names


def reference_logits(
    weights: Weights,
    settings: Settings,
    token_ids: Sequence[int],
    segment_ids: Sequence[int],
) -> Tensor:
    """Logits of one dialogue.

    Args:
        weights: as `read_weights` gives them.
        settings: the shape they have.
        token_ids: L ids, special tokens included; L is at least 1.
        segment_ids: L segments.

    Returns:
        float32 [labels], before calibration; those of other heads follow.
    """
    with torch.inference_mode():
        ids = torch.tensor(token_ids, dtype=torch.int64)
        segments = torch.tensor(segment_ids, dtype=torch.int64)
        hidden = _embed(weights, settings, ids, segments)
        for index in range(settings.num_hidden_layers):
            layer = f"mobilebert.encoder.layer.{index}"
            hidden = _layer(weights, settings, layer, hidden)
        pooled = hidden[0]
        if settings.classifier_activation:
            pooled = torch.tanh(_linear(weights, "mobilebert.pooler.dense", pooled))
        heads = [f"heads.{name}" for name in head_names(weights)]
        return torch.cat(
            [_linear(weights, head, pooled) for head in ("classifier", *heads)]
        )


def activate(name: str, x: Tensor) -> Tensor:
    """Applies the activation that `config.json` calls `name`."""
    match name:
        case "relu":
            return F.relu(x)
        case "gelu":
            return F.gelu(x)
        case "gelu_new":
            return F.gelu(x, approximate="tanh")
        case "silu" | "swish":
            return F.silu(x)
        case "tanh":
            return torch.tanh(x)
    raise ValueError(f"unknown activation {name!r}")


def _linear(weights: Weights, name: str, x: Tensor) -> Tensor:
    return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _norm(weights: Weights, settings: Settings, name: str, x: Tensor) -> Tensor:
    scale, shift = (
        weights[f"{name}.LayerNorm.weight"],
        weights[f"{name}.LayerNorm.bias"],
    )
    if settings.normalization_type == "no_norm":
        return x * scale + shift
    # The stock implementation gives its epsilon to all norms but these two.
    plain = name.endswith("embeddings") or (
        name.endswith(".output") and ".ffn." not in name and ".attention." not in name
    )
    epsilon = 1e-5 if plain else settings.layer_norm_eps
    return F.layer_norm(x, x.shape[-1:], scale, shift, epsilon)


def _embed(
    weights: Weights, settings: Settings, ids: Tensor, segments: Tensor
) -> Tensor:
    base = "mobilebert.embeddings"
    words = weights[f"{base}.word_embeddings.weight"][ids]
    if settings.trigram_input:
        edge = torch.zeros_like(words[:1])
        following = torch.cat([words[1:], edge])
        preceding = torch.cat([edge, words[:-1]])
        words = torch.cat([following, words, preceding], dim=1)
    if settings.transforms_embeddings:
        words = _linear(weights, f"{base}.embedding_transformation", words)
    positions = weights[f"{base}.position_embeddings.weight"][: len(ids)]
    types = weights[f"{base}.token_type_embeddings.weight"][segments]
    return _norm(weights, settings, base, words + positions + types)


def _layer(weights: Weights, settings: Settings, layer: str, hidden: Tensor) -> Tensor:
    def normed(name: str, x: Tensor, residual: Tensor | float = 0.0) -> Tensor:
        name = f"{layer}.{name}"
        return _norm(
            weights, settings, name, _linear(weights, f"{name}.dense", x) + residual
        )

    inner = normed("bottleneck.input", hidden) if settings.use_bottleneck else hidden
    if settings.attends_from_bottleneck:
        pair = values = inner
    elif settings.shares_key_and_query:
        pair, values = normed("bottleneck.attention", hidden), hidden
    else:
        pair = values = hidden
    context = _attend(weights, settings, f"{layer}.attention.self", pair, values)
    state = normed("attention.output", context, inner)
    for block in feed_forwards(layer, settings):
        raised = _linear(weights, f"{block}.intermediate.dense", state)
        prefix = block.removeprefix(layer).removeprefix(".")
        name = f"{prefix}.output" if prefix else "output"
        state = normed(name, activate(settings.hidden_act, raised), state)
    return (
        normed("output.bottleneck", state, hidden) if settings.use_bottleneck else state
    )


def _attend(
    weights: Weights, settings: Settings, name: str, pair: Tensor, values: Tensor
) -> Tensor:
    def heads(part: str, x: Tensor) -> Tensor:
        split = (len(x), settings.num_attention_heads, settings.head_size)
        return _linear(weights, f"{name}.{part}", x).view(split).transpose(0, 1)

    query, key, value = heads("query", pair), heads("key", pair), heads("value", values)
    scores: Tensor = query @ key.transpose(1, 2) * settings.head_size**-0.5
    return (scores.softmax(dim=-1) @ value).transpose(0, 1).flatten(1)
