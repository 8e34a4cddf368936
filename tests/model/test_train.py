import json
from pathlib import Path

import numpy as np
import pytest
import torch
from made_up import LABELS, vocabulary, write
from transformers import BertConfig, BertModel

from emotion_model.__main__ import main
from emotion_model.checkpoint.source import Source
from emotion_model.evaluation.soft_labels import SoftLabels
from emotion_model.training.machine import Machine
from emotion_model.training.students.pool import Pool
from emotion_model.training.students.student import Shape, new_student, write_student

RECIPES = Path(__file__).resolve().parents[2] / "model" / "recipes"
SHAPE = Shape(
    num_hidden_layers=2,
    hidden_size=64,
    embedding_size=32,
    intra_bottleneck_size=32,
    intermediate_size=64,
    num_feedforward_networks=2,
    max_position_embeddings=64,
)
SMALL = [f"shape.{key}={getattr(SHAPE, key)}" for key in SHAPE.__dataclass_fields__]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data, a base whose vocabulary spells them, and a tiny pretrained encoder."""
    folder = tmp_path_factory.mktemp("work")
    write(folder / "train.tsv", 240, 0)
    write(folder / "dev.tsv", 80, 1)
    pieces = "".join(f"{piece}\n" for piece in vocabulary())
    for name in ("base", "encoder"):
        (folder / name).mkdir()
        (folder / name / "vocab.txt").write_text(pieces, encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary()),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "encoder")
    return folder


def train(work: Path, recipe: str, out: str, *changes: str, extra: str = "") -> int:
    arguments = [
        str(RECIPES / f"{recipe}.toml"),
        f"--train={work / 'train.tsv'}",
        f"--dev={work / 'dev.tsv'}",
        f"--labels={','.join(LABELS)}",
        "--neutral=others",
        f"--out={work / out}",
        f"--base={work / 'base'}",
        "--precision=fp32",
        *extra.split(),
    ]
    for change in changes:
        arguments += ["--set", change]
    return main(["train", *arguments])


def test_teachers_of_every_kind_teach_a_student(work: Path) -> None:
    assert train(work, "ngrams", "ngrams", "least=1") == 0
    assert train(work, "lexical", "lexical", "topics=4", "first_topics=2") == 0
    tuning = ["plan.epochs=12", "plan.learning_rate=2e-3", "head_factor=1.0"]
    encoder = f"pretrained={work / 'encoder'}"
    assert train(work, "teacher", "teacher", encoder, *tuning) == 0
    tuning = ["plan.epochs=6", "plan.learning_rate=5e-3"]
    assert train(work, "recurrent", "recurrent", *tuning) == 0
    for kind in ("ngrams", "lexical", "teacher", "recurrent"):
        soft_labels = SoftLabels.read(work / kind / "soft_labels.safetensors")
        right = soft_labels.dev.argmax(1) == np.arange(80) % len(LABELS)
        assert right.mean() > 0.9
    pool = [
        f'teachers=["{work / "teacher"}", "{work / "recurrent"}"]',
        'cheap=["ngrams"]',
        "max_tokens=64",
    ]
    assert (
        train(work, "pool", "pool", *pool, "changed=40", "recombined=40", "sample=200")
        == 0
    )
    made = Pool.read(work / "pool")
    assert len(made) == 280
    assert made.hidden.shape == (made.offsets[-1], 32)
    learning = ["max_tokens=64", "plan.epochs=10", "plan.learning_rate=2e-3"]
    changes = [f"pool={work / 'pool'}", *SMALL, *learning]
    assert train(work, "pool-student", "student", *changes) == 0
    report = json.loads((work / "student" / "report.json").read_text())
    assert report["micro_f1"] > 0.9
    source = Source.read(work / "student" / "source")
    assert source.labels == LABELS
    manifest = json.loads((work / "student" / "package" / "manifest.json").read_text())
    assert manifest["labels"] == list(LABELS)
    assert manifest["layout"] == "packed"
    own = SoftLabels.read(work / "student" / "soft_labels.safetensors")
    assert np.isnan(own.train).all()
    assert (own.dev.argmax(1) == np.arange(80) % len(LABELS)).mean() > 0.9
    again = work / "student" / "source"
    folders = f'students=["{again}", "{again}"]'
    assert train(work, "average", "average", folders) == 0
    mean = SoftLabels.read(work / "average" / "soft_labels.safetensors")
    np.testing.assert_allclose(mean.dev, own.dev, rtol=0, atol=0.05)
    assert (work / "average" / "package" / "manifest.json").is_file()


def test_a_pool_is_learnt_by_origin_and_never_with_a_fold_held_out(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = f"pretrained={work / 'encoder'}"
    assert train(work, "teacher", "origin-teacher", encoder, "plan.epochs=1") == 0
    teachers = f'teachers=["{work / "origin-teacher"}"]'
    asked = [teachers, "cheap=[]", "changed=7", "recombined=5", "sample=20"]
    assert train(work, "pool", "origin-pool", *asked, "hidden=false") == 0
    made = Pool.read(work / "origin-pool")
    assert made.rows_from(["changed"]) == list(range(20, 27))
    assert made.rows_from(["train", "recombined"]) == [*range(20), *range(27, 32)]
    # What is changed keeps its original's answers; what is recombined has no label.
    originals = {bytes(answers) for answers in made.soft[:20]}
    assert {bytes(answers) for answers in made.soft[20:27]} <= originals
    assert (made.hard[:27] >= 0).all() and (made.hard[27:] == -1).all()
    changes = [f"pool={work / 'origin-pool'}", "hidden=0.0", *SMALL]
    start = new_student(SHAPE, 5, LABELS, seed=0)
    (work / "few").mkdir()
    write_student(start, work / "few", vocabulary()[:5])
    for change, complaint in (
        (f"start={work / 'few'}", "origin-pool: is of another vocabulary"),
        ("fold=0", "fold is 0, expected -1"),
        ('origins=["windows"]', "no dialogue from windows"),
        ('origins=["web"]', "origin is 'web', expected one of train"),
    ):
        capsys.readouterr()
        assert train(work, "pool-student", "refused", *changes, change) == 2
        assert complaint in capsys.readouterr().err


def test_an_ensemble_is_scored_from_its_soft_labels(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(work, "ngrams", "ngrams2", "least=1") == 0
    recipe = work / "ensemble.toml"
    folder = work / "ngrams2"
    recipe.write_text(f'kind = "ensemble"\nteachers = [["{folder}"], ["{folder}"]]\n')
    capsys.readouterr()
    data = [f"--train={work / 'train.tsv'}", f"--dev={work / 'dev.tsv'}"]
    labels = [f"--labels={','.join(LABELS)}", "--neutral=others"]
    assert main(["train", str(recipe), *data, *labels, f"--out={work / 'e'}"]) == 0
    printed = capsys.readouterr().out
    assert "| always others | | 0.0000 |" in printed
    assert "| together |  | 1.0000 |" in printed
    other = [f"--train={work / 'dev.tsv'}", f"--dev={work / 'dev.tsv'}"]
    assert main(["train", str(recipe), *other, *labels, f"--out={work / 'e'}"]) == 2
    assert "other dialogues" in capsys.readouterr().err


def test_anyones_data_teaches_a_checkpoint_new_labels(
    work: Path, tmp_path: Path
) -> None:
    start = tmp_path / "start"
    start.mkdir()
    model = new_student(SHAPE, len(vocabulary()), LABELS, seed=0)
    write_student(model, start, vocabulary())
    lines = (work / "train.tsv").read_text().splitlines()
    mine = [
        "\t".join([cells[0], *cells[2:4], "bad" if cells[4] != "happy" else "good"])
        for cells in (line.split("\t") for line in lines)
    ]
    (tmp_path / "mine.tsv").write_text("\n".join(mine[:200]) + "\n")
    (tmp_path / "mine-dev.tsv").write_text("\n".join(mine[200:]) + "\n")
    arguments = [
        f"--train={tmp_path / 'mine.tsv'}",
        f"--dev={tmp_path / 'mine-dev.tsv'}",
        "--labels=good,bad",
        f"--out={tmp_path / 'out'}",
        "--name=mine",
        "--precision=fp32",
    ]
    for change in (
        f"start={start}",
        "max_turns=2",
        "max_tokens=64",
        "plan.epochs=8",
        "plan.learning_rate=2e-3",
        "perturbed=0.0",
    ):
        arguments += ["--set", change]
    assert main(["train", *arguments]) == 0
    source = Source.read(tmp_path / "out" / "source")
    assert source.labels == ("good", "bad")
    assert source.limits.max_turns == 2
    assert source.name == "mine"
    encoder = source.encoder()
    for text, label in (("i love it", 0), ("shut up", 1)):
        logits = source.logits(encoder.encode(["hello", text]))
        probabilities = source.calibration.probabilities(logits)
        assert int(probabilities.argmax()) == label


def test_a_training_that_was_cut_off_ends_as_if_it_had_not_been(work: Path) -> None:
    learning = ["max_tokens=64", "plan.learning_rate=1e-3", "fold=0", "plan.epochs=2"]
    whole = [*SMALL, *learning, "plan.checkpoint_minutes=0"]
    assert train(work, "fresh", "whole", *whole) == 0

    class CutError(Exception):
        pass

    steps = 0

    def cut(self: Machine) -> float:
        nonlocal steps
        steps += 1
        if steps == 5:
            raise CutError
        return 0.0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "wait_while_paused", cut)
        with pytest.raises(CutError):
            train(work, "fresh", "cut", *whole)
    assert train(work, "fresh", "cut", *whole) == 0
    weights = [
        Source.read(work / name / "source").checkpoint.weights
        for name in ("whole", "cut")
    ]
    for name, value in weights[0].items():
        torch.testing.assert_close(weights[1][name], value, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("plan.epochs=-1", "epochs is -1"),
        ("plan.speed=1", "speed is not known"),
        ("fold=7", "fold is 7, expected -1 to 4"),
        ('start="nowhere"', "nowhere: is not a folder"),
        ("max_tokens", "expected KEY=VALUE"),
        ("max_tokens=true", "max_tokens is True, expected int"),
        ('kind="magic"', "kind is 'magic', expected one of student"),
    ],
)
def test_a_wrong_recipe_is_refused_by_name(
    work: Path, capsys: pytest.CaptureFixture[str], change: str, fault: str
) -> None:
    assert train(work, "fresh", "wrong", *SMALL, "max_tokens=64", change) == 2
    assert fault in capsys.readouterr().err


def test_a_dialogue_of_too_many_turns_is_named_by_its_id(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "long.tsv").write_text("7\ta\tb\tc\td\tothers\n8\te\tsad\n")
    extra = f"--train={tmp_path / 'long.tsv'}"
    assert train(work, "fresh", "long", *SMALL, "max_tokens=64", extra=extra) == 2
    assert "dialogue '7' has 4 turns, but max_turns is 3" in capsys.readouterr().err


def test_broken_rows_end_the_command_with_their_lines(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.tsv").write_text("0\thi\tgood\n1\thi\n2\thi\tother\n")
    path, out = tmp_path / "mine.tsv", tmp_path / "out"
    assert main(["train", f"--train={path}", "--labels=good,bad", f"--out={out}"]) == 2
    printed = capsys.readouterr().err
    assert f"{path}:2: 2 columns" in printed
    assert f"{path}:3: label is 'other', expected one of good, bad" in printed
