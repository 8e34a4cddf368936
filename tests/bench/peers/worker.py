"""A process that holds one engine and carries out orders, a line at a time.

Orders are JSON objects on standard input, answers on standard output. Between
orders the process sleeps in a read. An order of many batches is timed here, so
that no pipe is in the figure.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from peers.dialogues import Dialogue, load_items
from peers.engines import Engine, Place, load_engine

# Runs of each kind before the first order, so that compilers that watch what they
# run are done: dialogues in the batch.
_FIRST_BATCHES = (2, 1, 8) * 3


def time_batches(
    engine: Engine, batches: Sequence[Sequence[Dialogue]], seconds: float
) -> dict[str, float]:
    """Runs all batches, whole passes over again until `seconds` have gone."""
    gc.collect()
    gc.disable()
    passes, elapsed = 0, 0.0
    begin = time.perf_counter()
    while passes == 0 or elapsed < seconds:
        for batch in batches:
            engine(batch)
        passes += 1
        elapsed = time.perf_counter() - begin
    gc.enable()
    return {"passes": passes, "seconds": elapsed}


def predict(engine: Engine, batches: Sequence[Sequence[Dialogue]]) -> list[list[float]]:
    """Logits of each dialogue, in order."""
    return [row for batch in batches for row in engine(batch).tolist()]


def serve(
    engine: Engine, items: Sequence[Dialogue], orders: TextIO, answers: TextIO
) -> None:
    """Carries out orders until they end."""
    for line in orders:
        order = json.loads(line)
        batches = [[items[place] for place in batch] for batch in order["batches"]]
        answer: dict[str, Any]
        try:
            if order["do"] == "time":
                answer = time_batches(engine, batches, order["seconds"])
            else:
                answer = {"logits": predict(engine, batches)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        _say(answers, answer)


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def main() -> None:
    """Loads the engine that the only argument describes, then serves."""
    # Libraries print what they like; the pipe is for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    wanted = json.loads(sys.argv[1])
    place = Place(
        source=Path(wanted["source"]),
        prepared=Path(wanted["prepared"]),
        operators=Path(wanted["operators"]),
        pad_id=wanted["pad_id"],
    )
    items = load_items(Path(wanted["dialogues"]))
    try:
        engine = load_engine(
            wanted["engine"], wanted["precision"], wanted["threads"], place
        )
        for at, count in enumerate(_FIRST_BATCHES):
            engine(items[at : at + count])
    except Exception as error:
        _say(answers, {"error": f"{type(error).__name__}: {error}"[:500]})
        return
    _say(answers, {"ready": True})
    serve(engine, items, sys.stdin, answers)


if __name__ == "__main__":
    main()
