"""Packages of other models, derived from the default one.

A derived model is the default model with other labels in another order, another
vocabulary, fewer layers, or any of them: a real model, exported as any other. What
one model's part would do in the other's place shows at once, because no token id and
no label of the one means the same in the other.
"""

import hashlib
import json
import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from emotion_model.checkpoint.source import Source
from emotion_model.package.export import export
from emotion_model.package.operators import load_operators
from end_to_end import ROOT

DEFAULT_SOURCE = ROOT / "model" / "default"
CACHE = ROOT / "build" / "derived-models"
EMBEDDING = "mobilebert.embeddings.word_embeddings.weight"
LAYER = "mobilebert.encoder.layer."


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """How a model differs from the default one."""

    version: str
    # Its own names of labels with the default model's, in its own order; empty: the
    # default model's.
    labels: tuple[tuple[str, str], ...] = ()
    # The first layers are kept; 0: all.
    layers: int = 0
    # Pieces change places, by this seed; 0: none does.
    shuffle: int = 0
    precisions: tuple[str, ...] = ("fp32",)


# Two models that load quickly and have nothing in common but their name: each
# answers every dialogue, and no answer of the one could be one of the other's.
FIRST = Derivation(version="1.0.0", layers=4)
SECOND = Derivation(
    version="2.0.0",
    labels=(
        ("fury", "angry"),
        ("neutral", "others"),
        ("sorrow", "sad"),
        ("joy", "happy"),
    ),
    layers=2,
    shuffle=7,
)
# Has the first one's names for labels, in another order, so that answers can agree.
THIRD = Derivation(
    version="3.0.0",
    labels=(
        ("angry", "angry"),
        ("others", "others"),
        ("sad", "sad"),
        ("happy", "happy"),
    ),
    layers=2,
    shuffle=8,
)


def derived_package(derivation: Derivation, operators: Path) -> Path:
    """The folder of a package, exported unless that has been done before.

    Args:
        derivation: how it differs.
        operators: the library of the server's operators.
    """
    described = json.dumps(asdict(derivation), sort_keys=True)
    name = hashlib.sha256(described.encode()).hexdigest()[:16]
    package = CACHE / f"{derivation.version}-{name}"
    if not _is_newer(package / "manifest.json", operators):
        load_operators(operators)
        with tempfile.TemporaryDirectory() as folder:
            write_source(derivation, Path(folder))
            source = Source.read(Path(folder))
            export(source, package, "packed", operators, derivation.precisions)
    return package


def write_source(derivation: Derivation, folder: Path) -> None:
    """Writes the package source of a derived model into an empty folder."""
    config = _read_json("config.json")
    document = _read_json("package.json")
    weights = load_file(DEFAULT_SOURCE / "model.safetensors")
    pieces = (DEFAULT_SOURCE / "vocab.txt").read_text(encoding="utf-8").splitlines()

    if derivation.layers:
        config["num_hidden_layers"] = derivation.layers
        weights = {
            name: tensor
            for name, tensor in weights.items()
            if not name.startswith(LAYER)
            or int(name.removeprefix(LAYER).split(".")[0]) < derivation.layers
        }
    if derivation.labels:
        _reorder_labels(derivation.labels, config, document, weights)
    if derivation.shuffle:
        order = _shuffled(pieces, derivation.shuffle)
        pieces = [pieces[index] for index in order]
        weights[EMBEDDING] = weights[EMBEDDING][torch.tensor(order)].contiguous()
    document["model_version"] = derivation.version
    # Measured of the default model.
    document["metrics"] = {}

    _write_json(folder / "config.json", config)
    _write_json(folder / "package.json", document)
    save_file(weights, folder / "model.safetensors")
    text = "".join(f"{piece}\n" for piece in pieces)
    (folder / "vocab.txt").write_text(text, encoding="utf-8")
    rules = (DEFAULT_SOURCE / "tokenizer_config.json").read_bytes()
    (folder / "tokenizer_config.json").write_bytes(rules)


def _reorder_labels(
    labels: Sequence[tuple[str, str]],
    config: dict[str, Any],
    document: dict[str, Any],
    weights: dict[str, torch.Tensor],
) -> None:
    old = document["labels"]
    order = [old.index(theirs) for _, theirs in labels]
    assert sorted(order) == list(range(len(old))), "each label once"
    document["labels"] = [own for own, _ in labels]
    config["id2label"] = {str(i): own for i, (own, _) in enumerate(labels)}
    config["label2id"] = {own: i for i, (own, _) in enumerate(labels)}
    for calibration in (document["calibration"], *document["traffics"].values()):
        for key in ("bias", "shares"):
            calibration[key] = [calibration[key][index] for index in order]
    for name in weights:
        if name.startswith(("classifier.", "heads.")):
            weights[name] = weights[name][torch.tensor(order)].contiguous()


def _shuffled(pieces: Sequence[str], seed: int) -> list[int]:
    """Which old id each new id has; special tokens keep theirs."""
    free = [
        index
        for index, piece in enumerate(pieces)
        if not (piece.startswith("[") and piece.endswith("]") and len(piece) > 2)
    ]
    taken = free.copy()
    random.Random(seed).shuffle(taken)
    order = list(range(len(pieces)))
    for index, old in zip(free, taken, strict=True):
        order[index] = old
    return order


def _is_newer(manifest: Path, operators: Path) -> bool:
    """Whether a package is newer than all that it is made of."""
    if not manifest.exists():
        return False
    made_of = [Path(__file__), operators]
    for folder, _, files in os.walk(ROOT / "model"):
        made_of += [
            Path(folder) / file for file in files if not file.endswith((".pyc", ".md"))
        ]
    newest = max(path.stat().st_mtime for path in made_of)
    return manifest.stat().st_mtime > newest


def _read_json(name: str) -> dict[str, Any]:
    text = (DEFAULT_SOURCE / name).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _write_json(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
