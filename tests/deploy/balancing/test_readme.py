"""The curl commands of deploy/balancing/README.md print what it shows."""

import subprocess

from deploy.balancing.proxy import EXAMPLES, Proxy
from end_to_end.console import blocks, matches
from support.process import clean_environment

ADDRESS = "localhost:50050"


def test_json_is_as_the_readme_shows(proxies: list[Proxy]) -> None:
    envoy = next(each.plain for each in proxies if each.name == "envoy")
    document = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    commands = [
        command
        for block in blocks(document)
        for command in block.commands
        if command.line.startswith("curl ")
    ]
    assert len(commands) >= 3
    for command in commands:
        assert ADDRESS in command.line
        run = subprocess.run(
            ["bash", "-ec", command.line.replace(ADDRESS, envoy)],
            env=clean_environment(http_proxy=None, all_proxy=None),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.returncode == 0, run.stderr
        assert matches(command.output, run.stdout), (command, run.stdout)
