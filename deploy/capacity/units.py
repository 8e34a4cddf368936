"""What people write for a time."""

from __future__ import annotations

import re

from capacity.errors import CapacityError

_TIME = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


def seconds(text: str) -> float:
    """Reads 50ms, 0.05s or 50000us."""
    found = _TIME.fullmatch(text)
    if not found or float(found[1]) <= 0:
        raise CapacityError(f"'{text}' is no time; expected for example 50ms or 0.2s")
    return float(found[1]) * _SECONDS[found[2]]
