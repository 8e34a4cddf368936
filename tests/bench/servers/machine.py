"""What a result was measured on and with, for people to read."""

import datetime
import json
from importlib import metadata
from pathlib import Path

from peers.machine import describe_machine, versions

# Beyond what the peers name.
_LIBRARIES = ("grpcio", "nvidia-pytriton", "tokenizers")
_IDLE_LOAD = 0.5


def describe(package: Path, triton_site: Path | None) -> dict[str, str]:
    """Date, machine, versions and model; says so where the machine was busy.

    Args:
        package: the model package.
        triton_site: where Triton's environment has its packages, if it takes part.
    """
    machine = {name: _text(value) for name, value in describe_machine().items()}
    load = float(machine["load_average"])
    if load > _IDLE_LOAD:
        machine["load_average"] += " before the first run: the figures are not to trust"
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    precisions = ", ".join(manifest["precisions"])
    model = f"{manifest['name']} {manifest['model_version']} in {precisions}"
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    paths = [] if triton_site is None else [str(triton_site)]
    found = {name: _version(name, paths) for name in _LIBRARIES}
    return {"date": now, **machine, **versions(), **found, "model": model}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _version(name: str, paths: list[str]) -> str:
    for distribution in metadata.distributions(name=name, path=paths):
        return distribution.version
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
