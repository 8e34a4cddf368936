"""One request of JSON over HTTP."""

import http.client
import json
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


def ask(
    address: str, method: str, path: str, body: object = None, **headers: str
) -> Reply:
    """One HTTP/1.1 request; strings are sent as they are."""
    text = body if isinstance(body, str) else json.dumps(body)
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        sent = {"content-type": "application/json"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        connection.request(method, path, None if body is None else text, sent)
        reply = connection.getresponse()
        found = {key.lower(): value for key, value in reply.getheaders()}
        content = reply.read().decode("utf-8")
    finally:
        connection.close()
    if found.get("content-type") == "application/json":
        return Reply(reply.status, found, json.loads(content))
    return Reply(reply.status, found, content)
