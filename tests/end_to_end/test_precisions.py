"""The model in the arithmetic that was asked for, or in the fastest that is right.

What `auto` should take is read from the processor's flags in /proc/cpuinfo: int8
where there is AVX2, bf16 where AVX-512 has it, then fp32.
"""

from pathlib import Path

import pytest

import processor
from end_to_end.conftest import Serve
from end_to_end.copied import START_FAILED, Copy, refused
from end_to_end.package import Package
from end_to_end.wire import Connection, messages, probabilities
from support.server import ServerProcess, serving

# How far a probability may be from that of fp32 at golden dialogues.
CLOSE = {"fp32": 1e-5, "bf16": 0.01, "int8": 0.02}


def precision_of(server: ServerProcess) -> str:
    """What GetModelInfo says."""
    with Connection(server.address) as connection:
        info = connection.stub.GetModelInfo(messages.GetModelInfoRequest(), timeout=60)
        precision: str = info.precision
        return precision


@pytest.mark.parametrize("precision", CLOSE)
def test_each_precision_can_be_asked_for(
    serve: Serve, package: Package, precision: str
) -> None:
    furthest = 0.0
    with serve("--precision", precision) as server:
        assert precision_of(server) == precision
        with Connection(server.address) as connection:
            for golden in package.golden():
                answer = connection.classify(golden.turns)
                assert answer.label == golden.label, golden.turns
                for got, expected in zip(
                    probabilities(answer), golden.probabilities, strict=True
                ):
                    furthest = max(furthest, abs(got - expected))
    assert furthest <= CLOSE[precision]
    # It is not fp32 under another name.
    assert precision == "fp32" or furthest > CLOSE["fp32"]


def test_auto_takes_the_fastest_of_this_processor(server: ServerProcess) -> None:
    assert precision_of(server) == processor.fastest_first()[0]
    assert server.log.find("precision not usable") is None


def test_a_damaged_file_makes_auto_take_the_next(
    server_binary: Path, copy: Copy
) -> None:
    first, *others = processor.fastest_first()
    if not others:
        pytest.skip("this processor has nothing but fp32")
    path = copy.flip_a_bit(f"model.{first}.pt")
    with serving(server_binary, copy.folder) as server:
        assert precision_of(server) == others[0]
        warning = server.log.find("precision not usable")
        assert warning is not None
        assert "warn" in warning.string
        assert f"precision={first}" in warning.string
        assert f"{path}: has SHA-256 " in warning.string


def test_a_damaged_file_that_was_asked_for_is_named(
    server_binary: Path, copy: Copy
) -> None:
    path = copy.flip_a_bit("model.int8.pt")
    flags = ("--model", str(copy.folder), "--precision", "int8")
    assert f"{path}: has SHA-256 " in refused(server_binary, START_FAILED, *flags)


def test_a_precision_that_the_package_lacks_is_refused(
    server_binary: Path, copy: Copy
) -> None:
    copy.edit(lambda manifest: manifest["precisions"].pop("bf16"))
    flags = ("--model", str(copy.folder), "--precision", "bf16")
    said = refused(server_binary, START_FAILED, *flags)
    assert "precision: is 'bf16'; the package offers fp32, int8" in said


def test_wrong_answers_make_auto_take_the_next(server_binary: Path, copy: Copy) -> None:
    first, *others = processor.fastest_first()
    if not others:
        pytest.skip("this processor has nothing but fp32")
    copy.edit(lambda manifest: manifest["precisions"][first].update(tolerance=1e-6))
    with serving(server_binary, copy.folder) as server:
        assert precision_of(server) == others[0]
        warning = server.log.find("precision not usable")
        assert warning is not None
        assert "golden.dialogues[" in warning.string
