import re
from pathlib import Path
from typing import Any

import pytest
import torch

from emotion_model.__main__ import main
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.reference import reference_logits
from emotion_model.errors import ModelError
from emotion_model.package.trace import make_module, pack, pad, stock_model, trace
from emotion_model.package.verify import largest_differences, random_batch
from tiny import edit_json, make_stock, write_checkpoint

LIMIT = 1e-5
SHAPES: dict[str, dict[str, Any]] = {
    "as the default": {},
    "with a pooler": {"classifier_activation": True},
    "without trigrams": {"trigram_input": False},
    "without a transformation": {"trigram_input": False, "embedding_size": 48},
    "own query and key": {
        "key_query_shared_bottleneck": False,
        "intra_bottleneck_size": 48,
    },
    "attention from the bottleneck": {"use_bottleneck_attention": True},
    "attention and no shared key": {
        "use_bottleneck_attention": True,
        "key_query_shared_bottleneck": False,
    },
    "no bottleneck": {"use_bottleneck": False},
    "one layer": {"num_hidden_layers": 1},
    "one head": {"num_attention_heads": 1},
    "one feed-forward network": {"num_feedforward_networks": 1},
    "gelu": {"hidden_act": "gelu"},
    "seven labels": {"id2label": {index: f"l{index}" for index in range(7)}},
    "one label": {"id2label": {0: "only"}},
}


@pytest.mark.parametrize("name", SHAPES)
def test_packed_answers_as_stock_does(name: str, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "checkpoint", **SHAPES[name])
    checkpoint = Checkpoint.read(folder)
    worst = largest_differences(checkpoint, batches=5, seed=1)
    assert list(worst) == ["eager", "traced"]
    assert all(0 <= difference <= LIMIT for difference in worst.values())


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("normalization", ["no_norm", "layer_norm"])
def test_the_reference_answers_as_stock_does(
    name: str, normalization: str, tmp_path: Path
) -> None:
    changes = {**SHAPES[name], "normalization_type": normalization}
    folder = write_checkpoint(tmp_path / "checkpoint", **changes)
    checkpoint = Checkpoint.read(folder)
    stock = make_stock(**changes)
    generator = torch.Generator().manual_seed(2)
    for encoding in random_batch(generator, len(checkpoint.vocabulary), max_tokens=30):
        ids, segments, _ = pack([encoding])
        with torch.inference_mode():
            expected = stock(input_ids=ids[None], token_type_ids=segments[None]).logits
        logits = reference_logits(
            checkpoint.weights,
            checkpoint.settings,
            encoding.token_ids,
            encoding.segment_ids,
        )
        torch.testing.assert_close(logits, expected[0], atol=LIMIT, rtol=0)


def test_a_trace_of_one_dialogue_holds_for_many(checkpoint: Path) -> None:
    read = Checkpoint.read(checkpoint)
    module = PackedMobileBert(read.weights, read.settings)
    generator = torch.Generator().manual_seed(3)
    one = random_batch(generator, 20, max_dialogues=1, max_tokens=5)
    traced = trace(module, pack(one))
    many = [random_batch(generator, 20, max_tokens=60)[0] for _ in range(40)]
    with torch.inference_mode():
        together = traced(*pack(many))
        alone = torch.cat([traced(*pack([encoding])) for encoding in many])
    assert together.dtype == torch.float32
    assert together.shape == (40, 4)
    torch.testing.assert_close(together, alone, atol=LIMIT, rtol=0)


def test_padding_does_not_change_a_padded_answer(checkpoint: Path) -> None:
    read = Checkpoint.read(checkpoint)
    # Without this the test could not fail: the stock table has zeros there.
    table = read.weights["mobilebert.embeddings.word_embeddings.weight"]
    table[0] = 1.0
    traced_from = random_batch(torch.Generator().manual_seed(4), 20, max_tokens=9)
    traced = trace(make_module(read, "padded"), pad(traced_from, 0))
    generator = torch.Generator().manual_seed(5)
    batch = [random_batch(generator, 20, max_tokens=60)[0] for _ in range(12)]
    for encoding in batch:
        encoding.token_ids[:] = [token or 1 for token in encoding.token_ids]
    with torch.inference_mode():
        padded = traced(*pad(batch, 0))
        stock = stock_model(read)
        for row, encoding in zip(padded, batch, strict=True):
            ids, mask, types = pad([encoding], 0)
            alone = stock(input_ids=ids, attention_mask=mask, token_type_ids=types)
            torch.testing.assert_close(row, alone.logits[0], atol=LIMIT, rtol=0)


def test_a_layer_norm_cannot_be_packed(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "c", normalization_type="layer_norm")
    read = Checkpoint.read(folder)
    with pytest.raises(ModelError, match="'layer_norm': the packed layout needs"):
        PackedMobileBert(read.weights, read.settings)


def test_verify_prints_the_difference_and_compares_it_with_its_limit(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--source", str(checkpoint), "--batches", "1"]
    assert main(["verify", *arguments]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"eager +[\d.]+e-\d\d, limit 1e-05\n  traced +\d", printed)
    assert main(["verify", *arguments, "--limit", "0"]) == 1
    assert main(["verify", *arguments, "--operators", "nowhere.so"]) == 2
    assert "head_size is 6; the operators need 32" in capsys.readouterr().err
    edit_json(checkpoint / "config.json", normalization_type="no_such")
    assert main(["verify", *arguments]) == 2
    assert "normalization_type is 'no_such'" in capsys.readouterr().err
