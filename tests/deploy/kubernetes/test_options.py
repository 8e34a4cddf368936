"""The server takes the options that the manifests give it, and knows them all."""

import os
import subprocess
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from pods import all_pods, server_of
from render import Object, environment


def configuration(container: Object) -> dict[str, Any]:
    """What the server makes of a container's command and variables."""
    command = [os.environ["EMOTION_SERVER"], *container.get("args", [])]
    assert container["command"] == ["emotion-server"]
    run = subprocess.run(
        [*command, "--print-config"],
        env=environment(container),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    printed = yaml.safe_load(run.stdout)
    assert isinstance(printed, dict)
    return printed


@pytest.mark.parametrize("pod", [pytest.param(p, id=n) for n, p in all_pods()])
def test_the_server_takes_its_configuration(pod: Object) -> None:
    container = server_of(pod)
    printed = configuration(container)
    for variable, value in environment(container).items():
        option = variable.removeprefix("EMOTION_").lower().replace("_", "-")
        shown = printed[option]
        shown = str(shown).lower() if isinstance(shown, bool) else str(shown)
        assert shown == value, option


def test_a_misspelt_option_is_refused() -> None:
    _, pod = all_pods()[0]
    container = server_of(pod)
    container["env"].append({"name": "EMOTION_LAME_DUCK", "value": "5000"})
    with pytest.raises(AssertionError, match="EMOTION_LAME_DUCK"):
        configuration(container)
