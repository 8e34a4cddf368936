"""Runs an image for real, as locked in as in a cluster.

It must serve, and stop without losing anything.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from emotion_image.checks import TrialError, check, wait_until
from emotion_image.engine import Engine, EngineError
from emotion_image.locked_in import USER, Limits, check_locked_in

DIALOGUE = ("Hello", "Hi, how are you?", "I've never had such a bad day in my life")
EXPECTED = "sad"
LOAD = ("--rate", "40", "--duration", "6s", "--warmup", "0s", "--json", "/dev/stdout")
ENOUGH_CALLS = 60
# The image's own client, on this machine's network.
AS_CLIENT = ("--network", "host", "--entrypoint", "emotion-client")


@contextmanager
def container(
    engine: Engine, image: str, options: Sequence[str], arguments: Sequence[str] = ()
) -> Iterator[str]:
    """A running container; removed at the end. Its log goes into errors."""
    name = engine.ask("run", "--detach", *options, image, *arguments)
    try:
        yield name
    except (EngineError, TrialError) as error:
        raise TrialError(f"{error}\nits log:\n{engine.logs(name)}") from None
    finally:
        engine.succeeds("rm", "--force", "--time", "0", name)


def server_options(limits: Limits) -> list[str]:
    """As locked in as it can be: nothing at all can be written."""
    return [
        *("--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL"),
        *("--security-opt", "no-new-privileges", "--user", f"{USER}:{USER}"),
        *("--memory", limits.memory, "--memory-swap", limits.memory),
        *("--cpus", limits.cpus, "--pids-limit", str(limits.pids)),
        *("--publish", "127.0.0.1::50051", "--publish", "127.0.0.1::9464"),
        *("--env", "EMOTION_LOG_LEVEL=debug"),
    ]


def port(engine: Engine, name: str, inside: int) -> str:
    """HOST:PORT where a port of the container is published."""
    return engine.ask("port", name, f"{inside}/tcp").splitlines()[0]


def client(engine: Engine, image: str, *arguments: str) -> str:
    """What the image's own client prints."""
    return engine.ask("run", "--rm", *AS_CLIENT, image, *arguments)


def handled(page_address: str) -> int:
    """Classify calls that the server has answered, by its metrics page."""
    with urlopen(f"http://{page_address}/metrics", timeout=10) as page:
        text = page.read().decode("utf-8")
    found = re.findall(
        r'^grpc_server_handled_total\{[^}]*grpc_method="Classify"[^}]*\} (\S+)$',
        text,
        re.MULTILINE,
    )
    return int(sum(map(float, found)))


def check_drain(engine: Engine, image: str, name: str) -> None:
    """SIGTERM under load: every answer of the server reached its caller."""
    address = port(engine, name, 50051)
    page = port(engine, name, 9464)
    before = handled(page)
    asks = ("load", "--address", address, *LOAD)
    with container(engine, image, AS_CLIENT, asks) as load:
        wait_until(
            lambda: handled(page) - before >= ENOUGH_CALLS, "the server is under load"
        )
        begin = time.monotonic()
        engine.ask("kill", "--signal", "TERM", name)
        code = engine.ask("wait", name)
        seconds = time.monotonic() - begin
        check(code == "0", f"SIGTERM under load ends it with 0, in {seconds:.1f} s")
        engine.ask("wait", load)
        said = engine.logs(load)
    requests: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
    requests = requests["requests"]
    calls = re.findall(r" call method=Classify code=(\w+)", engine.logs(name))
    answered = calls.count("OK") - before
    print(f"  sent {requests['sent']}, answered {requests['ok']}, {requests['errors']}")
    check(requests["unanswered"] == 0, "every call has ended")
    check(requests["ok"] == answered, f"all {answered} answers reached their callers")
    refused = set(requests["errors"])
    check(refused <= {"UNAVAILABLE", "CANCELLED"}, "others were refused, not lost")


def try_image(engine: Engine, image: str, limits: Limits) -> None:
    """All of it.

    Raises:
        TrialError: something is not as it should be.
    """
    with container(engine, image, server_options(limits)) as name:
        seconds = wait_until(
            lambda: engine.succeeds("healthcheck", "run", name), "it is healthy"
        )
        check(True, f"healthy after {seconds:.1f} s")
        address = port(engine, name, 50051)
        answer = client(engine, image, "classify", "--address", address, *DIALOGUE)
        check(answer.split()[0] == EXPECTED, f"it answers {answer.splitlines()[0]!r}")
        check_locked_in(engine, name, limits)
        check_drain(engine, image, name)
