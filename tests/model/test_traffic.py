"""A source that is calibrated for several kinds of traffic, with a head for one."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.predictor import Predictor
from emotion_model.package.export import export
from emotion_model.package.reader import Package
from emotion_model.package.trace import make_module, stock_model
from emotion_model.package.verify import largest_differences
from tiny import LABELS, OPERATORS_SHAPE, edit_json, make_source, write_checkpoint

TURNS = ["i am so happy", "you", "sad !"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source with a head "mail" and calibrations for "default", "mail", "post"."""
    checkpoint = write_checkpoint(tmp_path / "c", 3, **OPERATORS_SHAPE)
    source = make_source(checkpoint, tmp_path / "source").checkpoint.folder
    weights = load_file(source / "model.safetensors")
    generator = torch.Generator().manual_seed(5)
    for part, like in (("weight", (4, 128)), ("bias", (4,))):
        weights[f"heads.mail.{part}"] = 0.1 * torch.randn(like, generator=generator)
    save_file(weights, source / "model.safetensors", {"format": "pt"})
    mail = {"temperature": 2.0, "bias": [0, 0, 0, 1], "head": "mail"}
    post = {"temperature": 1.0, "bias": [0, 0, 9, 0], "shares": [1, 1, 6, 2]}
    edit_json(source / "package.json", traffics={"mail": mail, "post": post})
    return source


def test_each_traffic_has_its_head_and_its_calibration(folder: Path) -> None:
    sources = {name: Source.read(folder, name) for name in ("default", "mail", "post")}
    assert Source.read(folder).traffic == "default"
    assert [source.head for source in sources.values()] == [None, "mail", None]
    assert sources["post"].calibration.shares == (1, 1, 6, 2)
    encoding = sources["mail"].encoder().encode(TURNS)
    logits = sources["mail"].logits(encoding)
    assert logits.shape == (8,)
    for name, source in sources.items():
        calibration = source.calibration
        own = logits[4:] if name == "mail" else logits[:4]
        bias = torch.tensor(calibration.bias)
        expected = torch.softmax((own + bias).double() / calibration.temperature, 0)
        torch.testing.assert_close(calibration.probabilities(logits), expected)


def test_the_stock_model_with_a_head_answers_as_that_head(folder: Path) -> None:
    source = Source.read(folder, "mail")
    encoding = source.encoder().encode(TURNS)
    with torch.inference_mode():
        answer = stock_model(source.checkpoint, source.head)(
            input_ids=torch.tensor([encoding.token_ids]),
            token_type_ids=torch.tensor([encoding.segment_ids]),
        ).logits[0]
    own = source.calibration.own(source.logits(encoding))
    torch.testing.assert_close(answer, own, rtol=0, atol=1e-5)


def test_every_way_to_run_it_gives_the_logits_of_all_heads(
    folder: Path, operators: Path
) -> None:
    worst = largest_differences(Checkpoint.read(folder), 3, 0, operators)
    assert max(worst["eager"], worst["traced"]) < 1e-5
    assert worst["fp32"] < 1e-4


def test_a_predictor_answers_by_the_head_of_its_traffic(folder: Path) -> None:
    for traffic in ("default", "mail"):
        source = Source.read(folder, traffic)
        predictor = Predictor(source)
        logits = predictor.logits([TURNS])
        assert logits.shape == (1, len(LABELS))
        expected = source.calibration.probabilities(
            source.logits(source.encoder().encode(TURNS))
        )
        assert predictor([TURNS])[0] == pytest.approx(expected.tolist(), abs=1e-5)
        again = calibrate.apply(logits, predictor.calibration)
        assert again[0] == pytest.approx(expected.tolist(), abs=1e-5)


def test_a_package_brings_all_of_them(folder: Path, tmp_path: Path) -> None:
    manifest = export(Source.read(folder), tmp_path / "package", "packed")
    assert (manifest["heads"], manifest["traffic"]) == (2, "default")
    assert manifest["traffics"]["mail"] == {
        "head": 1,
        "temperature": 2.0,
        "bias": [0, 0, 0, 1],
    }
    assert manifest["traffics"]["post"]["shares"] == [1, 1, 6, 2]
    for item in manifest["golden"]["dialogues"]:
        assert len(item["logits"]) == 8
        assert set(item["labels"]) == {"default", "mail", "post"}
        assert item["labels"]["post"] == "sad"
    for name in ("default", "mail", "post"):
        calibration = Package.read(tmp_path / "package", name).calibration
        source = Source.read(folder, name).calibration
        assert (calibration.head, calibration.bias) == (source.head, source.bias)
    with pytest.raises(ModelError, match="traffic is 'x', expected one of default,"):
        Package.read(tmp_path / "package", "x")


def test_the_padded_layout_has_no_place_for_a_head(folder: Path) -> None:
    with pytest.raises(ModelError, match="no place for the head 'mail'"):
        make_module(Checkpoint.read(folder), "padded")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"traffic": ""}, "traffic is '', expected a text"),
        ({"traffic": "mail"}, "traffics holds 'mail', whose calibration"),
        ({"traffics": []}, "traffics must be a JSON object"),
        (
            {"traffics": {"mail": {"temperature": 0, "bias": [0] * 4}}},
            "traffics.mail.temperature is 0, expected a number over 0",
        ),
        (
            {"traffics": {"a": {"temperature": 1, "bias": [0] * 4, "head": "no"}}},
            "traffics.a.head is 'no', expected one of mail",
        ),
        (
            {"traffics": {"a": {"temperature": 1, "bias": [0] * 4, "shares": [1]}}},
            r"traffics.a.shares is \[1\], expected 4 numbers",
        ),
    ],
)
def test_a_wrong_field_is_named(
    folder: Path, changes: dict[str, object], message: str
) -> None:
    edit_json(folder / "package.json", **changes)
    with pytest.raises(ModelError, match=message):
        Source.read(folder)


def test_a_traffic_that_is_not_there_is_named_with_those_that_are(folder: Path) -> None:
    with pytest.raises(ModelError, match="traffic is 'x', expected one of default, "):
        Source.read(folder, "x")


def test_a_head_of_another_shape_is_refused(folder: Path) -> None:
    path = folder / "model.safetensors"
    weights = load_file(path) | {"heads.mail.weight": torch.zeros(3, 128)}
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(ModelError, match=r"heads.mail.weight has shape \(3, 128\)"):
        Source.read(folder)
    del weights["heads.mail.weight"]
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(ModelError, match=r"heads.mail.weight has shape None"):
        Source.read(folder)
    assert json.loads((folder / "package.json").read_text())["labels"] == list(LABELS)
