"""Changes to a dialogue that leave its feeling as it is, more or less.

They serve twice: as a test set of changed inputs, and to make training robust.
Every function draws from the generator that it is given and from nothing else.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from emotion_model.data.dialogues import Turns
from emotion_model.data.emoji import is_emoji

Change = Callable[[Turns, random.Random], Turns]

# Neighbours on an English keyboard, by row.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWEL_RUN = re.compile(r"[aeiouyAEIOUY](?=\w{0,1}\b)")


def upper(turns: Turns, _: random.Random) -> Turns:
    """Capital letters only."""
    return tuple(turn.upper() for turn in turns)


def mixed_case(turns: Turns, generator: random.Random) -> Turns:
    """Each letter's case by chance."""
    return tuple(
        "".join(c.upper() if generator.random() < 0.5 else c.lower() for c in turn)
        for turn in turns
    )


def typos(turns: Turns, generator: random.Random) -> Turns:
    """A slip in about one word of six, of four letters or more."""
    return tuple(_each_word(turn, generator, 0.17, _slip) for turn in turns)


def elongate(turns: Turns, generator: random.Random) -> Turns:
    """A vowel of one word of the last turn is held: 'so' to 'soooo'."""
    places = list(_VOWEL_RUN.finditer(turns[-1]))
    if not places:
        return turns
    place = generator.choice(places).start()
    last = turns[-1]
    held = last[place] * generator.randint(3, 6)
    return (*turns[:-1], last[:place] + held + last[place + 1 :])


def without_emoji(turns: Turns, _: random.Random) -> Turns:
    """No emoji; a last turn of nothing else stays as it is."""
    bare = tuple("".join(c for c in turn if not is_emoji(c)) for turn in turns)
    return bare if _is_visible(bare[-1]) else (*bare[:-1], turns[-1])


def doubled_emoji(turns: Turns, _: random.Random) -> Turns:
    """Each emoji twice."""
    return tuple("".join(c * 2 if is_emoji(c) else c for c in turn) for turn in turns)


def without_first(turns: Turns, _: random.Random) -> Turns:
    """The oldest turn is missing."""
    return turns[1:] if len(turns) > 1 else turns


def last_only(turns: Turns, _: random.Random) -> Turns:
    """Only the last turn is there."""
    return turns[-1:]


CHANGES: dict[str, Change] = {
    "upper": upper,
    "mixed_case": mixed_case,
    "typos": typos,
    "elongate": elongate,
    "without_emoji": without_emoji,
    "doubled_emoji": doubled_emoji,
    "without_first": without_first,
    "last_only": last_only,
}

# Those whose label may be trusted in training, and how often each is drawn.
TRUSTED = {
    "typos": 4,
    "elongate": 4,
    "doubled_emoji": 1,
    "without_first": 3,
    "last_only": 3,
}


def perturb(turns: Turns, generator: random.Random) -> Turns:
    """One change out of TRUSTED."""
    (name,) = generator.choices(list(TRUSTED), list(TRUSTED.values()))
    return CHANGES[name](turns, generator)


def perturb_all(dialogues: Sequence[Turns], name: str, *, seed: int = 0) -> list[Turns]:
    """One kind of change for every dialogue; the same seed, the same texts."""
    generator = random.Random(f"{name} {seed}")
    return [CHANGES[name](turns, generator) for turns in dialogues]


def _is_visible(text: str) -> bool:
    """Whether more is left than spaces, joiners and variation selectors."""
    hidden = ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")
    return any(unicodedata.category(character) not in hidden for character in text)


def _each_word(
    turn: str,
    generator: random.Random,
    share: float,
    change: Callable[[str, random.Random], str],
) -> str:
    words = turn.split(" ")
    return " ".join(
        change(word, generator)
        if len(word) >= 4 and word.isalpha() and generator.random() < share
        else word
        for word in words
    )


def _slip(word: str, generator: random.Random) -> str:
    at = generator.randrange(1, len(word) - 1)
    match generator.randrange(4):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
    return word[:at] + _neighbour(word[at], generator) + word[at + 1 :]


def _neighbour(letter: str, generator: random.Random) -> str:
    for row in _ROWS:
        place = row.find(letter.lower())
        if place >= 0:
            near = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            return generator.choice(near)
    return letter
