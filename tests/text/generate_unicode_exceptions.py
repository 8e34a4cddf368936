"""Writes server/text/unicode_exceptions.inc.

The table holds the code points for which the Unicode data of the tokenizers
package and of the utf8proc library disagree, and what the former says. Both
are probed, code point by code point; nothing is written by hand. Run it again
when either version changes:

    python3 tests/text/generate_unicode_exceptions.py \
        > server/text/unicode_exceptions.inc
"""

from __future__ import annotations

import ctypes
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import tokenizers
from tokenizers import normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
# In the order of utf8proc_category_t.
CATEGORIES = tuple(
    re.findall("..", "CnLuLlLtLmLoMnMcMeNdNlNoPcPdPsPePiPfPoSmScSkSoZsZlZpCcCfCsCo")
)


@dataclass(frozen=True)
class CharacterClass:
    """What normalisation and splitting need to know of a code point."""

    dropped: bool
    punctuation: bool
    nonspacing_mark: bool
    decomposes: bool
    combining_class: int

    def to_row(self) -> str:
        """The class as the fields of a C++ aggregate."""
        flags = (
            self.dropped,
            self.punctuation,
            self.nonspacing_mark,
            self.decomposes,
        )
        return ", ".join([*(str(f).lower() for f in flags), str(self.combining_class)])


class Utf8proc:
    """The utf8proc library, seen through the rules of server/text/unicode.cc."""

    class _Property(ctypes.Structure):
        _fields_ = [("category", ctypes.c_int16), ("combining_class", ctypes.c_int16)]

    def __init__(self, name: str = "libutf8proc.so.2") -> None:
        """Loads the shared library `name`."""
        self._library = ctypes.CDLL(name)
        self._library.utf8proc_get_property.restype = ctypes.POINTER(self._Property)
        self._library.utf8proc_version.restype = ctypes.c_char_p
        self._library.utf8proc_unicode_version.restype = ctypes.c_char_p
        self._buffer = (ctypes.c_int32 * 32)()
        self._last_class = ctypes.c_int(0)

    def version(self) -> str:
        """Library and Unicode version."""
        library: bytes = self._library.utf8proc_version()
        return f"{library.decode()} (Unicode {self.unicode_version()})"

    def unicode_version(self) -> str:
        """The Unicode version of its tables, such as "15.0.0"."""
        version: bytes = self._library.utf8proc_unicode_version()
        return version.decode()

    def classify(self, code: int) -> CharacterClass:
        """The class by the library's tables alone."""
        record = self._library.utf8proc_get_property(code).contents
        category = CATEGORIES[record.category]
        return CharacterClass(
            dropped=category in ("Cc", "Cf", "Co") and code not in (9, 10, 13),
            punctuation=category[0] == "P" or (33 <= code < 127 and category[0] == "S"),
            nonspacing_mark=category == "Mn",
            decomposes=self.decompose(code) != chr(code),
            combining_class=record.combining_class,
        )

    def decompose(self, code: int) -> str:
        """The full canonical decomposition."""
        canonical = 1 << 4
        length = self._library.utf8proc_decompose_char(
            code, self._buffer, 32, canonical, ctypes.byref(self._last_class)
        )
        return "".join(map(chr, self._buffer[:length]))

    def lower(self, code: int) -> str:
        """The simple lower case."""
        return chr(self._library.utf8proc_tolower(code))


