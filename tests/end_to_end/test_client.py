"""emotion-client against the real server."""

import csv
import io
import json
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from end_to_end.package import README_DIALOGUE, Golden, Package, some_dialogues
from end_to_end.wire import Connection, probabilities
from support.process import clean_environment
from support.server import ServerProcess

Run = subprocess.CompletedProcess[str]
Client = Callable[..., Run]
ANSWERED, SOME_FAILED, BAD_USAGE, NO_ANSWER, INVALID = range(5)


@pytest.fixture(scope="session")
def client(client_binary: Path, server: ServerProcess) -> Client:
    def run(*arguments: str | Path, given: str = "", address: str = "") -> Run:
        done = subprocess.run(
            [client_binary, *arguments],
            input=given.encode(),
            capture_output=True,
            timeout=300,
            env=clean_environment(EMOTION_ADDRESS=address or server.address),
        )
        # Decoded here, since text mode would turn CSV's CRLF into LF.
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


@pytest.fixture(scope="session")
def golden(package: Package) -> list[Golden]:
    return package.golden()


@pytest.fixture
def jsonl(golden: list[Golden], tmp_path: Path) -> Path:
    """The golden dialogues as a file."""
    path = tmp_path / "golden.jsonl"
    path.write_text(
        "".join(
            json.dumps({"turns": entry.turns, "id": f"g{i}"}) + "\n"
            for i, entry in enumerate(golden)
        ),
        encoding="utf-8",
    )
    return path


def test_json_lines_in_and_out(
    client: Client,
    jsonl: Path,
    golden: list[Golden],
    package: Package,
    connection: Connection,
) -> None:
    run = client("classify", "--input", jsonl, "--output", "jsonl")
    assert run.returncode == ANSWERED, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    for i, (line, entry) in enumerate(zip(lines, golden, strict=True)):
        assert (line["id"], line["status"]) == (f"g{i}", "OK")
        assert (line["label"], line["tokens"]) == (entry.label, entry.tokens)
        assert tuple(line["truncated_turns"]) == entry.truncated_turns
        assert list(line["probabilities"]) == package.manifest["labels"]
        found = list(line["probabilities"].values())
        # Six decimals of what the server says.
        said = probabilities(connection.classify(entry.turns))
        assert found == pytest.approx(said, abs=1.1e-6)
    assert run.stderr.startswith(f"{len(golden)} dialogues in ")


def test_csv_has_a_row_for_each(
    client: Client, jsonl: Path, golden: list[Golden]
) -> None:
    run = client("classify", "--input", jsonl, "--output", "csv", "--timings")
    assert run.returncode == ANSWERED, run.stderr
    rows = list(csv.DictReader(io.StringIO(run.stdout, newline="")))
    assert [row["label"] for row in rows] == [entry.label for entry in golden]
    for row in rows:
        assert row["status"] == "OK"
        assert float(row["compute_ms"]) > 0


def test_a_table_is_for_people(
    client: Client, jsonl: Path, golden: list[Golden]
) -> None:
    run = client("classify", "--input", jsonl)
    assert run.returncode == ANSWERED, run.stderr
    head, *rows = run.stdout.splitlines()
    assert head.split() == ["id", "label", "prob", "last", "turn"]
    assert [row.split()[1] for row in rows] == [entry.label for entry in golden]


def test_lines_come_through_a_pipe(client: Client) -> None:
    text = "\t".join(README_DIALOGUE) + "\n" + "I am so happy today!\n"
    run = client("classify", "--input", "-", "--output", "csv", given=text)
    assert run.returncode == ANSWERED, run.stderr
    rows = list(csv.DictReader(io.StringIO(run.stdout, newline="")))
    assert [row["label"] for row in rows] == ["sad", "happy"]


def test_many_in_flight_come_in_order(client: Client, connection: Connection) -> None:
    dialogues = some_dialogues(21, 500, 4)
    text = "".join(json.dumps({"turns": turns}) + "\n" for turns in dialogues)
    arguments = ("--input", "-", "--format", "jsonl", "--output", "jsonl")
    run = client("classify", *arguments, "--in-flight", "200", given=text)
    assert run.returncode == ANSWERED, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["id"] for line in lines] == [str(i + 1) for i in range(500)]
    for i in range(0, 500, 50):
        assert lines[i]["label"] == connection.classify(dialogues[i]).label


def test_some_failures_are_told(client: Client) -> None:
    run = client("classify", "--input", "-", given="ok\n \t \nok\n")
    assert run.returncode == SOME_FAILED
    assert "INVALID_ARGUMENT" in run.stdout
    assert "2 answered, 1 failed" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["classify"], BAD_USAGE, "neither turns nor --input"),
        (["classify", "a", "b", "c", "d"], BAD_USAGE, "d"),
        (["classify", "--nonsense", "a"], BAD_USAGE, "--nonsense"),
        (["classify", "--input", "/nowhere.tsv"], BAD_USAGE, "/nowhere.tsv"),
        (["classify", "--deadline-ms", "0", "a"], BAD_USAGE, "--deadline-ms"),
        ([], BAD_USAGE, "subcommand"),
        (["classify", "hello", " "], INVALID, "dialogue.turns[1]"),
        (["classify", "x" * 4097], INVALID, "has 4097 bytes"),
        (["classify", "--address", "nonsense:x:y", "a"], NO_ANSWER, "nonsense:x:y"),
    ],
)
def test_exit_codes_tell_what_was_wrong(
    client: Client, arguments: list[str], code: int, said: str
) -> None:
    run = client(*arguments)
    assert run.returncode == code, run.stderr
    assert said in run.stderr
    assert run.stdout == ""


def test_nobody_there_is_no_answer(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    run = client(
        *("classify", "--deadline-ms", "1500", "hello"), address=f"127.0.0.1:{port}"
    )
    assert run.returncode == NO_ANSWER
    assert str(port) in run.stderr
    assert run.stdout == ""


def test_info_tells_the_model(client: Client, package: Package) -> None:
    run = client("info", "--json")
    assert run.returncode == ANSWERED, run.stderr
    assert package.sha256 in run.stdout
    plain = client("info").stdout
    for word in (package.manifest["name"], *package.manifest["labels"]):
        assert word in plain
