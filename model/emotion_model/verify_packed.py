"""Proves the packed model equal to the stock one on random batches.

    python -m emotion_model.verify_packed --source model/default --batches 1000

Each batch mixes dialogues of random lengths and tokens. The packed module, eager
and traced, judges it whole; the stock model judges each dialogue alone and without
padding, because its answers change with padding. Needs transformers.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from emotion_model.errors import ModelError
from emotion_model.source import Checkpoint
from emotion_model.text import Encoding
from emotion_model.trace import make_module, pack, stock_model, trace


def random_batch(
    generator: torch.Generator,
    vocabulary: int,
    *,
    max_dialogues: int = 8,
    max_tokens: int = 128,
) -> list[Encoding]:
    """Draws a batch of 1 to max_dialogues dialogues of 1 to max_tokens tokens.

    Lengths are drawn evenly on a logarithmic scale, so that short ones are common
    as they are in chats.
    """

    def draw(low: int, high: int, count: int) -> list[int]:
        values: list[int] = torch.randint(
            low, high + 1, (count,), generator=generator
        ).tolist()
        return values

    batch: list[Encoding] = []
    for _ in range(draw(1, max_dialogues, 1)[0]):
        share = float(torch.rand(1, generator=generator))
        length = min(max_tokens, int((max_tokens + 1) ** share))
        ids, segments = draw(0, vocabulary - 1, length), draw(0, 1, length)
        batch.append(Encoding(ids, segments, []))
    return batch


def largest_differences(
    checkpoint: Checkpoint, batches: int, seed: int
) -> tuple[float, float]:
    """Gives the largest differences of a logit: eager and traced to stock."""
    max_tokens = min(128, checkpoint.settings.max_position_embeddings)
    generator = torch.Generator().manual_seed(seed)
    vocabulary = len(checkpoint.vocabulary)
    packed, stock = make_module(checkpoint, "packed"), stock_model(checkpoint)
    sample = random_batch(generator, vocabulary, max_tokens=max_tokens)
    traced = trace(packed, pack(sample))

    def judge_alone(encoding: Encoding) -> Tensor:
        ids, segments, _ = pack([encoding])
        logits: Tensor = stock(
            input_ids=ids[None], token_type_ids=segments[None]
        ).logits
        return logits[0]

    eager_worst = traced_worst = 0.0
    with torch.inference_mode():
        for _ in tqdm(range(batches), disable=None, unit="batch"):
            batch = random_batch(generator, vocabulary, max_tokens=max_tokens)
            expected = torch.stack([judge_alone(encoding) for encoding in batch])
            inputs = pack(batch)
            eager = float((packed(*inputs) - expected).abs().max())
            shipped = float((traced(*inputs) - expected).abs().max())
            if not (eager < float("inf") and shipped < float("inf")):
                return float("inf"), float("inf")
            eager_worst = max(eager_worst, eager)
            traced_worst = max(traced_worst, shipped)
    return eager_worst, traced_worst


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; exit code 1 means a difference over the limit."""
    parser = argparse.ArgumentParser(
        prog="python -m emotion_model.verify_packed",
        description="Proves the packed model equal to the stock one.",
    )
    parser.add_argument("--source", type=Path, required=True, help="checkpoint folder")
    parser.add_argument("--batches", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=1e-5)
    options = parser.parse_args(arguments)
    if options.batches < 1:
        parser.error(f"--batches is {options.batches}, expected at least 1")
    try:
        checkpoint = Checkpoint.read(options.source)
        eager, traced = largest_differences(checkpoint, options.batches, options.seed)
    except (ModelError, OSError) as error:
        print(f"verify_packed: {error}", file=sys.stderr)
        return 2
    print(f"{options.batches} batches, seed {options.seed}")
    print(f"largest difference of a logit, eager: {eager:.2e}, traced: {traced:.2e}")
    return 0 if max(eager, traced) <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
