"""Tiny checkpoints with random weights, as transformers writes them."""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import MobileBertConfig, MobileBertForSequenceClassification

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.import_hf import import_source
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Limits

LABELS = ("others", "happy", "sad", "angry")
WORDS = ["i", "am", "so", "happy", "sad", "angry", "you", "?", "!", ".", "[", "]"]
LETTERS = [f"{prefix}{letter}" for letter in "abcdehlnps" for prefix in ("", "##")]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *LETTERS]

SHAPE: dict[str, Any] = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 48,
    "embedding_size": 16,
    "intra_bottleneck_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_feedforward_networks": 2,
    "max_position_embeddings": 64,
    "classifier_activation": False,
    "id2label": dict(enumerate(LABELS)),
    "label2id": {label: index for index, label in enumerate(LABELS)},
}

# What the server's operators can run: sizes in steps of 64, heads of 32.
OPERATORS_SHAPE: dict[str, Any] = {
    "hidden_size": 128,
    "embedding_size": 64,
    "intra_bottleneck_size": 64,
    "intermediate_size": 128,
    "num_attention_heads": 2,
}


def make_stock(seed: int = 0, **changes: Any) -> Any:
    """A stock model whose every weight matters, norms and biases too."""
    torch.manual_seed(seed)
    config = MobileBertConfig(**{**SHAPE, **changes})
    model = MobileBertForSequenceClassification(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn_like(parameter)
            if "LayerNorm" in name or name.endswith("bias"):
                parameter += 0.1 * noise
            else:
                parameter.copy_(noise / parameter.shape[-1] ** 0.5)
    return model


def write_checkpoint(folder: Path, seed: int = 0, **changes: Any) -> Path:
    """Writes config.json, vocab.txt and model.safetensors as transformers does."""
    make_stock(seed, **changes).save_pretrained(folder)
    text = "".join(f"{piece}\n" for piece in VOCABULARY)
    (folder / "vocab.txt").write_text(text, encoding="utf-8")
    return folder


def edit_json(path: Path, **changes: Any) -> None:
    """Sets keys of a JSON file; None takes a key away."""
    document = json.loads(path.read_text(encoding="utf-8")) | changes
    kept = {key: value for key, value in document.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")


def make_source(checkpoint: Path, out: Path) -> Source:
    """A package source with a calibration that changes labels."""
    return import_source(
        Checkpoint.read(checkpoint),
        out,
        name="tiny",
        model_version="1.2.3",
        limits=Limits(max_tokens=64),
        temperature=1.5,
        bias=[0.7, 0.0, -0.2, 0.1],
    )
