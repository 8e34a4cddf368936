r"""Makes a package source of a student, calibrated for each kind of traffic.

    python -m emotion_model tasks package \
        --student build/student/student.safetensors --base model/default \
        --traffic everyday=held-out.tsv --traffic emocontext=dev.txt \
        --out build/source

The first traffic is the default and is answered by the classifier; each other one by
the head of its name. Temperature and bias are fitted on the dialogues that are given,
which the student must not have learnt from. `emocontext` leans to where micro-F1 is
highest, as the task counts it; others are as likely as they say.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from emotion_model import files
from emotion_model.checkpoint.import_hf import GOLDEN
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Limits
from emotion_model.data.catalogue import LABELS, TASKS
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation import calibrate
from emotion_model.evaluation.ground_truth import ground_truth_of, shares_of
from emotion_model.evaluation.predictor import Predictor

# The traffic that is counted by micro-F1 without its neutral label.
_LEANING = {"emocontext": "others"}


def package(
    student: Path,
    base: Path,
    dialogues: Mapping[str, Sequence[Dialogue]],
    out: Path,
    *,
    name: str,
    version: str,
) -> dict[str, calibrate.Checked]:
    """Writes the source; gives each traffic's cross-checked scores.

    Args:
        student: the tensors that `learn` wrote.
        base: a checkpoint folder whose shape and vocabulary the student has.
        dialogues: to calibrate on, by traffic; the first is the default.
        out: the folder to make.
        name: of the model.
        version: of the model.

    Raises:
        ModelError: a traffic has no head, or `out` holds something else.
    """
    tensors = {
        key: value.contiguous()
        for key, value in load_file(student).items()
        if not key.startswith("heads.") or key.split(".")[1] in dialogues
    }
    default, *others = dialogues
    limits = Limits()
    plain = {"temperature": 1.0, "bias": [0.0] * len(LABELS)}
    document: dict[str, Any] = {
        "name": name,
        "model_version": version,
        "labels": list(LABELS),
        "limits": asdict(limits),
        "traffic": default,
        "calibration": plain,
        "traffics": {other: plain | {"head": other} for other in others},
        "metrics": {},
        "golden": _golden(base, limits.max_turns),
    }
    checked = {}
    with files.new_folder(out, "package.json") as folder:
        for part in ("vocab.txt", "tokenizer_config.json"):
            files.copy(base / part, folder)
        config = files.read_json(base / "config.json")
        labels = dict(enumerate(LABELS))
        config["id2label"] = {str(index): label for index, label in labels.items()}
        config["label2id"] = {label: index for index, label in labels.items()}
        files.write_json(folder / "config.json", config)
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        files.write_json(folder / "package.json", document)
        for traffic, known in dialogues.items():
            entry = document["traffics"].get(traffic, document["calibration"])
            scores, fitted = _calibrated(Source.read(folder, traffic), traffic, known)
            entry = entry | fitted
            if traffic == default:
                document["calibration"] = entry
            else:
                document["traffics"][traffic] = entry
            document["metrics"][f"{traffic}_micro_f1"] = round(scores.micro_f1, 4)
            checked[traffic] = scores
        files.write_json(folder / "package.json", document)
        Source.read(folder)
    return checked


def _golden(base: Path, most_turns: int) -> dict[str, Any]:
    """Those of the source that was started from, if it was one."""
    if (base / "package.json").is_file():
        golden: dict[str, Any] = files.read_json(base / "package.json")["golden"]
        return golden
    dialogues = [turns[-most_turns:] for turns in GOLDEN]
    return {"tolerance": 0.001, "dialogues": dialogues}


def _calibrated(
    source: Source, traffic: str, dialogues: Sequence[Dialogue]
) -> tuple[calibrate.Checked, dict[str, Any]]:
    neutral = _LEANING.get(traffic)
    truth = ground_truth_of(
        dialogues, source.labels, neutral, parts=(0, len(dialogues)), target=()
    )
    logits = Predictor(source).logits([dialogue.turns for dialogue in dialogues])
    fitted = calibrate.fit(logits, truth)
    shares = shares_of(dialogues, source.labels)
    entry = {
        "temperature": round(fitted.temperature, 4),
        "bias": [round(bias, 4) for bias in fitted.bias],
        "shares": [round(share, 4) for share in shares],
    }
    return calibrate.cross_check(logits, truth), entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--student", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="checkpoint folder")
    parser.add_argument(
        "--traffic", action="append", required=True, metavar="NAME=FILE"
    )
    parser.add_argument("--out", type=Path, required=True, help="package source")
    parser.add_argument("--name", default="emotion-mobilebert")
    parser.add_argument("--model-version", default="0.1.0")


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    dialogues = {}
    for asked in options.traffic:
        traffic, _, path = asked.partition("=")
        if traffic not in TASKS or not path:
            raise ModelError(f"--traffic {asked!r}: expected everyday=FILE or such")
        dialogues[traffic] = read_dialogues(Path(path), LABELS)
    checked = package(
        options.student,
        options.base,
        dialogues,
        options.out,
        name=options.name,
        version=options.model_version,
    )
    for traffic, scores in checked.items():
        print(traffic, json.dumps({k: round(v, 4) for k, v in asdict(scores).items()}))
    return 0
