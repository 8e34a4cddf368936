import io
import json
from collections.abc import Sequence

import numpy as np
import pytest

from peers.dialogues import Dialogue
from peers.engines import Logits
from peers.worker import serve

ITEMS = [Dialogue(np.arange(n + 1), np.zeros(n + 1, np.int64)) for n in range(4)]


def count_tokens(batch: Sequence[Dialogue]) -> Logits:
    return np.array([[len(item)] for item in batch], dtype=np.float32)


def fail(batch: Sequence[Dialogue]) -> Logits:
    raise RuntimeError("no such shape")


def test_a_worker_predicts_in_the_order_of_the_places() -> None:
    orders = io.StringIO('{"do": "predict", "batches": [[3, 0], [1]]}\n')
    answers = io.StringIO()
    serve(count_tokens, ITEMS, orders, answers)
    assert json.loads(answers.getvalue()) == {"logits": [[4.0], [1.0], [2.0]]}


def test_a_worker_finishes_the_pass_that_it_has_begun() -> None:
    orders = io.StringIO('{"do": "time", "batches": [[3]], "seconds": 0}\n')
    answers = io.StringIO()
    serve(count_tokens, ITEMS, orders, answers)
    answer = json.loads(answers.getvalue())
    assert answer["passes"] == 1
    assert answer["seconds"] > 0


@pytest.mark.parametrize("what", ["predict", "time"])
def test_a_failure_is_an_answer_and_the_worker_goes_on(what: str) -> None:
    order = json.dumps({"do": what, "batches": [[0]], "seconds": 0}) + "\n"
    answers = io.StringIO()
    serve(fail, ITEMS, io.StringIO(order * 2), answers)
    lines = answers.getvalue().splitlines()
    assert lines == ['{"error": "RuntimeError: no such shape"}'] * 2
