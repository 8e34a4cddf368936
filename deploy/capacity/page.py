"""The sums on a metrics page."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Mapping

_SAMPLE = re.compile(r"^(\w+)(?:\{.*\})? (\S+)$", re.MULTILINE)

Sums = Mapping[str, float]


def sums(text: str) -> Sums:
    """Adds up the samples of each name, whatever their labels."""
    found: dict[str, float] = {}
    for name, value in _SAMPLE.findall(text):
        found[name] = found.get(name, 0.0) + float(value)
    return found


def scrape(url: str) -> Sums:
    """Asks a server for its page."""
    with urllib.request.urlopen(url, timeout=10) as reply:
        return sums(reply.read().decode("utf-8"))
