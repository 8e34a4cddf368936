"""Checks of parsed JSON; the errors name the file and the field."""

import math
from typing import Any, TypeGuard

from emotion_model.errors import ModelError


def json_object(raw: Any, name: str) -> dict[str, Any]:
    """The value, if it is an object; raises ModelError, beginning with `name`."""
    if not isinstance(raw, dict):
        raise ModelError(f"{name} must be a JSON object")
    return raw


def text_field(raw: dict[str, Any], key: str, name: str) -> str:
    """The text at `key`; raises ModelError, beginning with `name`, if it is none."""
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ModelError(f"{name}: {key} is {value!r}, expected a text")
    return value


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a value is a finite number, and not true or false."""
    return type(value) in (int, float) and math.isfinite(value)
