"""From logits to probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from emotion_model.checkpoint.fields import is_number, json_object
from emotion_model.errors import ModelError


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
        raw = json_object(raw, f"{name}: {field}")
        temperature, bias = raw.get("temperature"), raw.get("bias")
        if not is_number(temperature) or temperature <= 0:
            raise ModelError(
                f"{name}: {field}.temperature is {temperature!r}, expected a "
                "number over 0"
            )
        if (
            not isinstance(bias, list)
            or len(bias) != labels
            or not all(map(is_number, bias))
        ):
            raise ModelError(
                f"{name}: {field}.bias is {bias!r}, expected {labels} numbers"
            )
        shares = raw.get("shares", [])
        if not isinstance(shares, list) or not (
            not shares
            or (
                len(shares) == labels
                and all(is_number(share) and share >= 0 for share in shares)
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
        known = json_object(raw.get("traffics"), f"{name}: traffics")
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
