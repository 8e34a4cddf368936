"""Which package of emotion_model may import which: arrows go one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "model" / "emotion_model"

# What a package may import, besides itself and COMMON.
PACKAGES: dict[str, set[str]] = {
    "data": set(),
    "checkpoint": set(),
    "package": {"checkpoint"},
    "evaluation": {"charts", "data", "checkpoint", "package"},
    "training": {"data", "checkpoint", "package", "evaluation"},
}

# The same for what stands inside `training`: teachers know no student.
TRAINING: dict[str, set[str]] = {
    "teachers": set(),
    "students": {"teachers"},
    "tasks": {"teachers"},
}

# Modules beside the packages, and what each may import. The command knows its verbs
# by name alone and imports one when it is asked for.
MODULES: dict[str, set[str]] = {
    "charts": set(),
    "errors": set(),
    "files": {"errors"},
    "command": {"errors"},
    "__main__": {"command"},
}

# Those that every package may import.
COMMON = {"errors", "files"}

MAX_LINES = 300


def sources(folder: Path = ROOT) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imported(file: Path) -> Iterator[list[str]]:
    """The path below emotion_model of each import, wherever it stands in the file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            first, *rest = name.split(".")
            if first == "emotion_model" and rest:
                yield rest


def test_every_package_and_module_is_in_the_table() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    modules = {path.stem for path in ROOT.glob("*.py")} - {"__init__"}
    inside = {path.parent.name for path in ROOT.glob("training/*/__init__.py")}
    assert packages == set(PACKAGES)
    assert modules == set(MODULES)
    assert inside == set(TRAINING)


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_package_imports_only_what_it_may(package: str) -> None:
    allowed = PACKAGES[package] | {package} | COMMON
    for file in sources(ROOT / package):
        for first, *_ in imported(file):
            assert first in allowed, f"{file.relative_to(ROOT)} imports {first}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_it_may(module: str) -> None:
    for first, *_ in imported(ROOT / f"{module}.py"):
        assert first in MODULES[module], f"{module} imports {first}"


@pytest.mark.parametrize("package", sorted(TRAINING))
def test_inside_training_arrows_go_one_way_too(package: str) -> None:
    forbidden = set(TRAINING) - TRAINING[package] - {package}
    for file in sources(ROOT / "training" / package):
        for first, *rest in imported(file):
            assert first != "training" or rest[0] not in forbidden, (
                f"{file.relative_to(ROOT)} imports {'.'.join([first, *rest])}"
            )


def test_no_file_is_too_long() -> None:
    for file in sources():
        count = len(file.read_text(encoding="utf-8").splitlines())
        assert count <= MAX_LINES, f"{file.relative_to(ROOT)} has {count} lines"
