"""MobileBERT over a packed batch: all dialogues on one flat token axis.

The module is made to be traced and shipped. It computes what `reference` computes
with fewer and larger operators: a no_norm scale is folded into the linear before
it, the projections that read the same input are one linear, and the last layer
works for [CLS] alone once keys and values are there. There is no padding on the
token axis, so a dialogue's answer cannot depend on its neighbours.
"""

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emotion_model.checkpoint.folding import Folder, ResidualLinear, make_linear
from emotion_model.checkpoint.layout import Layout, lay_out
from emotion_model.checkpoint.reference import activate
from emotion_model.checkpoint.settings import Settings
from emotion_model.checkpoint.weights import Weights, feed_forwards, head_names
from emotion_model.errors import ModelError


class Embeddings(nn.Module):
    """Words, positions and segments, with the no_norm folded into the tables."""

    word: Tensor
    position: Tensor
    segment: Tensor

    def __init__(self, weights: Weights, settings: Settings) -> None:
        """Folds the tables of a checkpoint."""
        super().__init__()
        folder = Folder(weights, "mobilebert.embeddings.")
        scale = folder.tensor("LayerNorm.weight")
        shift = folder.tensor("LayerNorm.bias")
        words = folder.tensor("word_embeddings.weight")
        self.trigram = settings.trigram_input
        self.transform: nn.Linear | None = None
        if settings.transforms_embeddings:
            weight, bias = folder.linear("embedding_transformation")
            self.transform = make_linear((weight * scale[:, None], bias * scale))
        else:
            words = words * scale
        position = folder.tensor("position_embeddings.weight") * scale + shift
        segment = folder.tensor("token_type_embeddings.weight") * scale
        self.register_buffer("word", words.float())
        self.register_buffer("position", position.float())
        self.register_buffer("segment", segment.float())

    def forward(self, token_ids: Tensor, segment_ids: Tensor, layout: Layout) -> Tensor:
        """[T] ids and [T] segments to [T, hidden]."""
        x = F.embedding(token_ids, self.word)
        if self.trigram:
            edge = torch.zeros_like(x[:1])
            following = torch.cat([x[1:], edge]) * layout.has_next
            preceding = torch.cat([edge, x[:-1]]) * layout.has_previous
            x = torch.cat([following, x, preceding], dim=1)
        if self.transform is not None:
            x = self.transform(x)
        return x + self.position[layout.position] + self.segment[segment_ids]


