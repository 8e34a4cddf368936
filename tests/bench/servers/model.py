"""A peer from texts to probabilities: what stands behind each of its servers."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion_model.checkpoint.settings import Settings
from peers.contestants import choose
from peers.engines import Engine, Logits, Place, load_engine
from servers.text import BatchEncoder

# Dialogues, as their turns, to probabilities, float32 [dialogues, labels].
Model = Callable[[Sequence[Sequence[str]]], Logits]

_TURNS = ("so", "how is it going", "not well at all")


def place_of(source: Path, prepared: Path) -> Place:
    """Where the peers' engines find their files."""
    pad_id = Settings.read(source / "config.json").pad_token_id or 0
    return Place(source=source, prepared=prepared, operators=Path(), pad_id=pad_id)


def make_model(peer: str, place: Place, threads: int) -> Model:
    """Loads a peer and warms it up.

    The model may be called by several threads: each gets an engine of its own
    with `threads` threads, made at its first call.

    Args:
        peer: the key of a contestant.
        place: see `place_of`.
        threads: of one engine.

    Raises:
        ValueError: an unknown peer.
    """
    (contestant,) = choose(peer)
    encoder = BatchEncoder.of_source(place.source)
    raw = json.loads((place.source / "package.json").read_text(encoding="utf-8"))
    temperature, bias = raw["calibration"]["temperature"], raw["calibration"]["bias"]
    mine = threading.local()

    def engine() -> Engine:
        if not hasattr(mine, "engine"):
            made = load_engine(contestant.engine, contestant.precision, threads, place)
            for count in (1, 2, 8, 32):
                made(encoder([_TURNS] * count))
            mine.engine = made
        loaded: Engine = mine.engine
        return loaded

    def model(dialogues: Sequence[Sequence[str]]) -> Logits:
        return calibrated(engine()(encoder(dialogues)), temperature, bias)

    return model


def calibrated(
    logits: NDArray[Any], temperature: float, bias: Sequence[float]
) -> Logits:
    """Softmax((logits + bias) / temperature), float32 [n, labels].

    Logits of other heads behind the classifier's are left out.
    """
    shifted = (logits[:, : len(bias)] + np.asarray(bias, np.float32)) / np.float32(
        temperature
    )
    powers = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
