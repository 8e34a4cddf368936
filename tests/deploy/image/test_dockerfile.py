"""The Dockerfile keeps the rules of its trade and agrees with the rest."""

import re
import subprocess
import sys
from pathlib import Path

from emotion_image import sbom
from places import DEPLOY, ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
RUNTIME = DOCKERFILE[DOCKERFILE.index("FROM scratch AS runtime") :]


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    run = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian\nRUN apt-get install g++\n", encoding="utf-8")
    hadolint = Path(sys.executable).with_name("hadolint")
    assert subprocess.run([hadolint, bad], check=False, capture_output=True).returncode


def test_packages_come_from_the_lists_with_their_pins() -> None:
    installs = re.findall(r"install -y[^&]*", DOCKERFILE)
    assert installs, "nothing is installed"
    for install in installs:
        words = install.replace("\\\n", " ").split()[2:]
        named = {word for word in words if not word.startswith("-")}
        # binutils and python3 come with what the list pins; CAs may always be new.
        assert named <= {"binutils", "ca-certificates", "python3"}, named
    assert "grep -v '^#' deploy/apt-build.txt" in DOCKERFILE
    for line in (DEPLOY / "apt-build.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"\S+=\S+\*", line), line


def test_the_runtime_is_empty_but_for_what_is_copied() -> None:
    verbs = re.findall(r"^([A-Z]+) ", RUNTIME, re.MULTILINE)
    assert "RUN" not in verbs
    assert "ADD" not in verbs
    copies = re.findall(r"^COPY --from=rootfs (\S+) /$", RUNTIME, re.MULTILINE)
    assert copies == ["/out/debian", "/out/libtorch", "/out/model", "/out/emotion"]
    assert verbs.count("COPY") == len(copies)


def test_it_runs_as_a_number_and_is_asked_for_its_health() -> None:
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", RUNTIME, re.MULTILINE)
    assert re.search(r'^HEALTHCHECK [^\n]*\\\n  CMD \["emotion-', RUNTIME, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["emotion-server"\]$', RUNTIME, re.MULTILINE)


def test_its_version_is_the_projects() -> None:
    assert f"ARG VERSION={sbom.version_of_the_project()}\n" in RUNTIME
