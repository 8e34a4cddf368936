"""From a dialogue to token ids: the reference encoding.

    [CLS] turn 1 [SEP] turn 2 [SEP] turn 3 [SEP]

The last turn, which is classified, has segment 0; segments alternate backwards from it;
[CLS] has segment 0. Leading turns without a token are left out, so that a last turn
alone is one question, however many empty turns are sent before it. Text never becomes
a special token: "[SEP]" in a turn is a bracket, a word and a bracket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from emotion_model.errors import ModelError

UNKNOWN, BEGIN, SEPARATOR = "[UNK]", "[CLS]", "[SEP]"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a dialogue may hold."""

    # Turns, 1 to 8; more is an error.
    max_turns: int = 3
    # UTF-8 bytes in one turn; more is an error.
    max_turn_bytes: int = 4096
    # Tokens, special tokens included; what exceeds it is cut.
    max_tokens: int = 128

    def check(self, name: str) -> None:
        """Raises ModelError, beginning with `name`, for a value out of range."""
        for key, low, high in (
            ("max_turns", 1, 8),
            ("max_turn_bytes", 1, 1 << 20),
            ("max_tokens", self.max_turns + 2, 1 << 16),
        ):
            value = getattr(self, key)
            if type(value) is not int or not low <= value <= high:
                raise ModelError(
                    f"{name}: limits.{key} is {value!r}, expected {low} to {high}"
                )


@dataclass(frozen=True, kw_only=True)
class TextRules:
    """BERT's normalisation, switch by switch."""

    lowercase: bool = True
    strip_accents: bool = True
    # Whether each CJK ideograph is a word of its own.
    split_cjk: bool = True
    # Characters a word may have; a longer one becomes [UNK].
    max_word_characters: int = 100


@dataclass(frozen=True)
class Encoding:
    """A dialogue as the model reads it."""

    token_ids: list[int]
    # As long as token_ids.
    segment_ids: list[int]
    # Rising indexes (0 is the oldest that was given) of the turns that lost tokens.
    truncated_turns: list[int]


def read_vocabulary(path: Path) -> list[str]:
    """Reads a `vocab.txt`: one piece a line, the line number is the id.

    Raises:
        ModelError: unreadable, not UTF-8, an empty or repeated line, a carriage
            return, or a special token is missing.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    pieces = text.removesuffix("\n").split("\n")
    seen: dict[str, int] = {}
    for number, piece in enumerate(pieces, start=1):
        if not piece or piece.endswith("\r"):
            fault = "ends with a carriage return" if piece else "is empty"
            raise ModelError(f"{path}: line {number} {fault}")
        if piece in seen:
            raise ModelError(
                f"{path}: line {number} repeats line {seen[piece]}, {piece!r}"
            )
        seen[piece] = number
    for special in (UNKNOWN, BEGIN, SEPARATOR):
        if special not in seen:
            raise ModelError(f"{path}: {special} is missing")
    return pieces


def write_vocabulary(pieces: Sequence[str], path: Path) -> None:
    """Writes what `read_vocabulary` reads."""
    text = "".join(f"{piece}\n" for piece in pieces)
    path.write_text(text, encoding="utf-8", newline="\n")


class DialogueEncoder:
    """Encodes dialogues. Immutable; safe for any number of threads."""

    def __init__(
        self, vocabulary: Sequence[str], limits: Limits, rules: TextRules | None = None
    ) -> None:
        """Makes an encoder over pieces in the order of their ids."""
        rules = rules or TextRules()
        ids = {piece: index for index, piece in enumerate(vocabulary)}
        self._limits = limits
        self._begin, self._separator = ids[BEGIN], ids[SEPARATOR]
        self._tokenizer = Tokenizer(
            WordPiece(
                ids,
                unk_token=UNKNOWN,
                max_input_chars_per_word=rules.max_word_characters,
            )
        )
        self._tokenizer.normalizer = BertNormalizer(
            clean_text=True,
            handle_chinese_chars=rules.split_cjk,
            strip_accents=rules.strip_accents,
            lowercase=rules.lowercase,
        )
        self._tokenizer.pre_tokenizer = BertPreTokenizer()

    def encode(self, turns: Sequence[str]) -> Encoding:
        """Encodes one dialogue, oldest turn first.

        Raises:
            ModelError: no turn, too many turns, a turn over the byte limit or not
                encodable as UTF-8, or a last turn without a token.
        """
        pieces = [self._pieces(index, turn) for index, turn in enumerate(turns)]
        if not 1 <= len(turns) <= self._limits.max_turns:
            raise ModelError(
                f"turns: {len(turns)} of them, expected 1 to {self._limits.max_turns}"
            )
        if not pieces[-1]:
            raise ModelError(f"turns[{len(turns) - 1}]: the last turn holds no token")
        first = next(index for index, turn in enumerate(pieces) if turn)
        pieces = pieces[first:]
        lengths = [len(turn) for turn in pieces]
        kept = kept_lengths(lengths, self._limits.max_tokens - 1 - len(pieces))
        token_ids, segment_ids = [self._begin], [0]
        last = len(pieces) - 1
        for index, (turn, keep) in enumerate(zip(pieces, kept, strict=True)):
            # The last turn keeps its beginning, an earlier one its end.
            turn = turn[:keep] if index == last else turn[len(turn) - keep :]
            token_ids += [*turn, self._separator]
            segment_ids += [(last - index) % 2] * (keep + 1)
        cut = [
            first + index for index in range(last + 1) if kept[index] < lengths[index]
        ]
        return Encoding(token_ids, segment_ids, cut)

    def _pieces(self, index: int, turn: str) -> list[int]:
        try:
            size = len(turn.encode("utf-8"))
        except UnicodeEncodeError as error:
            raise ModelError(f"turns[{index}]: not encodable as UTF-8") from error
        if size > self._limits.max_turn_bytes:
            raise ModelError(
                f"turns[{index}]: {size} bytes, expected at most "
                f"{self._limits.max_turn_bytes}"
            )
        ids: list[int] = self._tokenizer.encode(turn, add_special_tokens=False).ids
        return ids


def kept_lengths(lengths: Sequence[int], budget: int) -> list[int]:
    """Shares `budget` tokens among turns; returns how many each one keeps.

    The last turn comes first. What it leaves is shared by the earlier turns: each
    may keep up to a level, the highest that fits; tokens left over go one each to
    turns above the level, newest first.
    """
    last = min(lengths[-1], budget)
    rest = budget - last
    earlier = lengths[:-1]
    if sum(earlier) <= rest:
        return [*earlier, last]
    level = 0
    while sum(min(length, level + 1) for length in earlier) <= rest:
        level += 1
    kept = [min(length, level) for length in earlier]
    spare = rest - sum(kept)
    for index in reversed(range(len(earlier))):
        if spare and earlier[index] > level:
            kept[index] += 1
            spare -= 1
    return [*kept, last]
