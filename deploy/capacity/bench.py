"""A cost from the JSON of `./dev bench`, where no server was measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from capacity.cost import Cost
from capacity.errors import CapacityError
from capacity.lengths import MEAN_TOKENS


def read_bench(path: Path, precision: str, cpus: int) -> Cost:
    """One worker with a thread for each of `cpus`.

    The engine alone: no wire, no jitter, so that p99 looks better than it will be.
    The dialogues of the benchmark are taken to have MEAN_TOKENS.
    """
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        points = [
            (int(entry["batch"]), 1e3 * float(entry["milliseconds"]))
            for entry in document["engine"]
            if entry["precision"] == precision and entry["threads"] == cpus
        ]
        about = (
            f"{document['model']} in {precision}, {document['machine']['processor']}"
        )
        date = document["machine"]["date"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CapacityError(f"{path}: {type(error).__name__}: {error}") from error
    if len(points) < 2:
        raise CapacityError(
            f"{path}: no two batch sizes in {precision} with {cpus} threads"
        )
    batch, dialogue = line(points)
    return Cost(
        cpus=cpus,
        workers=1,
        batch_us=round(batch, 1),
        dialogue_us=0.0,
        token_us=round(dialogue / MEAN_TOKENS, 3),
        about=f"{about}, {date}, the engine alone",
    )


def line(points: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """The fixed part and the slope with the least squares of relative errors."""
    rows = [(1 / time, size / time) for size, time in points]
    aa = sum(a * a for a, _ in rows)
    ab = sum(a * b for a, b in rows)
    bb = sum(b * b for _, b in rows)
    a1, b1 = sum(a for a, _ in rows), sum(b for _, b in rows)
    fixed = max(0.0, (a1 * bb - b1 * ab) / (aa * bb - ab * ab))
    return fixed, (b1 - fixed * ab) / bb
