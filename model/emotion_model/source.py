"""A package source: the folder that a model package is made from.

It is a transformers checkpoint folder (`config.json`, `vocab.txt`,
`model.safetensors` or `pytorch_model.bin`, optionally `tokenizer_config.json`) plus
a `package.json`; PACKAGE.md describes both, field by field.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
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
from emotion_model.weights import (
    Weights,
    head_names,
    read_weights,
    weights_file,
)


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
    # The head whose logits it reads, from 0, the classifier.
    head: int = 0
    # The share of each label in the traffic that it was fitted to, if it is known.
    shares: tuple[float, ...] = ()

    def probabilities(self, logits: Tensor) -> Tensor:
        """[..., labels of all heads] to [..., labels], adding up to 1."""
        own = self.own(logits).double()
        shifted = own + torch.tensor(self.bias, dtype=torch.float64)
        return torch.softmax(shifted / self.temperature, dim=-1)

    @property
    def alone(self) -> "Calibration":
        """The same for logits of its head alone."""
        return replace(self, head=0)

    def own(self, logits: Tensor) -> Tensor:
        """The logits of its head."""
        labels = len(self.bias)
        return logits[..., self.head * labels : (self.head + 1) * labels]

    @classmethod
    def parse(
        cls,
        raw: Any,
        labels: int,
        name: str,
        *,
        field: str = "calibration",
        heads: Sequence[str] = (),
    ) -> Self:
        """Reads {"temperature": t, "bias": [...], "head": ...}; raises ModelError.

        Args:
            raw: the parsed JSON.
            labels: how many there are.
            name: of the file, for errors.
            field: what the object is called there.
            heads: names that "head" may have; without it the classifier is read.
        """
        raw = _object(raw, f"{name}: {field}")
        temperature, bias = raw.get("temperature"), raw.get("bias")
        if not _is_number(temperature) or temperature <= 0:
            raise ModelError(
                f"{name}: {field}.temperature is {temperature!r}, expected a "
                "number over 0"
            )
        if (
            not isinstance(bias, list)
            or len(bias) != labels
            or not all(map(_is_number, bias))
        ):
            raise ModelError(
                f"{name}: {field}.bias is {bias!r}, expected {labels} numbers"
            )
        shares = raw.get("shares", [])
        if not isinstance(shares, list) or not (
            not shares
            or (
                len(shares) == labels
                and all(_is_number(share) and share >= 0 for share in shares)
                and sum(shares) > 0
            )
        ):
            raise ModelError(
                f"{name}: {field}.shares is {shares!r}, expected {labels} numbers of "
                "at least 0, not all 0"
            )
        head = raw.get("head")
        if head is not None and head not in heads:
            raise ModelError(
                f"{name}: {field}.head is {head!r}, expected one of "
                f"{', '.join(heads) or 'none: the weights hold no head'}"
            )
        return cls(
            temperature=float(temperature),
            bias=tuple(map(float, bias)),
            head=0 if head is None else 1 + list(heads).index(head),
            shares=tuple(map(float, shares)),
        )

    @classmethod
    def of_manifest(
        cls, raw: dict[str, Any], name: str, traffic: str | None = None
    ) -> Self:
        """Reads that of a package's manifest; raises ModelError.

        Args:
            raw: the parsed manifest.
            name: of the file, for errors.
            traffic: which one; None is the package's default.
        """
        known = _object(raw.get("traffics"), f"{name}: traffics")
        chosen = traffic if traffic is not None else raw.get("traffic")
        if chosen not in known:
            raise ModelError(
                f"traffic is {chosen!r}, expected one of {', '.join(known)}, for which "
                f"{name} is calibrated"
            )
        entry, field = known[chosen], f"traffics.{chosen}"
        labels = raw.get("labels")
        if not isinstance(labels, list) or not isinstance(entry.get("head"), int):
            raise ModelError(f"{name}: {field}.head is missing, or there are no labels")
        plain = {"temperature": entry.get("temperature"), "bias": entry.get("bias")}
        return replace(
            cls.parse(plain, len(labels), name, field=field), head=entry["head"]
        )


@dataclass(frozen=True, kw_only=True)
class Source:
    """A package source, read and checked."""

    checkpoint: Checkpoint
    name: str
    model_version: str
    limits: Limits
    # What it is calibrated for, by name, and the one that is used.
    traffics: dict[str, Calibration]
    traffic: str
    tolerance: float
    # The turns of each golden dialogue.
    golden: list[list[str]]
    # Measured numbers by name; may be empty.
    metrics: dict[str, float]

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names in the order of the logits."""
        return self.checkpoint.settings.labels

    @property
    def calibration(self) -> Calibration:
        """For the traffic that is used."""
        return self.traffics[self.traffic]

    @property
    def head(self) -> str | None:
        """The head that answers the traffic that is used; None is the classifier."""
        index = self.calibration.head
        return head_names(self.checkpoint.weights)[index - 1] if index else None

    @classmethod
    def read(cls, folder: Path, traffic: str | None = None) -> Self:
        """Reads a package source.

        Args:
            folder: where it is.
            traffic: which of its calibrations is used; None is its default.

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
        traffics, default = _parse_traffics(raw, checkpoint, name)
        if traffic is not None and traffic not in traffics:
            raise ModelError(
                f"traffic is {traffic!r}, expected one of {', '.join(traffics)}, for "
                f"which {path} is calibrated"
            )
        metrics = _object(raw.get("metrics", {}), f"{path}: metrics")
        if not all(map(_is_number, metrics.values())):
            raise ModelError(f"{path}: metrics must be numbers")
        return cls(
            checkpoint=checkpoint,
            name=_text(raw, "name", name),
            model_version=_text(raw, "model_version", name),
            limits=_parse_limits(raw.get("limits"), settings, name),
            traffics=traffics,
            traffic=traffic or default,
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
        """The plain reference's logits, float32 [labels], of other heads behind."""
        return reference_logits(
            self.checkpoint.weights,
            self.checkpoint.settings,
            encoding.token_ids,
            encoding.segment_ids,
        )


def _parse_traffics(
    raw: dict[str, Any], checkpoint: Checkpoint, name: str
) -> tuple[dict[str, Calibration], str]:
    """All calibrations by the traffic they are for, and the default's name."""
    labels, heads = len(checkpoint.settings.labels), head_names(checkpoint.weights)
    more = _object(raw.get("traffics", {}), f"{name}: traffics")
    default = _text({"traffic": "default"} | raw, "traffic", name)
    if default in more:
        raise ModelError(
            f"{name}: traffics holds {default!r}, whose calibration is `calibration`"
        )
    found = {
        default: Calibration.parse(raw.get("calibration"), labels, name, heads=heads)
    }
    for key, value in more.items():
        found[key] = Calibration.parse(
            value, labels, name, field=f"traffics.{key}", heads=heads
        )
    return found, default


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
