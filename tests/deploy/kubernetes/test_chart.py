"""The chart makes what the overlays make, and refuses values that are wrong."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]
from pods import pods, server_of
from render import (
    CHART,
    VERSIONS,
    Object,
    environment,
    helm,
    helm_objects,
    kustomized,
    only,
    seconds,
    without_hooks,
)

# Each overlay, and the values that make the same.
SAME = {
    "base": (),
    "autoscaled-hpa": ('autoscaling.kind="hpa"',),
    "autoscaled-keda": ('autoscaling.kind="keda"',),
    "monitored": ("podMonitor.enabled=true",),
    "production": (
        'image.repository="registry.example.com/emotion-server"',
        'autoscaling.kind="hpa"',
        "autoscaling.minReplicas=3",
        "autoscaling.maxReplicas=30",
        "podMonitor.enabled=true",
    ),
}

# What Helm's charts carry by custom and kustomize's do not.
ONLY_IN_HELM = {
    "app.kubernetes.io/managed-by": "Helm",
    "helm.sh/chart": "emotion-0.1.0",
}


def by_name(objects: list[Object]) -> dict[tuple[str, str], Object]:
    return {(x["kind"], x["metadata"]["name"]): x for x in objects}


def from_chart(*settings: str) -> dict[tuple[str, str], Object]:
    """The chart's objects, less what only Helm adds."""
    objects = without_hooks(helm_objects(*settings))
    for thing in objects:
        for name, value in ONLY_IN_HELM.items():
            assert thing["metadata"]["labels"].pop(name) == value
    return by_name(objects)


def from_overlay(name: str) -> dict[tuple[str, str], Object]:
    """The overlay's objects, less the namespace, which Helm is given."""
    objects = by_name(kustomized(name))
    del objects["Namespace", "emotion"]
    return objects


@pytest.mark.parametrize("name", sorted(SAME))
def test_the_chart_makes_what_the_overlay_makes(name: str) -> None:
    expected = from_overlay(name)
    made = from_chart(*SAME[name])
    if name == "production":
        # Where the example is stricter than the chart.
        spread = only(list(made.values()), "Deployment")["spec"]["template"]["spec"]
        spread["topologySpreadConstraints"][1]["whenUnsatisfiable"] = "DoNotSchedule"
    assert sorted(made) == sorted(expected)
    for key, thing in expected.items():
        assert made[key] == thing, key


def test_helm_finds_nothing_to_say() -> None:
    run = helm("lint", "--strict", str(CHART))
    assert run.returncode == 0, run.stdout + run.stderr


def test_other_names_and_namespaces_are_kept() -> None:
    run = helm("template", "blue", str(CHART), "--namespace", "moods")
    assert run.returncode == 0, run.stderr
    for thing in yaml.safe_load_all(run.stdout):
        assert thing["metadata"]["name"].startswith("blue-emotion")
        assert thing["metadata"]["namespace"] == "moods"


def test_all_values_together_are_valid() -> None:
    objects = helm_objects(
        'image.digest="sha256:' + "0" * 64 + '"',
        'imagePullSecrets=[{"name":"registry"}]',
        'server.options={"max-queue-items":"2048","precision":"int8"}',
        'service={"type":"LoadBalancer","port":443,"annotations":{"a/b":"c"}}',
        'podLabels={"team":"moods"}',
        'podAnnotations={"a/b":"c"}',
        'priorityClassName="high"',
        'tolerations=[{"key":"cpu","operator":"Exists"}]',
        'affinity={"nodeAffinity":{}}',
        'podMonitor={"enabled":true,"labels":{"release":"prometheus"}}',
    )
    for thing in objects:
        if thing["kind"] != "PodMonitor":
            kubernetes_validate.validate(thing, "1.37", strict=True)
    assert only(objects, "PodMonitor")["metadata"]["labels"]["release"] == "prometheus"
    server = server_of(only(objects, "Deployment")["spec"]["template"])
    assert server["image"].startswith("emotion-server@sha256:")
    assert environment(server)["EMOTION_MAX_QUEUE_ITEMS"] == "2048"


