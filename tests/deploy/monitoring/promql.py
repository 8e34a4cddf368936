"""The names in a PromQL expression; Prometheus itself checks the grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<range>\[[^\]]*\])
      | (?P<name>[A-Za-z_:][A-Za-z0-9_:]*)
      | (?P<number>[0-9][0-9.a-z]*(?:e-?[0-9]+)?)
      | (?P<mark>=~|!~|!=|>=|<=|==|[-+*/%^(){},=<>])
      | (?P<space>\s+)""",
    re.VERBOSE,
)
_GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
_WORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan"}


@dataclass
class Names:
    """What an expression speaks of."""

    # Each metric with the labels that its selector matches.
    metrics: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    # Labels in by, on and their like.
    grouping: set[str] = field(default_factory=set)


def names(expression: str) -> Names:
    """Reads an expression; ValueError for a character that none can have."""
    tokens = _tokens(expression)
    found, at = Names(), 0
    while at < len(tokens):
        kind, value = tokens[at]
        following = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        at += 1
        if kind != "name" or value in _WORDS:
            continue
        if value in _GROUPING:
            inside, at = _inside(tokens, at, "(", ")")
            found.grouping |= {word for kind, word in inside if kind == "name"}
        elif following == "{":
            inside, at = _inside(tokens, at, "{", "}")
            labels = frozenset(word for kind, word in inside if kind == "name")
            found.metrics.append((value, labels))
        elif following != "(" and not _is_aggregation(tokens, at):
            found.metrics.append((value, frozenset()))
    return found


def _is_aggregation(tokens: list[tuple[str, str]], at: int) -> bool:
    return at < len(tokens) and tokens[at][1] in {"by", "without"}


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if not match:
            raise ValueError(f"what is {expression[at : at + 20]!r}?")
        at = match.end()
        if match.lastgroup not in ("space", "range"):
            found.append((match.lastgroup or "", match[0]))
    return found


def _inside(
    tokens: list[tuple[str, str]], at: int, opening: str, closing: str
) -> tuple[list[tuple[str, str]], int]:
    if at >= len(tokens) or tokens[at][1] != opening:
        return [], at
    end = next(i for i in range(at, len(tokens)) if tokens[i][1] == closing)
    return tokens[at + 1 : end], end + 1
