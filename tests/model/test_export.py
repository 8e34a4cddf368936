import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from emotion_model.__main__ import main
from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from emotion_model.package import trace
from emotion_model.package.export import export
from emotion_model.package.trace import LAYOUTS, make_inputs
from tiny import LABELS, VOCABULARY, edit_json, make_source, write_checkpoint


@pytest.fixture
def source(checkpoint: Path, tmp_path: Path) -> Source:
    return make_source(checkpoint, tmp_path / "source")


def read(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_package_is_what_its_manifest_says(
    source: Source, tmp_path: Path, layout: str
) -> None:
    out = tmp_path / "package"
    returned = export(source, out, layout)
    manifest = read(out)
    assert manifest == json.loads(json.dumps(returned))
    assert sorted(path.name for path in out.iterdir()) == [
        "manifest.json",
        "model.fp32.pt",
        "vocab.txt",
    ]
    for name, entry in manifest["files"].items():
        content = (out / name).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    expected = {
        "format_version": 3,
        "name": "tiny",
        "model_version": "1.2.3",
        "layout": layout,
        "labels": list(LABELS),
        "limits": {"max_turns": 3, "max_turn_bytes": 4096, "max_tokens": 64},
        "tokenizer": {
            "lowercase": True,
            "strip_accents": True,
            "split_cjk": True,
            "max_word_characters": 100,
            "vocabulary_size": len(VOCABULARY),
        },
        "heads": 1,
        "traffic": "default",
        "traffics": {
            "default": {"head": 0, "temperature": 1.5, "bias": [0.7, 0.0, -0.2, 0.1]}
        },
        "metrics": {},
    }
    assert {key: manifest[key] for key in expected} == expected
    precision = manifest["precisions"].pop("fp32")
    assert manifest["precisions"] == {}
    assert precision.pop("golden_difference") < 1e-5
    assert precision == {
        "file": "model.fp32.pt",
        "runs_on": "torch",
        "tolerance": 0.001,
    }
    assert manifest["source"]["torch_version"] == torch.__version__


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_shipped_trace_gives_the_golden_answers(
    source: Source, tmp_path: Path, layout: str
) -> None:
    out = tmp_path / "package"
    export(source, out, layout)
    manifest, traced = read(out), torch.jit.load(out / "model.fp32.pt")
    encoder, calibration = source.encoder(), manifest["traffics"]["default"]
    assert any(item["truncated_turns"] for item in manifest["golden"]["dialogues"])
    for item in manifest["golden"]["dialogues"]:
        encoding = encoder.encode(item["turns"])
        assert item["token_ids"] == encoding.token_ids
        assert item["segment_ids"] == encoding.segment_ids
        assert item["truncated_turns"] == encoding.truncated_turns
        inputs = make_inputs([encoding], layout, source.checkpoint)
        logits = traced(*inputs)[0].tolist()
        assert logits == pytest.approx(item["logits"], abs=1e-5)
        shifted = [a + b for a, b in zip(logits, calibration["bias"], strict=True)]
        assert LABELS[shifted.index(max(shifted))] == item["labels"]["default"]


def test_the_same_source_gives_the_same_bytes_anywhere(
    source: Source, tmp_path: Path
) -> None:
    first, second = tmp_path / "a", tmp_path / "deeper" / "b"
    export(source, first, "packed")
    export(source, second, "packed")
    for name in ("manifest.json", "model.fp32.pt", "vocab.txt"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    content = (first / "model.fp32.pt").read_bytes()
    assert b"debug_pkl" not in content
    assert b"torch_mangle" not in content
    assert b"emotion_model/mobilebert.py" in content


def test_an_older_package_is_replaced_and_other_folders_are_not(
    source: Source, tmp_path: Path
) -> None:
    out, other = tmp_path / "package", tmp_path / "other"
    export(source, out, "packed")
    (out / "left over").touch()
    export(source, out, "padded")
    assert read(out)["layout"] == "padded"
    assert not (out / "left over").exists()
    other.mkdir()
    (other / "precious").touch()
    with pytest.raises(ModelError, match=r"holds no manifest\.json"):
        export(source, other, "packed")
    assert [path.name for path in other.iterdir()] == ["precious"]


def shifted(module: torch.nn.Module, by: float) -> torch.nn.Module:
    """The module with one label's logits moved."""
    module.get_parameter("classifier.bias")[2] += by
    return module


def test_a_trace_that_answers_otherwise_is_not_shipped(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "package"
    make = trace.make_module

    def make_wrong(*arguments: Any) -> torch.nn.Module:
        return shifted(make(*arguments), 0.002)

    monkeypatch.setattr("emotion_model.package.precisions.make_module", make_wrong)
    with pytest.raises(ModelError, match=r"differs from the reference by 0\.002"):
        export(source, out, "packed")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "name is '', expected a text"),
        ({"model_version": 1}, "model_version is 1, expected a text"),
        ({"labels": ["sad"]}, "labels are .* but config.json says"),
        ({"limits": {"max_turns": 3}}, "limits has .* expected"),
        (
            {"limits": {"max_turns": 9, "max_turn_bytes": 1, "max_tokens": 64}},
            "limits.max_turns is 9, expected 1 to 8",
        ),
        (
            {"limits": {"max_turns": 3, "max_turn_bytes": 1, "max_tokens": 4}},
            "limits.max_tokens is 4, expected 5 to",
        ),
        (
            {"calibration": {"temperature": 0, "bias": [0] * 4}},
            "calibration.temperature is 0, expected a number over 0",
        ),
        (
            {"calibration": {"temperature": 1, "bias": [0] * 3}},
            "calibration.bias is .* expected 4 numbers",
        ),
        ({"golden": {"tolerance": 0.001}}, "golden.dialogues must be a list"),
        (
            {"golden": {"tolerance": 0.001, "dialogues": ["hi"]}},
            r"golden.dialogues\[0\] must be a list of turns",
        ),
        ({"golden": {"tolerance": -1, "dialogues": []}}, "golden.tolerance is -1"),
        (
            {"golden": {"tolerance": 0.001, "dialogues": [["a", ""]]}},
            "the last turn holds no token",
        ),
        ({"metrics": {"f1": "good"}}, "metrics must be numbers"),
        ({"golden": None}, "golden must be a JSON object"),
    ],
)
def test_a_wrong_package_json_is_named(
    source: Source,
    tmp_path: Path,
    changes: dict[str, Any],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, out = source.checkpoint.folder.parent / "source", tmp_path / "package"
    edit_json(folder / "package.json", **changes)
    assert main(["export", "--source", str(folder), "--out", str(out)]) == 2
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(capsys.readouterr().err)
    assert not out.exists()


def test_the_command_line_says_what_it_wrote(
    source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "package"
    assert (
        main(["export", "--source", str(source.checkpoint.folder), "--out", str(out)])
        == 0
    )
    printed = capsys.readouterr().out
    for name in ("model.fp32.pt", "vocab.txt", "manifest.json"):
        digest = hashlib.sha256((out / name).read_bytes()).hexdigest()
        assert f"{out / name}: {(out / name).stat().st_size} bytes, {digest}" in printed


def test_a_layer_norm_ships_only_padded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_checkpoint(tmp_path / "c", normalization_type="layer_norm")
    make_source(folder, tmp_path / "source")
    arguments = f"--source {tmp_path}/source --out {tmp_path}/package".split()
    assert main(["export", *arguments]) == 2
    assert "use the padded layout" in capsys.readouterr().err
    assert main(["export", *arguments, "--layout", "padded"]) == 0
