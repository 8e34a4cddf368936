"""What a package's manifest says; PACKAGE.md describes it, field by field."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from emotion_model import files
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Encoding
from emotion_model.checkpoint.weights import head_names

FORMAT_VERSION = 3


def make_manifest(
    source: Source,
    layout: str,
    encodings: list[Encoding],
    expected: Tensor,
    folder: Path,
) -> dict[str, Any]:
    """Describes a package whose files are all there but for the manifest.

    Args:
        source: what was exported.
        layout: of the traces.
        encodings: of the golden dialogues.
        expected: their logits by the plain reference.
        folder: holds the files; each gets its size and checksum.

    Returns:
        The manifest with no precision yet.
    """
    checkpoint, limits = source.checkpoint, source.limits
    read_from = [checkpoint.weights_path] + [
        checkpoint.folder / name
        for name in ("config.json", "tokenizer_config.json", "package.json")
        if (checkpoint.folder / name).is_file()
    ]
    return {
        "format_version": FORMAT_VERSION,
        "name": source.name,
        "model_version": source.model_version,
        "layout": layout,
        "precisions": {},
        "labels": list(source.labels),
        "limits": {
            "max_turns": limits.max_turns,
            "max_turn_bytes": limits.max_turn_bytes,
            "max_tokens": limits.max_tokens,
        },
        "tokenizer": {
            "lowercase": checkpoint.rules.lowercase,
            "strip_accents": checkpoint.rules.strip_accents,
            "split_cjk": checkpoint.rules.split_cjk,
            "max_word_characters": checkpoint.rules.max_word_characters,
            "vocabulary_size": len(checkpoint.vocabulary),
        },
        "heads": 1 + len(head_names(checkpoint.weights)),
        "traffic": source.traffic,
        "traffics": {
            name: {
                "head": calibration.head,
                "temperature": calibration.temperature,
                "bias": list(calibration.bias),
                **({"shares": list(s)} if (s := calibration.shares) else {}),
            }
            for name, calibration in source.traffics.items()
        },
        "files": {path.name: files.describe(path) for path in sorted(folder.iterdir())},
        "golden": {"dialogues": _golden(source, encodings, expected)},
        "source": {
            "files": {path.name: files.describe(path) for path in read_from},
            "parameters": sum(t.numel() for t in checkpoint.weights.values()),
            "torch_version": torch.__version__,
        },
        "metrics": source.metrics,
    }


def _golden(
    source: Source, encodings: list[Encoding], expected: Tensor
) -> list[dict[str, Any]]:
    chosen = calibrated_labels(source, expected)
    return [
        {
            "turns": turns,
            "token_ids": encoding.token_ids,
            "segment_ids": encoding.segment_ids,
            "truncated_turns": encoding.truncated_turns,
            # Six decimals: a thousandth of the tolerance, and easy to read.
            "logits": [round(value, 6) for value in logits.tolist()],
            "labels": {name: labels[index] for name, labels in chosen.items()},
        }
        for index, (turns, encoding, logits) in enumerate(
            zip(source.golden, encodings, expected, strict=True)
        )
    ]


def calibrated_labels(source: Source, logits: Tensor) -> dict[str, list[str]]:
    """The label of each dialogue, by the traffic that it is calibrated for."""
    return {
        name: [
            source.labels[label]
            for label in calibration.probabilities(logits).argmax(dim=1).tolist()
        ]
        for name, calibration in source.traffics.items()
    }
