"""Reads EmoContext files.

One dialogue a line, separated by tabs: id, turn1, turn2, turn3, label. UTF-8; lines
end in LF or CRLF; a first line of column names may be there or not. There is no
quoting: a quotation mark is text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emotion_model.errors import ModelError

COLUMNS = ("id", "turn1", "turn2", "turn3", "label")
LABELS = ("others", "happy", "sad", "angry")


@dataclass(frozen=True)
class LabelledDialogue:
    """A dialogue with the label that people gave to its last turn."""

    # As in the file; unique there.
    id: str
    # Oldest first.
    turns: tuple[str, str, str]
    label: str


def read_emocontext(
    path: Path, labels: Sequence[str] = LABELS
) -> list[LabelledDialogue]:
    """Reads a file.

    Raises:
        ModelError: unreadable, empty, or a line that is not as above; the message
            names the file and the line, but not the text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    lines = content.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").split(b"\n")
    dialogues: list[LabelledDialogue] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        where = f"{path}:{number}"
        cells = _cells(line, where)
        if number == 1 and tuple(cell.lower() for cell in cells) == COLUMNS:
            continue
        if len(cells) != len(COLUMNS):
            raise ModelError(
                f"{where}: {len(cells)} columns, expected {len(COLUMNS)}: "
                + ", ".join(COLUMNS)
            )
        key, first, second, third, label = cells
        if label not in labels:
            raise ModelError(
                f"{where}: label is {label[:20]!r}, expected one of {', '.join(labels)}"
            )
        if key in seen:
            raise ModelError(f"{where}: id {key[:20]!r} is that of line {seen[key]}")
        seen[key] = number
        dialogues.append(LabelledDialogue(key, (first, second, third), label))
    if not dialogues:
        raise ModelError(f"{path}: holds no dialogue")
    return dialogues


def _cells(line: bytes, where: str) -> list[str]:
    try:
        text = line.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(
            f"{where}: not UTF-8 at byte {error.start} of the line"
        ) from error
    if not text:
        raise ModelError(f"{where}: the line is empty")
    return text.split("\t")
