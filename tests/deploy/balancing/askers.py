"""Callers that retry: emotion-client classify with many dialogues."""

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from support.process import clean_environment

# How often the dialogues of the source are asked for.
_TIMES = 100


class Askers:
    """One client for each way to the servers, all at work at once."""

    def __init__(
        self, client: Path, ways: Sequence[Sequence[str]], source: Path, folder: Path
    ) -> None:
        """Starts them; a way is what names the servers on the command line."""
        many = folder / "many.jsonl"
        text = source.read_text(encoding="utf-8") * _TIMES
        many.write_text(text, encoding="utf-8")
        self._expected = text.count("\n")
        self._clients = [
            subprocess.Popen(
                [
                    *(str(client), "classify", *way, "--input", str(many)),
                    *("--output", "jsonl", "--in-flight", "8"),
                    *("--deadline-ms", "60000"),
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=clean_environment(),
            )
            for way in ways
        ]
        self._outputs: list[tuple[str, str]] = [("", "")] * len(ways)
        self._readers = [
            threading.Thread(target=self._read, args=(index,), daemon=True)
            for index in range(len(ways))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, index: int) -> None:
        self._outputs[index] = self._clients[index].communicate()

    def assert_at_work(self) -> None:
        """Fails if one is done already."""
        assert all(each.poll() is None for each in self._clients), "too few dialogues"

    def assert_all_answered(self) -> None:
        """Waits for all; fails if one of them saw a dialogue fail."""
        for reader in self._readers:
            reader.join(300)
        for client, (out, error) in zip(self._clients, self._outputs, strict=True):
            client.kill()
            lines = out.splitlines()
            failed = [line for line in lines if '"status":"OK"' not in line]
            assert client.wait(60) == 0, (client.args, failed[:5], error)
            assert len(lines) == self._expected, (client.args, error)
            assert not failed, (client.args, failed[:5])
