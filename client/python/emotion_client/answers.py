"""What a caller sends and what the server says, as plain values.

Every field means what the field of the same name in emotion/v1/emotion.proto means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

# One dialogue: one to three turns, oldest first; the last one is classified. A plain
# text is a dialogue of one turn.
Turns: TypeAlias = str | Sequence[str]

# Who goes first when requests wait at the server: "interactive" if somebody waits for
# the answer; "bulk" is background work that others may overtake.
Priority: TypeAlias = Literal["interactive", "bulk"]


@dataclass(frozen=True, slots=True)
class LabelProbability:
    """A label in the model's own words and its probability, from 0 to 1."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of one dialogue went inside the server, in seconds."""

    tokenize_s: float
    queue_s: float
    compute_s: float
    batch_dialogues: int
    batch_tokens: int


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """Which model answers."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Classification:
    """What the model says of one dialogue."""

    # The most probable label.
    label: str
    # All labels, in the model's order; they add up to 1.
    probabilities: tuple[LabelProbability, ...]
    # Indexes (0 is the oldest) of the turns that were cut; empty if none was.
    truncated_turns: tuple[int, ...]
    # Tokens the dialogue took.
    tokens: int
    model: ModelVersion
    # Only if asked for.
    timings: Timings | None = None

    @property
    def probability(self) -> float:
        """The probability of `label`; 0 if the answer does not list it."""
        return self.probability_of(self.label)

    def probability_of(self, label: str) -> float:
        """The probability of any label; 0 if the answer does not list it."""
        return next(
            (item.probability for item in self.probabilities if item.label == label),
            0.0,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may hold; beyond max_tokens a dialogue is cut, not refused."""

    max_turns: int
    max_turn_bytes: int
    max_tokens: int
    max_batch_dialogues: int


@dataclass(frozen=True, slots=True)
class ServingModel:
    """A model that is loaded, and its part in the traffic."""

    model: ModelVersion
    # Percent of the calls that name no version which it answers.
    traffic_percent: int
    # Percent of the calls answered by others which it is given for comparison.
    shadow_percent: int
    # In the order of Classification.probabilities.
    labels: tuple[str, ...]
    # "fp32".
    precision: str
    # Lower-case hexadecimal.
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The model that answers most calls, its labels and its limits."""

    model: ModelVersion
    # In the order of Classification.probabilities.
    labels: tuple[str, ...]
    limits: Limits
    # "packed" or "padded".
    layout: str
    # "fp32".
    precision: str
    # Lower-case hexadecimal.
    manifest_sha256: str
    # What probabilities are calibrated for, "everyday"; empty from a server that
    # does not say.
    traffic: str = ""
    # All that are loaded, in the order in which they were; empty from a server that
    # does not say.
    serving: tuple[ServingModel, ...] = ()
