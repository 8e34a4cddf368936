"""A package source: the folder that a model package is made from.

It is a transformers checkpoint folder (`config.json`, `vocab.txt`,
`model.safetensors` or `pytorch_model.bin`, optionally `tokenizer_config.json`) plus
a `package.json`; PACKAGE.md describes both, field by field.
"""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self, TypeGuard

import torch
from torch import Tensor

from emotion_model.errors import ModelError
from emotion_model.reference import reference_logits
from emotion_model.settings import Settings
from emotion_model.text import (
    DialogueEncoder,
    Encoding,
    Limits,
    TextRules,
    read_vocabulary,
)
from emotion_model.weights import Weights, read_weights, weights_file


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A transformers MobileBERT checkpoint folder, read and checked."""

    folder: Path
    settings: Settings
    vocabulary: list[str]
    rules: TextRules
    weights: Weights
    # The file that the weights came from.
    weights_path: Path
    # Names of tensors in that file that a classifier does not need.
    unused: list[str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Reads a checkpoint folder.

        Raises:
            ModelError: naming the file and what is wrong with it.
        """
        if not folder.is_dir():
            raise ModelError(f"{folder}: is not a folder")
        for name in ("config.json", "vocab.txt"):
            if not (folder / name).is_file():
                raise ModelError(f"{folder}: {name} is missing")
        settings = Settings.read(folder / "config.json")
        vocabulary = read_vocabulary(folder / "vocab.txt")
        if len(vocabulary) != settings.vocab_size:
            raise ModelError(
                f"{folder}: vocab.txt has {len(vocabulary)} lines, but config.json "
                f"says vocab_size {settings.vocab_size}"
            )
        path = weights_file(folder)
        weights, unused = read_weights(path, settings)
        return cls(
            folder=folder,
            settings=settings,
            vocabulary=vocabulary,
            rules=_read_rules(folder / "tokenizer_config.json"),
            weights=weights,
            weights_path=path,
            unused=unused,
        )


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Turns logits into probabilities: softmax((logits + bias) / temperature)."""

    temperature: float
    # One number a label.
    bias: tuple[float, ...]

    def probabilities(self, logits: Tensor) -> Tensor:
        """[..., labels] to [..., labels], adding up to 1."""
        shifted = logits.double() + torch.tensor(self.bias, dtype=torch.float64)
        return torch.softmax(shifted / self.temperature, dim=-1)

    @classmethod
    def parse(cls, raw: Any, labels: int, name: str) -> Self:
        """Reads {"temperature": t, "bias": [...]}; raises ModelError."""
        raw = _object(raw, f"{name}: calibration")
        temperature, bias = raw.get("temperature"), raw.get("bias")
        if not _is_number(temperature) or temperature <= 0:
            raise ModelError(
                f"{name}: calibration.temperature is {temperature!r}, expected a "
                "number over 0"
            )
        if (
            not isinstance(bias, list)
            or len(bias) != labels
            or not all(map(_is_number, bias))
        ):
            raise ModelError(
                f"{name}: calibration.bias is {bias!r}, expected {labels} numbers"
            )
        return cls(temperature=float(temperature), bias=tuple(map(float, bias)))


@dataclass(frozen=True, kw_only=True)
class Source:
    """A package source, read and checked."""

    checkpoint: Checkpoint
    name: str
    model_version: str
    limits: Limits
    calibration: Calibration
    tolerance: float
    # The turns of each golden dialogue.
    golden: list[list[str]]
    # Measured numbers by name; may be empty.
    metrics: dict[str, float]

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names in the order of the logits."""
        return self.checkpoint.settings.labels

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Reads a package source.

        Raises:
            ModelError: naming the file, the field and what was expected.
        """
        checkpoint = Checkpoint.read(folder)
        settings, path = checkpoint.settings, folder / "package.json"
        name = str(path)
        try:
            raw = _object(json.loads(path.read_text(encoding="utf-8")), name)
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read: {error}") from error
        if raw.get("labels") != list(settings.labels):
            raise ModelError(
                f"{path}: labels are {raw.get('labels')!r}, but config.json says "
                f"{list(settings.labels)}"
            )
        golden = _object(raw.get("golden"), f"{path}: golden")
        tolerance = golden.get("tolerance")
        if not _is_number(tolerance) or not 0 < tolerance <= 1:
            raise ModelError(
                f"{path}: golden.tolerance is {tolerance!r}, expected over 0, at most 1"
            )
        metrics = _object(raw.get("metrics", {}), f"{path}: metrics")
        if not all(map(_is_number, metrics.values())):
            raise ModelError(f"{path}: metrics must be numbers")
        return cls(
            checkpoint=checkpoint,
            name=_text(raw, "name", name),
            model_version=_text(raw, "model_version", name),
            limits=_parse_limits(raw.get("limits"), settings, name),
            calibration=Calibration.parse(
                raw.get("calibration"), len(settings.labels), name
            ),
            tolerance=float(tolerance),
            golden=_parse_dialogues(golden.get("dialogues"), name),
            metrics=metrics,
        )

    def encoder(self) -> DialogueEncoder:
        """The encoder for this model's dialogues."""
        return DialogueEncoder(
            self.checkpoint.vocabulary, self.limits, self.checkpoint.rules
        )

    def logits(self, encoding: Encoding) -> Tensor:
        """The plain reference's logits, float32 [labels]."""
        return reference_logits(
            self.checkpoint.weights,
            self.checkpoint.settings,
            encoding.token_ids,
            encoding.segment_ids,
        )


