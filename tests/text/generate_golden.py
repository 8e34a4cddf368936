"""Writes tests/data/text_golden.jsonl: what the reference makes of some texts.

The reference is Hugging Face tokenizers without added tokens, with the small
vocabulary beside the file. Each line has the text, the switches, the words and
the ids. Run from the repository root:

    python3 tests/text/generate_golden.py > tests/data/text_golden.jsonl
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from verify_tokenizer import Reference, Switches

VOCABULARY = Path("tests/data/text_vocabulary.txt")

TEXTS = [
    "",
    " \t\r\n ",
    "Hello, world!",
    "I'm playing... UNBELIEVABLE!!1",
    "a\u00a0b\u2028c\u3000d\u1680e",
    "a\x00b\x07c\x7fd\x85e\u200bf\ufefff\ufffdg\xadh\ue000i",
    "caf\u00e9 cafe\u0301 CAF\u00c9",
    "na\u00efve \u00c5ngstr\u00f6m \u212b \u2126",
    "\u0130stanbul I\u0307 \u0131",
    "\u039f\u0394\u039f\u03a3 \u03a3\u03a3 \u1f88 \u1e9e",
    "\ufb01 \u01c5 \u2460 \u00bd",
    "a\u0323\u0301b a\u0301\u0323b \u1e69 s\u0307\u0323",
    "x\U0001d16d\U0001d165y x\U0001d165\U0001d16dy",
    "k\u1b44\u1bf2\u302e\u094dk",
    "\u0344 \u0340 \u0374 \u037e \u0387",
    "\ud55c\uad6d\uc5b4 \u1112\u1161\u11ab",
    "\u4f60\u597da\u4f60\u0301\u597d",
    "\uf900\U0002f800\U00020000\u3400\u9fff\ua000",
    "\u3042\u304c\u30ac\u30ac",
    "\u0e19\u0e49\u0e33 \u0939\u093f\u0928\u094d\u0926\u0940",
    "\u0645\u064f\u062d\u064e \u05e9\u05b8\u05dc",
    "\U0001f602\U0001f602 :) \u2764\ufe0f \u2764",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3fd \U0001f1eb\U0001f1f7",
    "price$5+3=8^2`~|<tag>",
    "\u201cquoted\u201d \u2014 \u00bfqu\u00e9? \u3002\u3001",
    "\u166d \U000111c9 \u061d \u2e52 \u20ac \u00a7 \u00b6",
    "[SEP] [CLS][MASK] [unk] [PAD]",
    "##ing # ##",
    "ing playing2 2playing",
    "z" * 100 + " " + "z" * 101,
    "\u00e9" * 100 + " " + "e\u0301" * 101,
    "hello\u0301\u0301\u0301hello",
    "\u0301hello \u0301",
    "\U00010d50\U0001e900\U00010400 \u1c89 \ua7cb",
]

SWITCHES = [
    Switches(),
    Switches(strip_accents=False),
    Switches(lowercase=False),
    Switches(split_cjk=False),
    Switches(lowercase=False, strip_accents=False, split_cjk=False),
]


def main() -> int:
    """Writes the lines to standard output."""
    for switches in SWITCHES:
        reference = Reference(VOCABULARY, switches)
        for text, answer in zip(TEXTS, reference.answers(TEXTS), strict=True):
            ids, *words = answer.split("\n")
            line = {
                "text": text,
                "lowercase": switches.lowercase,
                "strip_accents": switches.strip_accents,
                "split_cjk": switches.split_cjk,
                "words": words,
                "ids": [int(number) for number in ids.split()],
            }
            print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