class Attention(nn.Module):
    """The projections of a layer and its self-attention."""

    def __init__(self, weights: Folder, settings: Settings) -> None:
        """Merges the projections that read the same input."""
        super().__init__()
        self.heads, self.size = settings.num_attention_heads, settings.inner_size
        query, key, value = (
            weights.linear(f"attention.self.{part}")
            for part in ("query", "key", "value")
        )
        # `wide` reads the hidden states: [residual | what `narrow` reads | rest].
        # `narrow` reads the bottleneck that query and key (and value) share.
        wide, narrow = [query, key, value], None
        if settings.use_bottleneck:
            inner = weights.normed("bottleneck.input")
            if settings.attends_from_bottleneck:
                wide, narrow = [inner], [query, key, value]
            elif settings.shares_key_and_query:
                shared = weights.normed("bottleneck.attention")
                wide, narrow = [inner, shared, value], [query, key]
            else:
                wide = [inner, query, key, value]
        self.residual = settings.use_bottleneck
        self.shared = settings.shares_key_and_query
        self.wide = make_linear(*wide)
        self.narrow = None if narrow is None else make_linear(*narrow)

    def forward(
        self, hidden: Tensor, layout: Layout, cls_only: bool
    ) -> tuple[Tensor, Tensor]:
        """Context and residual, [T, inner], or [B, inner] for [CLS] only."""
        residual, qkv = self._project(hidden)
        if cls_only:
            return self._attend_first(qkv, layout), residual[layout.first]
        grid = self._grid(qkv, 3, layout)
        context = F.scaled_dot_product_attention(
            grid[0], grid[1], grid[2], attn_mask=layout.mask
        )
        cells = context.transpose(1, 2).reshape(-1, self.size)
        return cells.index_select(0, layout.scatter), residual

    def _project(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        wide: Tensor = self.wide(hidden)
        if not self.residual:
            return hidden, wide
        residual, rest = wide[:, : self.size], wide[:, self.size :]
        if self.narrow is None:
            return residual, rest
        if not self.shared:
            return residual, self.narrow(residual)
        query_key = self.narrow(rest[:, : self.size])
        return residual, torch.cat([query_key, rest[:, self.size :]], dim=1)

    def _attend_first(self, qkv: Tensor, layout: Layout) -> Tensor:
        query = qkv[:, : self.size].index_select(0, layout.first)
        query = query.view(-1, self.heads, 1, self.size // self.heads)
        grid = self._grid(qkv[:, self.size :], 2, layout)
        context = F.scaled_dot_product_attention(
            query, grid[0], grid[1], attn_mask=layout.mask
        )
        return context.reshape(-1, self.size)

    def _grid(self, x: Tensor, parts: int, layout: Layout) -> Tensor:
        """[T, parts * inner] to [parts, B, heads, L, head]."""
        dialogues, longest = layout.mask.shape[0], layout.mask.shape[3]
        cells = x.index_select(0, layout.gather)
        head = self.size // self.heads
        split = cells.view(dialogues, longest, parts, self.heads, head)
        return split.permute(2, 0, 3, 1, 4)


class Layer(nn.Module):
    """One block: attention, then the feed-forward networks, inside a bottleneck."""

    def __init__(self, weights: Weights, settings: Settings, index: int) -> None:
        """Folds layer `index` of a checkpoint."""
        super().__init__()
        folder = Folder(weights, f"mobilebert.encoder.layer.{index}.")
        self.activation = settings.hidden_act
        self.attention = Attention(folder, settings)
        self.mix = ResidualLinear(folder, "attention.output")
        # feed_forwards gives ".ffn.0", ".ffn.1" ... and "" for the last.
        names = [name[1:] + "." for name in feed_forwards("", settings)[:-1]] + [""]
        self.up = nn.ModuleList(
            make_linear(folder.linear(f"{name}intermediate.dense")) for name in names
        )
        self.down = nn.ModuleList(
            ResidualLinear(folder, f"{name}output") for name in names
        )
        self.widen: ResidualLinear | None = None
        if settings.use_bottleneck:
            self.widen = ResidualLinear(folder, "output.bottleneck")

    def forward(self, hidden: Tensor, layout: Layout, cls_only: bool) -> Tensor:
        """[T, hidden] to [T, hidden], or to [B, hidden] for [CLS] only."""
        context, residual = self.attention(hidden, layout, cls_only)
        x: Tensor = self.mix(context, residual)
        for up, down in zip(self.up, self.down, strict=True):
            x = down(activate(self.activation, up(x)), x)
        if self.widen is None:
            return x
        if cls_only:
            hidden = hidden.index_select(0, layout.first)
        return cast(Tensor, self.widen(x, hidden))


class PackedMobileBert(nn.Module):
    """A MobileBERT classifier over packed batches. Evaluation only."""

    def __init__(self, weights: Weights, settings: Settings) -> None:
        """Folds a checkpoint.

        Raises:
            ModelError: the normalisation is not no_norm; a layer norm cannot be
                folded, so such a model is exported in the padded layout.
        """
        super().__init__()
        if settings.normalization_type != "no_norm":
            raise ModelError(
                f"normalization_type is {settings.normalization_type!r}: the packed "
                "layout needs 'no_norm'; use the padded layout"
            )
        self.embeddings = Embeddings(weights, settings)
        self.layers = nn.ModuleList(
            Layer(weights, settings, index)
            for index in range(settings.num_hidden_layers)
        )
        folder = Folder(weights)
        self.pooler: nn.Linear | None = None
        if settings.classifier_activation:
            self.pooler = make_linear(folder.linear("mobilebert.pooler.dense"))
        heads = [f"heads.{name}" for name in head_names(weights)]
        self.classifier = make_linear(*map(folder.linear, ("classifier", *heads)))
        self.eval().requires_grad_(False)

    def forward(
        self, token_ids: Tensor, segment_ids: Tensor, offsets: Tensor
    ) -> Tensor:
        """Logits of B dialogues of T tokens in all.

        Args:
            token_ids: int64 [T], one dialogue after another.
            segment_ids: int64 [T].
            offsets: int64 [B + 1], rising from 0 to T; dialogue i owns the tokens
                from offsets[i] up to offsets[i + 1], at least one.

        Returns:
            Logits, float32 [B, labels]; those of other heads follow, head by head.
        """
        layout = lay_out(offsets, token_ids.shape[0])
        hidden: Tensor = self.embeddings(token_ids, segment_ids, layout)
        last = len(self.layers) - 1
        for index, layer in enumerate(self.layers):
            hidden = layer(hidden, layout, index == last)
        if self.pooler is not None:
            hidden = torch.tanh(self.pooler(hidden))
        return cast(Tensor, self.classifier(hidden))
