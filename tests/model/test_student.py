import json
from pathlib import Path
from typing import Any

import pytest
import torch
from made_up import LABELS, vocabulary

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.reference import reference_logits
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import DialogueEncoder, Encoding, Limits
from emotion_model.errors import ModelError
from emotion_model.training.batches import Batch, collate
from emotion_model.training.students.depth import grow, keep_layers
from emotion_model.training.students.distil import distance
from emotion_model.training.students.student import (
    Shape,
    Student,
    mean_student,
    new_student,
    set_word_vectors,
    start_student,
    write_student,
)

SHAPE = Shape(
    num_hidden_layers=4,
    hidden_size=64,
    embedding_size=32,
    intra_bottleneck_size=32,
    intermediate_size=48,
    num_feedforward_networks=2,
    max_position_embeddings=64,
)


@pytest.fixture
def model() -> Any:
    return new_student(SHAPE, len(vocabulary()), LABELS, seed=0).eval()


def batch() -> Batch:
    encoder = DialogueEncoder(vocabulary(), Limits(max_tokens=64))
    return collate(
        [
            encoder.encode(["hello", "yes", "i am so happy !"]),
            encoder.encode(["no"]),
        ]
    )


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        answers: torch.Tensor = Student(model.eval())(batch())[0]
    return answers


def test_a_new_student_tells_inputs_apart_in_its_last_layer(model: Any) -> None:
    ids = torch.randint(4, len(vocabulary()), (64, 12))
    ones = torch.ones_like(ids)
    with torch.inference_mode():
        _, hidden = Student(model)(Batch(ids, ones, torch.zeros_like(ids)))
    varying = float(hidden[:, 0].var(dim=0).mean())
    assert varying / float(hidden[:, 0].square().mean()) > 0.3
    assert 0.3 < float(hidden.std()) < 10


def test_a_student_written_and_read_answers_the_same(
    model: Any, tmp_path: Path
) -> None:
    write_student(model, tmp_path, vocabulary())
    again = start_student(tmp_path, LABELS, seed=1)
    torch.testing.assert_close(logits(again), logits(model), rtol=0, atol=0.02)
    checkpoint = Checkpoint.read(tmp_path)
    encoding: Encoding = DialogueEncoder(vocabulary(), Limits(max_tokens=64)).encode(
        ["hello", "yes", "i am so happy !"]
    )
    plain = reference_logits(
        checkpoint.weights,
        checkpoint.settings,
        encoding.token_ids,
        encoding.segment_ids,
    )
    torch.testing.assert_close(logits(again)[0], plain, rtol=0, atol=1e-4)


def test_other_labels_get_a_new_classifier_on_the_same_body(
    model: Any, tmp_path: Path
) -> None:
    write_student(model, tmp_path, vocabulary())
    again = start_student(tmp_path, ("yes", "no"), seed=0)
    assert again.classifier.weight.shape == (2, 64)
    assert again.config.id2label == {0: "yes", 1: "no"}
    ours = model.mobilebert.embeddings.word_embeddings.weight
    theirs = again.mobilebert.embeddings.word_embeddings.weight
    torch.testing.assert_close(theirs, ours, rtol=0, atol=0.005)


def test_growing_changes_no_answer(model: Any) -> None:
    before = logits(model)
    grow(model, 10)
    assert len(model.mobilebert.encoder.layer) == 10
    assert model.config.num_hidden_layers == 10
    torch.testing.assert_close(logits(model), before, rtol=0, atol=1e-5)


def test_kept_layers_stay_as_they_are(model: Any) -> None:
    wanted = model.mobilebert.encoder.layer[3]
    keep_layers(model, (0, 3))
    assert model.mobilebert.encoder.layer[1] is wanted
    assert logits(model).shape == (2, 4)


@pytest.mark.parametrize("kept", [(), (1, 1), (2, 1), (0, 4), (-1, 2)])
def test_layers_that_are_not_there_are_refused(
    model: Any, kept: tuple[int, ...]
) -> None:
    with pytest.raises(ModelError, match="from 0 to 3"):
        keep_layers(model, kept)


def test_word_vectors_keep_the_strongest_directions(model: Any) -> None:
    torch.manual_seed(0)
    strong = torch.randn(len(vocabulary()), 32) @ torch.randn(32, 100)
    noise = 0.01 * torch.randn(len(vocabulary()), 100)
    assert set_word_vectors(model, strong + noise) > 0.99
    table = model.mobilebert.embeddings.word_embeddings.weight.detach()
    assert float(table[1:].std()) == pytest.approx(1, abs=0.05)
    assert float(table[0].abs().max()) == 0


def test_the_distance_to_ones_own_answers_is_zero() -> None:
    own = torch.tensor([[1.0, 2.0, 3.0]])
    assert float(distance(own, own + 5, 2.0)) == pytest.approx(0, abs=1e-6)
    assert float(distance(own, -own, 2.0)) > 1


def source(model: Any, folder: Path, **changes: Any) -> Source:
    """A package source of a model."""
    folder.mkdir()
    write_student(model, folder, vocabulary())
    document = {
        "name": "made-up",
        "model_version": "1",
        "labels": list(LABELS),
        "limits": {"max_turns": 3, "max_turn_bytes": 4096, "max_tokens": 64},
        "calibration": {"temperature": 1.0, "bias": [0.0] * len(LABELS)},
        "metrics": {},
        "golden": {"tolerance": 0.001, "dialogues": [["hello"]]},
    } | changes
    (folder / "package.json").write_text(json.dumps(document), encoding="utf-8")
    return Source.read(folder)


def test_the_mean_of_students_has_the_mean_of_their_weights(tmp_path: Path) -> None:
    models = [
        new_student(SHAPE, len(vocabulary()), LABELS, seed=seed) for seed in range(3)
    ]
    sources = [source(each, tmp_path / str(at)) for at, each in enumerate(models)]
    mean = mean_student(sources, LABELS).state_dict()
    for name, value in mean.items():
        if value.is_floating_point():
            wanted = sum(each.state_dict()[name] for each in models) / 3
            torch.testing.assert_close(value, wanted, rtol=0, atol=0.003)


def test_students_of_other_kinds_have_no_mean(model: Any, tmp_path: Path) -> None:
    first = source(model, tmp_path / "first")
    longer = {"limits": {"max_turns": 2, "max_turn_bytes": 4096, "max_tokens": 64}}
    other = source(model, tmp_path / "other", **longer)
    with pytest.raises(ModelError, match="other: has another limits"):
        mean_student([first, other], LABELS)
    grow(model, 6)
    deeper = source(model, tmp_path / "deeper")
    with pytest.raises(ModelError, match="deeper: has another settings"):
        mean_student([first, deeper], LABELS)
    with pytest.raises(ModelError, match="none is named"):
        mean_student([], LABELS)
