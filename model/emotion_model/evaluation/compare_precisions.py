r"""Measures what each precision of a package costs in quality.

    python -m emotion_model compare-precisions dev.txt \
        --package build/model --operators build/release/lib/libemotion_operators.so

Each model file of the package predicts every dialogue, in this process; fp32
is what the others are compared with.

Exit code: 0, or 1 if a precision misses a target, or 2 for an error.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation.metrics import Confusion
from emotion_model.package.operators import load_operators
from emotion_model.package.reader import Package
from emotion_model.package.trace import pack

# Targets: how much micro-F1 may differ from that of fp32, and the least share of
# dialogues with the same label.
MOST_F1_LOST = 0.003
LEAST_AGREEMENT = 0.995


@dataclass(frozen=True, kw_only=True)
class Cost:
    """How one precision answers, and how far from fp32."""

    micro_f1: float
    # Share of dialogues with fp32's label.
    agreement: float
    largest_logit: float
    mean_logit: float
    largest_probability: float
    mean_probability: float


def run_file(
    path: Path, package: Package, dialogues: Sequence[Dialogue], batch: int = 32
) -> Tensor:
    """Logits of all dialogues, float32 [dialogues, labels of all heads].

    Raises:
        ModelError: the file cannot be loaded.
    """
    try:
        traced = torch.jit.load(path)
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"{path}: cannot be loaded: {reason}") from error
    encodings = [package.encoder.encode(dialogue.turns) for dialogue in dialogues]
    with torch.inference_mode():
        return torch.cat(
            [
                traced(*pack(encodings[start : start + batch]))
                for start in tqdm(
                    range(0, len(encodings), batch), disable=None, desc=path.name
                )
            ]
        )


def compare(package: Package, dialogues: Sequence[Dialogue]) -> dict[str, Cost]:
    """Predicts the dialogues in every precision; fp32 comes first."""
    names = ["fp32", *(name for name in package.files if name != "fp32")]
    truth = [dialogue.label for dialogue in dialogues]
    costs: dict[str, Cost] = {}
    exact = run_file(package.files["fp32"], package, dialogues)
    likely = package.calibration.probabilities(exact)
    for name in names:
        logits = (
            exact
            if name == "fp32"
            else run_file(package.files[name], package, dialogues)
        )
        probabilities = package.calibration.probabilities(logits)
        chosen = probabilities.argmax(dim=1)
        answers = [package.labels[index] for index in chosen.tolist()]
        logit, probability = (logits - exact).abs(), (probabilities - likely).abs()
        costs[name] = Cost(
            micro_f1=Confusion.of(package.labels, truth, answers).micro_f1(),
            agreement=float((chosen == likely.argmax(dim=1)).double().mean()),
            largest_logit=float(logit.max()),
            mean_logit=float(logit.mean()),
            largest_probability=float(probability.max()),
            mean_probability=float(probability.mean()),
        )
    return costs


def format_table(costs: dict[str, Cost]) -> str:
    """A row for each precision."""
    lines = [
        f"{'':11}{'same label':>10}{'logit difference':>22}"
        f"{'probability difference':>26}",
        f"{'':5}micro-F1{'as fp32':>8}{'largest':>13}{'mean':>9}"
        f"{'largest':>15}{'mean':>11}",
    ]
    lines += [
        f"{name:5}{cost.micro_f1:8.4f}{100 * cost.agreement:7.2f}%"
        f"{cost.largest_logit:13.5f}{cost.mean_logit:9.5f}"
        f"{cost.largest_probability:15.6f}{cost.mean_probability:11.6f}"
        for name, cost in costs.items()
    ]
    return "\n".join(lines)


def misses(costs: dict[str, Cost]) -> list[str]:
    """The precisions that miss a target."""
    return [
        name
        for name, cost in costs.items()
        if abs(cost.micro_f1 - costs["fp32"].micro_f1) > MOST_F1_LOST
        or cost.agreement < LEAST_AGREEMENT
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("file", type=Path, help="EmoContext file")
    parser.add_argument("--package", type=Path, required=True, help="model package")
    parser.add_argument("--traffic", help="whose calibration is used")
    parser.add_argument(
        "--operators", type=Path, help="library of the server's operators"
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    if options.operators is not None:
        load_operators(options.operators)
    package = Package.read(options.package, options.traffic)
    dialogues = read_dialogues(
        options.file, package.labels, max_turns=package.limits.max_turns
    )
    costs = compare(package, dialogues)
    print(f"{len(dialogues)} dialogues, micro-F1 with the package's calibration")
    print(format_table(costs))
    missing = misses(costs)
    if missing:
        print(
            f"{', '.join(missing)}: further from fp32 than {MOST_F1_LOST} of micro-F1 "
            f"or {100 * LEAST_AGREEMENT:.1f} % of labels"
        )
    return 1 if missing else 0
