"""The overlay that the README shows for a model repository is one."""

import os
import re
import subprocess
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]
from pods import pods, server_of
from render import KUBERNETES, VERSIONS, Object, environment, only
from tools import tool


def rendered(folder: Path) -> list[Object]:
    """The base with the patches of the README."""
    text = (KUBERNETES / "README.md").read_text(encoding="utf-8")
    (patches,) = re.findall(r"^```yaml\n(patches:\n.*?)^```$", text, re.M | re.S)
    base = os.path.relpath(KUBERNETES / "base", folder)
    (folder / "kustomization.yaml").write_text(f"resources: [{base}]\n{patches}")
    run = subprocess.run(
        [tool("kubectl"), "kustomize", folder],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return [x for x in yaml.safe_load_all(run.stdout) if x is not None]


def test_a_repository_is_mounted_and_the_server_takes_it(tmp_path: Path) -> None:
    objects = rendered(tmp_path.resolve())
    for version in VERSIONS:
        kubernetes_validate.validate(only(objects, "Deployment"), version, strict=True)
    (server,) = (server_of(pod) for pod in pods(objects))
    given = environment(server)
    mounts = {mount["mountPath"]: mount for mount in server["volumeMounts"]}
    assert mounts[given["EMOTION_MODEL_REPOSITORY"]]["readOnly"] is True
    run = subprocess.run(
        [os.environ["EMOTION_SERVER"], "--print-config"],
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    printed = yaml.safe_load(run.stdout)
    assert printed["model-repository"] == given["EMOTION_MODEL_REPOSITORY"]
    assert printed["admin-address"] == given["EMOTION_ADMIN_ADDRESS"]
