"""Every object is one that the API server of each supported version would take."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import kserve
import kubernetes_validate  # type: ignore[import-untyped]
import pytest
from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import PodMonitor
from render import KUBERNETES, VERSIONS, Object, kustomized, overlays, title

# Models made of the projects' own definitions; pydantic's, whose types are not seen.
MODELS: dict[str, Any] = {"ScaledObject": ScaledObject, "PodMonitor": PodMonitor}


def is_custom(thing: Object) -> bool:
    return thing["kind"] in MODELS or thing["kind"] in kserve.SCHEMAS


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", overlays())
def test_built_in_kinds_are_valid(name: str, version: str) -> None:
    for thing in kustomized(name):
        if not is_custom(thing):
            kubernetes_validate.validate(thing, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["kserve", "kserve-runtime"])
def test_the_pods_that_kserve_makes_are_valid(name: str, version: str) -> None:
    (pod,) = kserve.pods(kustomized(name))
    kubernetes_validate.validate(pod, version, strict=True)


def surplus(given: Any, kept: Any, path: str = "") -> list[str]:
    """The fields of `given` that a model did not take over."""
    if isinstance(given, dict) and isinstance(kept, dict):
        return [
            found
            for key, value in given.items()
            for found in (
                surplus(value, kept[key], f"{path}.{key}")
                if key in kept
                else [f"{path}.{key}"]
            )
        ]
    if isinstance(given, list) and isinstance(kept, list):
        return [
            found
            for i, pair in enumerate(zip(given, kept, strict=True))
            for found in surplus(*pair, f"{path}[{i}]")
        ]
    return []


def custom_failures(thing: Object) -> list[str]:
    """Why a custom resource is not one."""
    if thing["kind"] in kserve.SCHEMAS:
        schema = jsonschema.Draft202012Validator(kserve.SCHEMAS[thing["kind"]])
        return [error.message for error in schema.iter_errors(thing)]
    model = MODELS[thing["kind"]]
    try:
        kept = model.model_validate(thing).model_dump(
            mode="json", by_alias=True, exclude_unset=True
        )
    except ValueError as error:
        return [str(error)]
    return surplus(thing, kept)


@pytest.mark.parametrize("name", overlays())
def test_custom_kinds_are_valid(name: str) -> None:
    for thing in kustomized(name):
        if is_custom(thing):
            assert custom_failures(thing) == [], title(thing)


def a_custom(kind: str) -> Object:
    return next(
        thing
        for name in overlays()
        for thing in kustomized(name)
        if thing["kind"] == kind
    )


@pytest.mark.parametrize("kind", sorted({*MODELS, *kserve.SCHEMAS}))
def test_a_misspelt_field_of_a_custom_kind_is_seen(kind: str) -> None:
    thing = a_custom(kind)
    thing["spec"]["misspelt"] = 1
    assert custom_failures(thing)


def test_a_misspelt_field_of_a_built_in_kind_is_seen() -> None:
    for thing in kustomized("base"):
        if thing["kind"] == "Deployment":
            probe = thing["spec"]["template"]["spec"]["containers"][0]["startupProbe"]
            probe["failureTreshold"] = 3
            with pytest.raises(kubernetes_validate.ValidationError):
                kubernetes_validate.validate(thing, VERSIONS[0], strict=True)


def test_every_folder_of_manifests_is_rendered() -> None:
    used = (KUBERNETES / "overlays").glob("*/kustomization.yaml")
    text = "".join(p.read_text(encoding="utf-8") for p in used)
    for component in (KUBERNETES / "components").iterdir():
        assert f"../../components/{component.name}" in text
