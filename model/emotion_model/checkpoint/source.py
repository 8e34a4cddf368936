"""A package source: the folder that a model package is made from.

It is a transformers checkpoint folder (`config.json`, `vocab.txt`,
`model.safetensors` or `pytorch_model.bin`, optionally `tokenizer_config.json`) plus
a `package.json`; PACKAGE.md describes both, field by field.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from torch import Tensor

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.fields import is_number, json_object, text_field
from emotion_model.checkpoint.reference import reference_logits
from emotion_model.checkpoint.settings import Settings
from emotion_model.checkpoint.text import DialogueEncoder, Encoding, Limits
from emotion_model.checkpoint.weights import head_names
from emotion_model.errors import ModelError


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
            raw = json_object(json.loads(path.read_text(encoding="utf-8")), name)
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read: {error}") from error
        if raw.get("labels") != list(settings.labels):
            raise ModelError(
                f"{path}: labels are {raw.get('labels')!r}, but config.json says "
                f"{list(settings.labels)}"
            )
        golden = json_object(raw.get("golden"), f"{path}: golden")
        tolerance = golden.get("tolerance")
        if not is_number(tolerance) or not 0 < tolerance <= 1:
            raise ModelError(
                f"{path}: golden.tolerance is {tolerance!r}, expected over 0, at most 1"
            )
        traffics, default = _parse_traffics(raw, checkpoint, name)
        if traffic is not None and traffic not in traffics:
            raise ModelError(
                f"traffic is {traffic!r}, expected one of {', '.join(traffics)}, for "
                f"which {path} is calibrated"
            )
        metrics = json_object(raw.get("metrics", {}), f"{path}: metrics")
        if not all(map(is_number, metrics.values())):
            raise ModelError(f"{path}: metrics must be numbers")
        return cls(
            checkpoint=checkpoint,
            name=text_field(raw, "name", name),
            model_version=text_field(raw, "model_version", name),
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
    more = json_object(raw.get("traffics", {}), f"{name}: traffics")
    default = text_field({"traffic": "default"} | raw, "traffic", name)
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


def _parse_limits(raw: Any, settings: Settings, name: str) -> Limits:
    raw = json_object(raw, f"{name}: limits")
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