class Reference:
    """The tokenizers package, probed through its public face."""

    def __init__(self, combining_classes: dict[int, int]) -> None:
        """Takes, for some marks, a class that every Unicode version agrees on."""
        self._clean = self._normalizer(clean_text=True)
        self._strip = self._normalizer(strip_accents=True)
        self._lower = self._normalizer(lowercase=True)
        self._nfd = normalizers.NFD()
        self._splitter = pre_tokenizers.BertPreTokenizer()
        self._samples: dict[int, list[int]] = {}
        for code, value in combining_classes.items():
            if self._reorders(code, 0x334) or self._reorders(0x345, code):
                self._samples.setdefault(value, []).append(code)

    @staticmethod
    def _normalizer(
        clean_text: bool = False, strip_accents: bool = False, lowercase: bool = False
    ) -> normalizers.BertNormalizer:
        return normalizers.BertNormalizer(
            clean_text=clean_text,
            handle_chinese_chars=False,
            strip_accents=strip_accents,
            lowercase=lowercase,
        )

    def classify(self, code: int) -> CharacterClass:
        """The class that explains what the package does with the code point."""
        text = chr(code)
        decomposes = self.decompose(code) != text
        return CharacterClass(
            dropped=self._clean.normalize_str(text) == "",
            punctuation=len(self._splitter.pre_tokenize_str(f"a{text}b")) == 3,
            nonspacing_mark=not decomposes and self._strip.normalize_str(text) == "",
            decomposes=decomposes,
            combining_class=0 if decomposes else self._combining_class(code),
        )

    def decompose(self, code: int) -> str:
        """The full canonical decomposition."""
        return str(self._nfd.normalize_str(chr(code)))

    def lower(self, code: int) -> str:
        """The lower case, which may have several characters."""
        return str(self._lower.normalize_str(chr(code)))

    def _reorders(self, first: int, second: int) -> bool:
        swapped = f"a{chr(second)}{chr(first)}"
        return str(self._nfd.normalize_str(f"a{chr(first)}{chr(second)}")) == swapped

    def _combining_class(self, code: int) -> int:
        # Whatever passes neither the lowest class nor the highest is a starter.
        lowest, highest = 0x334, 0x345
        if code not in (lowest, highest) and not (
            self._reorders(code, lowest) or self._reorders(highest, code)
        ):
            return 0
        # A mark changes places with every class but its own.
        equal = []
        for value, samples in self._samples.items():
            other = next((sample for sample in samples if sample != code), None)
            if other is not None and not (
                self._reorders(code, other) or self._reorders(other, code)
            ):
                equal.append(value)
        if not equal:  # `code` is the only sample of its class.
            equal = [v for v, samples in self._samples.items() if samples == [code]]
        if len(equal) != 1:
            raise ValueError(f"U+{code:04X}: combining class is one of {equal}")
        return equal[0]


def spans(rows: Iterable[tuple[int, object]]) -> Iterator[tuple[int, int, object]]:
    """Joins neighbours of equal value into (first, last, value)."""
    numbered = enumerate(rows)
    for (_, value), group in itertools.groupby(
        numbered, key=lambda item: (item[1][0] - item[0], item[1][1])
    ):
        codes = [row[0] for _, row in group]
        yield codes[0], codes[-1], value


def class_rows(library: Utf8proc, reference: Reference) -> Iterator[str]:
    """Rows of kClassExceptions."""
    differing = []
    for code in CODE_POINTS:
        ours, theirs = library.classify(code), reference.classify(code)
        if theirs.decomposes:
            if library.decompose(code) != reference.decompose(code):
                raise ValueError(f"U+{code:04X}: the decompositions differ")
            # Mark and class are asked of the parts only.
            if (ours.dropped, ours.punctuation) == (theirs.dropped, theirs.punctuation):
                continue
        if ours != theirs:
            differing.append((code, theirs))
    for first, last, value in spans(differing):
        assert isinstance(value, CharacterClass)
        yield f"    {{0x{first:X}, 0x{last:X}, {{{value.to_row()}}}}},"


def lower_rows(library: Utf8proc, reference: Reference) -> Iterator[str]:
    """Rows of kLowerExceptions."""
    differing = []
    for code in CODE_POINTS:
        theirs = reference.lower(code)
        if library.lower(code) != theirs:
            if len(theirs) > 2:
                raise ValueError(
                    f"U+{code:04X}: lower case of {len(theirs)} characters"
                )
            second = ord(theirs[1]) if len(theirs) == 2 else 0
            differing.append((code, (ord(theirs[0]) - code, second)))
    for first, last, value in spans(differing):
        assert isinstance(value, tuple)
        yield f"    {{0x{first:X}, 0x{last:X}, {value[0]}, 0x{value[1]:X}}},"


def main() -> int:
    """Writes the table to standard output."""
    library = Utf8proc()
    marks = {
        code: library.classify(code).combining_class
        for code in CODE_POINTS
        if code < 0xE0000 and library.classify(code).combining_class
    }
    reference = Reference(marks)
    print("// Generated by tests/text/generate_unicode_exceptions.py from")
    print(f"// tokenizers {tokenizers.__version__} and utf8proc {library.version()}.")
    print("// Do not edit. Sorted by the first code point.")
    print()
    print(f'constexpr char kUnicodeVersion[] = "{library.unicode_version()}";')
    print()
    print("// First, last, {dropped, punctuation, nonspacing_mark, decomposes,")
    print("// combining_class}.")
    print("constexpr ClassException kClassExceptions[] = {")
    print("\n".join(class_rows(library, reference)))
    print("};")
    print()
    print("// First, last, distance to the lower case, second character or 0.")
    print("constexpr LowerException kLowerExceptions[] = {")
    print("\n".join(lower_rows(library, reference)))
    print("};")
    return 0


if __name__ == "__main__":
    sys.exit(main())
