"""The card's tables of students of several tasks."""

from pathlib import Path

import numpy as np
import pytest

from emotion_model.__main__ import main
from emotion_model.data.corpora import Row, labelled_rows
from emotion_model.errors import ModelError
from emotion_model.evaluation.card import tasks
from emotion_model.training.tasks.collection import Collection


@pytest.fixture
def rows(task_data: Path) -> list[Row]:
    return labelled_rows(task_data, task_data / "everyday")


def knowing(collection: Collection, right: float, seed: int) -> np.ndarray:
    """Logits of all held rows that are right in such a share of them."""
    generator = np.random.default_rng(seed)
    held = np.flatnonzero(collection.held)
    found = generator.normal(0, 0.1, (len(held), 36))
    for task, start in (("everyday", 0), ("emocontext", 4)):
        truth = collection.truth(task)[held]
        known = (truth >= 0) & (generator.random(len(held)) < right)
        found[np.flatnonzero(known), start + truth[known]] += 5
    return found.astype(np.float16)


def test_what_was_kept_is_counted_on_the_rows_it_is_of(
    collection: Collection, rows: list[Row], tmp_path: Path
) -> None:
    collection.write(tmp_path / "rows.npz")
    for name, right in (("all", 1.0), ("less", 0.5)):
        (tmp_path / name).mkdir()
        answers = {str(s): knowing(collection, right, s) for s in range(2)}
        answers["mean"] = answers["0"]
        np.savez(tmp_path / name / "held.npz", allow_pickle=False, **answers)
    file = tmp_path / "tasks.safetensors"
    arguments = [str(file), f"sources/1.all={tmp_path / 'all'}"]
    assert (
        main(["tasks", "record", *arguments, "--rows", str(tmp_path / "rows.npz")]) == 0
    )
    arguments = [str(file), f"sources/2.less_of_it={tmp_path / 'less'}"]
    assert (
        main(["tasks", "record", *arguments, "--rows", str(tmp_path / "rows.npz")]) == 0
    )
    kept = tasks.read(file)
    assert sorted(kept) == [
        f"sources/{name}/{seed}"
        for name in ("1.all", "2.less_of_it")
        for seed in (0, 1)
    ]
    part = tasks.tables(kept, rows)["sources"]
    first, second = (line.split(" | ") for line in part.splitlines()[2:])
    assert first[0] == "| all"
    assert first[1:7] == ["2", "1.0000", "", "1.0000", "", "1.000"]
    assert second[0] == "| less of it"
    assert 0.4 < float(second[2]) < 0.8
    gain = second[3].split()[0]
    assert float(gain) == pytest.approx(float(second[2]) - 1, abs=1e-4)


def test_answers_to_other_rows_are_refused(rows: list[Row]) -> None:
    with pytest.raises(ModelError, match="is of other rows than these"):
        tasks.tables({"a/b/0": np.zeros((7, 8), np.float16)}, rows)


def test_what_is_asked_wrongly_is_named(
    collection: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collection.write(tmp_path / "rows.npz")
    arguments = [str(tmp_path / "x"), "no-group=DIR", "--rows"]
    assert main(["tasks", "record", *arguments, str(tmp_path / "rows.npz")]) == 2
    assert "expected GROUP/NAME=DIR" in capsys.readouterr().err
