import re
from itertools import islice, product
from pathlib import Path

import pytest

from emotion_model.__main__ import main
from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.source import Source
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError
from emotion_model.evaluation.agreement import plain_label
from emotion_model.evaluation.evaluate import evaluate_source
from emotion_model.evaluation.remote import TRIES, Answer, Server
from emotion_model.files import describe
from emotion_model.package.export import export
from fake_server import FakeServer, serve
from tiny import LABELS, make_source, write_checkpoint

TURNS = ["i am so happy", "sad ? angry .", "[SEP] you !", "abba pebbles", "help"]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    # With this seed the answers have three labels, and calibration changes some.
    return make_source(write_checkpoint(tmp_path / "c", seed=6), tmp_path / "source")


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    """Sixty dialogues of several lengths; the labels are arbitrary."""
    lines = [
        "\t".join([str(i), first, "you " * (i % 4), f"{last} !", LABELS[i % 4]])
        for i, (last, first) in enumerate(islice(product(TURNS * 3, TURNS), 60))
    ]
    path = tmp_path / "dev.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_servers_numbers_are_those_of_the_source(
    source: Source, dialogues: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(source.checkpoint.folder)
    with serve(FakeServer(source)) as address:
        code = main(
            ["evaluate", str(dialogues), "--address", address, "--reference", folder]
        )
    served = capsys.readouterr().out
    assert code == 0
    assert "same label as the stock model: 60 of 60 (100.00 %)" in served
    found = re.search(r"largest difference of a probability: (\S+)", served)
    assert found is not None
    assert 0 < float(found[1]) < 1e-5
    assert main(["evaluate", str(dialogues), "--source", folder]) == 0
    measured = capsys.readouterr().out
    assert measured in served
    calibrated, plain = evaluate_source(source, read_dialogues(dialogues))
    assert f"calibrated: {calibrated.micro_f1():.4f}" in served
    assert f"plain argmax: {plain.micro_f1():.4f}" in served
    assert calibrated.counts.tolist() != plain.counts.tolist()


def test_one_other_label_is_exit_code_1(
    source: Source, dialogues: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeServer(source)
    fake.wrong_answers = 1
    folder = str(source.checkpoint.folder)
    with serve(fake) as address:
        assert (
            main(
                [
                    "evaluate",
                    str(dialogues),
                    "--address",
                    address,
                    "--reference",
                    folder,
                ]
            )
            == 1
        )
    assert "59 of 60 (98.33 %)" in capsys.readouterr().out


def test_the_manifest_gives_the_calibration_if_it_is_the_servers(
    source: Source,
    dialogues: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export(source, tmp_path / "package", "packed")
    manifest = tmp_path / "package" / "manifest.json"
    fake = FakeServer(source, str(describe(manifest)["sha256"]))
    with serve(fake) as address:
        arguments = [str(dialogues), "--address", address]
        assert main(["evaluate", *arguments]) == 0
        assert "without calibration: not known" in capsys.readouterr().out
        assert main(["evaluate", *arguments, "--manifest", str(manifest)]) == 0
        assert "micro-F1, plain argmax" in capsys.readouterr().out
        fake.manifest_sha256 = "0" * 64
        assert main(["evaluate", *arguments, "--manifest", str(manifest)]) == 2
        assert "answers from another package" in capsys.readouterr().err


def test_a_busy_server_is_asked_again_when_it_says(source: Source) -> None:
    fake, waits = FakeServer(source), list[float]()
    dialogue = Dialogue("7", ("i", "am", "happy"), "happy")
    with serve(fake) as address, Server(address, sleep=waits.append) as server:
        fake.busy_answers = 3
        answer = server.classify(dialogue, LABELS)
        assert answer.label in LABELS
        assert sum(answer.probabilities) == pytest.approx(1, abs=1e-6)
        assert (fake.calls, waits) == (4, [0.25] * 3)
        fake.busy_answers = TRIES
        with pytest.raises(
            ModelError, match="dialogue 7: the server answered RESOURCE_EXHAUSTED"
        ):
            server.classify(dialogue, LABELS)
        with pytest.raises(ModelError, match="labels are not"):
            server.classify(dialogue, LABELS[::-1])


def test_a_refused_dialogue_ends_it_and_is_named(
    source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dev.txt"
    # Not empty, but without a token.
    path.write_text("a1\ti\tam\tsad\tsad\na2\ti\tam\t\u200b\tsad\n", "utf-8")
    with serve(FakeServer(source)) as address:
        assert main(["evaluate", str(path), "--address", address]) == 2
    printed = capsys.readouterr().err
    assert "dialogue a2: the server answered INVALID_ARGUMENT" in printed


@pytest.mark.parametrize(
    ("temperature", "bias", "expected"),
    [
        (1.0, (0.0, 0.0, 0.0, 0.0), "others"),
        (1.0, (2.2, 0.0, 0.0, 0.0), "sad"),
        (2.0, (0.5, 0.0, 0.0, 0.0), "others"),
        (2.0, (1.5, 0.0, 0.0, 0.0), "sad"),
        (1.0, (0.0, 0.0, 0.0, -9.0), "others"),
    ],
)
def test_undoing_the_calibration_gives_the_plain_label(
    temperature: float, bias: tuple[float, ...], expected: str
) -> None:
    # log(0.6 / 0.3) is 0.69; times 2 it is 1.39.
    answer = Answer("others", (0.6, 0.1, 0.3, 0.0))
    calibration = Calibration(temperature=temperature, bias=bias)
    assert plain_label(answer, LABELS, calibration) == expected
