from pathlib import Path

import numpy as np
import pytest
import torch
from made_up import LABELS, rows, vocabulary
from torch import nn
from transformers import BertConfig, BertModel

from emotion_model.checkpoint.text import DialogueEncoder, Limits
from emotion_model.data.emoji import name_words
from emotion_model.errors import ModelError
from emotion_model.training.batches import collate
from emotion_model.training.teachers.comments import CommentModel, read_comments
from emotion_model.training.teachers.lexical import LexicalRecipe, LexicalTeacher
from emotion_model.training.teachers.ngrams import (
    NgramRecipe,
    NgramTeacher,
    normalise,
    tokens,
)
from emotion_model.training.teachers.pretrained import PretrainedTeacher
from emotion_model.training.teachers.recurrent import RecurrentTeacher, spell

ENCODER = DialogueEncoder(vocabulary(), Limits(max_tokens=64))
SHORT, LONG = ["no"], ["hello", "i see", "tell me more please"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny encoder that knows all pieces but the last two."""
    known = vocabulary()[:-2]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(known),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(tmp_path)
    text = "".join(f"{piece}\n" for piece in known)
    (tmp_path / "vocab.txt").write_text(text, encoding="utf-8")
    return tmp_path


def assert_padding_does_not_matter(model: nn.Module) -> None:
    model.eval()
    encodings = [ENCODER.encode(turns) for turns in (SHORT, LONG)]
    with torch.inference_mode():
        together, hidden = model(collate(encodings))
        alone, _ = model(collate(encodings[:1]))
    torch.testing.assert_close(together[0], alone[0], rtol=0, atol=1e-5)
    assert hidden.shape[:2] == (2, len(encodings[1].token_ids))
    assert float((together[0] - together[1]).abs().max()) > 1e-3


def test_padding_changes_no_answer_of_a_recurrent_teacher() -> None:
    torch.manual_seed(0)
    model = RecurrentTeacher(vocabulary(), 4, dropout=0.1)
    assert_padding_does_not_matter(model)
    assert model.width == 320


def test_padding_changes_no_answer_of_a_pretrained_teacher(folder: Path) -> None:
    torch.manual_seed(0)
    model = PretrainedTeacher(folder, vocabulary(), 4, dropout=0.1)
    assert_padding_does_not_matter(model)


def test_pieces_that_the_encoder_lacks_get_vectors_of_their_own(folder: Path) -> None:
    model = PretrainedTeacher(folder, vocabulary(), 4, dropout=0.0)
    ids = model.table.tolist()
    assert len(set(ids)) == len(vocabulary())
    # One row for [MASK], which the tokenizer adds.
    assert max(ids) < len(model.body.get_input_embeddings().weight)
    assert ids[:4] == [0, 1, 2, 3]


def test_a_teacher_reads_another_vocabulary_as_it_read_its_own(folder: Path) -> None:
    model = PretrainedTeacher(folder, vocabulary(), 4, dropout=0.0).eval()
    asked = ["hello", "yes", "i am so happy"]
    encoding = ENCODER.encode(asked)
    with torch.inference_mode():
        before, _ = model(collate([encoding]))
    other = [*vocabulary()[:4], "🫠", *reversed(vocabulary()[4:])]
    model.read_as(other)
    assert len(set(model.table.tolist())) == len(other)
    encoder = DialogueEncoder(other, Limits(max_tokens=64))
    with torch.inference_mode():
        after, _ = model(collate([encoder.encode(asked)]))
        unheard, _ = model(collate([encoder.encode(["🫠"])]))
    torch.testing.assert_close(after, before, rtol=0, atol=1e-6)
    assert bool(torch.isfinite(unheard).all())


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no encoder"):
        PretrainedTeacher(tmp_path, vocabulary(), 4, dropout=0.0)


def test_letters_are_spelt_without_the_mark_of_continuation() -> None:
    table = spell(["ab", "##ab", "é", "a" * 20])
    assert table[0].tolist() == [2, 3] + [0] * 10
    assert torch.equal(table[0], table[1])
    assert table[2].tolist() == [1] + [0] * 11
    assert table[3].tolist() == [2] * 12


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("😂", ["face", "with", "tears", "of", "joy"]),
        ("##😭", ["loudly", "crying", "face"]),
        ("", []),
    ],
)
def test_an_emoji_has_the_words_of_its_name(piece: str, words: list[str]) -> None:
    assert name_words(piece) == words


def test_text_is_normalised_for_counting() -> None:
    assert normalise("SOOOO happy😂😂  wow") == "soo happy 😂 😂 wow"
    assert tokens("don't!! 😂") == ["don't", "!", "!", "😂"]


def test_cheap_teachers_learn_what_decides(tmp_path: Path) -> None:
    data = rows(200, 0)
    turns = [cells[1:-1] for cells in data]
    truth = np.array([LABELS.index(cells[-1]) for cells in data])
    texts = tmp_path / "comments.tsv"
    lines = [f"{cells[-2]}\t{LABELS.index(cells[-1])}\tx" for cells in data]
    texts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    comments = CommentModel(*read_comments(texts))
    recipe = LexicalRecipe(topics=4, first_topics=2, trees=20)
    for teacher in (
        NgramTeacher(NgramRecipe()),
        LexicalTeacher(recipe, comments),
    ):
        teacher.fit(turns, truth)
        asked = [["hello", "yes", "i hate you"], ["i love it"]]
        assert teacher.logits(asked).argmax(axis=1).tolist() == [3, 1]


def test_a_broken_comment_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "comments.tsv"
    path.write_text("fine\t3\tx\nbroken\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"comments.tsv:2: expected a text and ids"):
        read_comments(path)
