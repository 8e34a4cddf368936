"""The embedded default, as it lies in the repository."""

from pathlib import Path

import pytest
import torch

from emotion_model.checkpoint.source import Source
from emotion_model.package.operators import PRECISIONS
from emotion_model.package.verify import LIMITS, largest_differences


@pytest.fixture(scope="module")
def source(default_source: Path) -> Source:
    return Source.read(default_source)


def predict(source: Source, *turns: str) -> tuple[str, torch.Tensor]:
    logits = source.logits(source.encoder().encode(turns))
    chances = source.calibration.probabilities(logits)
    return source.labels[int(chances.argmax())], logits


@pytest.mark.parametrize(
    ("turns", "label", "logits"),
    [
        (
            ("Hello", "Hi, how are you?", "I've never had such a bad day in my life"),
            "sad",
            [-0.592, -1.631, 2.7421, -0.9558],
        ),
        (
            ("I won the match", "Congratulations!", "yes!! so happy 😂😂"),
            "happy",
            [-0.9772, 4.1848, -1.3734, -1.2685],
        ),
        (
            ("Where are you", "I am at home", "you never listen to me, I hate you 😡"),
            "angry",
            [-0.1318, -1.1888, -1.1953, 3.1524],
        ),
        (
            ("What time is it", "it is 5 pm", "ok thanks"),
            "others",
            [3.1866, -1.3057, -1.9232, -2.1802],
        ),
    ],
)
def test_it_answers_as_when_it_was_trained(
    source: Source, turns: tuple[str, ...], label: str, logits: list[float]
) -> None:
    answered, got = predict(source, *turns)
    assert answered == label
    assert got[:4].tolist() == pytest.approx(logits, abs=0.0002)


def test_it_is_the_model_that_the_card_describes(source: Source) -> None:
    settings = source.checkpoint.settings
    assert settings.num_hidden_layers == 24
    assert settings.normalization_type == "no_norm"
    assert sum(t.numel() for t in source.checkpoint.weights.values()) == 24_037_256
    assert source.checkpoint.unused == []


def test_every_way_to_run_it_answers_as_stock_does(
    source: Source, operators: Path
) -> None:
    worst = largest_differences(source.checkpoint, 2, seed=0, operators=operators)
    assert list(worst) == ["eager", "traced", *PRECISIONS]
    for name, difference in worst.items():
        assert 0 < difference <= LIMITS[name], name
