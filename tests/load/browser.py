"""Pages in a real Chromium, spoken to over its DevTools pipe.

The pipe (--remote-debugging-pipe) carries the DevTools protocol as JSON with a
zero byte behind each message, so that neither a port nor a driver is needed:
https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

PATIENCE_S = 60.0
FLAGS = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=900,1200",
]


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are far from 3 and 4, the browser's own numbers."""
    ends = os.pipe()
    far = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return far[0], far[1]


class Look:
    """What the browser made of a page."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Errors, and all that was written to the console.
        self.complaints: list[str] = []
        # What the page asked for beside itself; data: URLs are part of it.
        self.requests: list[str] = []
        self.found: Any = None

    def note(self, method: str, what: dict[str, Any]) -> None:
        """Takes an event of the page."""
        if method == "Log.entryAdded":
            self.complaints.append(what["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(f"console.{what['type']}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(what["exceptionDetails"]["text"])
        elif method == "Network.requestWillBeSent":
            asked = what["request"]["url"]
            if asked != self.url and not asked.startswith("data:"):
                self.requests.append(asked)


class Browser:
    """A headless Chromium; ends when left."""

    def __init__(self, profile: Path) -> None:
        """Starts it with an empty `profile`."""
        program = shutil.which("chromium")
        assert program, "there is no chromium: install what deploy/apt-test.txt names"
        commands, self._out = _pipe()
        self._in, answers = _pipe()
        with_pipe = f'exec "$0" "$@" 3<&{commands} 4>&{answers}'
        self._process = subprocess.Popen(
            ["bash", "-c", with_pipe, program, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._ended = threading.Timer(PATIENCE_S, self._process.kill)
        self._ended.start()
        self._unread = b""
        self._calls = 0

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the browser."""
        self._ended.cancel()
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def look(self, page: Path, script: str, picture: Path | None = None) -> Look:
        """Opens `page` and runs `script` in it, whose value is `found`."""
        look = Look(page.as_uri())
        target = self._call(look, "", "Target.createTarget", url="about:blank")
        attached = self._call(look, "", "Target.attachToTarget", flatten=True, **target)
        session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(look, session, f"{domain}.enable")
        self._call(look, session, "Page.navigate", url=look.url)
        while self._read(look).get("method") != "Page.loadEventFired":
            pass
        value = self._call(
            look, session, "Runtime.evaluate", expression=script, returnByValue=True
        )
        assert "exceptionDetails" not in value, value
        look.found = value["result"].get("value")
        if picture:
            self._save(look, session, picture)
        self._call(look, "", "Target.closeTarget", **target)
        return look

    def _save(self, look: Look, session: str, picture: Path) -> None:
        """Writes the whole page as a PNG."""
        shot = self._call(
            look, session, "Page.captureScreenshot", captureBeyondViewport=True
        )
        picture.write_bytes(base64.b64decode(shot["data"]))

    def _call(self, look: Look, session: str, method: str, **params: Any) -> Any:
        """Calls a method and gives its result."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._read(look)).get("id") != self._calls:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self, look: Look) -> dict[str, Any]:
        """The next message; events of the page are noted."""
        while b"\0" not in self._unread:
            more = os.read(self._in, 1 << 16)
            assert more, "the browser ended, or took too long"
            self._unread += more
        text, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        look.note(message.get("method", ""), message.get("params", {}))
        return message
