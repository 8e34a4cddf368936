"""Makes the model package that the server reads.

    python -m emotion_model export --source model/default --out build/model \
        --operators build/release/lib/libemotion_operators.so

PACKAGE.md describes the package, field by field.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from emotion_model import files
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import Encoding
from emotion_model.errors import ModelError
from emotion_model.package.manifest import calibrated_labels, make_manifest
from emotion_model.package.operators import PRECISIONS
from emotion_model.package.precisions import Variant, make_variants, why_plain
from emotion_model.package.trace import LAYOUTS, make_inputs, save, trace


def export(
    source: Source,
    out: Path,
    layout: str,
    operators: Path | None = None,
    precisions: Sequence[str] = PRECISIONS,
) -> dict[str, Any]:
    """Writes a package; it is there in full or not at all.

    Each trace is loaded again from the written file and must answer the golden
    dialogues, alone and together, as the plain reference does.

    Args:
        source: what to export.
        out: the package folder.
        layout: one of LAYOUTS.
        operators: the library of the server's operators; without it, or for a
            model that they cannot run, the package holds plain fp32 alone.
        precisions: those that the package shall hold with the operators, fp32
            always among them.

    Returns:
        The manifest.

    Raises:
        ModelError: the layout does not fit the model, `out` holds something else,
            or a trace does not answer as the reference does.
    """
    encoder = source.encoder()
    encodings = [encoder.encode(turns) for turns in source.golden]
    expected = torch.stack([source.logits(encoding) for encoding in encodings])
    variants = make_variants(source, layout, operators, precisions)
    with files.new_folder(out, "manifest.json") as folder:
        inputs = make_inputs(encodings[:2], layout, source.checkpoint)
        differences: dict[str, float] = {}
        for variant in variants:
            path = folder / variant.file
            save(trace(variant.module, inputs), path)
            differences[variant.precision] = check_trace(
                source, path, layout, encodings, expected, variant
            )
        files.copy(source.checkpoint.folder / "vocab.txt", folder)
        manifest = make_manifest(source, layout, encodings, expected, folder)
        manifest["precisions"] = {
            variant.precision: {
                "file": variant.file,
                "runs_on": variant.runs_on,
                "tolerance": variant.tolerance,
                "golden_difference": differences[variant.precision],
            }
            for variant in variants
        }
        files.write_json(folder / "manifest.json", manifest)
    return manifest


def check_trace(
    source: Source,
    path: Path,
    layout: str,
    encodings: list[Encoding],
    expected: Tensor,
    variant: Variant,
) -> float:
    """Runs a saved trace on all dialogues together and on each one alone.

    Returns:
        The largest difference of a logit, rounded to a millionth.

    Raises:
        ModelError: a logit is further from `expected` than the tolerance, or the
            calibrated label is another.
    """
    traced = torch.jit.load(path)
    with torch.inference_mode():
        together = traced(*make_inputs(encodings, layout, source.checkpoint))
        alone = [
            traced(*make_inputs([encoding], layout, source.checkpoint))
            for encoding in encodings
        ]
    labels = calibrated_labels(source, expected)
    largest = 0.0
    for got in (together, torch.cat(alone)):
        difference = float((got - expected).abs().max())
        if not difference <= variant.tolerance:
            raise ModelError(
                f"the {variant.precision} trace differs from the reference by "
                f"{difference:.3g}, expected at most {variant.tolerance:.3g}"
                f"{_way_out(variant)}"
            )
        if calibrated_labels(source, got) != labels:
            raise ModelError(
                f"the {variant.precision} trace gives a golden dialogue another "
                f"label than the reference{_way_out(variant)}"
            )
        largest = max(largest, difference)
    return round(largest, 6)


def _way_out(variant: Variant) -> str:
    if variant.precision == "fp32":
        return ""
    others = (name for name in PRECISIONS if name != variant.precision)
    return f"; --precisions {','.join(others)} leaves it out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--source", type=Path, required=True, help="package source")
    parser.add_argument("--out", type=Path, required=True, help="package folder")
    parser.add_argument("--layout", choices=LAYOUTS, default="packed")
    parser.add_argument(
        "--operators",
        type=Path,
        help="library of the server's operators: adds bf16 and int8",
    )
    parser.add_argument(
        "--precisions",
        default=",".join(PRECISIONS),
        help="what the package shall hold, by commas; fp32 is always in it",
    )


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    source = Source.read(options.source)
    for name in source.checkpoint.unused:
        print(f"not needed, left out: {name}")
    manifest = export(
        source,
        options.out,
        options.layout,
        options.operators,
        options.precisions.split(","),
    )
    if options.operators and (reason := why_plain(source, options.layout)):
        print(f"fp32 by torch alone: {reason}")
    print(
        f"{source.name} {source.model_version}, {options.layout}, "
        f"{', '.join(manifest['precisions'])}"
    )
    for name, entry in manifest["files"].items():
        print(f"{options.out / name}: {entry['bytes']} bytes, {entry['sha256']}")
    entry = files.describe(options.out / "manifest.json")
    print(f"{options.out / 'manifest.json'}: {entry['bytes']} bytes, {entry['sha256']}")
    return 0
