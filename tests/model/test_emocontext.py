from functools import partial
from pathlib import Path

import pytest

from emotion_model.data.catalogue import LABELS
from emotion_model.data.dialogues import Dialogue, read_dialogues
from emotion_model.errors import ModelError

read_emocontext = partial(read_dialogues, labels=LABELS, min_turns=3, max_turns=3)

FIRST = Dialogue("0", ("hi", '"you', "ok :)"), "happy")
SECOND = Dialogue("1", ("", "a\u2028b", " x "), "others")
LINES = ('0\thi\t"you\tok :)\thappy', "1\t\ta\u2028b\t x \tothers")
HEADER = "id\tturn1\tturn2\tturn3\tlabel"


def write(path: Path, content: str | bytes) -> Path:
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "\r\n".join(LINES),
        "\r\n".join(LINES) + "\r\n",
        "\n".join(LINES) + "\n",
        "\r\n".join([HEADER, *LINES]),
        "\ufeff" + "\n".join([HEADER.title(), *LINES]),
    ],
)
def test_dialogues_are_read(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "dev.txt", content)
    assert read_emocontext(path) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"{LINES[0]}\n2\ta\tb\tc\n", ":2: 4 columns, expected 5: id, 3 turns, label"),
        (f"{LINES[0]}\n2\ta\tb\tc\td\tsad\n", ":2: 6 columns, expected 5"),
        (f"{HEADER}\n{LINES[0]}\n\n{LINES[1]}", ":3: the line is empty"),
        (f"{LINES[0]}\n2\ta\tb\tc\tjoy\n", ":2: label is 'joy', expected one of"),
        (f"{LINES[0]}\n{HEADER}\n", ":2: label is 'label'"),
        (f"{LINES[0]}\n{LINES[0]}\n", ":2: id '0' is that of line 1"),
        (b"0\ta\tb\tc\tsad\n1\t\xff\tb\tc\tsad", ":2: not UTF-8 at byte 2"),
        (HEADER, "holds no dialogue"),
        ("", ":1: the line is empty"),
    ],
)
def test_a_bad_line_is_named(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        read_emocontext(write(tmp_path / "dev.txt", content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.txt: cannot be read: No such file"):
        read_emocontext(tmp_path / "none.txt")
