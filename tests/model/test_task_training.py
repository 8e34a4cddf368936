"""Teachers and students of several tasks, all tiny, up to a calibrated source."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from made_up import vocabulary
from transformers import BertConfig, BertModel

from emotion_model.__main__ import main
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.reference import reference_logits
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.weights import Weights
from emotion_model.data.catalogue import TASKS
from emotion_model.errors import ModelError
from emotion_model.training.machine import Machine
from emotion_model.training.tasks.body import Body
from emotion_model.training.tasks.branches import Training
from emotion_model.training.tasks.collection import Collection, read_texts
from emotion_model.training.tasks.combine import answered_spans, combined
from emotion_model.training.tasks.feed import Feed
from emotion_model.training.tasks.lesson import BranchPlan
from emotion_model.training.tasks.student import Student

LABELS = TASKS["everyday"]


def test_the_body_that_is_trained_is_the_reference(
    task_base: Path, collection: Collection
) -> None:
    checkpoint = Checkpoint.read(task_base)
    body = Body(checkpoint.weights, checkpoint.settings)
    feed = Feed(collection, vocabulary().index("[SEP]"), torch.device("cpu"))
    batch = feed.batch(np.array([0, 5, 130]))
    with torch.no_grad():
        first = body(batch)[:, 0]
    classifier = [checkpoint.weights[f"classifier.{p}"] for p in ("weight", "bias")]
    for row in range(3):
        length = int(batch.mask[row].sum())
        expected = reference_logits(
            checkpoint.weights,
            checkpoint.settings,
            batch.ids[row, :length].tolist(),
            batch.segments[row, :length].tolist(),
        )
        logits = torch.nn.functional.linear(first[row], *classifier)
        torch.testing.assert_close(logits, expected, rtol=0, atol=1e-5)


def test_layers_are_kept_evenly(task_base: Path) -> None:
    checkpoint = Checkpoint.read(task_base)
    body = Body(checkpoint.weights, checkpoint.settings, 2)
    kept = body.weights()
    assert body.settings.num_hidden_layers == 2
    name = "mobilebert.encoder.layer.{}.attention.self.query.weight"
    for new, old in ((0, 0), (1, 2)):
        assert torch.equal(kept[name.format(new)], checkpoint.weights[name.format(old)])
    assert name.format(2) not in kept


def write_answers(folder: Path, collection: Collection, seed: int, fold: int) -> None:
    folder.mkdir(exist_ok=True)
    answers = np.zeros((len(collection), 36), np.float16)
    answers[:, 1] = 1 + fold
    np.save(folder / f"answers-{seed}-{fold}.npy", answers)


def test_labelled_rows_are_answered_out_of_fold(
    collection: Collection, tmp_path: Path
) -> None:
    for fold in range(5):
        write_answers(tmp_path, collection, 0, fold)
    found = combined(collection, tmp_path)[:, :4]
    gap = found[:, 1] - found[:, 0]
    labelled = (collection.weights > 0).any(axis=1) & ~collection.held
    own = labelled & (collection.like < 0) & ~collection.of("stated")
    assert gap[own] == pytest.approx(1 + collection.fold[own], abs=1e-3)
    assert gap[collection.held] == pytest.approx(3, abs=1e-3)
    copies = collection.like >= 0
    assert gap[copies] == pytest.approx(gap[collection.like[copies]])


def test_a_fold_without_a_member_is_refused(
    collection: Collection, tmp_path: Path
) -> None:
    write_answers(tmp_path, collection, 0, 1)
    with pytest.raises(ModelError, match="some folds have no member"):
        combined(collection, tmp_path)
    with pytest.raises(ModelError, match="holds no answers"):
        combined(collection, tmp_path / "nowhere")


def test_from_rows_to_a_calibrated_source(
    task_data: Path, task_base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everyday = ["--everyday", str(task_data / "everyday")]
    rows = ["--rows", str(tmp_path / "rows.npz")]
    arguments = ["--base", str(task_base), "--data", str(task_data)]
    arguments += ["--out", str(tmp_path)]
    assert main(["tasks", "collect", *everyday, *arguments]) == 0
    collection = Collection.read(tmp_path / "rows.npz")
    assert len(read_texts(tmp_path / "texts.jsonl")) == len(collection)

    encoder = tmp_path / "encoder"
    config = BertConfig(
        vocab_size=len(vocabulary()),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(encoder)
    text = "".join(f"{piece}\n" for piece in vocabulary())
    (encoder / "vocab.txt").write_text(text, encoding="utf-8")
    members = ",".join(f"0:{fold}" for fold in range(5))
    answers = tmp_path / "encoder-answers"
    arguments = ["--encoder", str(encoder)]
    arguments += ["--vocabulary", str(task_base / "vocab.txt")]
    arguments += ["--members", members, "--passes", "0.02", "--out", str(answers)]
    assert main(["tasks", "teach", *rows, *arguments]) == 0
    printed = capsys.readouterr().out.splitlines()[-1]
    assert "everyday everyday held" in json.loads(printed)

    shares = f"{answers}=everyday:1,emocontext:0.5,comments:1"
    out = ["--out", str(tmp_path / "answers.npy")]
    assert main(["tasks", "combine", *rows, "--answers", shares, *out]) == 0
    soft = np.load(tmp_path / "answers.npy")
    assert soft.shape == (len(collection), answered_spans()["comments"].stop)

    plan = ["--trunk", "3", "--branch", "2", "--branches", "2", "--tokens", "512"]
    arguments = ["--answers", str(tmp_path / "answers.npy"), "--start", str(task_base)]
    arguments += ["--out", str(tmp_path / "student"), *plan]
    assert main(["tasks", "learn", *rows, *arguments]) == 0
    student = tmp_path / "student/student.safetensors"
    with np.load(tmp_path / "student/held.npz") as held:
        assert held["mean"].shape == (int(collection.held.sum()), 36)

    arguments = ["--student", str(student), "--base", str(task_base)]
    arguments += ["--traffic", f"everyday={task_data / 'everyday/held-out.tsv'}"]
    arguments += ["--traffic", f"emocontext={task_data / 'emocontext/dev.txt'}"]
    assert (
        main(["tasks", "package", *arguments, "--out", str(tmp_path / "source")]) == 0
    )
    source = Source.read(tmp_path / "source", "emocontext")
    assert (source.head, source.labels) == ("emocontext", LABELS)
    assert source.calibration.shares == (0.25,) * 4
    assert source.checkpoint.unused == []


def test_a_student_goes_on_from_another(task_base: Path) -> None:
    checkpoint = Checkpoint.read(task_base)
    torch.manual_seed(0)
    first, second = (Student(checkpoint) for _ in range(2))
    tensors: Weights = {k: v + 1 for k, v in first.tensors().items()}
    second.go_on(tensors)
    for name, value in second.tensors().items():
        assert torch.equal(value, tensors[name])


def test_a_loss_that_is_not_finite_ends_the_training(
    task_base: Path, collection: Collection
) -> None:
    checkpoint = Checkpoint.read(task_base)
    student = Student(checkpoint)
    feed = Feed(collection, vocabulary().index("[SEP]"), torch.device("cpu"))
    answers = np.full((len(collection), 36), np.nan, np.float16)
    plan = BranchPlan(tokens=256)
    machine = Machine.find(device="cpu", precision="fp32")
    training = Training(student, collection, answers, feed, plan, machine)
    with pytest.raises(ModelError, match="the loss is no longer finite"):
        training.run(2, 0, falls=True)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("x=everyday", "expected TASK:SHARE by commas"),
        ("x=tweets:1", "task is 'tweets', expected one of everyday, emocontext"),
    ],
)
def test_wrong_shares_are_named(
    collection: Collection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    answers: str,
    message: str,
) -> None:
    collection.write(tmp_path / "rows.npz")
    for fold in range(5):
        write_answers(tmp_path / "x", collection, 0, fold)
    asked = str(tmp_path / answers)
    arguments = ["--rows", str(tmp_path / "rows.npz"), "--answers", asked]
    assert main(["tasks", "combine", *arguments, "--out", str(tmp_path / "y.npy")]) == 2
    assert message in capsys.readouterr().err
