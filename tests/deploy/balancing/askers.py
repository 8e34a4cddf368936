"""Callers that retry: emotion-client classify with many dialogues."""

from collections.abc import Sequence
from pathlib import Path

from support.process import Child

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
            Child(
                [
                    *(str(client), "classify", *way, "--input", str(many)),
                    *("--output", "jsonl", "--in-flight", "8"),
                    *("--deadline-ms", "60000"),
                ]
            )
            for way in ways
        ]

    def assert_at_work(self) -> None:
        """Fails if one is done already."""
        assert all(each.process.poll() is None for each in self._clients), (
            "too few dialogues"
        )

    def assert_all_answered(self) -> None:
        """Waits for all; fails if one of them saw a dialogue fail."""
        for client in self._clients:
            code = client.wait_for_exit(300)
            lines = client.out.lines()
            failed = [line for line in lines if '"status":"OK"' not in line]
            shown = (client.process.args, failed[:5], client.log.text())
            assert code == 0, shown
            assert len(lines) == self._expected, shown
            assert not failed, shown