def _read_rules(path: Path) -> TextRules:
    """Reads BERT's switches; what is not said there is as BERT has it."""
    if not path.is_file():
        return TextRules()
    try:
        raw = _object(json.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    lowercase = raw.get("do_lower_case", True)
    strip = raw.get("strip_accents")
    rules = TextRules(
        lowercase=lowercase,
        strip_accents=lowercase if strip is None else strip,
        split_cjk=raw.get("tokenize_chinese_chars", True),
    )
    if not all(
        type(getattr(rules, field.name)) is field.type for field in fields(rules)
    ):
        raise ModelError(
            f"{path}: do_lower_case, strip_accents and tokenize_chinese_chars must be "
            "true or false"
        )
    return rules


def _parse_limits(raw: Any, settings: Settings, name: str) -> Limits:
    raw = _object(raw, f"{name}: limits")
    known = {field.name for field in fields(Limits)}
    if set(raw) != known:
        raise ModelError(f"{name}: limits has {sorted(raw)}, expected {sorted(known)}")
    limits = Limits(**raw)
    limits.check(name)
    if limits.max_tokens > settings.max_position_embeddings:
        raise ModelError(
            f"{name}: limits.max_tokens is {limits.max_tokens}, but the model has "
            f"{settings.max_position_embeddings} positions"
        )
    if limits.max_turns > 1 and settings.type_vocab_size < 2:
        raise ModelError(
            f"{name}: limits.max_turns is {limits.max_turns}, but the model has one "
            "segment (type_vocab_size 1)"
        )
    return limits


def _parse_dialogues(raw: Any, name: str) -> list[list[str]]:
    if not isinstance(raw, list) or not raw:
        raise ModelError(f"{name}: golden.dialogues must be a list of dialogues")
    for index, turns in enumerate(raw):
        if not isinstance(turns, list) or not all(isinstance(t, str) for t in turns):
            raise ModelError(
                f"{name}: golden.dialogues[{index}] must be a list of turns"
            )
    return raw


def _object(raw: Any, name: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ModelError(f"{name} must be a JSON object")
    return raw


def _text(raw: dict[str, Any], key: str, name: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ModelError(f"{name}: {key} is {value!r}, expected a text")
    return value


def _is_number(value: Any) -> TypeGuard[float]:
    return type(value) in (int, float) and math.isfinite(value)
