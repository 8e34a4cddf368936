"""YAML, whose library has no types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]


def read(path: Path) -> Any:
    """The document of a file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def write(path: Path, document: Any) -> None:
    """Writes a document."""
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
