"""What is in the wheel, and that an sdist makes the same one."""

import tarfile
import zipfile
from pathlib import Path

import pytest

from source_copy import copy_source, run_setup


def wheel_of(package: Path) -> dict[str, bytes]:
    run_setup(package, "bdist_wheel", "--dist-dir", "dist")
    (wheel,) = (package / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return wheel_of(copy_source(tmp_path_factory.mktemp("source")))


def test_the_wheel_holds_the_package_and_what_the_protos_make(
    wheel: dict[str, bytes],
) -> None:
    folder = Path(__file__).resolve().parents[2] / "client" / "python"
    written = {
        f"emotion_client/{file.name}"
        for file in (folder / "emotion_client").iterdir()
        if file.is_file()
    }
    made = {
        f"emotion_client/v1/{name}"
        for name in (
            "__init__.py",
            "emotion_pb2.py",
            "emotion_pb2.pyi",
            "emotion_pb2_grpc.py",
        )
    }
    held = {name for name in wheel if ".dist-info/" not in name}
    assert held == written | made
    assert "emotion_client/py.typed" in held


def test_the_wheel_is_pure_and_names_its_needs(wheel: dict[str, bytes]) -> None:
    metadata = wheel["emotion_client-0.1.0.dist-info/METADATA"].decode()
    assert "Name: emotion-client\n" in metadata
    assert 'Requires-Dist: pandas>=2.2; extra == "pandas"\n' in metadata
    pure = wheel["emotion_client-0.1.0.dist-info/WHEEL"].decode()
    assert "Tag: py3-none-any\n" in pure


def test_an_sdist_makes_the_same_wheel(tmp_path: Path, wheel: dict[str, bytes]) -> None:
    package = copy_source(tmp_path / "source")
    run_setup(package, "sdist", "--dist-dir", "dist")
    (sdist,) = (package / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "alone")
    (alone,) = (tmp_path / "alone").iterdir()
    again = wheel_of(alone)
    assert again.keys() == wheel.keys()
    for name, content in wheel.items():
        assert name.endswith("/RECORD") or again[name] == content, name


def test_a_wheel_holds_nothing_of_an_older_build(tmp_path: Path) -> None:
    package = copy_source(tmp_path)
    stale = package / "build" / "lib" / "emotion_client" / "stale.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("")
    assert "emotion_client/stale.py" not in wheel_of(package)
