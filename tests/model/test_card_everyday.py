"""The card's tables of everyday dialogues and of people's labels of other kinds."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from emotion_model.errors import ModelError
from emotion_model.evaluation.card import everyday
from emotion_model.evaluation.ground_truth import Floats


def test_people_s_labels_are_given_equal_shares(tmp_path: Path) -> None:
    texts = {
        "tweeteval/emotion.tsv": "".join(
            f"{i % 4}\ttweet {i % 4}\n" for i in range(820)
        ),
        "tweeteval/irony.tsv": "",
        "tweeteval/emoji.tsv": "",
        "emorynlp/utterances.tsv": "".join(
            f"4\t1\t1\t{i}\t{mood}\tscene {mood}\n"
            for i, mood in enumerate(["Joyful", "Mad", "Sad", "Neutral", "Scared"])
        ),
        "goemotions/train.tsv": "".join(
            f"comment {i % 2}\t{27 if i % 2 else 17}\tx\n" for i in range(5010)
        ),
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    wanted = {
        "tweet 0": 3,
        "tweet 1": 1,
        "tweet 3": 2,
        "scene Joyful": 1,
        "scene Mad": 3,
        "scene Sad": 2,
        "scene Neutral": 0,
        "comment 0": 3,
        "comment 1": 0,
    }

    def predict(dialogues: Sequence[Sequence[str]]) -> Floats:
        # Right only once what is common is weighed down: others is ten times as
        # likely to begin with as each of the rest.
        chances = np.full((len(dialogues), 4), [0.6, 0.1, 0.1, 0.1])
        for place, turns in enumerate(dialogues):
            chances[place, wanted[turns[-1]]] *= 2
        return chances

    shares = (10.0, 1.0, 1.0, 1.0)
    found = everyday.transfer(predict, shares, tmp_path)
    assert found.tweets == 1
    assert found.scenes_macro_f1 == 1
    assert found.counts[1:] == (4, 5000)
    assert found.comments_accuracy == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ModelError, match="does not say the shares"):
        everyday.transfer(predict, (), tmp_path)
    older = tmp_path / "older"
    older.mkdir()
    numbers = dict.fromkeys(asdict(found), 0.5)
    (older / "0.1.0.json").write_text(json.dumps(numbers), encoding="utf-8")
    lines = everyday.transfer_table(found, "0.2.0", older).splitlines()
    assert lines[2:] == [
        "| 0.1.0 | 0.500 | 0.500 | 0.500 | 0.500 |",
        f"| 0.2.0 | 1.000 | 1.000 | {found.comments_macro_f1:.3f} | "
        f"{found.comments_accuracy:.3f} |",
    ]


def test_macro_f1_is_the_mean_of_the_labels() -> None:
    truth, chosen = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 3])
    assert everyday.macro_f1(truth, chosen) == pytest.approx((2 / 3 + 2 / 3) / 4)
