"""Holds every rendered manifest against checkov's policies: `./dev manifests`."""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import kserve
import yaml  # type: ignore[import-untyped]
from render import Object, helm_objects, kustomized, overlays, without_hooks

# Policies that are not kept, and why. One that is kept after all must go from here.
EXCEPTIONS = {
    "CKV_K8S_43": "an image's digest is known once it is in a registry of yours; "
    "kustomize's `images` and the chart's image.digest take it",
    "CKV_K8S_15": "an image is named by version or digest, which do not change; "
    "pulling it each time would make every start depend on the registry",
}


def manifests() -> dict[str, list[Object]]:
    """All that is to be checked, by the name of its source."""
    found = {name: kustomized(name) for name in overlays()}
    for name, objects in found.items():
        if name.startswith("kserve"):
            # checkov does not know KServe's kinds but the pods that they make.
            pods = kserve.pods(objects)
            for pod in pods:
                pod["metadata"]["namespace"] = "emotion"
            found[name] = pods
    for kind in ("none", "hpa", "keda"):
        objects = helm_objects(f'autoscaling.kind="{kind}"')
        found[f"chart-{kind}"] = without_hooks(objects)
    return found


def checked(folder: Path) -> tuple[int, dict[str, list[str]]]:
    """How many checks passed, and where the others failed."""
    run = subprocess.run(
        [
            os.environ["EMOTION_CHECKOV"], "--directory", str(folder),
            "--framework", "kubernetes", "--skip-download", "--output", "json",
        ],
        capture_output=True,
        text=True,
        timeout=600,
    )  # fmt: skip
    report = json.loads(run.stdout)
    failed = defaultdict(list)
    for check in report["results"]["failed_checks"]:
        where = f"{Path(check['file_path']).stem}: {check['resource']}"
        failed[f"{check['check_id']} {check['check_name']}"].append(where)
    assert not report["results"]["parsing_errors"], report["results"]["parsing_errors"]
    return len(report["results"]["passed_checks"]), failed


def main() -> int:
    """Prints what failed that may not, and which exceptions nothing needs."""
    with tempfile.TemporaryDirectory() as folder:
        sources = manifests()
        for name, objects in sources.items():
            path = Path(folder) / f"{name}.yaml"
            path.write_text(yaml.safe_dump_all(objects), encoding="utf-8")
        passed, failed = checked(Path(folder))
    wrong = 0
    unused = set(EXCEPTIONS)
    for check, places in sorted(failed.items()):
        identifier = check.split()[0]
        unused.discard(identifier)
        if identifier not in EXCEPTIONS:
            wrong += 1
            print(f"{check}\n  " + "\n  ".join(places))
    for identifier in sorted(unused):
        wrong += 1
        print(f"{identifier} is an exception that nothing needs")
    print(
        f"{passed} checks passed on {len(sources)} sets of manifests; "
        f"exceptions: {', '.join(sorted(EXCEPTIONS))}"
    )
    if passed < 100:
        print("too few checks ran")
        wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
