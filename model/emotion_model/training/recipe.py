"""Recipes: one TOML file a training, read into frozen dataclasses and checked."""

import tomllib
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from emotion_model.errors import ModelError

T = TypeVar("T")


def read_recipe(path: Path, changes: list[str] | None = None) -> dict[str, Any]:
    """Reads a recipe; `changes` are "table.key=value" with TOML values.

    Raises:
        ModelError: unreadable, not TOML, or a change that is not of that form.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    for change in changes or []:
        key, equals, value = change.partition("=")
        try:
            parsed = tomllib.loads(f"value = {value}")["value"] if equals else None
        except tomllib.TOMLDecodeError:
            parsed = value
        if parsed is None or not key.strip():
            raise ModelError(f"--set {change!r}, expected KEY=VALUE")
        table = raw
        *tables, last = key.strip().split(".")
        for name in tables:
            table = table.setdefault(name, {})
        table[last] = parsed
    return raw


def parse(kind: type[T], raw: Any, name: str) -> T:
    """Makes a dataclass out of a table; a key that is left out has its default.

    Raises:
        ModelError: naming a key that is not known, missing or of another type.
    """
    if not isinstance(raw, dict):
        raise ModelError(f"{name} is {raw!r}, expected a table")
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    unknown = sorted(set(raw) - known)
    if unknown:
        raise ModelError(
            f"{name}: {unknown[0]} is not known, expected some of "
            + ", ".join(sorted(known))
        )
    values = {
        key: _value(hints[key], value, f"{name}.{key}") for key, value in raw.items()
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise ModelError(f"{name}: {error}") from error


def _value(hint: Any, value: Any, name: str) -> Any:
    origin = get_origin(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return parse(hint, value, name)
    if origin in (Union, types.UnionType):
        (inner,) = (part for part in get_args(hint) if part is not type(None))
        return _value(inner, value, name)
    if origin is tuple and isinstance(value, list):
        inner = get_args(hint)[0]
        return tuple(_value(inner, item, name) for item in value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        shown = getattr(hint, "__name__", str(hint))
        raise ModelError(f"{name} is {value!r}, expected {shown}")
    return value
