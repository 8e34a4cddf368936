"""One run of `emotion-client load`."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.process import ProcessError, clean_environment


def load(
    client: Path,
    address: str,
    *flags: str,
    prefix: Sequence[str] = (),
    check: bool = True,
) -> dict[str, Any]:
    """Its result.

    Args:
        client: the program.
        address: of the server.
        *flags: more of its flags.
        prefix: a command that starts it, for example `taskset -c 0`.
        check: whether to fail as it does if no answer came in time.

    Raises:
        ProcessError: it failed or wrote no result; with what it wrote instead.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        run = subprocess.run(
            [*prefix, client, "load", "--address", address, "--json", out, *flags],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )
        if not out.exists() or (check and run.returncode != 0):
            raise ProcessError(f"emotion-client load: {run.stderr.strip()}")
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return result
