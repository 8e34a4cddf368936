r"""Proves the packed model equal to the stock one on random batches.

    python -m emotion_model verify --source model/default --batches 1000 \
        --operators build/release/lib/libemotion_operators.so

Each batch mixes dialogues of random lengths and tokens. The packed module, eager
and traced, runs it whole, and with the operators' library the operators do so in
each precision; the stock model runs each dialogue alone and without padding,
because its answers change with padding. Needs transformers.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.text import Encoding
from emotion_model.checkpoint.weights import head_names
from emotion_model.errors import ModelError
from emotion_model.package.operators import (
    PRECISIONS,
    OperatorMobileBert,
    load_operators,
    unfit,
)
from emotion_model.package.precisions import ROUNDING_TOLERANCE
from emotion_model.package.trace import pack, stock_model, trace

# Largest difference of a logit that each way to run the model may show.
LIMITS = {
    "eager": 1e-5,
    "traced": 1e-5,
    "fp32": 1e-4,
    "bf16": ROUNDING_TOLERANCE,
    "int8": ROUNDING_TOLERANCE,
}


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
    checkpoint: Checkpoint, batches: int, seed: int, operators: Path | None = None
) -> dict[str, float]:
    """Gives the largest difference of a logit to the stock model's.

    Args:
        checkpoint: the model.
        batches: how many to draw.
        seed: what to draw them from.
        operators: the library of the server's operators, if they are to be tried.

    Returns:
        By name: "eager" and "traced", torch's own operators, and with `operators`
        each of PRECISIONS. A logit that is no number counts as infinitely wrong.

    Raises:
        ModelError: the operators cannot be loaded or cannot run this model.
    """
    max_tokens = min(128, checkpoint.settings.max_position_embeddings)
    generator = torch.Generator().manual_seed(seed)
    vocabulary = len(checkpoint.vocabulary)
    heads = (None, *head_names(checkpoint.weights))
    stocks = [stock_model(checkpoint, head) for head in heads]
    packed = PackedMobileBert(checkpoint.weights, checkpoint.settings)
    sample = random_batch(generator, vocabulary, max_tokens=max_tokens)
    modules: dict[str, nn.Module] = {
        "eager": packed,
        "traced": trace(packed, pack(sample)),
    }
    if operators is not None:
        if reason := unfit(checkpoint.settings):
            raise ModelError(reason)
        load_operators(operators)
        modules |= {name: OperatorMobileBert(packed, name) for name in PRECISIONS}

    def stock_logits(encoding: Encoding) -> Tensor:
        ids, segments, _ = pack([encoding])
        inputs = {"input_ids": ids[None], "token_type_ids": segments[None]}
        return torch.cat([stock(**inputs).logits[0] for stock in stocks])

    worst = dict.fromkeys(modules, 0.0)
    with torch.inference_mode():
        for _ in tqdm(range(batches), disable=None, unit="batch"):
            batch = random_batch(generator, vocabulary, max_tokens=max_tokens)
            expected = torch.stack([stock_logits(encoding) for encoding in batch])
            for name, module in modules.items():
                difference = float((module(*pack(batch)) - expected).abs().max())
                known = difference < float("inf")
                worst[name] = max(worst[name], difference if known else float("inf"))
    return worst


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--source", type=Path, required=True, help="checkpoint folder")
    parser.add_argument("--batches", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--limit", type=float, help="largest difference for all, instead of their own"
    )
    parser.add_argument(
        "--operators", type=Path, help="library of the server's operators"
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    if options.batches < 1:
        raise ModelError(f"--batches is {options.batches}, expected at least 1")
    checkpoint = Checkpoint.read(options.source)
    worst = largest_differences(
        checkpoint, options.batches, options.seed, options.operators
    )
    limits = LIMITS if options.limit is None else dict.fromkeys(LIMITS, options.limit)
    print(f"{options.batches} batches, seed {options.seed}")
    print("largest difference of a logit:")
    for name, difference in worst.items():
        print(f"  {name:8}{difference:.2e}, limit {limits[name]:.0e}")
    return 0 if all(worst[name] <= limits[name] for name in worst) else 1
