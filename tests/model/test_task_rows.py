"""What one body learns from: rows, batches, what is held out."""

import numpy as np
import pytest
import torch
from made_up import rows as made_up_rows
from made_up import vocabulary

from emotion_model.checkpoint.text import DialogueEncoder, Limits
from emotion_model.data.catalogue import TASKS, grouped, spans, target
from emotion_model.errors import ModelError
from emotion_model.training.tasks import teach
from emotion_model.training.tasks.collection import Collection
from emotion_model.training.tasks.counterfactuals import NAMES, PEOPLE, renamed, stated
from emotion_model.training.tasks.feed import LENGTHS, Feed
from emotion_model.training.tasks.lesson import OFTEN, learnable
from emotion_model.training.tasks.teach import PASSES, schedule

LABELS = TASKS["everyday"]


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
        schedule(teach.MemberPlan(passes=PASSES), collection, fold=1, seed=0),
    ):
        assert len(rows)
        assert not held[rows].any()
    rows = schedule(teach.MemberPlan(passes=PASSES), collection, fold=1, seed=0)
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
