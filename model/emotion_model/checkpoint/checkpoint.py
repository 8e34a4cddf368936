"""A transformers MobileBERT checkpoint folder."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from emotion_model.checkpoint.fields import json_object
from emotion_model.checkpoint.settings import Settings
from emotion_model.checkpoint.text import TextRules, read_vocabulary
from emotion_model.checkpoint.weights import Weights, read_weights, weights_file
from emotion_model.errors import ModelError


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


def _read_rules(path: Path) -> TextRules:
    """Reads BERT's switches; what is not said there is as BERT has it."""
    if not path.is_file():
        return TextRules()
    try:
        raw = json_object(json.loads(path.read_text(encoding="utf-8")), str(path))
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
