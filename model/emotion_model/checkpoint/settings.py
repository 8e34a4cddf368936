"""What a MobileBERT `config.json` says, checked."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from emotion_model.errors import ModelError

ACTIVATIONS = ("relu", "gelu", "gelu_new", "silu", "swish", "tanh")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The shape of a MobileBERT with a classification head.

    Names and defaults are those of transformers' `MobileBertConfig`, so that a
    key that `config.json` leaves out means the same here.
    """

    vocab_size: int = 30522
    hidden_size: int = 512
    num_hidden_layers: int = 24
    num_attention_heads: int = 4
    intermediate_size: int = 512
    hidden_act: str = "relu"
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    pad_token_id: int | None = 0
    embedding_size: int = 128
    trigram_input: bool = True
    use_bottleneck: bool = True
    intra_bottleneck_size: int = 128
    use_bottleneck_attention: bool = False
    key_query_shared_bottleneck: bool = True
    num_feedforward_networks: int = 4
    normalization_type: str = "no_norm"
    classifier_activation: bool = True
    labels: tuple[str, ...] = ("LABEL_0", "LABEL_1")

    @property
    def inner_size(self) -> int:
        """Width inside a block: the bottleneck's, where there is one."""
        return self.intra_bottleneck_size if self.use_bottleneck else self.hidden_size

    @property
    def head_size(self) -> int:
        """Width of one attention head."""
        return self.inner_size // self.num_attention_heads

    @property
    def transforms_embeddings(self) -> bool:
        """Whether a linear stands between the word vectors and the first block."""
        return self.trigram_input or self.embedding_size != self.hidden_size

    @property
    def shares_key_and_query(self) -> bool:
        """Whether query and key read a bottleneck of their own."""
        return (
            self.use_bottleneck
            and self.key_query_shared_bottleneck
            and not self.use_bottleneck_attention
        )

    @property
    def attends_from_bottleneck(self) -> bool:
        """Whether query, key and value all read the input bottleneck."""
        return self.use_bottleneck and self.use_bottleneck_attention

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """Reads the text of a `config.json`.

        Args:
            text: the JSON document.
            name: what to call it in errors.

        Raises:
            ModelError: not JSON, not a MobileBERT, or a value out of range.
        """
        try:
            raw = json.loads(text)
        except json.JSONDecodeError as error:
            raise ModelError(f"{name}: not JSON: {error}") from error
        if not isinstance(raw, dict):
            raise ModelError(f"{name}: expected a JSON object")
        if raw.get("model_type") != "mobilebert":
            raise ModelError(
                f"{name}: model_type is {raw.get('model_type')!r}, "
                "expected 'mobilebert'"
            )
        known = {
            field.name: raw[field.name]
            for field in fields(cls)[:-1]
            if field.name in raw
        }
        settings = cls(**known, labels=_labels(raw, name))
        settings._check(name)
        return settings

    @classmethod
    def read(cls, path: Path) -> Self:
        """Reads a `config.json` file; raises as `parse` does."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"{path}: cannot be read: {error}") from error
        return cls.parse(text, str(path))

    def _check(self, name: str) -> None:
        for field in fields(self)[:-1]:
            value = getattr(self, field.name)
            if field.type is bool and not isinstance(value, bool):
                raise ModelError(
                    f"{name}: {field.name} is {value!r}, expected true or false"
                )
            if field.type is int and (type(value) is not int or value < 1):
                raise ModelError(
                    f"{name}: {field.name} is {value!r}, expected a whole number "
                    "of at least 1"
                )
        if self.hidden_act not in ACTIVATIONS:
            raise ModelError(
                f"{name}: hidden_act is {self.hidden_act!r}, expected one of "
                + ", ".join(ACTIVATIONS)
            )
        if self.normalization_type not in ("no_norm", "layer_norm"):
            raise ModelError(
                f"{name}: normalization_type is {self.normalization_type!r}, "
                "expected 'no_norm' or 'layer_norm'"
            )
        if self.inner_size % self.num_attention_heads:
            raise ModelError(
                f"{name}: {self.num_attention_heads} attention heads do not divide "
                f"the width {self.inner_size}"
            )
        if (
            self.use_bottleneck
            and not self.key_query_shared_bottleneck
            and not self.use_bottleneck_attention
            and self.intra_bottleneck_size != self.hidden_size
        ):
            raise ModelError(
                f"{name}: key_query_shared_bottleneck is false, so query and key "
                f"read the hidden states; intra_bottleneck_size must equal "
                f"hidden_size ({self.hidden_size}), got {self.intra_bottleneck_size}"
            )
        if self.pad_token_id is not None and not (
            type(self.pad_token_id) is int and 0 <= self.pad_token_id < self.vocab_size
        ):
            raise ModelError(
                f"{name}: pad_token_id is {self.pad_token_id!r}, expected an id "
                "within the vocabulary"
            )


def _labels(raw: dict[str, Any], name: str) -> tuple[str, ...]:
    by_id = raw.get("id2label")
    if by_id is not None and not isinstance(by_id, dict):
        raise ModelError(f"{name}: id2label must be an object of names by id")
    if by_id is None:
        count = raw.get("num_labels", 2)
        if type(count) is not int or count < 1:
            raise ModelError(f"{name}: num_labels is {count!r}, expected at least 1")
        return tuple(f"LABEL_{index}" for index in range(count))
    expected = [str(index) for index in range(len(by_id))]
    if not expected or any(key not in by_id for key in expected):
        raise ModelError(f"{name}: id2label must name the ids 0, 1, 2 ... in full")
    labels = tuple(str(by_id[key]) for key in expected)
    if len(set(labels)) != len(labels) or "" in labels:
        raise ModelError(f"{name}: id2label must hold distinct names, not {labels}")
    return labels
