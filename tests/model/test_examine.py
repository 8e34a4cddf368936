import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from made_up import LABELS, vocabulary, write

from emotion_model.__main__ import main
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.import_hf import import_source
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Limits
from emotion_model.data.dialogues import Dialogue
from emotion_model.evaluation.ground_truth import Floats, GroundTruth
from emotion_model.evaluation.plots import reliability_plot, risk_plot
from emotion_model.evaluation.probes import probe
from emotion_model.evaluation.slices import Predictions, reliability, risk, slices
from emotion_model.package.int8 import int8_linears, rounded
from emotion_model.training.students.student import Shape, new_student, write_student

SHAPE = Shape(
    num_hidden_layers=1,
    hidden_size=32,
    embedding_size=16,
    intra_bottleneck_size=16,
    intermediate_size=16,
    max_position_embeddings=64,
)


def predictions(sure: list[float], right: list[bool]) -> Predictions:
    """Predictions of two labels, each so sure, right or wrong; label 0 is true."""
    lines = [
        [p, 1 - p] if good else [1 - p, p] for p, good in zip(sure, right, strict=True)
    ]
    dialogues = [Dialogue(str(n), ("a " * n, "b"), "x") for n in range(len(sure))]
    truth = GroundTruth(
        labels=np.zeros(len(sure), np.int64), weights=np.ones(len(sure)), neutral=-1
    )
    return Predictions(dialogues, np.array(lines), truth)


def test_reliability_tells_how_often_the_sure_are_right() -> None:
    rows = reliability(predictions([0.95, 0.95, 0.95, 0.6], [True, True, False, True]))
    assert rows == [
        {"sure": 0.6, "right": 1.0, "dialogues": 1},
        {"sure": 0.95, "right": 0.6667, "dialogues": 3},
    ]


def test_risk_rises_as_the_unsure_are_answered() -> None:
    rows = risk(predictions([0.9, 0.8, 0.7, 0.6], [True, True, False, False]), points=4)
    assert [row["coverage"] for row in rows] == [0.25, 0.5, 0.75, 1.0]
    assert [row["risk"] for row in rows] == [0.0, 0.0, 0.3333, 0.5]


def test_slices_are_by_length_and_by_what_was_seen() -> None:
    found = predictions([0.9] * 12, [True] * 11 + [False])
    rows = slices(found, [Dialogue("9", ("A  a ", "B"), "x")])
    assert rows["up to 8 words"] == {"dialogues": 8, "micro_f1": 1.0, "accuracy": 1.0}
    assert rows["9 to 16 words"]["accuracy"] == 0.75
    assert rows["in the training data"]["dialogues"] == 1
    assert rows["last turn in the training data"]["dialogues"] == 12
    assert "with emoji" not in rows


@pytest.mark.parametrize("plot", [reliability_plot, risk_plot])
def test_a_picture_is_an_svg_inside_its_frame(plot: object) -> None:
    found = predictions([0.95, 0.9, 0.8, 0.55], [True, True, False, True])
    picture = (
        reliability_plot(reliability(found))
        if plot is reliability_plot
        else risk_plot(risk(found))
    )
    root = ElementTree.fromstring(picture)
    places = [
        float(element.get(key, "0"))
        for element in root.iter()
        for key in ("x", "y", "cx", "cy")
    ]
    moved = re.compile(r"(?:[ML]|translate\()([\d.-]+) ([\d.-]+)")
    places += [float(each) for pair in moved.findall(picture) for each in pair]
    assert min(places) >= 0 and max(places) <= 320


def test_reliability_is_shown_beside_a_diagonal_by_the_size_of_marks() -> None:
    rows = [
        {"sure": 0.5, "right": 0.25, "dialogues": 4},
        {"sure": 0.75, "right": 0.75, "dialogues": 16},
    ]
    picture = reliability_plot(rows)
    diagonal = re.search(r'd="M(\S+) (\S+)L(\S+) ([\d.]+)"', picture)
    assert diagonal is not None
    left, bottom, right, top = (float(each) for each in diagonal.groups())
    assert right - left == pytest.approx(bottom - top, abs=0.2)
    marks = [
        [float(each) for each in found]
        for found in re.findall(r"translate\((\S+) (\S+)\) scale\((\S+)\)", picture)
    ]
    width = right - left
    places = [((x - left) / width, (bottom - y) / width) for x, y, _ in marks]
    assert places == [
        pytest.approx((row["sure"], row["right"]), abs=0.001) for row in rows
    ]
    assert [scale for *_, scale in marks] == [1.5, 2.5]


