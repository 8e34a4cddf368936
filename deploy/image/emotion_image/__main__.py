"""Builds the image of the server without a Docker engine, looks into it, tries it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from emotion_image import base, layers, site_settings
from emotion_image.checks import TrialError
from emotion_image.engine import Engine, EngineError, missing_tools
from emotion_image.locked_in import Limits
from emotion_image.trial import try_image

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_BASE = "debian:bookworm-slim"
SBOM = "usr/share/doc/emotion/sbom.cdx.json"
# What a pull may cost.
MOST_COMPRESSED = 350 * layers.MB


def say(text: str) -> None:
    """A line on how far it is."""
    print(f"image: {text}", file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./dev image", description=__doc__)
    parser.add_argument(
        "--base", default=DEFAULT_BASE, help=f"Debian 12 to build on [{DEFAULT_BASE}]"
    )
    parser.add_argument(
        "--bootstrap",
        action="store_true",
        help="make the base with debootstrap instead: no registry of images is asked",
    )
    parser.add_argument("--tag", default="localhost/emotion-server:latest")
    parser.add_argument("--target", default="runtime", help="stage to build [runtime]")
    parser.add_argument("--no-cache", action="store_true", help="build all of it anew")
    parser.add_argument("--memory", default=Limits.memory, help="limit of the trial")
    parser.add_argument("--cpus", default=Limits.cpus, help="limit of the trial")
    parser.add_argument(
        "--store", type=Path, default=ROOT / "build/image", help="[build/image]"
    )
    return parser.parse_args()


def revision() -> str:
    """The commit that is checked out, with a mark if files differ from it."""
    run = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return run.stdout.strip() or "unknown"


def build(engine: Engine, given: argparse.Namespace, base_image: str) -> None:
    """Builds the stage that was asked for and gives it its tag."""
    arguments = [
        *("bud", "--format", "docker", "--isolation", "chroot", "--network", "host"),
        *("--layers", "--pull=false", "--timestamp", "0"),
        *("--build-arg", f"BASE={base_image}"),
        *("--build-arg", f"REVISION={revision()}"),
        *site_settings.volumes(given.store),
    ]
    if given.no_cache:
        arguments.append("--no-cache")
    begin = time.monotonic()
    engine.show(
        *("buildah", *arguments),
        *("--target", given.target, "--tag", given.tag, str(ROOT)),
    )
    say(f"built {given.tag} in {time.monotonic() - begin:.0f} s")


def inspect(engine: Engine, given: argparse.Namespace) -> None:
    """Prints what is in it and what it weighs; the SBOM goes beside.

    Raises:
        TrialError: something is in it that should not be, or it is too large.
    """
    folder = given.store / "pushed"
    shutil.rmtree(folder, ignore_errors=True)
    engine.ask("push", "--quiet", "--compress", given.tag, f"dir:{folder}")
    stored = layers.read(folder)
    text = layers.extract(stored, SBOM)
    (given.store / "sbom.cdx.json").write_text(text, encoding="utf-8")
    listed = {
        file["name"]
        for component in json.loads(text)["components"]
        for file in component.get("components", [])
    }
    shutil.rmtree(folder)
    print(layers.table(stored), flush=True)
    found = layers.faults(stored, listed)
    if stored.compressed > MOST_COMPRESSED:
        found.append(f"{stored.compressed} bytes compressed, over {MOST_COMPRESSED}")
    if found:
        raise TrialError("\n".join(found))
    say(f"its SBOM: {os.path.relpath(given.store / 'sbom.cdx.json', ROOT)}")


def main() -> int:
    """Exit code 0 only if everything holds."""
    given = options()
    if missing := missing_tools():
        say(f"{', '.join(missing)} not here; ./dev image --install installs them")
        return 2
    engine = Engine(given.store)
    try:
        base_image = base.bootstrap(engine) if given.bootstrap else given.base
        build(engine, given, base_image)
        if given.target == "runtime":
            inspect(engine, given)
            say("trying it")
            try_image(engine, given.tag, Limits(given.memory, given.cpus))
    except (EngineError, TrialError) as error:
        say(str(error))
        return 1
    say("the image holds what it promises")
    return 0


sys.exit(main())
