import json
import re
from pathlib import Path

import numpy as np
import pytest
from made_up import LABELS, vocabulary, write

from emotion_model.__main__ import main
from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.import_hf import import_source
from emotion_model.checkpoint.text import Limits
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation.card import blocks, failures
from emotion_model.evaluation.card.recorded import Data, depths, recorded
from emotion_model.evaluation.results import Results
from emotion_model.evaluation.soft_labels import Logits, SoftLabels
from emotion_model.training.students.student import Shape, new_student, write_student
from tiny import edit_json

CARD = """# A card

<!-- card: score -->
<!-- end -->

Between.

<!-- card: risk -->

| old | 1,234 |

<!-- end -->
"""


def test_parts_are_put_between_their_marks_and_nothing_else_is_touched() -> None:
    assert blocks.names(CARD) == ["score", "risk"]
    parts = {"score": "| 0.5 |\n", "risk": "| new | 1,235 |\n", "more": "x\n"}
    fresh = blocks.rewritten(CARD, parts)
    assert fresh.replace("\n| 0.5 |\n\n", "") == CARD.replace(
        "| old | 1,234 |", "| new | 1,235 |"
    )
    assert blocks.rewritten(fresh, parts) == fresh
    assert blocks.differences(fresh, parts, tolerance=0) == []


def test_numbers_may_differ_a_little_and_words_not_at_all() -> None:
    parts = {"score": "| 0.5 |\n", "risk": "| new | 1,235 |\n"}
    card = blocks.rewritten(CARD, parts)
    near = parts | {"score": "| 0.501 |\n", "risk": "| new | 1,236 |\n"}
    assert blocks.differences(card, near, tolerance=0.002) == []
    far = parts | {"score": "| 0.503 |\n"}
    found = blocks.differences(card, far, tolerance=0.002)
    assert found == ["- | 0.5 |\n+ | 0.503 |"]
    for other in ("| newer | 1,235 |\n", "| new | 1,237 |\n", "| new | 1,235 | 1 |\n"):
        found = blocks.differences(card, parts | {"risk": other}, tolerance=0.002)
        assert len(found) == 1


def test_a_part_that_nobody_makes_is_told() -> None:
    with pytest.raises(ModelError, match="asks for 'risk', expected one of"):
        blocks.rewritten(CARD, {"score": ""})


def dialogues(count: int, seed: int) -> list[Dialogue]:
    generator = np.random.default_rng(seed)
    labels = generator.choice(LABELS, count, p=(0.55, 0.15, 0.15, 0.15))
    return [
        Dialogue(f"{seed} {number}", (f"text {number}",), str(label))
        for number, label in enumerate(labels)
    ]


def knowing(data: list[Dialogue], noise: float, seed: int) -> Logits:
    """Logits that know the label up to noise."""
    logits = 3 * np.eye(4)[[LABELS.index(each.label) for each in data]]
    logits += np.random.default_rng(seed).normal(0, noise, logits.shape)
    return np.asarray(logits, np.float32)


def cells(table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()[2:]
    ]


def test_trainings_are_counted_by_seeds_and_held_against_the_row_above() -> None:
    train, dev = dialogues(300, 0), dialogues(400, 1)
    results = Results()
    for name, noise in (("1.noisy_one", 2.5), ("2.sure", 0.8)):
        for seed in range(3):
            logits = knowing(dev, noise, seed)
            results.add(
                f"stages/{name}/{seed}", SoftLabels.of_rows(logits, [], train, dev)
            )
    data = Data(train=train, dev=dev, labels=LABELS, neutral="others")
    first, second = cells(recorded(results, data)["stages"])
    assert [first[0], first[1], second[0]] == ["noisy one", "3", "sure"]
    assert first[5] == ""
    gain = float(second[2]) - float(first[2])
    said = re.fullmatch(r"(\+[\d.]+) \((\+[\d.]+) to (\+[\d.]+)\)", second[5])
    assert said is not None
    assert float(said[1]) == pytest.approx(gain, abs=2e-4)
    assert 0 < float(said[2]) < gain < float(said[3])
    low, high = (float(number) for number in first[4].split(" to "))
    assert low < float(first[2]) < high
    with pytest.raises(ModelError, match="other dialogues"):
        recorded(results, Data(train=dev, dev=dev, labels=LABELS, neutral="others"))


def test_teachers_are_weighed_on_what_none_of_them_has_learnt() -> None:
    train, dev = dialogues(300, 0), dialogues(400, 1)
    results = Results()
    for seed, (name, noise) in enumerate((("good", 1.0), ("poor", 4.0))):
        rows = list(range(0, 300, 2 + seed))
        asked = [train[row] for row in rows] + dev
        logits = knowing(asked, noise, seed)
        results.add(f"teachers/{name}", SoftLabels.of_rows(logits, rows, train, dev))
    data = Data(train=train, dev=dev, labels=LABELS, neutral="others")
    always, good, poor, together, on_dev = cells(recorded(results, data)["teachers"])
    assert always[:3] == ["always others", "", "0.0000"]
    assert float(good[1]) > 3 * float(poor[1]) > 0
    assert float(poor[2]) < float(good[2]) <= float(together[2]) + 0.01
    assert on_dev[0] == "all together, dev alone"


