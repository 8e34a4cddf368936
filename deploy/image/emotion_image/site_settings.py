"""How pip finds packages on this machine, for pip inside the build.

What the site needs (an index of its own, a CA) stays out of the Dockerfile: the
settings go in as a mounted /etc/pip.conf, with what they name.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

KEYS = ("cert", "extra-index-url", "find-links", "index-url", "timeout", "trusted-host")
# Where the CA bundle lies in the build: not where Debian's package would write.
CERT = "/run/site/ca.crt"
FILES = ("/etc/xdg/pip/pip.conf", "/etc/pip.conf", "~/.config/pip/pip.conf")


def read_settings(
    files: Iterable[Path], environment: Mapping[str, str]
) -> dict[str, str]:
    """The settings of pip that say where packages come from; later ones win."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(files, encoding="utf-8")
    found = {key: parser.get("global", key, fallback="") for key in KEYS}
    found["cert"] = found["cert"] or environment.get("SSL_CERT_FILE", "")
    for key in KEYS:
        variable = "PIP_" + key.upper().replace("-", "_")
        found[key] = environment.get(variable, found[key])
    return {key: value for key, value in found.items() if value}


def mounts(settings: Mapping[str, str]) -> dict[str, str]:
    """What of this machine the settings name: path here to path in the build."""
    found: dict[str, str] = {}
    for key, value in settings.items():
        if key == "cert":
            found[value] = CERT
            continue
        for word in value.split():
            # The pages of an index may point beside its folder.
            path = word.removeprefix("file://")
            if path.startswith("/"):
                whole = path if path == word else str(Path(path).parent)
                found[whole] = whole
    return found


def pip_conf(settings: Mapping[str, str]) -> str:
    """The settings as a file for the build."""
    inside = {key: CERT if key == "cert" else value for key, value in settings.items()}
    return "[global]\n" + "".join(f"{key} = {inside[key]}\n" for key in sorted(inside))


def volumes(folder: Path) -> list[str]:
    """`--volume` options that take the settings into a build; may be none."""
    settings = read_settings(
        [Path(name).expanduser() for name in FILES], dict(os.environ)
    )
    if not settings:
        return []
    written = folder.absolute() / "pip.conf"
    written.write_text(pip_conf(settings), encoding="utf-8")
    given = {str(written): "/etc/pip.conf", **mounts(settings)}
    return [
        word
        for here, there in given.items()
        for word in ("--volume", f"{here}:{there}:ro")
    ]
