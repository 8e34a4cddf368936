"""A configuration that cannot be meant is refused before anything starts."""

from pathlib import Path

import pytest

from end_to_end.copied import BAD_CONFIGURATION, refused


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--workers", "257"], ["workers", '"257"', "0 to 256"]),
        (["--workers", "many"], ["workers", '"many"', "0 to 256"]),
        (["--address", "nonsense"], ["address", '"nonsense"', "HOST:PORT"]),
        (["--address", "127.0.0.1:70000"], ["address", "70000", "HOST:PORT"]),
        (["--log-level", "loud"], ["log-level", '"loud"', "debug"]),
        (["--reflection", "perhaps"], ["reflection", '"perhaps"', "true or false"]),
        (["--worker", "2"], ["--worker"]),
        (["stray"], ["stray"]),
        (["--workers"], ["--workers"]),
        (["--config", "/nowhere.yaml"], ["/nowhere.yaml"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_bad_flag(server_binary: Path, flags: list[str], said: list[str]) -> None:
    sentence = refused(server_binary, BAD_CONFIGURATION, *flags)
    for part in said:
        assert part in sentence


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EMOTION_WORKERS", "-1", ["EMOTION_WORKERS", '"-1"', "0 to 256"]),
        ("EMOTION_WORKRES", "2", ["EMOTION_WORKRES"]),
    ],
)
def test_a_bad_variable(
    server_binary: Path, name: str, value: str, said: list[str]
) -> None:
    sentence = refused(server_binary, BAD_CONFIGURATION, **{name: value})
    for part in said:
        assert part in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workers: 257\n", ["workers", "0 to 256"]),
        ("wokers: 2\n", ["wokers"]),
        ("workers: [1, 2]\n", ["workers"]),
        ("workers: 2: 3\n", []),
    ],
)
def test_a_bad_file(
    server_binary: Path, tmp_path: Path, text: str, said: list[str]
) -> None:
    file = tmp_path / "server.yaml"
    file.write_text(text)
    sentence = refused(server_binary, BAD_CONFIGURATION, "--config", str(file))
    for part in [str(file), *said]:
        assert part in sentence
