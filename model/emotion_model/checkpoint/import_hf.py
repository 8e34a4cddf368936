"""Makes a package source out of a transformers MobileBERT checkpoint.

    python -m emotion_model import CHECKPOINT --out model/mine --name mine

Reads `config.json`, `vocab.txt`, `model.safetensors` or `pytorch_model.bin` (read as
tensors only: a pickle cannot run code) and, if it is there, `tokenizer_config.json`.
transformers itself is not needed.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from emotion_model import files
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Limits

# What a new package's trace and tokenizer are tried on; any language will do.
GOLDEN = [
    ["hello"],
    ["are you there", "yes, I am"],
    ["I won the match", "Congratulations!", "yes!! so happy 😂😂"],
    ["", "", "why???"],
    ["[CLS] hi [SEP]", "##ing don't", "café, 我很好, Привет"],
    ["word " * 90, "another " * 90, "the end " * 20],
    ["ok", "a" * 120, "b" * 120 + " no"],
]


def import_module(folder: Path) -> nn.Module:
    """Reads a checkpoint folder into the packed module.

    Raises:
        ModelError: naming what is missing or wrong.
    """
    checkpoint = Checkpoint.read(folder)
    return PackedMobileBert(checkpoint.weights, checkpoint.settings)


def import_source(
    checkpoint: Checkpoint,
    out: Path,
    *,
    name: str,
    model_version: str,
    limits: Limits | None = None,
    temperature: float = 1.0,
    bias: Sequence[float] | None = None,
) -> Source:
    """Writes a package source; it is there in full or not at all.

    Weights are kept in float32. A bias of None means zero for every label.

    Returns:
        The source, as read back.

    Raises:
        ModelError: a value is out of range, or `out` holds something else.
    """
    limits = limits or Limits()
    labels = checkpoint.settings.labels
    package: dict[str, Any] = {
        "name": name,
        "model_version": model_version,
        "labels": list(labels),
        "limits": {
            "max_turns": limits.max_turns,
            "max_turn_bytes": limits.max_turn_bytes,
            "max_tokens": limits.max_tokens,
        },
        "calibration": {
            "temperature": temperature,
            "bias": list(bias) if bias is not None else [0.0] * len(labels),
        },
        "metrics": {},
        "golden": {
            "tolerance": 0.001,
            "dialogues": [turns[-limits.max_turns :] for turns in GOLDEN],
        },
    }
    with files.new_folder(out, "package.json") as folder:
        for part in ("config.json", "vocab.txt", "tokenizer_config.json"):
            if (checkpoint.folder / part).is_file():
                files.copy(checkpoint.folder / part, folder)
        # The mark that transformers asks of a safetensors file.
        metadata = {"format": "pt"}
        save_file(checkpoint.weights, folder / "model.safetensors", metadata)
        files.write_json(folder / "package.json", package)
        Source.read(folder)
    return Source.read(out)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("checkpoint", type=Path, help="checkpoint folder")
    parser.add_argument("--out", type=Path, required=True, help="package source")
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--model-version", default="0.1.0")
    parser.add_argument("--max-turns", type=int, default=3)
    parser.add_argument("--max-turn-bytes", type=int, default=4096)
    parser.add_argument("--max-tokens", type=int, default=128)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument(
        "--bias", type=float, nargs="+", help="one number a label; default all 0"
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    checkpoint = Checkpoint.read(options.checkpoint)
    source = import_source(
        checkpoint,
        options.out,
        name=options.name,
        model_version=options.model_version,
        limits=Limits(
            max_turns=options.max_turns,
            max_turn_bytes=options.max_turn_bytes,
            max_tokens=options.max_tokens,
        ),
        temperature=options.temperature,
        bias=options.bias,
    )
    for name in checkpoint.unused:
        print(f"not needed, left out: {name}")
    print(f"{options.out}: {source.name} {source.model_version}")
    print(f"labels: {', '.join(source.labels)}")
    if checkpoint.settings.normalization_type != "no_norm":
        print("layout: only padded, because the normalisation is layer_norm")
    return 0
