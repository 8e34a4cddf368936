"""Runs the very Deployment of the base with podman: `./dev manifests play IMAGE`.

Starts it, asks it as the kubelet would, looks whether its limits are in force, and
stops it as the kubelet would. Needs root and a podman that can make bridges; of
Kubernetes it shows the pod alone, not probes, Services or policies.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import yaml  # type: ignore[import-untyped]
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped]
from pods import port_numbers, server_of
from render import Object, kustomized, only, seconds

NAME = "emotion-play"
PATIENCE_S = 120.0


def deployment(image: str) -> Object:
    """The base's, with another image and name and one replica."""
    found = only(kustomized("base"), "Deployment")
    found["metadata"]["name"] = NAME
    found["spec"]["replicas"] = 1
    server = server_of(found["spec"]["template"])
    server["image"] = image
    server["imagePullPolicy"] = "Never"
    # They only inform, and podman would open them on this machine.
    del server["ports"]
    return found


class Podman:
    """A podman with the flags it was given."""

    def __init__(self, command: str) -> None:
        self._command = shlex.split(command)

    def __call__(self, *arguments: str) -> str:
        run = subprocess.run(
            [*self._command, *arguments], capture_output=True, text=True, timeout=180
        )
        if run.returncode != 0:
            raise RuntimeError(f"podman {shlex.join(arguments)}: {run.stderr}")
        return run.stdout

    def inspect(self, identifier: str) -> Any:
        return json.loads(self("inspect", identifier))[0]


@dataclass(frozen=True)
class Played:
    """A pod that runs."""

    podman: Podman
    container: str
    address: str
    spec: Object

    def state(self) -> Any:
        return self.podman.inspect(self.container)


def play(podman: Podman, path: Path, pod: Object, port: int) -> Played:
    """Starts the pod of a manifest. Its network is that of its first container."""
    lines = podman("kube", "play", str(path)).splitlines()
    container = lines[lines.index("Container:") + 1]
    infra = podman.inspect(podman.inspect(container)["Pod"])["InfraContainerID"]
    (network,) = podman.inspect(infra)["NetworkSettings"]["Networks"].values()
    return Played(podman, container, f"{network['IPAddress']}:{port}", pod)


def health(address: str, service: str) -> str:
    """What a probe receives, on a connection of its own as the kubelet's."""
    try:
        with grpc.insecure_channel(address) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            request = health_pb2.HealthCheckRequest(service=service)
            status = stub.Check(request, timeout=2).status
        return str(health_pb2.HealthCheckResponse.ServingStatus.Name(status))
    except grpc.RpcError as error:
        return str(error.code().name)


def classify(address: str) -> str:
    turns = ["Hello", "Hi, how are you?", "I've never had such a bad day in my life"]
    run = subprocess.run(
        [os.environ["EMOTION_CLIENT"], "classify", "--address", address, *turns],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return run.stdout.split()[0] if run.returncode == 0 else run.stderr.strip()


def wait_for(condition: Callable[[], bool], what: str) -> float:
    """Seconds until it came true."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > PATIENCE_S:
            raise TimeoutError(f"not within {PATIENCE_S:.0f} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - begin


def check(good: bool, what: str) -> None:
    print(("ok    " if good else "WRONG ") + what, flush=True)
    if not good:
        raise SystemExit(1)


def check_start(played: Played) -> None:
    server = server_of(played.spec)
    address = played.address
    service = server["readinessProbe"]["grpc"]["service"]
    took = wait_for(lambda: health(address, service) == "SERVING", "it serves")
    check(True, f"serves after {took:.1f} s")
    check(health(address, "") == "SERVING", "the liveness probe's name is known")
    check(classify(address) == "sad", "a call is answered")
    state = played.state()
    host = state["HostConfig"]
    limits = server["resources"]["limits"]
    memory = int(limits["memory"].removesuffix("Mi")) << 20
    check(host["Memory"] == memory, f"memory is limited to {limits['memory']}")
    quota = host["CpuQuota"] / host["CpuPeriod"]
    check(quota == int(limits["cpu"]), f"CPUs are limited to {quota:g}")
    check(host["ReadonlyRootfs"] is True, "the root file system is read-only")
    check(not state["EffectiveCaps"], "it has no capabilities")
    check("no-new-privileges" in host["SecurityOpt"], "it can gain none")
    check(state["Config"]["User"] == "65532:65532", "it is not root")


def check_stop(played: Played) -> None:
    server = server_of(played.spec)
    grace = played.spec["spec"]["terminationGracePeriodSeconds"]
    lame_duck = seconds(server, "EMOTION_LAME_DUCK_MS")
    begin = time.monotonic()
    stop = ("stop", "--time", str(grace), played.container)
    stopping = threading.Thread(target=lambda: played.podman(*stop))
    stopping.start()
    wait_for(lambda: health(played.address, "") == "NOT_SERVING", "it drains")
    heard = time.monotonic() - begin
    check(heard < lame_duck, f"says NOT_SERVING {heard:.1f} s after the order")
    check(classify(played.address) == "sad", "still answers as a lame duck")
    stopping.join(PATIENCE_S)
    took = time.monotonic() - begin
    code = played.state()["State"]["ExitCode"]
    check(code == 0, f"ends with {code}")
    check(lame_duck <= took < grace, f"is gone after {took:.1f} s of {grace}")


def main() -> int:
    """Plays the Deployment once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", help="one that podman already has")
    parser.add_argument("--podman", default="podman", help="with flags, if any")
    arguments = parser.parse_args()
    podman = Podman(arguments.podman)
    port = port_numbers(only(kustomized("base"), "Deployment")["spec"]["template"])[
        "grpc"
    ]
    made = deployment(arguments.image)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deployment.yaml"
        path.write_text(yaml.safe_dump(made), encoding="utf-8")
        try:
            played = play(podman, path, made["spec"]["template"], port)
            check_start(played)
            check_stop(played)
        finally:
            podman("kube", "play", "--down", str(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
