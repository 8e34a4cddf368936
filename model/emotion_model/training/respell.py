r"""Makes a package source with another vocabulary: more emoji, fewer rare words.

    python -m emotion_model respell --source model/default --all-emoji \
        --texts chat.txt --least 2 --out build/respelt

Pieces that stay keep their vectors. A new emoji starts as the mean of the vectors of
the words of its Unicode name. Every single character stays, so whatever could be
spelt before can be spelt now, in more pieces; train the result before it is used.
"""

import argparse
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from torch import Tensor

from emotion_model import files
from emotion_model.checkpoint.source import Source
from emotion_model.checkpoint.text import BEGIN, SEPARATOR, UNKNOWN, write_vocabulary
from emotion_model.data.dialogues import read_utterances
from emotion_model.data.emoji import is_emoji, name_words
from emotion_model.errors import ModelError
from emotion_model.training.teachers.pretrained import PAD

TABLE = "mobilebert.embeddings.word_embeddings.weight"
_PLANES = (range(0x2600, 0x27C0), range(0x2B50, 0x2B56), range(0x1F300, 0x1FB00))


def all_emoji() -> list[str]:
    """Every pictograph with a Unicode name, by code."""
    return [
        chr(code)
        for plane in _PLANES
        for code in plane
        if is_emoji(chr(code)) and unicodedata.category(chr(code)) == "So"
    ]


def respell(
    vocabulary: Sequence[str],
    *,
    emoji: Iterable[str] = (),
    counts: Counter[str] | None = None,
    least: int = 0,
) -> list[str]:
    """The new vocabulary: what stays in its old order, then what is new.

    Args:
        vocabulary: the old pieces.
        emoji: each becomes a piece, also as the end of a word.
        counts: how often each piece occurs; needed with `least`.
        least: a piece that occurs less often goes, unless it is special or a
            single character.
    """
    special = {PAD, UNKNOWN, BEGIN, SEPARATOR}
    kept = [
        piece
        for piece in vocabulary
        if piece in special
        or len(piece.removeprefix("##")) == 1
        or counts is None
        or counts[piece] >= least
    ]
    there = set(kept)
    wanted = (f"{mark}{character}" for character in emoji for mark in ("", "##"))
    return kept + [piece for piece in wanted if piece not in there]


def count_pieces(vocabulary: Sequence[str], texts: Iterable[str]) -> Counter[str]:
    """How often each piece occurs in texts, lower case and without accents."""
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(ids, unk_token=UNKNOWN))
    tokenizer.normalizer = BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    found: Counter[str] = Counter()
    for encoded in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        found.update(encoded.tokens)
    return found


def respelt_table(table: Tensor, old: Sequence[str], new: Sequence[str]) -> Tensor:
    """Word vectors [new, width] for the new vocabulary."""
    place = {piece: index for index, piece in enumerate(old)}
    result = table.new_zeros(len(new), table.shape[1])
    middle = table.mean(0)
    for index, piece in enumerate(new):
        if piece in place:
            result[index] = table[place[piece]]
            continue
        known = [place[word] for word in name_words(piece) if word in place]
        # Of a mean the deviation shrinks with the words; a vector alone keeps it.
        mean = table[known].mean(0) if known else middle
        result[index] = mean * (len(known) ** 0.5 if known else 1.0)
    return result


def write_respelt(source: Source, new: Sequence[str], out: Path) -> None:
    """Writes the package source with the new vocabulary, in float16.

    Raises:
        ModelError: `out` holds something else.
    """
    checkpoint = source.checkpoint
    weights = dict(checkpoint.weights)
    weights[TABLE] = respelt_table(weights[TABLE], checkpoint.vocabulary, new)
    with files.new_folder(out, "package.json") as folder:
        for name in ("package.json", "tokenizer_config.json"):
            if (checkpoint.folder / name).is_file():
                files.copy(checkpoint.folder / name, folder)
        config = files.read_json(checkpoint.folder / "config.json")
        files.write_json(folder / "config.json", {**config, "vocab_size": len(new)})
        write_vocabulary(new, folder / "vocab.txt")
        halves = {name: value.half().contiguous() for name, value in weights.items()}
        save_file(halves, folder / "model.safetensors", {"format": "pt"})
        Source.read(folder)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the verb takes."""
    parser.add_argument("--source", type=Path, required=True, help="package source")
    parser.add_argument("--out", type=Path, required=True, help="package source")
    parser.add_argument("--all-emoji", action="store_true", help="a piece for each")
    parser.add_argument("--texts", type=Path, nargs="+", help="plain text, by line")
    parser.add_argument("--least", type=int, default=0, help="rarer pieces go")


def run(options: argparse.Namespace) -> int:
    """Does what the verb says; returns the exit code."""
    if (options.least > 0) != bool(options.texts):
        raise ModelError("--least and --texts go together")
    source = Source.read(options.source)
    old = source.checkpoint.vocabulary
    counts = None
    if options.texts:
        texts = [line for path in options.texts for line in read_utterances(path)]
        counts = count_pieces(old, texts)
    emoji = all_emoji() if options.all_emoji else []
    new = respell(old, emoji=emoji, counts=counts, least=options.least)
    write_respelt(source, new, options.out)
    print(f"{options.out}: {len(new)} pieces, {len(set(new) - set(old))} of them new")
    return 0
