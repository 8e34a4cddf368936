"""Manifests as kubectl and helm render them."""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from tools import tool

ROOT = Path(__file__).resolve().parents[3]
KUBERNETES = ROOT / "deploy" / "kubernetes"
CHART = KUBERNETES / "chart" / "emotion"

# Of Kubernetes: the current one, two before it, and the oldest that the chart takes.
VERSIONS = ["1.37", "1.36", "1.35", "1.33"]

# A Kubernetes object as JSON has it.
Object = dict[str, Any]


def overlays() -> list[str]:
    """The names of all overlays, the bare base first."""
    return ["base", *sorted(p.name for p in (KUBERNETES / "overlays").iterdir())]


@cache
def _kustomized(name: str) -> str:
    folder = KUBERNETES / ("base" if name == "base" else f"overlays/{name}")
    run = subprocess.run(
        [tool("kubectl"), "kustomize", folder],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def kustomized(name: str) -> list[Object]:
    """The objects of an overlay, or of "base"."""
    return [x for x in yaml.safe_load_all(_kustomized(name)) if x is not None]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs helm and leaves what it made of it to the caller."""
    return subprocess.run(
        [tool("helm"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def helm_objects(*settings: str) -> list[Object]:
    """What the chart makes, installed as `emotion` in the namespace `emotion`."""
    flags = [part for setting in settings for part in ("--set-json", setting)]
    run = helm("template", "emotion", str(CHART), "--namespace", "emotion", *flags)
    assert run.returncode == 0, run.stderr
    return [x for x in yaml.safe_load_all(run.stdout) if x is not None]


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    """Those of the kinds, in order."""
    return [x for x in objects if x["kind"] in kinds]


def only(objects: list[Object], kind: str) -> Object:
    """The one of a kind."""
    (found,) = of_kind(objects, kind)
    return found


def without_hooks(objects: list[Object]) -> list[Object]:
    """Those that stay; Helm's hooks, such as a test, run once."""
    return [
        x for x in objects if "helm.sh/hook" not in x["metadata"].get("annotations", {})
    ]


def title(thing: Object) -> str:
    """What a failure calls an object."""
    return f"{thing['kind']}/{thing['metadata']['name']}"


def seconds(container: Object, variable: str) -> float:
    """An option in milliseconds, as seconds."""
    return int(environment(container)[variable]) / 1000


def containers(pod: Object) -> Iterator[Object]:
    """All containers of a pod, sidecars first."""
    yield from pod["spec"].get("initContainers", [])
    yield from pod["spec"]["containers"]


def environment(container: Object) -> dict[str, str]:
    """The variables that are given by value."""
    return {e["name"]: e["value"] for e in container.get("env", []) if "value" in e}
