from pathlib import Path

import numpy as np
import pytest

from emotion_model.__main__ import main
from emotion_model.data.dialogues import Dialogue
from emotion_model.errors import ModelError
from emotion_model.evaluation.results import Results
from emotion_model.evaluation.soft_labels import SoftLabels

TRAIN = [Dialogue(str(number), ("a", "b"), "x") for number in range(6)]
DEV = [Dialogue(str(number), ("c", "d"), "y") for number in range(3)]


def soft_labels(
    seed: int, rows: list[int], *, train: list[Dialogue] = TRAIN
) -> SoftLabels:
    logits = np.random.default_rng(seed).normal(0, 3, (len(rows) + len(DEV), 4))
    return SoftLabels.of_rows(logits.astype(np.float32), rows, train, DEV)


def test_soft_labels_come_from_rows_and_leave_the_others_open() -> None:
    made = soft_labels(0, [1, 4])
    assert np.flatnonzero(~np.isnan(made.train[:, 0])).tolist() == [1, 4]
    assert made.dev.shape == (3, 4)


def test_runs_come_back_as_they_were_but_for_half_precision(tmp_path: Path) -> None:
    for name, seed, rows in (("a", 0, [1, 4]), ("b", 1, [1, 2, 4])):
        soft_labels(seed, rows).write(tmp_path / name)
    file = tmp_path / "runs.safetensors"
    runs = [f"group/one/0={tmp_path / 'a'}", f"group/one/1={tmp_path / 'b'}"]
    assert main(["record", str(file), *runs]) == 0
    assert main(["record", str(file), f"group/two={tmp_path / 'b'}"]) == 0
    results = Results.read(file)
    results.check(TRAIN, DEV)
    group = results.group("group")
    assert {name: len(runs) for name, runs in group.items()} == {"one": 2, "two": 1}
    first, second = group["one"]
    assert second.rows.tolist() == [1, 2, 4]
    exact = soft_labels(1, [1, 2, 4])
    np.testing.assert_allclose(second.dev, exact.dev, rtol=1e-3)
    common = second.some(np.array([1, 4], np.int32))
    np.testing.assert_allclose(common[1], exact.train[4], rtol=1e-3)
    assert common.shape == first.some(first.rows).shape == (5, 4)
    with pytest.raises(ModelError, match="dev: the results are of other dialogues"):
        results.check(TRAIN, TRAIN)


def test_runs_of_other_dialogues_and_odd_names_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soft_labels(0, []).write(tmp_path / "a")
    soft_labels(0, [], train=TRAIN[:4]).write(tmp_path / "b")
    file = str(tmp_path / "runs.safetensors")
    for asked, complaint in (
        ("alone", "expected GROUP/NAME"),
        (f"one={tmp_path / 'a'}", "expected GROUP/NAME"),
        (f"a/b={tmp_path / 'gone'}", "holds no soft labels"),
    ):
        assert main(["record", file, asked]) == 2
        assert complaint in capsys.readouterr().err
    assert not Path(file).exists()
    assert main(["record", file, f"x/a={tmp_path / 'a'}"]) == 0
    assert main(["record", file, f"x/b={tmp_path / 'b'}"]) == 2
    assert "x/b: is of other dialogues" in capsys.readouterr().err
    assert list(Results.read(Path(file)).runs) == ["x/a"]
    Path(file).write_bytes(b"nothing")
    assert main(["record", file, f"x/a={tmp_path / 'a'}"]) == 2
    assert "holds no results" in capsys.readouterr().err
