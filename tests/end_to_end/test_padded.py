"""A stock transformers model, served padded, answers as transformers does."""

import random
from pathlib import Path

import pytest
import torch

import tiny
from emotion_model.checkpoint.source import Source
from emotion_model.package.export import export
from end_to_end.wire import Connection, Turns, messages, probabilities
from support.server import serving

CLOSE = 1e-5
SEED = 4
# The stock default, which the packed layout cannot carry, and its own.
NORMS = ["layer_norm", "no_norm"]


def stock_probabilities(source: Source, norm: str, turns: Turns) -> list[float]:
    """What transformers says of one dialogue, alone and without padding."""
    encoding = source.encoder().encode(list(turns))
    model = tiny.make_stock(SEED, normalization_type=norm)
    with torch.inference_mode():
        logits = model(
            input_ids=torch.tensor([encoding.token_ids]),
            token_type_ids=torch.tensor([encoding.segment_ids]),
        ).logits
    answer: list[float] = source.calibration.probabilities(logits)[0].tolist()
    return answer


@pytest.mark.parametrize("norm", NORMS)
def test_a_padded_package_answers_as_transformers(
    server_binary: Path, tmp_path: Path, norm: str
) -> None:
    checkpoint = tiny.write_checkpoint(
        tmp_path / "checkpoint", SEED, normalization_type=norm
    )
    source = tiny.make_source(checkpoint, tmp_path / "source")
    export(source, tmp_path / "package", "padded")
    dice = random.Random(SEED)
    words = [piece for piece in tiny.VOCABULARY[4:] if not piece.startswith("##")]
    dialogues: list[Turns] = [
        [" ".join(dice.choices(words, k=dice.randint(1, 25))) for _ in range(turns)]
        for turns in (1, 2, 3) * 12
    ]
    expected = [stock_probabilities(source, norm, turns) for turns in dialogues]
    with (
        serving(server_binary, tmp_path / "package") as server,
        Connection(server.address) as connection,
    ):
        info = connection.stub.GetModelInfo(messages.GetModelInfoRequest(), timeout=60)
        assert info.layout == "padded"
        together = connection.classify_batch(dialogues, timings=True)
        assert {result.status.code for result in together} == {0}
        for turns, result, wanted in zip(dialogues, together, expected, strict=True):
            alone = probabilities(connection.classify(turns))
            assert alone == pytest.approx(wanted, abs=CLOSE)
            batched = probabilities(result.classification)
            assert batched == pytest.approx(wanted, abs=CLOSE)
    # The dialogues differ, so that equal answers could not hide a fault.
    assert max(abs(a - b) for a, b in zip(*expected[:2], strict=True)) > 0.01
