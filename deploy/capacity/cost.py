"""What a batch costs on one replica."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from capacity.errors import CapacityError

# The server's own defaults; see `emotion-server --help`.
MAX_BATCH_ITEMS = 64
MAX_BATCH_TOKENS = 2048
MAX_BATCH_MS = 50.0


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One replica, as it was measured. Times in microseconds.

    A batch of `k` dialogues with `n` tokens takes `batch_us + k * dialogue_us +
    n * token_us`, times a slowdown: `alone` while no other worker runs a batch,
    `together` while all do (with one worker: for a single dialogue, for more). To
    that comes one of the `jitter_us`, all of which are equally likely.
    """

    cpus: int
    workers: int
    batch_us: float
    dialogue_us: float
    token_us: float
    alone: float = 1.0
    together: float = 1.0
    # What a call takes beside its batch: the wire, tokens, the way between threads.
    overhead_us: float = 0.0
    jitter_us: tuple[float, ...] = (0.0,)
    max_batch_items: int = MAX_BATCH_ITEMS
    max_batch_tokens: int = MAX_BATCH_TOKENS
    max_batch_ms: float = MAX_BATCH_MS
    # For people: the precision, the machine and the day of the measurement.
    about: str = ""

    def __post_init__(self) -> None:
        """Raises CapacityError for what no server can be."""
        for name in ("cpus", "workers", "max_batch_items", "max_batch_tokens"):
            if getattr(self, name) < 1:
                raise CapacityError(f"{name} is {getattr(self, name)}, expected >= 1")
        parts = (self.batch_us, self.dialogue_us, self.token_us, self.overhead_us)
        if not all(map(math.isfinite, (*parts, *self.jitter_us))) or min(parts) < 0:
            raise CapacityError("a time is negative or no number")
        if self.dialogue_us + self.token_us <= 0:
            raise CapacityError("a dialogue must cost something")
        if min(self.alone, self.together) <= 0 or not self.jitter_us:
            raise CapacityError("alone and together must be above 0, jitter_us filled")

    def plain(self, items: int, tokens: int) -> float:
        """Seconds of a batch by the line alone."""
        line = self.batch_us + items * self.dialogue_us + tokens * self.token_us
        return line / 1e6

    def slowdown(self, items: int, others_busy: int) -> float:
        """The factor on the line while so many other workers run a batch."""
        if self.workers == 1:
            return self.alone if items == 1 else self.together
        share = others_busy / (self.workers - 1)
        return self.alone + share * (self.together - self.alone)


def read_cost(path: Path) -> Cost:
    """Reads what `write_cost` wrote, or an operator by hand."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CapacityError(f"{path}: cannot be read: {error}") from error
    known = {field.name for field in fields(Cost)}
    if not isinstance(document, dict) or not document.keys() <= known:
        raise CapacityError(f"{path}: expected an object with some of {sorted(known)}")
    if isinstance(document.get("jitter_us"), list):
        document["jitter_us"] = tuple(document["jitter_us"])
    try:
        return Cost(**document)
    except (TypeError, CapacityError) as error:
        raise CapacityError(f"{path}: {error}") from error


def write_cost(cost: Cost, path: Path) -> None:
    """Writes it as JSON, one field a line."""
    fields_of = [
        f"  {json.dumps(key)}: {json.dumps(value)}"
        for key, value in asdict(cost).items()
    ]
    path.write_text("{\n" + ",\n".join(fields_of) + "\n}\n", encoding="utf-8")
