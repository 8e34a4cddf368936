"""The server's encoder beside Hugging Face's tokenizers, one thread each.

    ./dev bench servers encoders --input dev.txt

Both go over the same dialogues, in turns. Four ways of calling tokenizers from
Python are measured: `BertWordPieceTokenizer` asks that class for the ids of each
turn and nothing else; `turn by turn` does so with the parts it is made of;
`dialogue` makes the whole encoding, as the server's encoder does; `batch`
does so with one call for 96 turns.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# Before the library makes its threads.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

from tokenizers import BertWordPieceTokenizer

from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import read_dialogues
from peers.spread import Spread, ratios
from servers.text import BatchEncoder
from servers.write import median_text, spread_text, table

_BATCH = 32


def rate(work: Callable[[], int], seconds: float) -> float:
    """Dialogues a second of a function that does some and returns how many."""
    begin, done = time.perf_counter(), 0
    while True:
        done += work()
        taken = time.perf_counter() - begin
        if taken >= seconds:
            return done / taken


def python_ways(
    encoder: BatchEncoder, source: Source, dialogues: Sequence[Sequence[str]]
) -> dict[str, Callable[[], int]]:
    """What is measured of tokenizers: each goes over all dialogues once."""
    tokenizer, reference = encoder.tokenizer, source.encoder()

    def turn_by_turn() -> int:
        for dialogue in dialogues:
            for turn in dialogue:
                _ = tokenizer.encode(turn, add_special_tokens=False).ids
        return len(dialogues)

    def dialogue() -> int:
        for each in dialogues:
            reference.encode(each)
        return len(dialogues)

    def batch() -> int:
        for at in range(0, len(dialogues), _BATCH):
            encoder.rows(dialogues[at : at + _BATCH])
        return len(dialogues)

    stock = BertWordPieceTokenizer(str(source.checkpoint.folder / "vocab.txt"))

    def bert() -> int:
        for each in dialogues:
            for turn in each:
                _ = stock.encode(turn, add_special_tokens=False).ids
        return len(dialogues)

    return {
        "BertWordPieceTokenizer": bert,
        "turn by turn": turn_by_turn,
        "dialogue": dialogue,
        "batch": batch,
    }


def server_rate(binary: Path, source: Path, input_file: Path, seconds: float) -> float:
    """Dialogues a second of the server's encoder."""
    command = [
        *(str(binary), "--vocabulary", str(source / "vocab.txt")),
        *("--input", str(input_file), "--seconds", f"{seconds:g}"),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(ran.stdout)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Encoders on one thread.")
    add = parser.add_argument
    add("--input", type=Path, required=True)
    add("--source", type=Path, default=Path("model/default"))
    add("--binary", type=Path, default=Path("build/release/bin/emotion-encoder-bench"))
    add("--rounds", type=int, default=5)
    add("--seconds", type=float, default=1)
    add("--out", type=Path, help="also write the table there")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures in turns and prints the table."""
    plan = parse(arguments)
    source = Source.read(plan.source)
    rows = read_dialogues(plan.input, source.labels)
    dialogues = [row.turns for row in rows if row.turns[-1].strip()]
    ways = python_ways(BatchEncoder.of_source(plan.source), source, dialogues)
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(plan.rounds):
        ours.append(server_rate(plan.binary, plan.source, plan.input, plan.seconds))
        for name, way in ways.items():
            theirs[name].append(rate(way, plan.seconds))
    lines = [("emotion-server's encoder", median_text(ours), "1")]
    for name, rates in theirs.items():
        times: Spread = ratios(ours, rates)
        lines.append((f"tokenizers, {name}", median_text(rates), spread_text(times, 1)))
    head = ("one thread", "dialogues/s", "times as fast is the server's")
    text = table(head, lines)
    if plan.out:
        plan.out.write_text(f"# Encoders on one thread\n\n{text}")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