def test_the_test_of_the_release_may_call() -> None:
    objects = helm_objects()
    policy = only(objects, "NetworkPolicy")["spec"]["ingress"][0]["from"][0]
    labels = only(objects, "Pod")["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    # It is none of the pods that the Services send calls to.
    (selector,) = {
        tuple(sorted(x["spec"]["selector"].items()))
        for x in objects
        if x["kind"] == "Service"
    }
    assert not set(selector) <= labels.items()


@pytest.mark.parametrize(("lame_duck", "drain"), [(0, 0), (5000, 10000), (1, 600000)])
def test_the_grace_period_follows_the_drain(lame_duck: int, drain: int) -> None:
    (pod,) = pods(
        helm_objects(f"server.lameDuckMs={lame_duck}", f"server.drainTimeoutMs={drain}")
    )
    server = server_of(pod)
    assert seconds(server, "EMOTION_LAME_DUCK_MS") == lame_duck / 1000
    grace = pod["spec"]["terminationGracePeriodSeconds"]
    assert (lame_duck + drain) / 1000 + 14 < grace <= (lame_duck + drain) / 1000 + 16
    probe = server["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] > grace


REFUSED = [
    'imag="emotion"',
    'image.tag="latest"',
    'image.tag="no spaces"',
    'image.digest="0123"',
    'image.repository=""',
    "replicaCount=0",
    'replicaCount="2"',
    "server.lameDuckMs=-1",
    "server.drainTimeoutMs=600001",
    'server.logFormat="xml"',
    'server.reflection="yes"',
    'server.options={"max-que-items":"1"}',
    'server.options={"max-queue-items":1}',
    'server.options={"lame-duck-ms":"1"}',
    "resources.cpu=0.5",
    'resources.memory="512"',
    'service.type="ExternalName"',
    "service.port=0",
    'autoscaling.kind="vpa"',
    "autoscaling.minReplicas=1",
    'autoscaling.prometheusAddress="prometheus:9090"',
    'networkPolicy={"clientLabels":{"emotion-client":null}}',
    'podLabels={"app.kubernetes.io/name":"other"}',
    'podMonitor.interval="often"',
    'tolerations={"key":"x"}',
]


@pytest.mark.parametrize("setting", REFUSED)
def test_wrong_values_are_refused(setting: str) -> None:
    run = helm("template", "emotion", str(CHART), "--set-json", setting)
    assert run.returncode != 0, run.stdout
    assert "schema" in run.stderr, run.stderr


def schema() -> dict[str, Any]:
    text = (CHART / "values.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def values() -> dict[str, Any]:
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_the_schema_is_one_and_the_defaults_keep_it() -> None:
    jsonschema.Draft7Validator.check_schema(schema())
    jsonschema.Draft7Validator(schema()).validate(values())


def test_every_value_is_in_the_schema_and_the_other_way_round() -> None:
    properties = schema()["properties"]
    assert set(properties) - {"global"} == set(values())
    for name, value in values().items():
        inner = properties[name].get("properties")
        if inner is not None:
            assert set(inner) == set(value), name


def test_the_schema_knows_the_options_of_the_server() -> None:
    run = subprocess.run(
        [os.environ["EMOTION_SERVER"], "--print-config"],
        env={},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    (server,) = (server_of(pod) for pod in pods(kustomized("base")))
    given = {
        name.removeprefix("EMOTION_").lower().replace("_", "-")
        for name in environment(server)
    }
    known = schema()["properties"]["server"]["properties"]["options"]
    assert (
        set(known["propertyNames"]["enum"]) == set(yaml.safe_load(run.stdout)) - given
    )


def test_versions_are_the_projects(tmp_path: Path) -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    (server,) = (server_of(pod) for pod in pods(kustomized("base")))
    assert server["image"].endswith(f":{chart['appVersion']}")
    assert chart["version"] == chart["appVersion"]
    assert chart["kubeVersion"] == f">={VERSIONS[-1]}.0-0"
    run = helm("package", str(CHART), "--destination", str(tmp_path))
    assert run.returncode == 0, run.stderr
    assert [p.name for p in tmp_path.iterdir()] == [f"emotion-{chart['version']}.tgz"]
