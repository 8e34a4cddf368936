"""The parts of a Markdown document that a program writes, and how they are held true.

A part stands between `<!-- card: NAME -->` and `<!-- end -->`, each on a line alone.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

import numpy as np

from emotion_model.errors import ModelError
from emotion_model.evaluation.ground_truth import Floats

_BLOCK = re.compile(r"(?<=<!-- card: )([a-z-]+) -->\n(.*?)(?=<!-- end -->)", re.S)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; cells are as they are given."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def interval(values: Floats, form: str = ".3f") -> str:
    """The middle 95 % of bootstrap samples, each end in `form`."""
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{low:{form}} to {high:{form}}"


def names(document: str) -> list[str]:
    """The parts of a document, in its order."""
    return [match[1] for match in _BLOCK.finditer(document)]


def rewritten(document: str, parts: Mapping[str, str]) -> str:
    """The document with its parts as given; each part ends with a line feed.

    Raises:
        ModelError: the document asks for a part that is not given.
    """
    for name in names(document):
        if name not in parts:
            raise ModelError(f"the card asks for {name!r}, expected one of {[*parts]}")
    return _BLOCK.sub(lambda match: f"{match[1]} -->\n\n{parts[match[1]]}\n", document)


def differences(
    document: str, parts: Mapping[str, str], *, tolerance: float
) -> list[str]:
    """The lines that are not what they should be, each with what it should be.

    Numbers may differ by `tolerance`, or by one in their last place if that is more,
    for processors round differently; all the rest must be the same. Raises ModelError
    as `rewritten` does.
    """
    found = []
    fresh = rewritten(document, parts)
    for old, new in zip_longest(document.split("\n"), fresh.split("\n"), fillvalue=""):
        if not _alike(old, new, tolerance):
            found.append(f"- {old}\n+ {new}")
    return found


def _alike(old: str, new: str, tolerance: float) -> bool:
    if _NUMBER.sub("0", old) != _NUMBER.sub("0", new):
        return False
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    return all(
        abs(_value(a) - _value(b)) <= max(tolerance, 1.01 * _last_place(b))
        for a, b in pairs
    )


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _last_place(text: str) -> float:
    return float(10.0 ** -len(text.partition(".")[2]))
