"""How long dialogues are, in tokens, special tokens included."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from capacity.errors import CapacityError

# What EmoContext's dialogues have: the mean, and the spread of the logarithm.
MEAN_TOKENS = 21.1
SPREAD = 0.37
FEWEST, MOST = 4, 128


def of_mean(mean: float, seed: int, count: int = 20_000) -> list[int]:
    """Lengths with this mean and the spread of short chat messages: lognormal."""
    if not FEWEST <= mean <= MOST:
        raise CapacityError(f"{mean} tokens a dialogue, expected {FEWEST} to {MOST}")
    dice = random.Random(seed)
    shapes = [dice.lognormvariate(0, SPREAD) for _ in range(count)]
    scale = mean * count / sum(shapes)
    return [min(MOST, max(FEWEST, round(scale * shape))) for shape in shapes]


def of_dialogues(path: Path, package: Path) -> list[int]:
    """The lengths of a file of dialogues, as the model of `package` reads them.

    A line is JSON with "turns", or its tab-separated columns are the turns, oldest
    first; a number in the first of four or five columns, and a label behind the
    turns, are left out (EmoContext's format).
    """
    from emotion_model.checkpoint.text import DialogueEncoder, Limits, read_vocabulary
    from emotion_model.errors import ModelError

    try:
        manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
        limits = Limits(max_tokens=manifest["limits"]["max_tokens"])
        encoder = DialogueEncoder(read_vocabulary(package / "vocab.txt"), limits)
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError, KeyError, ModelError) as error:
        kind = type(error).__name__
        raise CapacityError(f"{path} or {package}: {kind}: {error}") from error
    lengths = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            lengths.append(len(encoder.encode(_turns(line)).token_ids))
        except (ModelError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise CapacityError(f"{path}:{number}: {type(error).__name__}") from None
    if not lengths:
        raise CapacityError(f"{path}: holds no dialogue")
    return lengths


def _turns(line: str) -> Sequence[str]:
    if line.startswith("{"):
        turns: list[str] = json.loads(line)["turns"]
        return turns
    columns = line.split("\t")
    if len(columns) in (4, 5) and columns[0].isdigit():
        columns = columns[1:4]
    return columns
