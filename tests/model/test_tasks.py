"""One body for several tasks: rows, teachers, students, packages, all tiny."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from made_up import rows as made_up_rows
from made_up import vocabulary
from transformers import BertConfig, BertModel

from emotion_model.errors import ModelError
from emotion_model.reference import reference_logits
from emotion_model.source import Checkpoint, Source
from emotion_model.tasks import collect, combine, learn, package, teach
from emotion_model.tasks.body import Body
from emotion_model.tasks.catalogue import TASKS, grouped, spans, target
from emotion_model.tasks.collection import Collection, read_texts
from emotion_model.tasks.collection import collect as encoded
from emotion_model.tasks.combine import answered_spans, combined
from emotion_model.tasks.counterfactuals import NAMES, PEOPLE, renamed, stated
from emotion_model.tasks.feed import LENGTHS, Feed
from emotion_model.tasks.learn import OFTEN, Plan, learnable
from emotion_model.tasks.rows import Sizes, derived_rows, labelled_rows
from emotion_model.tasks.teach import PASSES, schedule
from emotion_model.text import DialogueEncoder, Limits
from emotion_model.training.machine import Machine
from emotion_model.training.student import Shape, new_student, write_student
from emotion_model.weights import Weights

LABELS = TASKS["everyday"]


def write_rows(path: Path, count: int, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["id\tturn1\tturn2\tturn3\tlabel"]
    lines += ["\t".join(cells) for cells in made_up_rows(count, seed)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`everyday`, and beside it a folder as --data takes it."""
    folder = tmp_path_factory.mktemp("data")
    write_rows(folder / "everyday/train.tsv", 60, 1)
    write_rows(folder / "everyday/held-out.tsv", 40, 2)
    write_rows(folder / "emocontext/train.txt", 60, 3)
    write_rows(folder / "emocontext/dev.txt", 40, 4)
    corpora = folder / "corpora"
    texts = {
        "goemotions/train.tsv": "".join(
            f"i am sad {i}\t{25 if i % 2 else '2,3'}\tx{i}\n" for i in range(5010)
        ),
        "tweeteval/emotion.tsv": "".join(f"{i % 4}\twe won {i}\n" for i in range(820)),
        "tweeteval/irony.tsv": "1\tgreat\n0\tok\n",
        "tweeteval/emoji.tsv": "3\tyes\n4\t \n",
        "emorynlp/utterances.tsv": "1\t1\t1\t1\tMad\tgo away\n"
        "1\t1\t1\t2\tPowerful\tok\n1\t1\t2\t1\tSad\twhy\n4\t1\t1\t1\tJoyful\tyes\n",
        "nus_sms/text.txt": "hello i see\nok\n",
    }
    for name, text in texts.items():
        path = corpora / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new tiny student of the shape that `Body` trains."""
    folder = tmp_path_factory.mktemp("base")
    shape = Shape(
        num_hidden_layers=4,
        hidden_size=64,
        embedding_size=16,
        intra_bottleneck_size=32,
        intermediate_size=32,
        num_feedforward_networks=2,
        max_position_embeddings=128,
    )
    student = new_student(shape, len(vocabulary()), LABELS, seed=0)
    write_student(student, folder, vocabulary())
    return folder


@pytest.fixture(scope="module")
def collection(data: Path) -> Collection:
    rows = labelled_rows(data, data / "everyday")
    sizes = Sizes(
        changed=20,
        shortened=20,
        recombined_everyday=10,
        recombined_emocontext=10,
        inserted=10,
        windows=0,
        renamed=5,
    )
    rows += derived_rows(rows, data, sizes)
    limits = Limits(max_turns=8, max_tokens=80)
    return encoded(rows, DialogueEncoder(vocabulary(), limits))[0]


def test_foreign_labels_say_one_of_four_or_nothing() -> None:
    assert grouped("tweets", ["anger"]).tolist() == [0, 0, 0, 1]  # type: ignore[union-attr]
    assert grouped("comments", ["joy", "fear"]).tolist() == [0.5, 0.5, 0, 0]  # type: ignore[union-attr]
    assert grouped("comments", ["joy", "optimism"]) is None
    assert grouped("scenes", ["Powerful"]) is None
    assert target("irony", ["ironic"]).tolist() == [0, 1]
    assert sum(span.stop - span.start for span in spans().values()) == 69


def test_what_is_held_is_never_learnt(collection: Collection) -> None:
    held = collection.held
    found = {
        name: int((held & collection.of(name)).sum()) for name in collection.sources
    }
    assert {name: count for name, count in found.items() if count} == {
        "comments": 5000,
        "emocontext": 40,
        "everyday": 40,
        "scenes": 1,
        "tweets": 800,
    }
    for rows in (
        learnable(collection, OFTEN, 0),
        schedule(teach.Plan(passes=PASSES), collection, fold=1, seed=0),
    ):
        assert len(rows)
        assert not held[rows].any()
    rows = schedule(teach.Plan(passes=PASSES), collection, fold=1, seed=0)
    assert not (collection.fold[rows] == 1).any()


def test_derived_rows_are_like_an_original_that_is_learnt(
    collection: Collection,
) -> None:
    rows = np.flatnonzero(collection.like >= 0)
    originals = collection.like[rows]
    assert len(rows)
    assert not collection.held[originals].any()
    assert (collection.fold[rows] == collection.fold[originals]).all()
    chosen = collection.of("changed")
    like = collection.like[chosen]
    assert (collection.targets[chosen] == collection.targets[like]).all()


def test_a_share_of_a_source_is_the_same_rows_again() -> None:
    size = 100
    collection = Collection(
        tokens=np.zeros(size, np.uint16),
        offsets=np.arange(size + 1),
        source=np.zeros(size, np.int8),
        sources=["everyday"],
        fold=np.zeros(size, np.int8),
        held=np.zeros(size, np.bool_),
        like=np.full(size, -1, np.int32),
        targets=np.zeros((size, 69), np.float16),
        weights=np.zeros((size, 7), np.float16),
    )
    rows = learnable(collection, {"everyday": 2.5}, 0)
    assert len(rows) == 250
    quarter = learnable(collection, {"everyday": 4.0}, 0, {"everyday": 0.25})
    assert (len(quarter), len(set(quarter.tolist()))) == (100, 25)
    half = learnable(collection, {"everyday": 2.0}, 0, {"everyday": 0.5})
    assert set(quarter.tolist()) < set(half.tolist())


def test_a_batch_reads_as_the_encoder_does(collection: Collection) -> None:
    encoder = DialogueEncoder(vocabulary(), Limits())
    feed = Feed(collection, vocabulary().index("[SEP]"), torch.device("cpu"))
    rows = np.flatnonzero(collection.of("everyday"))[:8]
    batch = feed.batch(rows)
    for place, cells in enumerate(made_up_rows(8, 1)):
        encoding = encoder.encode(cells[1:4])
        length = len(encoding.token_ids)
        assert batch.ids[place, :length].tolist() == encoding.token_ids
        assert batch.segments[place, :length].tolist() == encoding.segment_ids
        assert batch.mask[place].tolist() == [1] * length + [0] * (
            batch.mask.shape[1] - length
        )


def test_batches_of_few_shapes_are_full(collection: Collection) -> None:
    feed = Feed(collection, vocabulary().index("[SEP]"), torch.device("cpu"))
    rows = np.flatnonzero(~collection.held)
    batches = feed.filled(rows, 200, seed=0)
    for _ in range(10):
        length, chosen = next(batches)
        assert length in LENGTHS
        assert len(chosen) == 200 // length
        assert (feed.lengths[chosen] <= length).all()
    with pytest.raises(ModelError, match="fill no batch of 100000 tokens"):
        next(feed.filled(rows[:3], 100_000, seed=0))


def test_the_body_that_is_trained_is_the_reference(
    base: Path, collection: Collection
) -> None:
    checkpoint = Checkpoint.read(base)
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


def test_layers_are_kept_evenly(base: Path) -> None:
    checkpoint = Checkpoint.read(base)
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


def test_names_are_exchanged_and_statements_are_not_the_probes() -> None:
    turns = ("Sarah said so", "sarah did?", "yes, and tom too")
    found = list(renamed([("no name here",), turns], 20, 0))
    assert {index for index, _ in found} == {1}
    for _, (first, second, third) in found:
        name = first.split()[0]
        assert name in NAMES
        assert second.split()[0] == name.lower()
        assert third.endswith(" too")
    statements = [text for (text,) in stated()]
    assert len(statements) == 12 * len(NAMES) + 18 * len(PEOPLE)
    for probe in ("i met {} today", "my teacher is {}", "i am {}", "are you {}"):
        assert not {probe.format(word) for word in (*NAMES, *PEOPLE)} & set(statements)


def test_from_rows_to_a_calibrated_source(
    data: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everyday = ["--everyday", str(data / "everyday")]
    rows = ["--rows", str(tmp_path / "rows.npz")]
    arguments = ["--base", str(base), "--data", str(data), "--out", str(tmp_path)]
    assert collect.main([*everyday, *arguments]) == 0
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
    arguments = ["--encoder", str(encoder), "--vocabulary", str(base / "vocab.txt")]
    arguments += ["--members", members, "--passes", "0.02", "--out", str(answers)]
    assert teach.main([*rows, *arguments]) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert "everyday everyday held" in json.loads(told)

    shares = f"{answers}=everyday:1,emocontext:0.5,comments:1"
    out = ["--out", str(tmp_path / "answers.npy")]
    assert combine.main([*rows, "--answers", shares, *out]) == 0
    soft = np.load(tmp_path / "answers.npy")
    assert soft.shape == (len(collection), answered_spans()["comments"].stop)

    plan = ["--trunk", "3", "--branch", "2", "--branches", "2", "--tokens", "512"]
    arguments = ["--answers", str(tmp_path / "answers.npy"), "--start", str(base)]
    arguments += ["--out", str(tmp_path / "student"), *plan]
    assert learn.main([*rows, *arguments]) == 0
    student = tmp_path / "student/student.safetensors"
    with np.load(tmp_path / "student/held.npz") as held:
        assert held["mean"].shape == (int(collection.held.sum()), 36)

    arguments = ["--student", str(student), "--base", str(base)]
    arguments += ["--traffic", f"everyday={data / 'everyday/held-out.tsv'}"]
    arguments += ["--traffic", f"emocontext={data / 'emocontext/dev.txt'}"]
    assert package.main([*arguments, "--out", str(tmp_path / "source")]) == 0
    source = Source.read(tmp_path / "source", "emocontext")
    assert (source.head, source.labels) == ("emocontext", LABELS)
    assert source.calibration.shares == (0.25,) * 4
    assert source.checkpoint.unused == []


def test_a_student_goes_on_from_another(base: Path) -> None:
    checkpoint = Checkpoint.read(base)
    torch.manual_seed(0)
    first, second = (learn.Student(checkpoint) for _ in range(2))
    tensors: Weights = {k: v + 1 for k, v in first.tensors().items()}
    second.go_on(tensors)
    for name, value in second.tensors().items():
        assert torch.equal(value, tensors[name])


def test_a_loss_that_is_not_finite_ends_the_training(
    base: Path, collection: Collection
) -> None:
    checkpoint = Checkpoint.read(base)
    student = learn.Student(checkpoint)
    feed = Feed(collection, vocabulary().index("[SEP]"), torch.device("cpu"))
    answers = np.full((len(collection), 36), np.nan, np.float16)
    plan = Plan(tokens=256)
    machine = Machine.find(device="cpu", precision="fp32")
    training = learn.Training(student, collection, answers, feed, plan, machine)
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
    assert combine.main([*arguments, "--out", str(tmp_path / "y.npy")]) == 2
    assert message in capsys.readouterr().err
