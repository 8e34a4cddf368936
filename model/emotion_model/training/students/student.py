"""The student: transformers' MobileBERT, made new or started from a checkpoint.

transformers starts every weight with a deviation of 0.02. Without norms that leaves
a 24-layer MobileBERT blind: what depends on the input is a twentieth of what flows,
and attention learns at 1e-9. Here each linear starts by its number of inputs, so the
signal keeps its size from the word vectors to the last layer.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import write_vocabulary
from emotion_model.errors import ModelError
from emotion_model.training.batches import Batch


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Of a new student, under transformers' names; the rest is MobileBERT's own."""

    num_hidden_layers: int = 24
    hidden_size: int = 512
    embedding_size: int = 128
    intra_bottleneck_size: int = 128
    intermediate_size: int = 512
    num_attention_heads: int = 4
    num_feedforward_networks: int = 4
    max_position_embeddings: int = 512


class Student(nn.Module):
    """A MobileBERT classifier that also shows its hidden states."""

    def __init__(self, model: Any, *, teacher_width: int = 0) -> None:
        """Wraps transformers' MobileBertForSequenceClassification.

        Args:
            model: the model.
            teacher_width: of the hidden states to imitate; 0 is none.
        """
        super().__init__()
        self.model = model
        wide: int = model.config.hidden_size
        self.image = nn.Linear(wide, teacher_width) if teacher_width else None

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Gives logits [B, labels] and hidden states [B, L, hidden]."""
        answer = self.model.mobilebert(
            input_ids=batch.ids,
            attention_mask=batch.mask,
            token_type_ids=batch.segments,
        )
        hidden: Tensor = answer.last_hidden_state
        pooled = self.model.mobilebert.pooler(hidden)
        return self.model.classifier(self.model.dropout(pooled)), hidden


def new_student(
    shape: Shape, vocabulary: int, labels: Sequence[str], *, seed: int
) -> Any:
    """Makes a MobileBERT with the fan-in start.

    Args:
        shape: its widths and depths.
        vocabulary: pieces.
        labels: names in the order of the logits.
        seed: of the random numbers.

    Raises:
        ModelError: transformers is missing or refuses the shape.
    """
    config_class, model_class = _classes()
    torch.manual_seed(seed)
    try:
        config = config_class(
            **asdict(shape),
            classifier_activation=False,
            vocab_size=vocabulary,
            **_names(labels),
        )
        model = model_class(config)
    except (TypeError, ValueError) as error:
        raise ModelError(f"shape: {error}") from error
    start_by_fan_in(model, config)
    return model


def start_by_fan_in(model: Any, config: Any) -> None:
    """Draws every weight anew; see the module."""
    residuals = config.num_feedforward_networks + 1
    with torch.no_grad():
        for name, part in model.named_modules():
            if not isinstance(part, nn.Linear):
                continue
            deviation = 1 / math.sqrt(part.in_features)
            if name.endswith("intermediate.dense"):
                deviation *= math.sqrt(2)
            elif name.endswith("output.bottleneck.dense"):
                deviation /= math.sqrt(config.num_hidden_layers)
            elif name.endswith("output.dense"):
                deviation /= math.sqrt(residuals)
            elif name == "classifier":
                deviation = 0.02
            part.weight.normal_(0, deviation)
            part.bias.zero_()
        embeddings = model.mobilebert.embeddings
        embeddings.word_embeddings.weight.normal_(0, 1)
        embeddings.position_embeddings.weight.normal_(0, 0.3)
        embeddings.token_type_embeddings.weight.normal_(0, 0.3)
        if config.pad_token_id is not None:
            embeddings.word_embeddings.weight[config.pad_token_id] = 0


def set_word_vectors(model: Any, vectors: Tensor) -> float:
    """Starts the word vectors from longer ones by their principal components.

    Args:
        model: the student.
        vectors: [vocabulary, any width], for instance a teacher's.

    Returns:
        The share of the variance that is kept.
    """
    table: Tensor = model.mobilebert.embeddings.word_embeddings.weight
    centred = vectors.float() - vectors.float().mean(0)
    _, lengths, directions = torch.linalg.svd(centred, full_matrices=False)
    width = table.shape[1]
    projected = centred @ directions[:width].T
    with torch.no_grad():
        table.copy_(projected / projected.std())
        if model.config.pad_token_id is not None:
            table[model.config.pad_token_id] = 0
    energy = lengths.square()
    return float(energy[:width].sum() / energy.sum())


def start_student(folder: Path, labels: Sequence[str], *, seed: int) -> Any:
    """Reads a checkpoint; another list of labels gets a new classifier.

    Raises:
        ModelError: `folder` holds no MobileBERT classifier.
    """
    config_class, model_class = _classes()
    checkpoint = Checkpoint.read(folder)
    config = config_class.from_pretrained(folder)
    same = tuple(checkpoint.settings.labels) == tuple(labels)
    torch.manual_seed(seed)
    raw = {**config.to_dict(), **_names(labels)}
    model = model_class(config_class.from_dict(raw))
    weights = {
        name: value
        for name, value in checkpoint.weights.items()
        if same or not name.startswith("classifier.")
    }
    model.load_state_dict(weights, strict=False)
    if not same:
        with torch.no_grad():
            model.classifier.weight.normal_(0, 0.02)
            model.classifier.bias.zero_()
    return model


def mean_student(sources: Sequence[Source], labels: Sequence[str]) -> Any:
    """A student whose every weight is the mean of those of several.

    Raises:
        ModelError: no source, or they differ in shape, vocabulary or limits.
    """
    if not sources:
        raise ModelError("students: none is named")
    first = sources[0]
    for other in sources[1:]:
        for what, own, theirs in (
            ("settings", first.checkpoint.settings, other.checkpoint.settings),
            ("vocabulary", first.checkpoint.vocabulary, other.checkpoint.vocabulary),
            ("limits", first.limits, other.limits),
        ):
            if own != theirs:
                folder = other.checkpoint.folder
                raise ModelError(f"{folder}: has another {what} than the first student")
    model = start_student(first.checkpoint.folder, labels, seed=0)
    weights = [source.checkpoint.weights for source in sources]
    means = {
        name: torch.stack([each[name].float() for each in weights]).mean(dim=0)
        for name in weights[0]
    }
    model.load_state_dict(means, strict=False)
    return model


def write_student(model: Any, folder: Path, vocabulary: Sequence[str]) -> None:
    """Writes config.json, vocab.txt, tokenizer_config.json and float16 weights.

    `folder` is there already; what a package source needs besides is package.json.
    """
    config = json.loads(model.config.to_json_string(use_diff=False))
    config["architectures"] = ["MobileBertForSequenceClassification"]
    text = json.dumps(config, indent=2, sort_keys=True) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")
    write_vocabulary(vocabulary, folder / "vocab.txt")
    rules = {"do_lower_case": True, "tokenizer_class": "MobileBertTokenizer"}
    text = json.dumps(rules, indent=2) + "\n"
    (folder / "tokenizer_config.json").write_text(text, encoding="utf-8")
    weights = {
        name: value.detach().cpu().half().contiguous()
        for name, value in model.state_dict().items()
        if value.is_floating_point()
    }
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def _names(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: index for index, label in enumerate(labels)},
    }


def _classes() -> tuple[Any, Any]:
    try:
        from transformers import MobileBertConfig, MobileBertForSequenceClassification
    except ImportError as error:
        raise ModelError("training needs the transformers package") from error
    return MobileBertConfig, MobileBertForSequenceClassification
