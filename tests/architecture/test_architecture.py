"""The rules that a machine can keep: which library knows which, and hygiene."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server"

# Which library of the server may include which, besides itself. "main" may
# include all.
LIBRARIES: dict[str, set[str]] = {
    "domain": {"common"},
    "text": {"common", "domain"},
    "kernels": set(),
    "inference": {"common", "domain"},
    "batching": {"common"},
    "models": {"common", "domain", "text", "inference", "batching"},
    "engine": {"common", "domain", "text", "inference", "batching", "models"},
    "service": {"common", "domain", "engine", "models", "proto"},
    "metrics": {"common", "domain"},
    "config": {"common"},
}

# Headers that "metrics" and "config" may include although the table does not
# allow the library they stand in: what it reports, and how it can be set up.
OBSERVERS = {
    "server/batching/batch_observer.h",
    "server/engine/request_observer.h",
    "server/models/model_observer.h",
    "server/service/rpc_observer.h",
}
OPTIONS = re.compile(r"server/\w+/\w+_options\.h")

# Foreign headers, by the first part of their path, and the libraries that may
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

# A file holds one thought, and most have 40 to 80 lines. Generated tables are
# .inc and do not count.
MAX_LINES = 400


def libraries() -> list[str]:
    return sorted(p.name for p in SERVER.iterdir() if p.is_dir())


def sources(folder: Path, *patterns: str) -> Iterator[Path]:
    for pattern in patterns or ("*.h", "*.cc"):
        yield from sorted(folder.rglob(pattern))


def includes(file: Path) -> list[str]:
    return INCLUDE.findall(file.read_text(encoding="utf-8"))


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def library_of(include: str) -> str | None:
    """The library an include leads to, or nothing if it is foreign."""
    parts = include.split("/")
    if parts[0] == "server":
        return parts[1]
    if parts[0] == "common":
        return "common"
    if include.startswith(("emotion/v1/", "google/rpc/")):
        return "proto"
    return None


def test_every_library_is_in_the_table() -> None:
    assert set(libraries()) == set(LIBRARIES) | {"main"}


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_arrows_go_one_way(library: str) -> None:
    allowed = LIBRARIES[library] | {library}
    for file in sources(SERVER / library):
        for include in includes(file):
            target = library_of(include)
            if target is None or target in allowed:
                continue
            if library == "metrics" and include in OBSERVERS:
                continue
            if library == "config" and OPTIONS.fullmatch(include):
                continue
            pytest.fail(f"{file.relative_to(ROOT)} includes {include}")


def test_common_knows_nothing_else() -> None:
    for file in sources(ROOT / "common"):
        for include in includes(file):
            assert library_of(include) in {None, "common"}
            assert not include.startswith("client/")
            first = include.split("/")[0]
            assert first not in FOREIGN or (
                first == "grpcpp" and file.parent.name == "grpc"
            ), f"{file.relative_to(ROOT)} includes {include}"


def test_foreign_libraries_stay_where_they_belong() -> None:
    for library in libraries():
        for file in sources(SERVER / library):
            for include in includes(file):
                if library_of(include) is not None:
                    continue
                first = include.split("/")[0]
                assert library in FOREIGN.get(first, {library}), (
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


def test_the_client_knows_nothing_of_the_server() -> None:
    for file in sources(ROOT / "client"):
        for include in includes(file):
            assert library_of(include) in {None, "common", "proto"}, (
                f"{file.relative_to(ROOT)} includes {include}"
            )


def test_no_file_is_too_long() -> None:
    for top in ("common", "server", "client", "tests"):
        for file in sources(ROOT / top, "*.h", "*.cc", "*.py"):
            assert lines(file) <= MAX_LINES, (
                f"{file.relative_to(ROOT)} has {lines(file)} lines"
            )


# Sources without a header of their own: programs, registrations that nobody
# calls by name, and one kernel table for each set of instructions.
STANDALONE = re.compile(
    r"main\.cc|torch_operators\.cc|kernels_(portable|avx2|avx2_vnni|avx512)\.cc"
)


def test_a_source_implements_the_header_of_its_name() -> None:
    for top in ("common", "server", "client"):
        for file in sources(ROOT / top, "*.cc"):
            assert file.with_suffix(".h").exists() or STANDALONE.fullmatch(file.name), (
                f"{file.relative_to(ROOT)} has no header of its name"
            )


def test_every_test_is_in_the_build() -> None:
    for file in sources(ROOT / "tests", "*_test.cc"):
        listed = (file.parent / "CMakeLists.txt").read_text(encoding="utf-8")
        assert file.name in listed, f"{file.relative_to(ROOT)} is not built"


# Their tests read addresses as text and open none of them.
READS_ADDRESSES = {"common", "config", "metrics"}

FORBIDDEN = {
    "sleep": re.compile(r"sleep_(for|until)|\busleep\(|\bnanosleep\("),
    "a random seed": re.compile(r"std::random_device"),
    "a fixed port": re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):[1-9]\d*\b"),
}


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_unit_tests_do_without(what: str) -> None:
    for library in ["common", *libraries()]:
        for file in sources(ROOT / "tests" / library):
            found = FORBIDDEN[what].search(file.read_text(encoding="utf-8"))
            if found and what == "a fixed port" and library in READS_ADDRESSES:
                continue
            assert not found, f"{file.relative_to(ROOT)}: {found}"


def test_headers_carry_the_contract() -> None:
    comment = re.compile(r"^\s*//")
    for pattern, low, high in (("*.h", 0.20, 0.60), ("*.cc", 0.05, 0.15)):
        total = commented = 0
        for file in sources(SERVER, pattern):
            text = [x for x in file.read_text(encoding="utf-8").splitlines() if x]
            total += len(text)
            commented += sum(bool(comment.match(x)) for x in text)
        assert low <= commented / total <= high, f"{pattern}: {commented / total:.2f}"
