"""The pods that a set of objects makes, whoever makes them."""

import kserve
from render import Object, containers, environment, kustomized, overlays


def pods(objects: list[Object]) -> list[Object]:
    """{metadata, spec} of each."""
    templates = [x["spec"]["template"] for x in objects if x["kind"] == "Deployment"]
    return templates + kserve.pods(objects)


def all_pods() -> list[tuple[str, Object]]:
    """Every pod of every overlay, with the overlay's name."""
    return [(name, pod) for name in overlays() for pod in pods(kustomized(name))]


def server_of(pod: Object) -> Object:
    """The container in which the emotion server runs."""
    (found,) = [c for c in containers(pod) if "EMOTION_MODEL" in environment(c)]
    return found


def port_numbers(pod: Object) -> dict[str, int]:
    """The named ports of a pod."""
    return {
        port["name"]: port["containerPort"]
        for container in containers(pod)
        for port in container.get("ports", [])
    }
