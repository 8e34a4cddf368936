"""A labelled dialogue, and the reader of files that hold them or plain text.

One dialogue a line, separated by tabs: id, one to eight turns (oldest first), label.
UTF-8; lines end in LF or CRLF. There is no quoting. A first line whose cells are
`id`, `turn1`, ... and `label` is a heading. Lines may differ in their turns; a turn
may be empty unless it is the last. EmoContext's files are of this kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotion_model.errors import ModelError

MOST_TURNS = 8

# Oldest first.
Turns = tuple[str, ...]


@dataclass(frozen=True)
class Dialogue:
    """A dialogue with the label that people gave to its last turn."""

    # As in the file; unique there.
    id: str
    # Oldest first; 1 to 8.
    turns: Turns
    label: str


def read_dialogues(
    path: Path,
    labels: Sequence[str] | None = None,
    *,
    min_turns: int = 1,
    max_turns: int = MOST_TURNS,
) -> list[Dialogue]:
    """Reads a file; all its faults are reported at once, up to five.

    Args:
        path: the file.
        labels: the names that are allowed; None allows any.
        min_turns: fewer is a fault, 1 to max_turns.
        max_turns: more is a fault, 1 to 8.

    Raises:
        ModelError: unreadable, empty, or lines that are not as above. The message
            names the file and the lines, but not the text of a turn.
    """
    dialogues: list[Dialogue] = []
    seen: dict[str, int] = {}
    faults: list[str] = []
    for number, line in _lines(path):
        where = f"{path}:{number}"
        try:
            cells = _cells(line, where)
            if number == 1 and _is_heading(cells):
                continue
            dialogue = _dialogue(cells, labels, (min_turns, max_turns), where)
            if dialogue.id in seen:
                first = seen[dialogue.id]
                raise ModelError(
                    f"{where}: id {dialogue.id[:20]!r} is that of line {first}"
                )
        except ModelError as fault:
            faults.append(str(fault))
            continue
        seen[dialogue.id] = number
        dialogues.append(dialogue)
    if faults:
        more = f"\n... and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise ModelError("\n".join(faults[:5]) + more)
    if not dialogues:
        raise ModelError(f"{path}: holds no dialogue")
    return dialogues


def labels_of(dialogues: Sequence[Dialogue]) -> tuple[str, ...]:
    """The labels that occur, the most frequent first, equals by name.

    Raises:
        ModelError: fewer than two.
    """
    counts: dict[str, int] = {}
    for dialogue in dialogues:
        counts[dialogue.label] = counts.get(dialogue.label, 0) + 1
    if len(counts) < 2:
        raise ModelError(f"labels: only {sorted(counts)} occur, expected at least two")
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))


def read_utterances(path: Path) -> list[str]:
    """Reads plain text, one utterance a line; blank lines are left out.

    Raises:
        ModelError: unreadable or not UTF-8.
    """
    utterances = []
    for number, line in _lines(path):
        text = _decode(line, f"{path}:{number}").strip()
        if text:
            utterances.append(text)
    return utterances


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    content = content.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n")
    return enumerate(content.split(b"\n"), start=1)


def _decode(line: bytes, where: str) -> str:
    try:
        return line.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(
            f"{where}: not UTF-8 at byte {error.start} of the line"
        ) from error


def _cells(line: bytes, where: str) -> list[str]:
    text = _decode(line, where)
    if not text:
        raise ModelError(f"{where}: the line is empty")
    return text.split("\t")


def _is_heading(cells: Sequence[str]) -> bool:
    lower = [cell.strip().lower() for cell in cells]
    return lower[0] == "id" and lower[-1] == "label"


def _dialogue(
    cells: Sequence[str],
    labels: Sequence[str] | None,
    turns: tuple[int, int],
    where: str,
) -> Dialogue:
    least, most = turns
    if not least + 2 <= len(cells) <= most + 2:
        raise ModelError(
            f"{where}: {len(cells)} columns, expected {_range(least + 2, most + 2)}: "
            f"id, {_range(least, most)} turns, label"
        )
    label = cells[-1]
    if not label.strip():
        raise ModelError(f"{where}: the label is empty")
    if labels is not None and label not in labels:
        raise ModelError(
            f"{where}: label is {label[:20]!r}, expected one of {', '.join(labels)}"
        )
    if not cells[-2].strip():
        raise ModelError(f"{where}: the last turn is empty")
    return Dialogue(cells[0], tuple(cells[1:-1]), label)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