def test_depths_stand_beside_what_the_bench_measured(tmp_path: Path) -> None:
    train, dev = dialogues(30, 0), dialogues(400, 1)
    results = Results()
    for seed in range(2):
        soft_labels = SoftLabels.of_rows(knowing(dev, 1.0, seed), [], train, dev)
        results.add(f"depths/3.6_layers/{seed}", soft_labels)
    data = Data(train=train, dev=dev, labels=LABELS, neutral="others")
    with pytest.raises(ModelError, match=r"6_layers\.json"):
        depths(results, data, tmp_path)
    figures = [
        {
            "precision": precision,
            "threads": threads,
            "batch": batch,
            "milliseconds": threads + batch / 100,
            "dialogues_per_second": {"median": 1000 * threads + batch},
        }
        for precision in ("fp32", "int8")
        for threads in (1, 2)
        for batch in (1, 32)
    ]
    file = tmp_path / "6_layers.json"
    file.write_text(json.dumps({"engine": figures}))
    ((name, seeds, f1, _, one, many),) = cells(depths(results, data, tmp_path)["speed"])
    assert [name, seeds, one, many] == ["6 layers", "2", "2.01", "2,032"]
    assert 0.5 < float(f1) < 1
    file.write_text(json.dumps({"engine": figures[:6]}))
    with pytest.raises(ModelError, match="no figure for int8, two threads, batch 1"):
        depths(results, data, tmp_path)


def test_hard_cases_are_labelled_with_the_models_labels() -> None:
    assert {case.expected for case in failures.CASES} == set(LABELS)
    turns = [case.turns for case in failures.CASES]
    assert len(set(turns)) == len(turns)
    assert {len(each) for each in turns} == {3}
    known = [LABELS.index(case.expected) for case in failures.CASES]
    verdicts = failures.classified(lambda _: np.eye(4)[known], LABELS)
    assert all(verdict.right for verdict in verdicts)
    verdicts = failures.classified(lambda asked: np.eye(4)[[0] * len(asked)], LABELS)
    assert [v.right for v in verdicts] == [
        c.expected == "others" for c in failures.CASES
    ]


def test_the_command_writes_what_it_then_finds_true(
    tmp_path: Path, operators: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shape = Shape(
        num_hidden_layers=1,
        hidden_size=64,
        embedding_size=64,
        intra_bottleneck_size=64,
        intermediate_size=64,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    model = new_student(shape, len(vocabulary()), LABELS, seed=0)
    write_student(model, checkpoint, vocabulary())
    import_source(
        Checkpoint.read(checkpoint),
        tmp_path / "source",
        name="made-up",
        model_version="1",
        limits=Limits(max_turns=3, max_tokens=64),
    )
    plain = {"temperature": 1.0, "bias": [0.0] * len(LABELS)}
    edit_json(
        tmp_path / "source/package.json",
        traffic="everyday",
        traffics={"emocontext": plain},
    )
    train = write(tmp_path / "train.tsv", 60, 0)
    dev = write(tmp_path / "dev.tsv", 40, 1)
    read = [read_dialogues(path, LABELS) for path in (train, dev)]
    results = Results()
    logits = knowing(read[1], 1.0, 0)
    results.add("students/one/0", SoftLabels.of_rows(logits, [], read[0], read[1]))
    results.write(tmp_path / "runs.safetensors")
    card = tmp_path / "card.md"
    names = "score calibration classes changed slices probes reliability risk"
    asked = [*names.split(), "failures", "students", "everyday", "everyday-labels"]
    asked.append("everyday-kinds")
    card.write_text("".join(f"<!-- card: {n} -->\n<!-- end -->\n" for n in asked))
    arguments = [
        f"--train={train}",
        f"--dev={dev}",
        f"--everyday={dev}",
        f"--source={tmp_path / 'source'}",
        f"--results={tmp_path / 'runs.safetensors'}",
        f"--documents={card}",
        f"--operators={operators}",
    ]
    assert main(["card", *arguments, "--check"]) == 1
    assert main(["card", *arguments, "--write"]) == 0
    capsys.readouterr()
    assert main(["card", *arguments, "--check"]) == 0
    assert "not what is measured: 0" in capsys.readouterr().out
    text = card.read_text()
    assert "| others | " in text
    assert "| dialect | 8 | " in text
    assert "| one | 1 | " in text
    assert main(["card", *arguments]) == 0
    assert text.count("| int8 | ") == capsys.readouterr().out.count("| int8 | ") == 1
