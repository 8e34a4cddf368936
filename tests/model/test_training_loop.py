import json
from pathlib import Path

import pytest
import torch
from torch import nn

from emotion_model.errors import ModelError
from emotion_model.training.loop import Plan, Task, train
from emotion_model.training.machine import Machine

INPUTS = torch.arange(-2.0, 2.0, 0.1)[:, None]


def machine(**changes: object) -> Machine:
    return Machine(device=torch.device("cpu"), half=False, **changes)  # type: ignore[arg-type]


def line(wanted: float = 3.0) -> Task:
    """y = wanted * x, to be learnt by one weight."""
    torch.manual_seed(0)
    model = nn.Linear(1, 1)

    def loss(rows: list[int]) -> tuple[torch.Tensor, dict[str, float]]:
        got = model(INPUTS[rows])
        return (got - wanted * INPUTS[rows]).square().mean(), {"rows": len(rows)}

    order = [[start, start + 1, start + 2, start + 3] for start in range(0, 40, 4)]
    return Task(
        model=model,
        groups=[(list(model.parameters()), 1.0)],
        batches=lambda seed: order,
        loss=loss,
        evaluate=lambda: {"weight": float(model.weight.detach())},
    )


def weight(task: Task) -> float:
    return float(task.model.state_dict()["weight"])


def log(folder: Path) -> list[dict[str, float]]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_line_is_learnt_and_logged(tmp_path: Path) -> None:
    task = line()
    plan = Plan(epochs=30, learning_rate=0.3, log_every=100, weight_decay=0.0)
    train(task, plan, tmp_path, machine(), clock=lambda: 0.0)
    assert weight(task) == pytest.approx(3, abs=0.05)
    rows = log(tmp_path)
    assert [row["step"] for row in rows if "loss" in row] == [100, 200, 300]
    epochs = [row for row in rows if "epoch" in row]
    assert [row["epoch"] for row in epochs] == list(range(1, 31))
    assert epochs[-1]["weight"] == pytest.approx(3, abs=0.05)
    assert {row["rows"] for row in rows if "loss" in row} == {4}


def test_a_part_that_some_steps_lack_is_logged_of_those_that_have_it(
    tmp_path: Path,
) -> None:
    task = line()
    loss = task.loss

    def lacking(rows: list[int]) -> tuple[torch.Tensor, dict[str, float]]:
        value, parts = loss(rows)
        return value, parts if rows[0] < 20 else {"late": float(rows[0])}

    task.loss = lacking
    train(task, Plan(epochs=1, log_every=10), tmp_path, machine())
    logged = log(tmp_path)[0]
    assert (logged["rows"], logged["late"]) == (4, 28)


def test_half_an_epoch_is_half_the_steps(tmp_path: Path) -> None:
    train(line(), Plan(epochs=1.5, log_every=1), tmp_path, machine())
    assert max(row["step"] for row in log(tmp_path)) == 15


def test_a_finished_training_costs_no_step(tmp_path: Path) -> None:
    plan = Plan(epochs=2)
    first = line()
    train(first, plan, tmp_path, machine())
    lines = len(log(tmp_path))
    again = line()
    train(again, plan, tmp_path, machine())
    assert weight(again) == weight(first)
    assert len(log(tmp_path)) == lines


def test_the_average_is_what_is_kept(tmp_path: Path) -> None:
    ends = []
    for average in (0.0, 0.99):
        task = line()
        plan = Plan(epochs=1, learning_rate=0.3, average=average)
        train(task, plan, tmp_path / str(average), machine())
        ends.append(weight(task))
    assert ends[0] != ends[1]


def test_a_checkpoint_of_another_plan_is_refused(tmp_path: Path) -> None:
    train(line(), Plan(epochs=1), tmp_path, machine())
    with pytest.raises(ModelError, match="is of another plan"):
        train(line(), Plan(epochs=1, learning_rate=1e-2), tmp_path, machine())


def test_a_loss_that_is_not_finite_ends_the_training(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="step 0: the loss is nan"):
        train(line(float("nan")), Plan(epochs=1), tmp_path, machine())


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (Plan(batch=0), "batch is 0, expected 1 to 65536"),
        (Plan(learning_rate=2), "learning_rate is 2, expected 0.0 to 1.0"),
        (Plan(average=1.0), "average is 1.0"),
    ],
)
def test_a_plan_out_of_range_is_refused(tmp_path: Path, plan: Plan, fault: str) -> None:
    with pytest.raises(ModelError, match=fault):
        train(line(), plan, tmp_path, machine())


def test_training_waits_while_the_pause_file_is_there(tmp_path: Path) -> None:
    pause = tmp_path / "pause"
    pause.touch()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            pause.unlink()

    waiting = machine(pause_file=pause, sleep=sleep)
    train(line(), Plan(epochs=1), tmp_path / "run", waiting)
    assert len(slept) == 3
    assert waiting.wait_while_paused() == 0


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"precision": "fp16"}, "precision is 'fp16', expected one of auto, bf16"),
        ({"threads": -1}, "threads is -1"),
        ({"device": "abacus"}, "device is 'abacus', not a torch device"),
    ],
)
def test_a_machine_out_of_range_is_refused(
    options: dict[str, object], fault: str
) -> None:
    with pytest.raises(ModelError, match=fault):
        Machine.find(**options)  # type: ignore[arg-type]
