import os
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "model"))

from made_up import rows as made_up_rows  # noqa: E402
from made_up import vocabulary  # noqa: E402

from emotion_model.checkpoint.text import DialogueEncoder, Limits  # noqa: E402
from emotion_model.data.catalogue import TASKS  # noqa: E402
from emotion_model.data.corpora import labelled_rows  # noqa: E402
from emotion_model.package.operators import load_operators  # noqa: E402
from emotion_model.training.students.student import (  # noqa: E402
    Shape,
    new_student,
    write_student,
)
from emotion_model.training.tasks.collection import Collection  # noqa: E402
from emotion_model.training.tasks.collection import collect as encoded  # noqa: E402
from emotion_model.training.tasks.derived import Sizes, derived_rows  # noqa: E402
from tiny import write_checkpoint  # noqa: E402

LABELS = TASKS["everyday"]


def pytest_configure(config: pytest.Config) -> None:
    # Tiny tensors: a second thread only costs.
    torch.set_num_threads(1)
    # TorchScript is what the server reads.
    config.addinivalue_line("filterwarnings", "ignore:`torch.jit:DeprecationWarning")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A tiny checkpoint folder with random weights."""
    return write_checkpoint(tmp_path / "checkpoint")


@pytest.fixture(scope="session")
def operators() -> Path:
    """The library of the server's operators, loaded."""
    default = ROOT / "build/release/lib/libemotion_operators.so"
    path = Path(os.environ.get("EMOTION_OPERATORS", default))
    if not path.exists():
        pytest.fail(f"{path} is not there: run ./dev build or set EMOTION_OPERATORS")
    load_operators(path)
    return path


@pytest.fixture(scope="session")
def default_source() -> Path:
    return ROOT / "model" / "default"


def write_tasks(path: Path, count: int, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["id\tturn1\tturn2\tturn3\tlabel"]
    lines += ["\t".join(cells) for cells in made_up_rows(count, seed)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def task_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`everyday`, and beside it a folder as --data takes it."""
    folder = tmp_path_factory.mktemp("data")
    write_tasks(folder / "everyday/train.tsv", 60, 1)
    write_tasks(folder / "everyday/held-out.tsv", 40, 2)
    write_tasks(folder / "emocontext/train.txt", 60, 3)
    write_tasks(folder / "emocontext/dev.txt", 40, 4)
    corpora = folder / "corpora"
    texts = {
        "goemotions/train.tsv": "".join(
            f"i am sad {i}\t{25 if i % 2 else '2,3'}\tx{i}\n" for i in range(5010)
        ),
        "tweeteval/emotion.tsv": "".join(f"{i % 4}\twe won {i}\n" for i in range(820)),
        "tweeteval/irony.tsv": "1\tgreat\n0\tok\n",
        "tweeteval/emoji.tsv": "3\tyes\n4\t \n",
        "emorynlp/utterances.tsv": "1\t1\t1\t1\tMad\tgo away\n"
        "1\t1\t1\t2\tPowerful\tok\n1\t1\t2\t1\tSad\twhy\n4\t1\t1\t1\tJoyful\tyes\n",
        "nus_sms/text.txt": "hello i see\nok\n",
    }
    for name, text in texts.items():
        path = corpora / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def task_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new tiny student of the shape that `Body` trains."""
    folder = tmp_path_factory.mktemp("base")
    shape = Shape(
        num_hidden_layers=4,
        hidden_size=64,
        embedding_size=16,
        intra_bottleneck_size=32,
        intermediate_size=32,
        num_feedforward_networks=2,
        max_position_embeddings=128,
    )
    student = new_student(shape, len(vocabulary()), LABELS, seed=0)
    write_student(student, folder, vocabulary())
    return folder


@pytest.fixture(scope="session")
def collection(task_data: Path) -> Collection:
    rows = labelled_rows(task_data, task_data / "everyday")
    sizes = Sizes(
        changed=20,
        shortened=20,
        recombined_everyday=10,
        recombined_emocontext=10,
        inserted=10,
        windows=0,
        renamed=5,
    )
    rows += derived_rows(rows, task_data, sizes)
    limits = Limits(max_turns=8, max_tokens=80)
    return encoded(rows, DialogueEncoder(vocabulary(), limits))[0]
