"""emotion-client load beside a test, and what it counted."""

import json
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from end_to_end.package import Package
from support.process import Child, wait_until

# Longer than any test: a run ends when the test says so.
_DURATION = "600s"


def golden_file(package: Package, folder: Path) -> Path:
    """Dialogues of the package with the labels that are right."""
    path = folder / "golden.jsonl"
    lines = (
        json.dumps({"turns": entry.turns, "label": entry.label}) + "\n"
        for entry in package.golden()
        if all(entry.turns) and entry.tokens < 40
    )
    path.write_text("".join(lines), encoding="utf-8")
    return path


class Traffic:
    """An open loop of requests, each sent once, with a constant mean rate."""

    def __init__(self, client: Path, address: str, source: Path, rate: float) -> None:
        """Begins to send."""
        self._json = source.parent / f"{address.replace(':', '-')}.json"
        self._json.unlink(missing_ok=True)
        self._load = Child(
            [
                *(client, "load", "--address", address, "--rate", str(rate)),
                *("--duration", _DURATION, "--warmup", "0s", "--deadline", "20s"),
                *("--input", source, "--json", self._json),
            ]
        )

    def stop(self) -> dict[str, Any]:
        """Ends it once what is open is answered; gives its figures."""
        self._load.signal(signal.SIGINT)
        self._load.wait_for_exit()
        assert self._json.exists(), self._load.written()
        found: dict[str, Any] = json.loads(self._json.read_text(encoding="utf-8"))
        return found

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kills what still runs."""
        self._load.kill()


def assert_all_right(results: Iterable[dict[str, Any]], least: int) -> None:
    """Every request was answered, and with the right label."""
    for result in results:
        requests, answers = result["requests"], result["answers"]
        assert requests["errors"] == {}, (result["settings"], requests)
        assert requests["ok"] == requests["sent"] >= least, requests
        assert answers["compared"] == answers["correct"] == requests["ok"], answers


__all__ = ["Traffic", "assert_all_right", "golden_file", "wait_until"]