def test_risk_is_a_line_from_zero() -> None:
    picture = risk_plot([{"coverage": c, "risk": c / 10} for c in (0.5, 1.0)])
    line = re.search(r'd="M(\S+) (\S+)L(\S+) ([\d.]+)" fill="none"', picture)
    frame = re.search(r'd="M(\S+) (\S+)V(\S+)H(\S+)" fill="none"', picture)
    assert line is not None and frame is not None
    middle, half, end, full = (float(each) for each in line.groups())
    left, _, bottom, _ = (float(each) for each in frame.groups())
    assert end - left == pytest.approx(2 * (middle - left), abs=0.2)
    assert bottom - full == pytest.approx(2 * (bottom - half), abs=0.2)


def test_probes_see_a_model_that_minds_names() -> None:
    def minds(dialogues: Sequence[Sequence[str]]) -> Floats:
        named = np.array(["jamal" in turns[-1] for turns in dialogues])
        return np.stack([np.where(named, 0.2, 0.9), np.where(named, 0.8, 0.1)], axis=1)

    found = {finding.name: finding for finding in probe(minds)}
    assert found["names: Black American, men"].changed == 0.25
    assert found["names: Black American, men"].shift == pytest.approx(0.175)
    assert found["names: English, men"].changed == 0
    assert found["dialect"].shift == 0


def test_int8_rounds_linears_and_nothing_else() -> None:
    torch.manual_seed(0)
    linear, inputs = torch.nn.Linear(64, 8), torch.randn(5, 64)
    exact = linear(inputs)
    with torch.inference_mode(), int8_linears():
        rough = linear(inputs)
        assert torch.equal(inputs + 1.23456, inputs.clone() + 1.23456)
    gap = float((rough - exact).detach().abs().max())
    assert 0 < gap < 0.05
    assert torch.equal(linear(inputs), exact)
    row = rounded(torch.tensor([0.0, 1.0, -127.0, 63.4]))
    assert row.tolist() == [0.0, 1.0, -127.0, 63.0]


def test_a_source_is_examined_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    model = new_student(SHAPE, len(vocabulary()), LABELS, seed=0)
    write_student(model, folder, vocabulary())
    limits = Limits(max_tokens=64)
    import_source(
        Checkpoint.read(folder),
        tmp_path / "source",
        name="tiny",
        model_version="1",
        limits=limits,
    )
    arguments = [
        str(write(tmp_path / "dev.tsv", 24, 1)),
        f"--source={tmp_path / 'source'}",
        f"--train={write(tmp_path / 'train.tsv', 48, 0)}",
        f"--out={tmp_path / 'report'}",
    ]
    assert main(["examine", *arguments, "--neutral=others"]) == 0
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report["dialogues"] == 24
    assert set(report["changed"]) > {"unchanged", "typos", "last_only"}
    assert {row["name"] for row in report["probes"]} > {"profanity", "dialect"}
    assert 0.8 <= report["int8"]["same_label"] <= 1
    assert sum(row["dialogues"] for row in report["reliability"]) == 24
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {"report.json", "report.md", "reliability.svg", "risk.svg"}
    capsys.readouterr()
    data, source = arguments[0], arguments[1]
    fitted = [data, source, f"--out={tmp_path / 'fitted'}"]
    assert main(["recalibrate", *fitted, "--shares=1,1,1,x"]) == 2
    assert "expected numbers by commas" in capsys.readouterr().err
    assert main(["recalibrate", *fitted, "--shares=1,1,1"]) == 2
    assert "expected 4 numbers" in capsys.readouterr().err
    assert main(["recalibrate", *fitted, "--neutral=others", "--shares=17,1,1,1"]) == 0
    old, new = (Source.read(tmp_path / name) for name in ("source", "fitted"))
    assert new.calibration.bias[0] > max(new.calibration.bias[1:])
    assert new.calibration.shares == (0.85, 0.05, 0.05, 0.05)
    assert new.traffics == {"mine": new.calibration, "default": old.calibration}
    for name, tensor in old.checkpoint.weights.items():
        assert torch.equal(new.checkpoint.weights[name], tensor)
    capsys.readouterr()
    assert main(["examine", *arguments, "--neutral=calm"]) == 2
    assert "neutral is 'calm', expected one of others" in capsys.readouterr().err
