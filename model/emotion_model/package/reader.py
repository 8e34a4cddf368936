"""Reads a package, to run its models from Python."""

import json
from dataclasses import dataclass
from pathlib import Path

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.text import (
    DialogueEncoder,
    Limits,
    TextRules,
    read_vocabulary,
)
from emotion_model.errors import ModelError


@dataclass(frozen=True, kw_only=True)
class Package:
    """What of a package's manifest is needed to run it."""

    labels: tuple[str, ...]
    limits: Limits
    encoder: DialogueEncoder
    calibration: Calibration
    # The model files by precision.
    files: dict[str, Path]

    @classmethod
    def read(cls, folder: Path, traffic: str | None = None) -> "Package":
        """Reads a package, but not its models.

        Args:
            folder: where it is.
            traffic: which of its calibrations is used; None is its default.

        Raises:
            ModelError: no package, not one with fp32 in the packed layout, or not one
                that is calibrated for `traffic`.
        """
        path = folder / "manifest.json"
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            if raw["layout"] != "packed" or "fp32" not in raw["precisions"]:
                raise ModelError(f"{path}: has no fp32 in the packed layout")
            rules = dict(raw["tokenizer"])
            del rules["vocabulary_size"]
            limits = Limits(**raw["limits"])
            encoder = DialogueEncoder(
                read_vocabulary(folder / "vocab.txt"), limits, TextRules(**rules)
            )
            labels = tuple(raw["labels"])
            return cls(
                labels=labels,
                limits=limits,
                encoder=encoder,
                calibration=Calibration.of_manifest(raw, str(path), traffic),
                files={
                    name: folder / entry["file"]
                    for name, entry in raw["precisions"].items()
                },
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: cannot be read: {error}") from error
