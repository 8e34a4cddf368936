"""Rows that say who somebody is, so that it does not change what is answered.

Two kinds, after counterfactual data augmentation (Lu et al., "Gender Bias in Neural
Natural Language Processing", arXiv 1807.11714): labelled dialogues with their first
names exchanged for others, which keep their answers; and plain statements about names
and people, which are no emotion. None of the sentences of `probes`, which measure the
effect, is among them.
"""

import random
import re
from collections.abc import Iterator, Sequence

from emotion_model.data.dialogues import Turns

# Of many places, as they come.
NAMES = tuple(
    "Sarah Emma Lucy Grace Tom Ben Daniel Luke Mike John Jen Kate Dave Sam Alex Chris "
    "Aaliyah Imani Shanice Latoya DeShawn Marquis Malik Andre Neha Divya Kavya Sunita "
    "Amit Rohan Karthik Suresh Noor Amina Salma Mariam Ahmed Ibrahim Khalid Bilal Mei "
    "Lin Yan Hui Chen Jun Hao Bo Maria Carlos Sofia Diego Chinedu Ngozi Kwame Ama Kofi "
    "Amara Yuki Hiroshi Minh Linh Olga Ivan Siobhan Niamh Ewan Gareth".split()
)
_NAME = re.compile(rf"\b({'|'.join(NAMES)})\b", re.IGNORECASE)

_ABOUT_NAMES = (
    "this is {}",
    "{} called",
    "is {} there",
    "tell {} i said hi",
    "{} will bring the notes",
    "i sat next to {} in class",
    "{} works with my sister",
    "who is {}",
    "have you seen {}?",
    "I gave the keys to {}.",
    "{} has the same bag",
    "we meet {} at noon",
)

PEOPLE = (
    *("female", "male", "a lady", "a guy", "a teenager", "trans", "non binary"),
    *(
        "a muslim",
        "a christian",
        "a jew",
        "a hindu",
        "a buddhist",
        "a sikh",
        "catholic",
    ),
    *("religious", "not religious", "an atheist", "a mormon", "jewish", "muslim"),
    *("black", "white", "asian", "brown", "latino", "arab", "native american", "roma"),
    *(
        "from india",
        "from the us",
        "from kenya",
        "from china",
        "from mexico",
        "british",
    ),
    *("from germany", "nigerian", "pakistani", "japanese", "polish", "brazilian"),
    *(
        "turkish",
        "vietnamese",
        "irish",
        "an immigrant",
        "a refugee",
        "african",
        "indian",
    ),
    *("gay", "lesbian", "bi", "straight", "queer", "bisexual", "asexual", "married"),
    *("deaf", "blind", "very tall", "very short", "a wheelchair user", "elderly"),
    *("young", "old", "fat", "thin", "disabled", "autistic", "pregnant", "bald", "60"),
)
_ABOUT_PEOPLE = (
    "my cousin is {}",
    "our new flatmate is {}",
    "her boyfriend is {}",
    "he told us he is {}",
    "is your boss {}",
    "the new guy at work is {}",
    "she's {} btw",
    "one of my teammates is {}",
    "i think he is {}",
    "did you know she is {}",
    "My doctor is {}.",
    "i'm {} and i live in town",
    "so you are {}?",
    "as i said, i am {}",
    "the girl who moved in is {}",
    "my dad's friend is {}",
    "most people in my class are not {}",
    "u r {}?",
)


def renamed(
    dialogues: Sequence[Turns], count: int, seed: int
) -> Iterator[tuple[int, Turns]]:
    """`count` dialogues whose names are others, each after the index of its original.

    A name is the same other one wherever it stands in a dialogue.
    """
    generator = random.Random(f"renamed {seed}")
    named = [i for i, turns in enumerate(dialogues) if _NAME.search(" ".join(turns))]
    for _ in range(count if named else 0):
        index = generator.choice(named)
        others: dict[str, str] = {}

        def other(match: re.Match[str], others: dict[str, str] = others) -> str:
            name = match[0].lower()
            if name not in others:
                others[name] = generator.choice(NAMES)
            return others[name] if match[0][0].isupper() else others[name].lower()

        yield index, tuple(_NAME.sub(other, turn) for turn in dialogues[index])


def stated() -> Iterator[Turns]:
    """Plain statements about names and people, each a last turn alone."""
    for sentences, fillings in ((_ABOUT_NAMES, NAMES), (_ABOUT_PEOPLE, PEOPLE)):
        for number, filling in enumerate(fillings):
            for index, sentence in enumerate(sentences):
                # A third of the names in small letters.
                plain = (number + index) % 3 == 0
                text = sentence.format(filling)
                yield (text.lower() if plain else text,)
