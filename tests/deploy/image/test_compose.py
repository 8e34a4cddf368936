"""compose.yaml follows its schema, locks its services in, and fits the server."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from jsonschema.validators import (  # type: ignore[import-untyped]
    validator_for,
)
from places import DEPLOY, ROOT

FILE = DEPLOY / "compose" / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]


def faults(document: dict[str, Any]) -> list[str]:
    """What of a compose file breaks the Compose Specification's schema."""
    # The package brings the schema; none of its code is needed.
    path = "check_jsonschema/builtin_schemas/vendor/compose-spec.json"
    located = distribution("check-jsonschema").locate_file(path)
    schema = json.loads(Path(str(located)).read_text(encoding="utf-8"))
    validator = validator_for(schema)(schema)
    return [
        f"{error.json_path}: {error.message}"
        for error in validator.iter_errors(document)
    ]


def test_it_follows_the_schema() -> None:
    assert faults(COMPOSE) == []


def test_the_schema_sees_a_misspelt_key() -> None:
    services = {**SERVICES, "emotion": {**SERVICES["emotion"], "read_onyl": True}}
    assert len(faults({**COMPOSE, "services": services})) == 1


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_locked_in(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert service["healthcheck"]["test"][0] == "CMD"
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    for key in ("privileged", "cap_add", "network_mode", "pid", "devices"):
        assert key not in service


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_ports_are_loopback_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"emotion"}))
def test_images_of_others_have_a_version(name: str) -> None:
    assert re.fullmatch(r"[\w/]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


def test_the_servers_have_no_way_out() -> None:
    assert SERVICES["emotion"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "ports" not in SERVICES["emotion"]
    assert SERVICES["emotion"]["deploy"]["replicas"] == 2


def test_a_server_may_drain_before_it_is_killed() -> None:
    service = SERVICES["emotion"]
    given = service["environment"]
    drain = int(given["EMOTION_LAME_DUCK_MS"]) + int(given["EMOTION_DRAIN_TIMEOUT_MS"])
    assert int(service["stop_grace_period"].removesuffix("s")) * 1000 > drain


def test_what_is_mounted_is_read_only_and_there() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            source, _, options = mount.partition(":")
            if not source.startswith("."):
                continue
            assert options.endswith(":ro"), mount
            path = (FILE.parent / source).resolve()
            below = path.relative_to(ROOT).parts
            # What is built is not in the repository.
            if below[0] == "deploy" and (DEPLOY / below[1]).exists():
                assert path.exists(), mount
