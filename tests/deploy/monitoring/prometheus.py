"""A real Prometheus with the project's own configuration."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.monitoring.written import MONITORING
from deploy.monitoring.yaml_file import read, write
from support.process import Child


class Prometheus:
    """Its HTTP API."""

    def __init__(self, url: str) -> None:
        """Speaks to the one at `url`."""
        self.url = url

    def ask(self, path: str, **parameters: str) -> Any:
        """The data of an answer of /api/v1; fails if it is none."""
        query = urllib.parse.urlencode(parameters)
        url = f"{self.url}/api/v1/{path}?{query}"
        try:
            with urllib.request.urlopen(url, timeout=30) as reply:
                answer = json.loads(reply.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from None
        assert answer["status"] == "success", answer
        return answer["data"]

    def values(self, expr: str) -> list[float]:
        """The finite values of an instant query."""
        data = self.ask("query", query=expr)
        samples = [data] if data["resultType"] == "scalar" else data["result"]
        found = [
            float(sample["value"][1]) if isinstance(sample, dict) else float(sample[1])
            for sample in samples
        ]
        return [value for value in found if value == value and abs(value) < 1e300]


def quick_configuration(targets: list[str]) -> dict[str, Any]:
    """prometheus.yaml, but every second, and with these targets under `emotion`."""
    path = MONITORING / "prometheus" / "prometheus.yaml"
    config: dict[str, Any] = read(path)
    config["global"] = dict.fromkeys(("scrape_interval", "evaluation_interval"), "1s")
    config["rule_files"] = [str(path.parent / each) for each in config["rule_files"]]
    (job,) = [
        each for each in config["scrape_configs"] if each["job_name"] == "emotion"
    ]
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": targets}]
    config["scrape_configs"] = [job]
    return config


@contextmanager
def prometheus(folder: Path, targets: list[str]) -> Iterator[Prometheus]:
    """One that is ready and scrapes `targets`; its data lie in `folder`."""
    program = shutil.which("prometheus")
    assert program, "there is no prometheus: install what deploy/apt-build.txt names"
    config = folder / "prometheus.yaml"
    write(config, quick_configuration(targets))
    with Child(
        [
            *(program, f"--config.file={config}", f"--storage.tsdb.path={folder}/data"),
            "--web.listen-address=127.0.0.1:0",
        ]
    ) as child:
        log = child.log
        child.wait_until(lambda: bool(log.find("Server is ready to receive")), "ready")
        address = log.find(r"Listening on.*address=(127\.0\.0\.1:\d+)")
        assert address, log.text()
        yield Prometheus(f"http://{address[1]}")
