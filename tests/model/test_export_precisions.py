"""Packages in several precisions."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from emotion_model.__main__ import main
from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from emotion_model.package.export import export
from emotion_model.package.operators import PRECISIONS
from emotion_model.package.precisions import ROUNDING_TOLERANCE, Variant
from emotion_model.package.trace import make_inputs, make_module
from tiny import OPERATORS_SHAPE, make_source, write_checkpoint

FILES = ["model.bf16.pt", "model.fp32.pt", "model.int8.pt"]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A model that the operators can run."""
    shape = OPERATORS_SHAPE | {"num_hidden_layers": 1}
    checkpoint = write_checkpoint(tmp_path / "checkpoint", **shape)
    return make_source(checkpoint, tmp_path / "source")


def read(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return document


def test_the_operators_bring_a_file_for_each_precision(
    source: Source, operators: Path, tmp_path: Path
) -> None:
    manifest = export(source, tmp_path / "package", "packed", operators)
    assert manifest == read(tmp_path / "package")
    assert sorted(manifest["files"]) == [*FILES, "vocab.txt"]
    assert list(manifest["precisions"]) == list(PRECISIONS)
    expected = {
        "fp32": (0.001, 0.0, 1e-5),
        "bf16": (ROUNDING_TOLERANCE, 1e-4, 0.05),
        "int8": (ROUNDING_TOLERANCE, 1e-3, 0.1),
    }
    for name, (tolerance, least, most) in expected.items():
        entry = manifest["precisions"][name]
        assert least <= entry.pop("golden_difference") <= most
        assert entry == {
            "file": f"model.{name}.pt",
            "runs_on": "emotion",
            "tolerance": tolerance,
        }


def test_each_file_gives_the_golden_labels(
    source: Source, operators: Path, tmp_path: Path
) -> None:
    manifest = export(source, tmp_path / "package", "packed", operators)
    golden, encoder = manifest["golden"]["dialogues"], source.encoder()
    encodings = [encoder.encode(item["turns"]) for item in golden]
    expected = torch.tensor([item["logits"] for item in golden])
    for entry in manifest["precisions"].values():
        traced = torch.jit.load(tmp_path / "package" / entry["file"])
        with torch.inference_mode():
            logits = traced(*make_inputs(encodings, "packed", source.checkpoint))
        chosen = source.calibration.probabilities(logits).argmax(dim=1).tolist()
        labels = [source.labels[index] for index in chosen]
        assert labels == [item["labels"]["default"] for item in golden]
        difference = float((logits - expected).abs().max())
        # The manifest rounds its figures to a millionth.
        assert difference == pytest.approx(entry["golden_difference"], abs=2e-6)


def test_the_same_source_gives_the_same_bytes(
    source: Source, operators: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "a", tmp_path / "deeper" / "b"
    export(source, first, "packed", operators)
    export(source, second, "packed", operators)
    for name in (*FILES, "manifest.json", "vocab.txt"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    for name in FILES:
        content = (first / name).read_bytes()
        assert b"debug_pkl" not in content
        assert b"torch_mangle" not in content
        assert b"emotion_model/operators.py" in content


@pytest.mark.parametrize(
    ("layout", "changes", "reason"),
    [
        ("packed", {"hidden_act": "gelu"}, "hidden_act is 'gelu'; the operators need"),
        ("packed", {"hidden_size": 96}, "hidden_size is 96; .* a multiple of 64"),
        ("padded", {}, "the layout is 'padded'; the operators need 'packed'"),
    ],
)
def test_what_the_operators_cannot_run_is_plain_fp32(
    operators: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    layout: str,
    changes: dict[str, Any],
    reason: str,
) -> None:
    folder = write_checkpoint(tmp_path / "c", **OPERATORS_SHAPE | changes)
    make_source(folder, tmp_path / "source")
    arguments = f"--source {tmp_path}/source --out {tmp_path}/package".split()
    arguments += ["--layout", layout, "--operators", str(operators)]
    assert main(["export", *arguments]) == 0
    with pytest.raises(AssertionError, match=f"fp32 by torch alone: {reason}"):
        raise AssertionError(capsys.readouterr().out)
    precisions = read(tmp_path / "package")["precisions"]
    assert {name: entry["runs_on"] for name, entry in precisions.items()} == {
        "fp32": "torch"
    }


def test_a_precision_that_changes_a_golden_label_is_not_shipped(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_wrong(*_: Any) -> list[Variant]:
        module = make_module(source.checkpoint, "packed")
        module.get_parameter("classifier.bias")[2] += 50
        return [
            Variant(precision="int8", module=module, runs_on="torch", tolerance=100)
        ]

    monkeypatch.setattr("emotion_model.package.export.make_variants", make_wrong)
    with pytest.raises(
        ModelError,
        match=r"int8 trace gives a golden .* another label .*--precisions fp32,bf16 ",
    ):
        export(source, tmp_path / "out" / "package", "packed")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_precision_may_be_left_out_but_for_fp32(
    source: Source, operators: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = f"--source {source.checkpoint.folder} --out {tmp_path}/package".split()
    arguments += ["--operators", str(operators), "--precisions"]
    assert main(["export", *arguments, "bf16"]) == 0
    assert list(read(tmp_path / "package")["precisions"]) == ["fp32", "bf16"]
    assert sorted(path.name for path in (tmp_path / "package").glob("*.pt")) == [
        "model.bf16.pt",
        "model.fp32.pt",
    ]
    assert main(["export", *arguments, "bf16,int4"]) == 2
    assert "precision is 'int4', expected some of" in capsys.readouterr().err


def test_a_library_that_cannot_be_loaded_is_named(
    source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "nothing.so"
    folder = str(source.checkpoint.folder)
    arguments = ["--source", folder, "--out", str(tmp_path / "package")]
    assert main(["export", *arguments, "--operators", str(library)]) == 2
    assert f"export: {library}: " in capsys.readouterr().err
    assert not (tmp_path / "package").exists()
