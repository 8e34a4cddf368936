"""Installs Debian packages into a fresh Debian and asks the server there.

python3 -m emotion_image.fresh PACKAGE.deb...
"""

from __future__ import annotations

import sys
from pathlib import Path

from emotion_image import base
from emotion_image.engine import Engine, EngineError

ROOT = Path(__file__).resolve().parents[3]

# In the container's own network; the user is Debian's nobody.
SCRIPT = """\
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends /packages/*.deb >/dev/null
export EMOTION_MODEL=/usr/lib/emotion-server/model
setpriv --reuid 65534 --regid 65534 --clear-groups emotion-server >/dev/null &
server=$!
timeout 120 /usr/lib/emotion-server/wait-until-serving
emotion-client classify Hello "Hi, how are you?" "I've never had such a bad day"
kill -TERM "$server"
wait "$server"
apt-get purge -y -qq emotion-server emotion-client >/dev/null
if find / -xdev -path /packages -prune -o -name '*emotion*' -print | grep .; then
  exit 1
fi
"""


def main() -> int:
    """Exit code 0 if the server answers, drains, and leaves nothing behind."""
    packages = [Path(name).resolve() for name in sys.argv[1:]]
    mounts = [
        word
        for package in packages
        for word in ("--volume", f"{package}:/packages/{package.name}:ro")
    ]
    engine = Engine(ROOT / "build/image")
    try:
        image = base.bootstrap(engine)
        answer = engine.ask("run", "--rm", *mounts, image, "sh", "-c", SCRIPT)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"in a fresh Debian: {answer.splitlines()[0]}")
    return 0 if answer.startswith("sad") else 1


if __name__ == "__main__":
    sys.exit(main())
