"""What points at something points at what is there."""

import pytest
from pods import pods, port_numbers, server_of
from render import Object, environment, kustomized, of_kind, only, overlays, title

# Overlays of the base; those of KServe bring no Services of their own.
OVERLAYS = [name for name in overlays() if not name.startswith("kserve")]


def the_pod(objects: list[Object]) -> Object:
    (found,) = pods(objects)
    return found


def selects(selector: dict[str, str], pod: Object) -> bool:
    labels: dict[str, str] = pod["metadata"]["labels"]
    return selector.items() <= labels.items()


@pytest.mark.parametrize("name", OVERLAYS)
def test_selectors_match_the_pods(name: str) -> None:
    objects = kustomized(name)
    pod = the_pod(objects)
    found = []
    for thing in objects:
        spec = thing.get("spec", {})
        match thing["kind"]:
            case "Service":
                selector = spec["selector"]
            case "Deployment" | "PodDisruptionBudget" | "PodMonitor":
                selector = spec["selector"]["matchLabels"]
            case "NetworkPolicy":
                selector = spec["podSelector"]["matchLabels"]
            case _:
                continue
        found.append(thing["kind"])
        assert selector, title(thing)
        assert selects(selector, pod), title(thing)
    assert {"Service", "Deployment", "PodDisruptionBudget", "NetworkPolicy"} <= {*found}
    for constraint in pod["spec"]["topologySpreadConstraints"]:
        assert selects(constraint["labelSelector"]["matchLabels"], pod)


@pytest.mark.parametrize("name", OVERLAYS)
def test_ports_are_named_and_there(name: str) -> None:
    objects = kustomized(name)
    ports = port_numbers(the_pod(objects))
    for service in of_kind(objects, "Service"):
        for port in service["spec"]["ports"]:
            assert port["targetPort"] in ports, title(service)
            assert port["appProtocol"] in {"kubernetes.io/h2c", "https"}
    for rule in only(objects, "NetworkPolicy")["spec"]["ingress"]:
        for port in rule["ports"]:
            assert port["port"] in ports
    for monitor in of_kind(objects, "PodMonitor"):
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            assert ports[endpoint["port"]] == ports["metrics"]


@pytest.mark.parametrize("name", OVERLAYS)
def test_ports_are_those_on_which_the_server_listens(name: str) -> None:
    pod = the_pod(kustomized(name))
    variables = environment(server_of(pod))
    ports = port_numbers(pod)
    assert variables["EMOTION_METRICS_ADDRESS"] == f"0.0.0.0:{ports['metrics']}"
    host, _, port = variables["EMOTION_ADDRESS"].rpartition(":")
    if host == "0.0.0.0":
        assert ports["grpc"] == int(port)
    else:
        # A proxy has the port, and the server cannot be reached past it.
        assert host == "127.0.0.1"
        assert int(port) not in ports.values()


def test_the_headless_service_has_the_ports_of_the_other() -> None:
    services = of_kind(kustomized("base"), "Service")
    plain, headless = sorted(services, key=lambda x: str(x["metadata"]["name"]))
    assert headless["spec"]["clusterIP"] == "None"
    assert plain["spec"]["ports"] == headless["spec"]["ports"]


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_network_is_closed_but_for_two_ports(name: str) -> None:
    policy = only(kustomized(name), "NetworkPolicy")["spec"]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert policy["egress"] == []
    assert [[p["port"] for p in rule["ports"]] for rule in policy["ingress"]] == [
        ["grpc"],
        ["metrics"],
    ]
    assert all(rule["from"] for rule in policy["ingress"])


@pytest.mark.parametrize("name", OVERLAYS)
def test_everything_lives_in_one_namespace(name: str) -> None:
    for thing in kustomized(name):
        if thing["kind"] != "Namespace":
            assert thing["metadata"]["namespace"] == "emotion", title(thing)


@pytest.mark.parametrize("name", OVERLAYS)
def test_volumes_are_those_that_are_mounted(name: str) -> None:
    spec = the_pod(kustomized(name))["spec"]
    mounted = {
        mount["name"]
        for container in spec["containers"] + spec.get("initContainers", [])
        for mount in container.get("volumeMounts", [])
    }
    assert mounted == {volume["name"] for volume in spec.get("volumes", [])}
    made = {x["metadata"]["name"] for x in of_kind(kustomized(name), "ConfigMap")}
    used = {v["configMap"]["name"] for v in spec.get("volumes", []) if "configMap" in v}
    assert made == used
