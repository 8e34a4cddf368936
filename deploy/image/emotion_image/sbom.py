"""The list of what is in the image (SBOM), as CycloneDX 1.6 in JSON."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from emotion_image.contents import Contents
from emotion_image.debian import DebianPackage

# Where an image's own file lies that is described: path in the image to path here.
Placed = Mapping[Path, Path]

_NAMESPACE = uuid.UUID("3c3f2d1e-6a7b-5a0c-9f43-0b6f5a0e4d61")
MODEL_TERMS = (
    "Apache-2.0 for what is ours; the weights learned from SemEval-2019 EmoContext, "
    "data by Microsoft given for research by the task's participants: whether they "
    "fit your use is yours to decide"
)


class InvalidSbomError(Exception):
    """The list does not follow its schema."""


def _sha256(path: Path) -> HashType:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _files(paths: Iterable[Path], placed: Placed) -> list[Component]:
    return [
        Component(
            name=str(path),
            type=ComponentType.FILE,
            bom_ref=f"file:{path}",
            hashes=[_sha256(placed[path])],
        )
        for path in paths
    ]


def version_of_the_project() -> str:
    """As CMake has it."""
    for line in (Path(__file__).parents[3] / "CMakeLists.txt").open(encoding="utf-8"):
        if line.startswith("project("):
            return line.split(" VERSION ")[1].split()[0]
    raise InvalidSbomError("CMakeLists.txt names no version")


def _debian(
    package: DebianPackage, paths: list[Path], placed: Placed, distribution: str
) -> Component:
    purl = PackageURL(
        type="deb",
        namespace="debian",
        name=package.name,
        version=package.version,
        qualifiers={"arch": package.architecture, "distro": distribution},
    )
    properties = [Property(name="emotion:source-package", value=package.source)]
    if paths:
        properties.append(
            Property(name="emotion:terms", value=str(package.copyright_file))
        )
    else:
        properties.append(Property(name="emotion:linkage", value="headers only"))
    return Component(
        name=package.name,
        version=package.version,
        bom_ref=purl.to_string(),
        purl=purl,
        supplier=OrganizationalEntity(name=package.maintainer),
        licenses=[DisjunctiveLicense(name=name) for name in package.licences()],
        properties=properties,
        components=_files(paths, placed),
    )


def _python(name: str, licence: str, note: str, files: list[Component]) -> Component:
    purl = PackageURL(type="pypi", name=name, version=version(name))
    return Component(
        name=name,
        version=version(name),
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=[DisjunctiveLicense(id=licence)],
        properties=[Property(name="emotion:note", value=note)],
        components=files,
    )


def _model(contents: Contents, placed: Placed) -> Component:
    manifest = next(path for path in contents.model if path.name == "manifest.json")
    said = json.loads(placed[manifest].read_text(encoding="utf-8"))
    return Component(
        name=said["name"],
        version=said["model_version"],
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"model:{said['name']}",
        # The manifest holds the checksums of the rest.
        hashes=[_sha256(placed[manifest])],
        licenses=[DisjunctiveLicense(name=MODEL_TERMS)],
        components=_files(contents.model, placed),
    )


def describe(
    contents: Contents, placed: Placed, epoch: int, distribution: str = "debian-12"
) -> Bom:
    """Names every file of `contents`, with its checksum, below what brought it."""
    ours = version_of_the_project()
    server = Component(
        name="emotion-inference-service",
        version=ours,
        type=ComponentType.APPLICATION,
        bom_ref="emotion-inference-service",
        licenses=[DisjunctiveLicense(id="Apache-2.0")],
        components=_files(contents.ours, placed),
    )
    parts = [
        _model(contents, placed),
        _python(
            "torch",
            "BSD-3-Clause",
            "LibTorch, stripped; third-party parts: /usr/share/doc/libtorch",
            _files(contents.libtorch, placed),
        ),
        _python(
            "googleapis-common-protos", "Apache-2.0", "google.rpc.Status, compiled", []
        ),
        *(
            _debian(package, paths, placed, distribution)
            for package, paths in sorted(contents.debian.items())
        ),
        *(
            _debian(package, [], placed, distribution)
            for package in contents.compiled_in
        ),
    ]
    bom = Bom(components=[server, *parts])
    bom.metadata.component = Component(
        name="emotion-server",
        version=ours,
        type=ComponentType.CONTAINER,
        bom_ref="image",
        licenses=[DisjunctiveLicense(id="Apache-2.0")],
    )
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, tz=UTC)
    bom.dependencies = [
        Dependency(
            ref=bom.metadata.component.bom_ref,
            dependencies=[Dependency(ref=server.bom_ref)],
        ),
        Dependency(
            ref=server.bom_ref,
            dependencies=[Dependency(ref=part.bom_ref) for part in parts],
        ),
    ]
    # The same contents have the same number.
    sums = "".join(
        str(hash_.content)
        for path in contents.files()
        for hash_ in [_sha256(placed[path])]
    )
    bom.serial_number = uuid.uuid5(_NAMESPACE, sums)
    return bom


def write(bom: Bom) -> str:
    """The list as JSON.

    Raises:
        InvalidSbomError: it does not follow the schema.
    """
    text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    if problem := validate(text):
        raise InvalidSbomError(problem)
    return text + "\n"


def validate(text: str) -> str:
    """What of a list in JSON breaks the schema; nothing if it is right."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return "" if error is None else str(error)
