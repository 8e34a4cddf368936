"""Words that must not return: the field has its own terms, one for each thing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What is not ours, or is made anew from what is.
SKIPPED = {"build", "node_modules", "shared"}

# Paths that may use any word: dialogues and other data are people's own words, the
# changelog says how things were called, and this file has to name them.
ALLOWED = [
    "CHANGELOG.md",
    "LICENSE",
    "client/load/dialogue_source.cc",
    "model/data",
    "model/default",
    "model/emotion_model/evaluation/probes.py",
    "tests/architecture/test_words.py",
    "tests/data",
]

# Code and documents; everything else holds data.
SUFFIXES = {
    *(".cc", ".h", ".in", ".proto", ".cmake", ".py", ".sh", ".go", ".js", ".mjs"),
    *(".md", ".toml", ".yaml", ".yml", ".conf", ".cfg", ".service", ".example"),
}
NAMES = {"CMakeLists.txt", "CMakePresets.json", "Dockerfile", "dev", "run"}

# Each word with what to say instead.
WORDS = {
    "house": "server",
    "cupboard": "library",
    "doorkeeper": "admission control",
    "room": "library, or memory, limit, capacity",
    "door": "front end",
    "judge": "classify, predict",
    "judged": "classified",
    "judging": "classifying",
    "judgement": "classification, prediction",
    "judgment": "classification, prediction",
    "opinion": "logits, soft labels",
    "wish": "requirement, override",
    "membership": "rank and size",
}
FORBIDDEN = {
    plural: instead
    for word, instead in WORDS.items()
    for plural in (word, word + "s", word + "es")
}

# Names that callers have learnt do not change for style alone.
KEPT = re.compile(r"--judge\b|using Judge\b")

# The words of a text and of its identifiers: work_plan, WorkPlan and kPlan hold
# "plan".
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def is_allowed(path: Path) -> bool:
    return any(path.is_relative_to(allowed) for allowed in ALLOWED)


def texts() -> Iterator[Path]:
    """All code and documents, as paths from the root."""
    for folder, below, files in os.walk(ROOT):
        below[:] = sorted(
            each
            for each in below
            if each not in SKIPPED and (each == ".ci" or not each.startswith("."))
        )
        for file in sorted(files):
            path = (Path(folder) / file).relative_to(ROOT)
            if path.suffix in SUFFIXES or path.name in NAMES:
                yield path


def forbidden(text: str) -> list[str]:
    """The lines that hold a forbidden word, each with what to say instead."""
    return [
        f"{number}: '{word}'; say {FORBIDDEN[word.lower()]}"
        for number, line in enumerate(text.splitlines(), 1)
        for word in WORD.findall(KEPT.sub("", line))
        if word.lower() in FORBIDDEN
    ]


def test_forbidden_words_do_not_return() -> None:
    found = [
        f"{path}:{each}"
        for path in texts()
        if not is_allowed(path)
        for each in forbidden((ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_what_is_allowed_is_there() -> None:
    assert [name for name in ALLOWED if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "text",
    [
        "two rooms",
        "WorkWishes wishes;",
        "judge_all(x)",
        "kRoom = 3",
        "# DOOR",
        "a.wish",
    ],
)
def test_words_are_found_in_text_and_in_identifiers(text: str) -> None:
    assert forbidden(text)


@pytest.mark.parametrize(
    "text",
    ["a broom", "warehouse", "mushrooms", "adjudged", "headroom", "converse --judge b"],
)
def test_longer_words_are_left_alone(text: str) -> None:
    assert not forbidden(text)
