"""Compares the server's tokenizer with Hugging Face tokenizers, text by text.

Compared are the words after normalisation and the ids of their pieces. The
reference is a BERT tokenizer without added tokens, since text must never become
a special token; on text without "[SEP]" and its like the two are the same.

The texts: every code point alone, between letters and before marks, with each
switch of the normalisation; random mixtures with a fixed seed; and, with --data,
every line and every tab-separated field of the files found there. Exit code 1 on
any difference.
"""

from __future__ import annotations

import argparse
import random
import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

CODE_POINTS = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
DATA_PATTERNS = ("emocontext/*.txt", "corpora/*/text.txt")
SPECIAL = re.compile(r"\[(PAD|UNK|CLS|SEP|MASK)\]")
# A mark below, one above and an iota, in an order that NFD must change.
MARKS = "\u0345\u0301\u0323\u0334"
CHUNK = 20_000
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Switches:
    """The switches of the normalisation."""

    lowercase: bool = True
    strip_accents: bool = True
    split_cjk: bool = True

    def flags(self) -> list[str]:
        """The flags of emotion-tokenize."""
        values = {
            "lowercase": self.lowercase,
            "strip-accents": self.strip_accents,
            "split-cjk": self.split_cjk,
        }
        return [f"--{'' if on else 'no-'}{name}" for name, on in values.items()]


@dataclass
class Counts:
    """What was compared and found."""

    texts: int = 0
    with_special: int = 0
    differences: list[str] = field(default_factory=list)


class Reference:
    """The tokenizers package, without added tokens."""

    def __init__(self, vocabulary: Path, switches: Switches) -> None:
        """Reads the vocabulary."""
        pieces = WordPiece.read_file(str(vocabulary))
        self._tokenizer = Tokenizer(WordPiece(pieces, unk_token="[UNK]"))
        self._normalizer = BertNormalizer(
            clean_text=True,
            handle_chinese_chars=switches.split_cjk,
            strip_accents=switches.strip_accents,
            lowercase=switches.lowercase,
        )
        self._splitter = BertPreTokenizer()
        self._tokenizer.normalizer = self._normalizer
        self._tokenizer.pre_tokenizer = self._splitter

    def answers(self, texts: list[str]) -> list[str]:
        """For each text what emotion-tokenize should answer."""
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [
            "\n".join([" ".join(map(str, encoding.ids)), *self._words(text)])
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def _words(self, text: str) -> list[str]:
        normal = self._normalizer.normalize_str(text)
        return [word for word, _ in self._splitter.pre_tokenize_str(normal)]


def ask(command: list[str], texts: list[str]) -> list[str]:
    """The answers of emotion-tokenize."""
    encoded = [text.encode() for text in texts]
    frames = b"".join(struct.pack("<I", len(text)) + text for text in encoded)
    output = subprocess.run(
        command, input=frames, stdout=subprocess.PIPE, check=True, timeout=600
    ).stdout
    answers, position = [], 0
    while position < len(output):
        (size,) = struct.unpack_from("<I", output, position)
        position += 4
        answers.append(output[position : position + size].decode())
        position += size
    return answers


def compare(
    binary: Path, vocabulary: Path, switches: Switches, texts: Iterator[str]
) -> Counts:
    """Sends the texts through both and counts."""
    reference = Reference(vocabulary, switches)
    command = [str(binary), "--vocabulary", str(vocabulary), *switches.flags()]
    counts = Counts()
    while chunk := list(islice(texts, CHUNK)):
        found = ask(command, chunk)
        expected = reference.answers(chunk)
        for text, ours, theirs in zip(chunk, found, expected, strict=True):
            counts.texts += 1
            counts.with_special += SPECIAL.search(text) is not None
            if ours != theirs:
                counts.differences.append(f"{text!a}: {ours!a}, expected {theirs!a}")
    return counts


def some_code_points() -> list[str]:
    """Those of the planes that hold letters, and the ends of the other planes."""
    return [
        c
        for c in CODE_POINTS
        if ord(c) >> 16 in (0, 1, 2, 3, 14) or not 0x80 <= ord(c) & 0xFFFF < 0xFF80
    ]


def sweep(code_points: list[str], group: int = 64) -> Iterator[str]:
    """Each code point alone, between letters and among marks; many in one text."""
    for start in range(0, len(code_points), group):
        group_of_points = code_points[start : start + group]
        yield " ".join(f"{c} a{c}b" for c in group_of_points)
        yield " ".join(f"e{MARKS}{c}{MARKS}" for c in group_of_points)


def mixtures(count: int, seed: int) -> Iterator[str]:
    """Random texts in which rare characters meet."""
    source = random.Random(seed)
    pools: list[Sequence[str]] = [
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        " \t\n\r\0\x0b\x1c\x85\xa0\u2028\u3000\ufffd\ufeff\u200b\u200d\xad",
        "".join(chr(c) for c in range(0x21, 0x7F)),
        "".join(chr(c) for c in range(0xA1, 0x250)),
        "".join(chr(c) for c in range(0x300, 0x370)) + "\u3099\u302e\u1b44\U0001d165",
        "\u0130\u03a3\u03c2\u1e9e\ufb01\u01c5\u1f88\u2126\u212b\uac00\uac01\u1100\u1161",
        "\u4e00\u3400\uf900\U00020000\U0002f800\u3042\u30a2\u0e01\u0e33\u0915\u094d",
        "\u2764\ufe0f\U0001f600\U0001f468\u200d\U0001f469\U0001f3fd\U0001f1eb\U0001f1f7",
        ["[SEP]", "[CLS]", "[MASK]", "the", "ing", "ness", "\xe9" * 60, "x" * 90],
    ]
    for _ in range(count):
        length = source.randrange(1, 60)
        yield "".join(
            source.choice(source.choice(pools))
            if source.random() < 0.9
            else source.choice(CODE_POINTS)
            for _ in range(length)
        )


def data_texts(folder: Path) -> Iterator[str]:
    """Every line of the data files, and every field of a line that has several."""
    for pattern in DATA_PATTERNS:
        for path in sorted(folder.glob(pattern)):
            for line in path.read_bytes().decode().split("\n"):
                yield line
                fields = line.split("\t")
                if len(fields) > 1:
                    yield from fields


def report(name: str, counts: Counts) -> bool:
    """Prints one line and some differences; returns whether there are none."""
    print(
        f"{name}: {counts.texts} texts, {len(counts.differences)} differences"
        f" ({counts.with_special} texts name a special token)",
        flush=True,
    )
    for difference in counts.differences[:SHOWN]:
        print(f"  {difference[:400]}")
    return not counts.differences


def main() -> int:
    """Compares; 1 on any difference or if --data names a folder without texts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="leave out planes without letters, and sweep with one set of switches",
    )
    parser.add_argument("--mixtures", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()

    default = Switches()
    others = [
        Switches(strip_accents=False),
        Switches(lowercase=False),
        Switches(split_cjk=False),
    ]
    swept = some_code_points() if arguments.quick else CODE_POINTS

    def check(name: str, switches: Switches, texts: Iterator[str]) -> bool:
        counts = compare(arguments.binary, arguments.vocabulary, switches, texts)
        return report(" ".join([name, *switches.flags()]), counts)

    alike = True
    for switches in [default, *others]:
        if switches == default or not arguments.quick:
            alike &= check("code points", switches, sweep(swept))
        random_texts = mixtures(arguments.mixtures, arguments.seed)
        alike &= check("mixtures", switches, random_texts)
    if arguments.data is not None:
        alike &= any(data_texts(arguments.data))
        alike &= check("data", default, data_texts(arguments.data))
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main())
