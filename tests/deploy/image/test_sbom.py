"""The SBOM names what is there, follows its schema, and is the same each time."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from emotion_image import debian, libraries, sbom
from emotion_image.contents import Contents
from places import client, model


@pytest.fixture(scope="module")
def contents() -> tuple[Contents, dict[Path, Path]]:
    """The client as it was built, Debian's libraries for it, the model's manifest."""
    ours = Path("/usr/local/bin/emotion-client")
    manifest = Path("/srv/model/manifest.json")
    placed = {ours: client(), manifest: model() / "manifest.json"}
    found: dict[debian.DebianPackage, list[Path]] = {}
    for library in libraries.closure([client()]):
        real = library.resolve()
        owner = debian.owner(real)
        assert owner is not None, f"{real} belongs to no package"
        found.setdefault(owner, []).append(real)
        placed[real] = real
    return Contents(
        ours=[ours],
        model=[manifest],
        debian=found,
        compiled_in=[debian.package("nlohmann-json3-dev")],
    ), placed


@pytest.fixture(scope="module")
def document(contents: tuple[Contents, dict[Path, Path]]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(sbom.write(sbom.describe(*contents, 0)))
    return loaded


def components(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {component["name"]: component for component in document["components"]}


def test_every_file_is_named_with_its_checksum(
    document: dict[str, Any], contents: tuple[Contents, dict[Path, Path]]
) -> None:
    said = {
        file["name"]: file["hashes"][0]["content"]
        for component in document["components"]
        for file in component.get("components", [])
    }
    assert said == {
        str(path): hashlib.sha256(here.read_bytes()).hexdigest()
        for path, here in contents[1].items()
    }


def test_a_package_of_debians_has_version_place_and_licences(
    document: dict[str, Any],
) -> None:
    package = components(document)["libssl3"]
    assert package["version"].startswith("3.0.")
    assert package["purl"].startswith(f"pkg:deb/debian/libssl3@{package['version']}?")
    assert {"license": {"name": "Apache-2.0"}} in package["licenses"]


def test_what_is_compiled_in_is_there_without_a_file(document: dict[str, Any]) -> None:
    package = components(document)["nlohmann-json3-dev"]
    assert "components" not in package
    assert {"name": "emotion:linkage", "value": "headers only"} in package["properties"]


def test_the_model_has_its_checksum_and_its_terms(document: dict[str, Any]) -> None:
    package = components(document)["emotion-mobilebert"]
    manifest = (model() / "manifest.json").read_bytes()
    assert package["hashes"][0]["content"] == hashlib.sha256(manifest).hexdigest()
    assert "EmoContext" in package["licenses"][0]["license"]["name"]


def test_ours_and_torch_are_there(document: dict[str, Any]) -> None:
    found = components(document)
    version = sbom.version_of_the_project()
    assert found["emotion-inference-service"]["version"] == version
    assert found["torch"]["purl"].startswith("pkg:pypi/torch@")


def test_the_same_contents_give_the_same_text(
    contents: tuple[Contents, dict[Path, Path]],
) -> None:
    assert sbom.write(sbom.describe(*contents, 0)) == sbom.write(
        sbom.describe(*contents, 0)
    )


def test_what_breaks_the_schema_is_told(document: dict[str, Any]) -> None:
    assert sbom.validate(json.dumps(document)) == ""
    assert sbom.validate(json.dumps({**document, "bomFormat": "Other"})) != ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Format: https://x/\n\nFiles: *\nLicense: Expat\n\nLicense: BSD-3\n a\n",
            ["BSD-3", "Expat"],
        ),
        ("This is free.\nLicense: none that a machine reads\n", []),
    ],
)
def test_licences_are_read_where_a_machine_can(text: str, names: list[str]) -> None:
    assert debian.licence_names(text) == names
