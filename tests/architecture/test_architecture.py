"""The house rules that a machine can keep: arrows, budgets, lists of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server"

# Which room may include which, besides itself. "main" may include all.
ROOMS: dict[str, set[str]] = {
    "base": set(),
    "domain": set(),
    "text": {"base", "domain"},
    "kernels": set(),
    "inference": {"base", "domain"},
    "batching": {"base"},
    "engine": {"base", "domain", "text", "inference", "batching"},
    "service": {"base", "domain", "engine", "proto"},
    "metrics": {"base", "domain"},
    "config": {"base"},
}

# Headers that rooms may include although the table above does not allow the
# room they stand in: what a room tells, and what it can be told.
OBSERVERS = {
    "server/batching/batch_observer.h",
    "server/engine/request_observer.h",
    "server/service/rpc_observer.h",
}
OPTIONS = re.compile(r"server/\w+/\w+_options\.h")

# Foreign headers, by the first part of their path, and the rooms that may
# include them. What is not named here is the standard library or the kernel.
FOREIGN: dict[str, set[str]] = {
    "torch": {"inference", "kernels"},
    "ATen": {"inference", "kernels"},
    "c10": {"inference", "kernels"},
    "grpcpp": {"service", "main"},
    "google": {"service"},
    "prometheus": {"metrics"},
    "spdlog": {"main"},
    "CLI": {"config"},
    "yaml-cpp": {"config"},
    "nlohmann": {"inference", "main"},
    "openssl": {"inference"},
    "utf8proc.h": {"text"},
}

INCLUDE = re.compile(r'^\s*#include\s+["<]([^">]+)[">]', re.MULTILINE)

# The longest a file may be; generated tables are .inc and do not count.
MAX_LINES = 300
HEADER_P90 = 125
SOURCE_P90 = 200


def rooms() -> list[str]:
    return sorted(p.name for p in SERVER.iterdir() if p.is_dir())


def sources(folder: Path, *patterns: str) -> Iterator[Path]:
    for pattern in patterns or ("*.h", "*.cc"):
        yield from sorted(folder.rglob(pattern))


def includes(file: Path) -> list[str]:
    return INCLUDE.findall(file.read_text(encoding="utf-8"))


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def target_room(include: str) -> str | None:
    """The room that an include leads to, or nothing if it leaves the house."""
    parts = include.split("/")
    if parts[0] == "server":
        return parts[1]
    if include.startswith(("proto/", "emotion/v1/", "google/rpc/")):
        return "proto"
    return None


def test_every_room_is_in_the_table() -> None:
    assert set(rooms()) == set(ROOMS) | {"main"}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_arrows_go_one_way(room: str) -> None:
    allowed = ROOMS[room] | {room}
    for file in sources(SERVER / room):
        for include in includes(file):
            target = target_room(include)
            if target is None or target in allowed:
                continue
            if room == "metrics" and include in OBSERVERS:
                continue
            if room == "config" and OPTIONS.fullmatch(include):
                continue
            pytest.fail(f"{file.relative_to(ROOT)} includes {include}")


def test_foreign_libraries_stay_in_their_rooms() -> None:
    for room in rooms():
        for file in sources(SERVER / room):
            for include in includes(file):
                if target_room(include) is not None:
                    continue
                first = include.split("/")[0]
                assert room in FOREIGN.get(first, {room}), (
                    f"{file.relative_to(ROOT)} includes {include}"
                )


def test_few_files_know_torch() -> None:
    knowing = {
        str(file.relative_to(ROOT))
        for file in sources(SERVER)
        if any(i.split("/")[0] in {"torch", "ATen", "c10"} for i in includes(file))
    }
    assert knowing == {
        "server/inference/torch_classifier.cc",
        "server/kernels/tensor_weights.cc",
        "server/kernels/tensor_weights.h",
        "server/kernels/torch_operators.cc",
    }


def test_the_client_knows_only_base_and_the_proto() -> None:
    for file in sources(ROOT / "client"):
        for include in includes(file):
            assert target_room(include) in {None, "base", "proto"}, (
                f"{file.relative_to(ROOT)} includes {include}"
            )


def test_no_file_is_too_long() -> None:
    for top in ("server", "client", "tests"):
        for file in sources(ROOT / top, "*.h", "*.cc", "*.py"):
            assert lines(file) <= MAX_LINES, (
                f"{file.relative_to(ROOT)} has {lines(file)} lines"
            )


@pytest.mark.parametrize(
    ("pattern", "budget"), [("*.h", HEADER_P90), ("*.cc", SOURCE_P90)]
)
def test_files_are_short(pattern: str, budget: int) -> None:
    counts = sorted(
        lines(file)
        for top in ("server", "client")
        for file in sources(ROOT / top, pattern)
    )
    assert counts[len(counts) * 9 // 10] <= budget


@pytest.mark.parametrize("room", rooms())
def test_the_readme_of_a_room_names_exactly_its_files(room: str) -> None:
    text = (SERVER / room / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^- `([\w./]+)`", text, re.MULTILINE))
    there = {
        file.name.split(".")[0]
        for file in sources(SERVER / room, "*.h", "*.cc", "*.in", "*.inc")
    }
    assert named == there


def test_every_test_is_in_the_build() -> None:
    for file in sources(ROOT / "tests", "*_test.cc"):
        listed = (file.parent / "CMakeLists.txt").read_text(encoding="utf-8")
        assert file.name in listed, f"{file.relative_to(ROOT)} is not built"


# Their tests read addresses as text and open none of them.
READS_ADDRESSES = {"base", "config", "metrics"}

FORBIDDEN = {
    "sleep": re.compile(r"sleep_(for|until)|\busleep\(|\bnanosleep\("),
    "a random seed": re.compile(r"std::random_device"),
    "a fixed port": re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):[1-9]\d*\b"),
}


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_unit_tests_do_without(what: str) -> None:
    for room in rooms():
        for file in sources(ROOT / "tests" / room):
            found = FORBIDDEN[what].search(file.read_text(encoding="utf-8"))
            if found and what == "a fixed port" and room in READS_ADDRESSES:
                continue
            assert not found, f"{file.relative_to(ROOT)}: {found}"


def test_comments_stand_in_headers() -> None:
    comment = re.compile(r"^\s*//")
    for pattern, low, high in (("*.h", 0.20, 0.60), ("*.cc", 0.0, 0.15)):
        total = share = 0
        for file in sources(SERVER, pattern):
            text = [x for x in file.read_text(encoding="utf-8").splitlines() if x]
            total += len(text)
            share += sum(bool(comment.match(x)) for x in text)
        assert low <= share / total <= high, f"{pattern}: {share / total:.2f}"
