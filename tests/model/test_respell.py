from collections import Counter
from pathlib import Path

import pytest
import torch

from emotion_model.__main__ import main
from emotion_model.checkpoint.source import Source
from emotion_model.training.respell import (
    TABLE,
    all_emoji,
    count_pieces,
    respell,
    respelt_table,
)
from tiny import VOCABULARY, make_source


def test_rare_words_go_and_characters_and_specials_stay() -> None:
    old = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "so", "happy", "##ly", "x", "##x"]
    counts = Counter({"so": 5, "happy": 1, "##ly": 2})
    new = respell(old, counts=counts, least=2)
    assert new == [piece for piece in old if piece != "happy"]


def test_each_emoji_becomes_two_pieces_once() -> None:
    new = respell(["[UNK]", "😀"], emoji=["😀", "😭"])
    assert new == ["[UNK]", "😀", "##😀", "😭", "##😭"]


def test_all_emoji_are_many_and_hold_the_known() -> None:
    found = all_emoji()
    assert len(found) == len(set(found)) > 1000
    assert {"😂", "😭", "❤", "🤣", "🥺"} <= set(found)


def test_pieces_are_counted_as_the_encoder_sees_them() -> None:
    found = count_pieces(VOCABULARY, ["I am SO happy", "so so!"])
    assert found["so"] == 3
    assert found["!"] == 1


def test_a_new_emoji_starts_from_the_words_of_its_name() -> None:
    old = ["[UNK]", "crying", "face", "loudly"]
    table = torch.eye(4)
    new = respelt_table(table, old, [*old, "😭", "##😭"])
    assert torch.equal(new[:4], table)
    # "loudly crying face": the mean of three, scaled by the root of three.
    assert new[4].tolist() == pytest.approx([0, 3**-0.5, 3**-0.5, 3**-0.5])
    assert torch.equal(new[5], new[4])


def test_a_respelt_source_answers_as_before_where_its_pieces_stay(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = make_source(checkpoint, tmp_path / "before")
    out = tmp_path / "after"
    arguments = [f"--source={tmp_path / 'before'}", "--all-emoji", f"--out={out}"]
    assert main(["respell", *arguments]) == 0
    assert "pieces" in capsys.readouterr().out
    after = Source.read(out)
    assert after.checkpoint.settings.vocab_size == len(after.checkpoint.vocabulary)
    assert len(after.checkpoint.weights[TABLE]) > len(VOCABULARY) + 2000
    turns = ["i am happy", "you", "so sad !"]
    logits = [
        source.logits(source.encoder().encode(turns)) for source in (before, after)
    ]
    torch.testing.assert_close(logits[1], logits[0], rtol=0, atol=0.05)
    unknown = after.checkpoint.vocabulary.index("[UNK]")
    assert unknown not in after.encoder().encode(["😭"]).token_ids
    assert unknown in before.encoder().encode(["😭"]).token_ids
