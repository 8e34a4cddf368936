from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from emotion_model.__main__ import main
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.import_hf import import_module
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from tiny import LABELS, VOCABULARY, edit_json

INPUTS = (
    torch.tensor([2, 4, 5, 3, 2, 9, 3]),
    torch.tensor([0, 0, 0, 0, 0, 1, 1]),
    torch.tensor([0, 4, 7]),
)


def logits_of(folder: Path) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = import_module(folder)(*INPUTS)
    return logits


def to_pickle(folder: Path) -> Path:
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    return folder


def test_both_kinds_of_weights_give_the_same_module(checkpoint: Path) -> None:
    expected = logits_of(checkpoint)
    assert isinstance(import_module(checkpoint), PackedMobileBert)
    assert torch.equal(logits_of(to_pickle(checkpoint)), expected)


def test_half_precision_weights_become_float32(checkpoint: Path) -> None:
    expected = logits_of(checkpoint)
    path = checkpoint / "model.safetensors"
    save_file({k: v.half() for k, v in load_file(path).items()}, path)
    logits = logits_of(checkpoint)
    assert logits.dtype == torch.float32
    torch.testing.assert_close(logits, expected, atol=0.05, rtol=0)
    assert not torch.equal(logits, expected)


class Harmful:
    """Unpickled without care, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_pickle_cannot_run_code(checkpoint: Path, tmp_path: Path) -> None:
    (checkpoint / "model.safetensors").unlink()
    torch.save(
        {"classifier.bias": Harmful(tmp_path / "ran")}, checkpoint / "pytorch_model.bin"
    )
    with pytest.raises(ModelError, match=r"pytorch_model\.bin: cannot be read"):
        Checkpoint.read(checkpoint)
    assert not (tmp_path / "ran").exists()


def drop(folder: Path, *names: str) -> None:
    path = folder / "model.safetensors"
    save_file({k: v for k, v in load_file(path).items() if k not in names}, path)


def change(folder: Path, name: str, value: torch.Tensor) -> None:
    path = folder / "model.safetensors"
    save_file({**load_file(path), name: value}, path)


def shorten_vocabulary(folder: Path) -> None:
    text = "".join(f"{piece}\n" for piece in VOCABULARY[:-1])
    (folder / "vocab.txt").write_text(text)


def shorten_both(folder: Path) -> None:
    shorten_vocabulary(folder)
    edit_json(folder / "config.json", vocab_size=35)


BREAKS: list[tuple[Callable[[Path], object], str]] = [
    (lambda f: (f / "config.json").unlink(), "config.json is missing"),
    (lambda f: (f / "vocab.txt").unlink(), "vocab.txt is missing"),
    (lambda f: (f / "model.safetensors").unlink(), "neither model.safetensors nor"),
    (lambda f: (f / "config.json").write_text("{"), "config.json: not JSON"),
    (lambda f: (f / "config.json").write_text("[]"), "expected a JSON object"),
    (
        lambda f: (f / "model.safetensors").write_bytes(b"no"),
        "safetensors: cannot be read",
    ),
    (lambda f: edit_json(f / "config.json", model_type="bert"), "model_type is 'bert'"),
    (
        lambda f: edit_json(f / "config.json", num_hidden_layers=0),
        "num_hidden_layers is 0, expected a whole number",
    ),
    (
        lambda f: edit_json(f / "config.json", trigram_input="yes"),
        "trigram_input is 'yes', expected true or false",
    ),
    (
        lambda f: edit_json(f / "config.json", hidden_act="mish"),
        "hidden_act is 'mish', expected one of relu",
    ),
    (
        lambda f: edit_json(f / "config.json", num_attention_heads=5),
        "5 attention heads do not divide the width 24",
    ),
    (
        lambda f: edit_json(f / "config.json", key_query_shared_bottleneck=False),
        r"intra_bottleneck_size must equal hidden_size \(48\), got 24",
    ),
    (
        lambda f: edit_json(f / "config.json", id2label={"0": "a", "2": "b"}),
        "id2label must name the ids 0, 1, 2",
    ),
    (
        lambda f: edit_json(f / "config.json", id2label={"0": "a"}),
        r"classifier.weight has shape \(4, 48\), but config.json asks for \(1, 48\)",
    ),
    (shorten_vocabulary, "vocab.txt has 35 lines, but config.json says vocab_size 36"),
    (
        shorten_both,
        r"word_embeddings.weight has shape \(36, 16\)",
    ),
    (
        lambda f: drop(f, "classifier.weight", "classifier.bias"),
        "no classification head: fine-tune it first",
    ),
    (
        lambda f: edit_json(f / "config.json", classifier_activation=True),
        "does config.json say classifier_activation as it was trained",
    ),
    (
        lambda f: edit_json(f / "config.json", num_hidden_layers=4),
        r"layer\.3\..* and 31 more missing",
    ),
    (
        lambda f: change(f, "classifier.bias", torch.full((4,), torch.nan)),
        "classifier.bias holds a value that is not finite",
    ),
    (
        lambda f: change(f, "classifier.bias", torch.zeros(4, dtype=torch.int8)),
        "classifier.bias is torch.int8, expected floating point",
    ),
    (
        lambda f: (f / "tokenizer_config.json").write_text('{"do_lower_case": 1}'),
        "do_lower_case, strip_accents and tokenize_chinese_chars must be",
    ),
]


@pytest.mark.parametrize(("damage", "message"), BREAKS)
def test_a_broken_checkpoint_is_named(
    checkpoint: Path, damage: Callable[[Path], object], message: str
) -> None:
    damage(checkpoint)
    with pytest.raises(ModelError, match=message):
        Checkpoint.read(checkpoint)


def test_tokenizer_switches_are_read(checkpoint: Path) -> None:
    (checkpoint / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    rules = Checkpoint.read(checkpoint).rules
    assert (rules.lowercase, rules.strip_accents, rules.split_cjk) == (
        False,
        False,
        True,
    )


def test_the_command_line_makes_a_package_source(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(checkpoint, "cls.predictions.bias", torch.zeros(3))
    out = tmp_path / "source"
    arguments = f"{to_pickle(checkpoint)} --out {out} --name mine --max-tokens 64"
    assert main(["import", *arguments.split(), "--bias", "1", "0", "0", "-1"]) == 0
    printed = capsys.readouterr().out
    assert "not needed, left out: cls.predictions.bias" in printed
    assert "labels: others, happy, sad, angry" in printed
    source = Source.read(out)
    assert (source.name, source.labels) == ("mine", LABELS)
    assert source.calibration.bias == (1.0, 0.0, 0.0, -1.0)
    assert torch.equal(logits_of(out), logits_of(checkpoint))


def test_the_command_line_leaves_nothing_of_a_source_that_failed(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "source"
    assert main(["import", *f"{checkpoint} --out {out} --name mine".split()]) == 2
    assert "limits.max_tokens is 128, but the model has 64" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []
