"""The server's operators answer as the plain model does, within their rounding."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import processor
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.reference import reference_logits
from emotion_model.checkpoint.text import Encoding
from emotion_model.errors import ModelError
from emotion_model.package.operators import (
    PRECISIONS,
    OperatorMobileBert,
    load_operators,
    tensors_of,
    unfit,
)
from emotion_model.package.trace import pack, save, trace
from emotion_model.package.verify import random_batch
from tiny import OPERATORS_SHAPE, VOCABULARY, write_checkpoint

# How far answers may be from the reference, as a share of how far they are from
# each other (see error). A fault in a kernel brings about 1.
LIMITS = {"fp32": 1e-5, "bf16": 0.06, "int8": 0.3}
ALL_KERNELS = [
    (precision, kernels)
    for precision in PRECISIONS
    for kernels in processor.kernels(precision)
]
Inputs = tuple[Tensor, Tensor, Tensor]


@pytest.fixture(scope="module", params=[False, True], ids=["bare", "pooler"])
def tiny(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    operators: Path,
) -> Checkpoint:
    """A tiny model of sizes that the operators take."""
    return Checkpoint.read(
        write_checkpoint(
            tmp_path_factory.mktemp("tiny"),
            **OPERATORS_SHAPE,
            classifier_activation=request.param,
        )
    )


@pytest.fixture(scope="module")
def plain(tiny: Checkpoint) -> PackedMobileBert:
    return PackedMobileBert(tiny.weights, tiny.settings)


def some_batch(dialogues: int = 30) -> list[Encoding]:
    """Dialogues of 1 to 64 tokens, drawn anew the same."""
    generator = torch.Generator().manual_seed(4)
    batch: list[Encoding] = []
    while len(batch) < dialogues:
        batch += random_batch(generator, len(VOCABULARY), max_tokens=64)
    return batch[:dialogues]


def run(module: Any, batch: list[Encoding]) -> Tensor:
    with torch.inference_mode():
        logits: Tensor = module(*pack(batch))
    return logits


def error(got: Tensor, expected: Tensor) -> float:
    """Root mean square of the difference over that of the spread among dialogues."""
    spread = expected - expected.mean(dim=0)
    return float(((got - expected).square().mean() / spread.square().mean()).sqrt())


def reload(module: OperatorMobileBert, path: Path) -> torch.jit.ScriptModule:
    """Traces, saves and loads a module, as a package carries it."""
    save(trace(module, pack(some_batch(2))), path)
    loaded: torch.jit.ScriptModule = torch.jit.load(path)
    return loaded


@pytest.mark.parametrize(("precision", "kernels"), ALL_KERNELS)
def test_the_operators_answer_as_the_reference_does(
    tiny: Checkpoint, plain: PackedMobileBert, precision: str, kernels: str
) -> None:
    module = OperatorMobileBert(plain, precision, kernels)
    assert module.model.kernels() == kernels
    assert module.model.precision() == precision
    batch = some_batch()
    expected = [
        reference_logits(tiny.weights, tiny.settings, e.token_ids, e.segment_ids)
        for e in batch
    ]
    found = error(run(module, batch), torch.stack(expected))
    assert found <= LIMITS[precision]
    # Rounding is there: the precision is not only a name.
    assert precision == "fp32" or found > LIMITS["fp32"]


@pytest.mark.parametrize(("precision", "kernels"), ALL_KERNELS)
def test_a_dialogue_has_the_same_bits_alone_and_in_a_batch(
    plain: PackedMobileBert, precision: str, kernels: str
) -> None:
    module = OperatorMobileBert(plain, precision, kernels)
    batch = some_batch()
    alone = torch.cat([run(module, [encoding]) for encoding in batch])
    assert torch.equal(alone, run(module, batch))
    assert torch.equal(alone.flip(0), run(module, batch[::-1]))


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_file_answers_with_the_bits_of_the_module(
    plain: PackedMobileBert, precision: str, tmp_path: Path
) -> None:
    module = OperatorMobileBert(plain, precision)
    loaded = reload(module, tmp_path / "model.pt")
    assert torch.equal(run(loaded, some_batch()), run(module, some_batch()))


def test_the_fastest_kernels_are_taken_if_none_are_named(
    plain: PackedMobileBert,
) -> None:
    for precision in PRECISIONS:
        model = OperatorMobileBert(plain, precision).model
        assert model.kernels() == processor.kernels(precision)[0]


def test_a_model_from_a_file_cannot_be_saved_again(
    plain: PackedMobileBert, tmp_path: Path
) -> None:
    loaded = reload(OperatorMobileBert(plain, "int8"), tmp_path / "model.pt")
    with pytest.raises(RuntimeError, match="read from a file cannot be saved"):
        loaded.save(tmp_path / "again.pt")


def test_fewer_bits_make_smaller_files(plain: PackedMobileBert, tmp_path: Path) -> None:
    sizes = []
    for precision in PRECISIONS:
        path = tmp_path / precision
        reload(OperatorMobileBert(plain, precision), path)
        sizes.append(path.stat().st_size)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2] < 0.5 * sizes[0]


def test_weights_are_rounded_as_the_package_says(plain: PackedMobileBert) -> None:
    name = "layers.1.down.0"
    exact = tensors_of(plain, "fp32")[f"{name}.weight"]
    rounded = tensors_of(plain, "int8")
    weight, scale = rounded[f"{name}.weight"], rounded[f"{name}.scale"]
    assert weight.dtype is torch.int8
    assert weight.abs().amax(dim=1).tolist() == [127] * len(scale)
    steps = (weight * scale[:, None] - exact).abs() / scale[:, None]
    assert 0.49 < steps.max() <= 0.5001
    assert tensors_of(plain, "bf16")[f"{name}.weight"].dtype is torch.bfloat16
    for precision in PRECISIONS:
        assert tensors_of(plain, precision)["classifier.weight"].dtype is torch.float32


GOOD: Inputs = pack([Encoding([2, 5, 6, 3], [0, 0, 0, 0], []), Encoding([4], [1], [])])


def changed(place: int, index: int, value: int) -> Inputs:
    """The good inputs with one number changed."""
    inputs = [tensor.clone() for tensor in GOOD]
    inputs[place][index] = value
    return inputs[0], inputs[1], inputs[2]


BAD: list[tuple[Inputs, str]] = [
    (changed(0, 1, len(VOCABULARY)), f"token_ids holds {len(VOCABULARY)}; expected 0"),
    (changed(0, 4, -1), f"token_ids holds -1; expected 0 to {len(VOCABULARY) - 1}"),
    (changed(1, 0, 2), "segment_ids holds 2; expected 0 to 1"),
    (changed(2, 1, 5), "dialogue 1 has 0 tokens; expected 1 to 64"),
    (changed(2, 1, 9), "dialogue 0 has 9 tokens|dialogue 1 has -4 tokens"),
    (changed(2, 0, 1), "offsets must go from 0 to the number of tokens"),
    (changed(2, 2, 6), "offsets must go from 0 to the number of tokens"),
    ((GOOD[0], GOOD[1][:-1], GOOD[2]), "offsets must go from 0"),
    ((GOOD[0].int(), GOOD[1], GOOD[2]), "token_ids must be a contiguous list of int64"),
    (
        pack([Encoding([1] * 65, [0] * 65, [])]),
        "dialogue 0 has 65 tokens; expected 1 to 64",
    ),
]


@pytest.mark.parametrize(("inputs", "message"), BAD)
def test_inputs_out_of_range_are_refused(
    plain: PackedMobileBert, inputs: Inputs, message: str
) -> None:
    module = OperatorMobileBert(plain, "int8")
    with (
        torch.inference_mode(),
        pytest.raises((IndexError, RuntimeError), match=message),
    ):
        module(*inputs)
    assert run(module, some_batch()).isfinite().all()


def test_what_there_is_not_is_refused(plain: PackedMobileBert) -> None:
    make = torch.classes.emotion.MobileBert
    tensors = tensors_of(plain, "fp32")
    with pytest.raises(RuntimeError, match="is 'fp16'; expected 'fp32', 'bf16' or"):
        make("fp16", tensors, "")
    with pytest.raises(RuntimeError, match="there are no kernels 'mmx' of this"):
        make("fp32", tensors, "mmx")
    with pytest.raises(RuntimeError, match=r"no tensor 'layers\.2\.mix\.bias'"):
        make("fp32", without(tensors, "layers.2.mix.bias"), "")
    wide = tensors | {"layers.0.mix.bias": torch.zeros(3)}
    with pytest.raises(RuntimeError, match=r"layers\.0\.mix\.bias has 3 numbers; exp"):
        make("fp32", wide, "")


def without(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key: value for key, value in tensors.items() if key != name}


def test_a_library_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.so"
    with pytest.raises(ModelError, match=re.escape(str(path))):
        load_operators(path)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("hidden_act", "gelu", "hidden_act is 'gelu'; the operators need 'relu'"),
        ("trigram_input", False, "trigram_input is False; the operators need True"),
        ("num_attention_heads", 4, "head_size is 16; the operators need 32"),
        ("hidden_size", 96, "hidden_size is 96; the operators need a multiple of 64"),
        ("embedding_size", 32, "embedding_size is 32; the .* a multiple of 64"),
        ("intermediate_size", 100, "intermediate_size is 100; .* a multiple of 64"),
    ],
)
def test_an_unfit_model_is_refused_with_the_reason(
    tiny: Checkpoint, field: str, value: object, reason: str
) -> None:
    assert unfit(tiny.settings) is None
    changes: dict[str, Any] = {field: value}
    said = unfit(replace(tiny.settings, **changes))
    assert said is not None
    assert re.fullmatch(reason, said)


def test_every_shape_agrees(tmp_path: Path, operators: Path) -> None:
    shapes = product((1, 2), (1, 4), (64, 192))
    for index, (layers, networks, hidden) in enumerate(shapes):
        folder = write_checkpoint(
            tmp_path / str(index),
            **OPERATORS_SHAPE
            | {
                "hidden_size": hidden,
                "num_hidden_layers": layers,
                "num_feedforward_networks": networks,
            },
        )
        read = Checkpoint.read(folder)
        plain = PackedMobileBert(read.weights, read.settings)
        expected = run(plain, some_batch())
        for precision in PRECISIONS:
            got = run(OperatorMobileBert(plain, precision), some_batch())
            assert error(got, expected) <= LIMITS[precision]
