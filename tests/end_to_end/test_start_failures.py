"""A server that cannot start says in one sentence what is wrong, and ends."""

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from end_to_end.copied import START_FAILED, Copy, Manifest, refused
from end_to_end.package import Package


def start(binary: Path, copy: Copy) -> str:
    flags = ("--model", str(copy.folder), "--precision", "fp32")
    return refused(binary, START_FAILED, *flags)


def test_a_missing_package(server_binary: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    said = refused(server_binary, START_FAILED, "--model", str(folder))
    assert f"{folder}/manifest.json: cannot be read" in said
    assert "expected a model package" in said


def test_a_traffic_that_the_package_lacks(
    server_binary: Path, package: Package
) -> None:
    flags = ("--model", str(package.folder), "--traffic", "post")
    said = refused(server_binary, START_FAILED, *flags)
    names = ", ".join(sorted(package.manifest["traffics"]))
    assert f"traffic: is 'post'; the package is calibrated for {names}" in said


@pytest.mark.parametrize("name", ["model.fp32.pt", "vocab.txt"])
def test_a_missing_file(server_binary: Path, copy: Copy, name: str) -> None:
    (copy.folder / name).unlink()
    said = start(server_binary, copy)
    assert f"{copy.folder / name}: is missing; the manifest expects" in said


@pytest.mark.parametrize("name", ["model.fp32.pt", "vocab.txt"])
def test_a_flipped_bit(
    server_binary: Path, copy: Copy, package: Package, name: str
) -> None:
    path = copy.flip_a_bit(name)
    said = start(server_binary, copy)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    expected = package.manifest["files"][name]["sha256"]
    assert f"{path}: has SHA-256 {found}; the manifest expects {expected}" in said


def test_a_torn_file(server_binary: Path, copy: Copy) -> None:
    path = copy.own("model.fp32.pt")
    size = path.stat().st_size
    os.truncate(path, size - 1)
    said = start(server_binary, copy)
    assert f"{path}: has {size - 1} bytes; the manifest expects {size}" in said


def test_a_model_that_is_none(server_binary: Path, copy: Copy) -> None:
    path = copy.own("model.fp32.pt")
    path.write_bytes(b"not TorchScript")
    copy.adopt("model.fp32.pt")
    said = start(server_binary, copy)
    assert f"{path}: cannot be loaded as TorchScript" in said


def test_a_vocabulary_with_pieces_swapped(
    server_binary: Path, copy: Copy, package: Package
) -> None:
    path = copy.own("vocab.txt")
    pieces = path.read_text(encoding="utf-8").split("\n")
    used = package.manifest["golden"]["dialogues"][0]["token_ids"]
    a, b = used[1], used[2]
    pieces[a], pieces[b] = pieces[b], pieces[a]
    path.write_text("\n".join(pieces), encoding="utf-8")
    copy.adopt("vocab.txt")
    said = start(server_binary, copy)
    assert "manifest.json: golden.dialogues[0]" in said
    assert "the tokens" in said


def test_a_vocabulary_of_the_wrong_size(
    server_binary: Path, copy: Copy, package: Package
) -> None:
    path = copy.own("vocab.txt")
    with path.open("a", encoding="utf-8") as file:
        file.write("onemore\n")
    copy.adopt("vocab.txt")
    said = start(server_binary, copy)
    size = package.manifest["tokenizer"]["vocabulary_size"]
    assert f"{path}: has {size + 1} pieces; the manifest expects {size}" in said


def set_logit(manifest: Manifest) -> None:
    manifest["golden"]["dialogues"][1]["logits"][0] += 1


def set_label(manifest: Manifest) -> None:
    labels = manifest["golden"]["dialogues"][1]["labels"]
    labels[manifest["traffic"]] = "angry"


def set_version(manifest: Manifest) -> None:
    manifest["format_version"] = 1


def drop_labels(manifest: Manifest) -> None:
    del manifest["labels"]


def escape(manifest: Manifest) -> None:
    manifest["files"]["../secret"] = {"bytes": 1, "sha256": "0"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_logit, ("golden.dialogues[1]", "the logits", "expected")),
        (set_label, ("golden.dialogues[1]", "'happy'", "expected 'angry'")),
        (set_version, ("manifest.json", "format_version", "expected 3")),
        (drop_labels, ("manifest.json", "labels", "missing")),
        (escape, ("manifest.json", "../secret", "a plain file name")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_wrong_manifest(
    server_binary: Path,
    copy: Copy,
    change: Callable[[Manifest], None],
    said: tuple[str, ...],
) -> None:
    copy.edit(change)
    sentence = start(server_binary, copy)
    for part in said:
        assert part in sentence


def test_a_manifest_that_is_no_json(server_binary: Path, copy: Copy) -> None:
    copy.own("manifest.json").write_text('{"format_version": 3,')
    assert f"{copy.folder}/manifest.json: " in start(server_binary, copy)


@pytest.mark.parametrize("flag", ["--address", "--metrics-address"])
def test_a_port_in_use(server_binary: Path, package: Package, flag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = refused(
            server_binary,
            START_FAILED,
            *("--model", str(package.folder), flag, address),
        )
    assert address in said
    assert flag.strip("-").replace("-", " ") in said.replace("-", " ")
