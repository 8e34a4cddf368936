from collections.abc import Sequence

import numpy as np
import pytest

from emotion_model.checkpoint.source import Source
from servers.conftest import ROOT
from servers.model import calibrated
from servers.text import BatchEncoder

SOURCE = ROOT / "model" / "default"
LONG = "this goes on and on " * 30


@pytest.mark.parametrize(
    "dialogues",
    [
        [["hi", "hello", "you said [SEP] Café"], ["fine"], ["a", "b"]],
        [[LONG, LONG, "short"], ["x", "y", LONG], [LONG, "y", LONG]],
    ],
)
def test_batches_are_encoded_as_the_reference_does(
    dialogues: Sequence[Sequence[str]],
) -> None:
    reference = Source.read(SOURCE).encoder()
    wanted = [reference.encode(each) for each in dialogues]
    found = BatchEncoder.of_source(SOURCE).rows(dialogues)
    assert found == [(each.token_ids, each.segment_ids) for each in wanted]


def test_probabilities_are_calibrated() -> None:
    found = calibrated(np.array([[0.0, 2.0], [1.0, 1.0]], np.float32), 2.0, [2.0, 0.0])
    assert found.tolist()[0] == [0.5, 0.5]
    assert found.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
