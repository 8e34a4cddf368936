"""What every pod must have to be run and stopped well."""

import re
from pathlib import Path

import pytest
from pods import all_pods, pods, port_numbers, server_of
from render import ROOT, Object, containers, environment, kustomized, only, seconds

PODS = [pytest.param(pod, id=name) for name, pod in all_pods()]

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")

# Seconds beside the drain for the workers' last batch and the process's end.
RESERVE_S = 10

# What the server calls itself to grpc.health.v1; "" is the whole server.
PACKAGE = re.compile(r"^package ([\w.]+);", re.MULTILINE)


def health_names() -> set[str]:
    proto = (ROOT / "proto/emotion/v1/emotion.proto").read_text(encoding="utf-8")
    package = PACKAGE.search(proto)
    assert package and "service EmotionService {" in proto
    return {"", f"{package[1]}.EmotionService"}


@pytest.mark.parametrize("pod", PODS)
def test_containers_are_bounded(pod: Object) -> None:
    for container in containers(pod):
        resources = container["resources"]
        # Requests below limits would let others be harmed by a burst.
        assert resources["requests"] == resources["limits"]
        assert set(resources["limits"]) == {"cpu", "memory"}
        # The server's plan rounds down; half a CPU would be paid for and idle.
        assert int(resources["limits"]["cpu"]) >= 1


@pytest.mark.parametrize("pod", PODS)
def test_containers_may_do_nothing_that_they_need_not(pod: Object) -> None:
    spec = pod["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] >= 10000
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for field in ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"):
        assert not spec.get(field)
    for container in containers(pod):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "hostPath" not in str(spec.get("volumes", []))


def loopback_only(pod: Object) -> bool:
    return environment(server_of(pod))["EMOTION_ADDRESS"].startswith("127.")


@pytest.mark.parametrize("pod", PODS)
def test_the_server_is_probed_over_grpc(pod: Object) -> None:
    server = server_of(pod)
    expected = int(environment(server)["EMOTION_ADDRESS"].rpartition(":")[2])
    if loopback_only(pod):
        expected = port_numbers(pod)["health"]
    for name in PROBES:
        probe = server[name]["grpc"]
        assert probe["port"] == expected
        assert probe.get("service", "") in health_names()


@pytest.mark.parametrize("pod", PODS)
def test_sidecars_are_probed(pod: Object) -> None:
    for container in containers(pod):
        assert {"startupProbe", "livenessProbe"} <= set(container), container["name"]


def patience(probe: Object) -> float:
    """Seconds of failure that a probe bears."""
    return float(probe.get("periodSeconds", 10) * probe.get("failureThreshold", 3))


def drain_seconds(server: Object) -> float:
    return seconds(server, "EMOTION_LAME_DUCK_MS") + seconds(
        server, "EMOTION_DRAIN_TIMEOUT_MS"
    )


@pytest.mark.parametrize("pod", PODS)
def test_a_drain_ends_before_the_pod_is_killed(pod: Object) -> None:
    server = server_of(pod)
    before = server.get("lifecycle", {}).get("preStop", {}).get("sleep", {})
    needed = before.get("seconds", 0) + drain_seconds(server) + RESERVE_S
    assert pod["spec"]["terminationGracePeriodSeconds"] >= needed


@pytest.mark.parametrize("pod", PODS)
def test_liveness_outlasts_a_drain_and_readiness_does_not(pod: Object) -> None:
    server = server_of(pod)
    assert patience(server["livenessProbe"]) > drain_seconds(server) + RESERVE_S
    assert patience(server["readinessProbe"]) <= 10


@pytest.mark.parametrize("pod", PODS)
def test_the_lame_duck_outlasts_what_balancers_need(pod: Object) -> None:
    # Endpoints and kube-proxy follow within a second or two.
    assert seconds(server_of(pod), "EMOTION_LAME_DUCK_MS") >= 5


def test_a_rollout_never_has_fewer_pods_than_asked() -> None:
    for name in ("base", "production"):
        strategy = only(kustomized(name), "Deployment")["spec"]["strategy"]
        assert strategy["rollingUpdate"]["maxUnavailable"] == 0
        assert strategy["rollingUpdate"]["maxSurge"] >= 1


def test_images_are_named_once_and_tagged() -> None:
    for name, pod in all_pods():
        for container in containers(pod):
            tag = container["image"].rpartition(":")[2]
            assert re.fullmatch(r"\d[\w.-]*", tag), (name, container["image"])


def test_the_version_is_the_projects() -> None:
    cmake = Path(ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    version = re.search(r"project\(emotion VERSION ([\d.]+)", cmake)
    assert version
    for pod in pods(kustomized("base")):
        assert server_of(pod)["image"] == f"emotion-server:{version[1]}"
