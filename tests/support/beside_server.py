"""Runs a command beside a server of its own, and ends with the command's code.

    python -m support.beside_server --server BINARY --model FOLDER [FLAG...] -- \
        COMMAND...

FLAGs go to the server; the word ADDRESS in COMMAND becomes its address.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.process import ProcessError
from support.server import serving


def main(arguments: Sequence[str]) -> int:
    """Starts the server, runs the command, ends the server."""
    parts = list(arguments)
    split = parts.index("--") if "--" in parts else len(parts)
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    own, flags = parser.parse_known_args(parts[:split])
    command = parts[split + 1 :]
    if not command:
        parser.error("no command behind --")
    try:
        with serving(own.server, own.model, *flags, OMP_WAIT_POLICY=None) as server:
            words = [server.address if word == "ADDRESS" else word for word in command]
            return subprocess.run(words, check=False).returncode
    except ProcessError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
