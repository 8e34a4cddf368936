"""What each precision costs is measured as it should be."""

import json
from pathlib import Path

import pytest

from emotion_model.__main__ import main
from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import read_dialogues
from emotion_model.evaluation.compare_precisions import Cost, compare, misses
from emotion_model.evaluation.evaluate import evaluate_source
from emotion_model.package.export import export
from emotion_model.package.reader import Package
from tiny import LABELS, OPERATORS_SHAPE, edit_json, make_source, write_checkpoint

TURNS = ["i am so happy", "sad ? angry .", "you !", "abba pebbles", "help"]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    shape = OPERATORS_SHAPE | {"num_hidden_layers": 1}
    checkpoint = write_checkpoint(tmp_path / "checkpoint", **shape)
    return make_source(checkpoint, tmp_path / "source")


@pytest.fixture
def package(source: Source, operators: Path, tmp_path: Path) -> Path:
    export(source, tmp_path / "package", "packed", operators)
    return tmp_path / "package"


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    """Fifty dialogues; the labels are arbitrary."""
    lines = [
        "\t".join(
            [str(i), TURNS[i % 5], "you " * (i % 4), TURNS[i // 5 % 5], LABELS[i % 4]]
        )
        for i in range(50)
    ]
    path = tmp_path / "dev.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_fp32_is_the_source_and_the_others_are_near(
    source: Source, package: Path, dialogues: Path
) -> None:
    read = read_dialogues(dialogues)
    costs = compare(Package.read(package), read)
    assert list(costs) == ["fp32", "bf16", "int8"]
    calibrated, _ = evaluate_source(source, read)
    assert costs["fp32"] == Cost(
        micro_f1=calibrated.micro_f1(),
        agreement=1.0,
        largest_logit=0.0,
        mean_logit=0.0,
        largest_probability=0.0,
        mean_probability=0.0,
    )
    for name, limit in (("bf16", 0.02), ("int8", 0.1)):
        cost = costs[name]
        assert 0 < cost.mean_logit < cost.largest_logit < limit
        assert 0 < cost.mean_probability < cost.largest_probability < limit
    assert costs["bf16"].mean_logit < costs["int8"].mean_logit


def test_another_model_in_a_file_is_seen(
    package: Path, dialogues: Path, operators: Path, tmp_path: Path
) -> None:
    shape = OPERATORS_SHAPE | {"num_hidden_layers": 1}
    other = make_source(write_checkpoint(tmp_path / "c", 1, **shape), tmp_path / "s")
    export(other, tmp_path / "other", "packed", operators)
    (tmp_path / "other" / "model.int8.pt").replace(package / "model.int8.pt")
    costs = compare(Package.read(package), read_dialogues(dialogues))
    assert costs["int8"].agreement < 0.9
    assert misses(costs) == ["int8"]


def cost(micro_f1: float, agreement: float) -> Cost:
    return Cost(
        micro_f1=micro_f1,
        agreement=agreement,
        largest_logit=0.1,
        mean_logit=0.1,
        largest_probability=0.1,
        mean_probability=0.1,
    )


@pytest.mark.parametrize(
    ("micro_f1", "agreement", "missed"),
    [
        (0.75, 1.0, []),
        (0.7471, 0.995, []),
        (0.7529, 0.995, []),
        (0.7469, 1.0, ["int8"]),
        (0.7531, 1.0, ["int8"]),
        (0.75, 0.9949, ["int8"]),
    ],
)
def test_a_target_is_a_target(
    micro_f1: float, agreement: float, missed: list[str]
) -> None:
    costs = {"fp32": cost(0.75, 1.0), "int8": cost(micro_f1, agreement)}
    assert misses(costs) == missed


def test_the_command_prints_a_row_for_each_precision(
    package: Path,
    dialogues: Path,
    operators: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = [str(dialogues), "--package", str(package), "--operators"]
    assert main(["compare-precisions", *arguments, str(operators)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "50 dialogues, micro-F1 with the package's calibration"
    assert [line.split()[0] for line in lines[3:]] == ["fp32", "bf16", "int8"]
    assert lines[3].split()[2:] == ["100.00%", "0.00000", "0.00000"] + ["0.000000"] * 2


def test_what_cannot_be_measured_is_named(
    package: Path, dialogues: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(dialogues), "--package", str(package)]
    (package / "model.bf16.pt").write_bytes(b"not TorchScript")
    assert main(["compare-precisions", *arguments]) == 2
    assert "model.bf16.pt: cannot be loaded: " in capsys.readouterr().err
    edit_json(package / "manifest.json", layout="padded")
    assert main(["compare-precisions", *arguments]) == 2
    assert "has no fp32 in the packed layout" in capsys.readouterr().err
    edit_json(package / "manifest.json", tokenizer=None)
    document = json.loads((package / "manifest.json").read_text("utf-8"))
    document["layout"] = "packed"
    (package / "manifest.json").write_text(json.dumps(document))
    assert main(["compare-precisions", *arguments]) == 2
    assert "manifest.json: cannot be read: 'tokenizer'" in capsys.readouterr().err
