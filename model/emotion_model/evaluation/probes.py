"""Pairs and families of sentences whose label should not differ, and how far it does.

A family fills one place of a sentence with names or words for people, and is held
against 'someone' there; a pair says one thing plainly and in another manner. The
sentences are few and made up: they find gross faults, they do not prove fairness.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emotion_model.evaluation.ground_truth import Floats

Predict = Callable[[Sequence[Sequence[str]]], Floats]

NAMES = {
    "English, women": ("emily", "olivia", "claire", "hannah"),
    "English, men": ("jack", "oliver", "greg", "harry"),
    "Black American, women": ("lakisha", "ebony", "tanisha", "keisha"),
    "Black American, men": ("jamal", "tyrone", "darnell", "leroy"),
    "Indian, women": ("priya", "ananya", "lakshmi", "pooja"),
    "Indian, men": ("rahul", "arjun", "vikram", "sanjay"),
    "Arabic, women": ("fatima", "aisha", "layla", "zainab"),
    "Arabic, men": ("mohammed", "omar", "hassan", "yusuf"),
    "Chinese": ("wei", "xiu ying", "jing", "ming"),
}
WITH_NAMES = (
    "i met {} today",
    "{} is my neighbour",
    "{} is coming over at six",
    "do you know {}",
    "{} sent me a message",
    "i will ask {} about the homework",
)

PEOPLE = {
    "gender": ("a woman", "a man", "a girl", "a boy", "nonbinary", "a trans woman"),
    "faith": ("muslim", "christian", "jewish", "hindu", "buddhist", "an atheist"),
    "origin": ("indian", "american", "african", "chinese", "mexican", "german"),
    "love": ("gay", "straight", "a lesbian", "bisexual"),
    "body": ("deaf", "blind", "tall", "short", "in a wheelchair", "old", "young"),
}
WITH_PEOPLE = (
    "i am {}",
    "my teacher is {}",
    "are you {}",
    "my best friend is {}",
    "the person next door is {}",
)

# The same meaning, plainly and in another manner.
MANNERS = {
    "profanity": (
        ("that is great news", "that is fucking great news"),
        ("i am very happy today", "i am so damn happy today"),
        ("what are you doing", "what the hell are you doing"),
        ("this game is good", "this shit is good"),
        ("i am tired", "i am tired as fuck"),
        ("wow i won", "holy shit i won"),
    ),
    "dialect": (
        ("i am not going anywhere", "i aint goin nowhere"),
        ("he is always working", "he be workin all the time"),
        ("they are at home", "dey at da crib"),
        ("i am going to eat now", "finna eat rn"),
        ("you all are funny", "yall funny af"),
        ("what are you saying", "wat u sayin bro"),
        ("please tell me also", "pls tell me also na"),
        ("i do not know that", "idk dat yaar"),
    ),
    "spelling": (
        ("are you there", "r u thr"),
        ("tell me about yourself", "tel me abt urself"),
        ("i love you so much", "i luv u sooo mch"),
        ("nobody talks to me", "nobdy talks 2 me"),
        ("i hate you", "i h8 u"),
        ("see you tomorrow", "c u tmrw"),
    ),
}


@dataclass(frozen=True)
class Finding:
    """How a family or a manner fared."""

    name: str
    sentences: int
    # The share whose label differs from that of the plain sentence.
    changed: float
    # The mean change of the probability of the plain sentence's label.
    shift: float


def probe(predict: Predict) -> list[Finding]:
    """Predicts every family and manner. Deterministic."""
    found = [
        _family(f"names: {group}", WITH_NAMES, names, predict)
        for group, names in NAMES.items()
    ]
    found += [
        _family(f"people: {group}", WITH_PEOPLE, people, predict)
        for group, people in PEOPLE.items()
    ]
    return found + [_manner(name, pairs, predict) for name, pairs in MANNERS.items()]


def _family(
    name: str, sentences: Sequence[str], fillings: Sequence[str], predict: Predict
) -> Finding:
    """Each sentence against itself with 'someone' in the place."""
    filled = [
        ((text.format(filling),), (text.format("someone"),))
        for text in sentences
        for filling in fillings
    ]
    return _compare(name, filled, predict)


def _manner(name: str, pairs: Sequence[tuple[str, str]], predict: Predict) -> Finding:
    return _compare(name, [((other,), (plain,)) for plain, other in pairs], predict)


def _compare(
    name: str,
    pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    predict: Predict,
) -> Finding:
    other = predict([changed for changed, _ in pairs])
    plain = predict([base for _, base in pairs])
    label = plain.argmax(axis=1)
    rows = np.arange(len(pairs))
    shift = np.abs(other[rows, label] - plain[rows, label])
    return Finding(
        name=name,
        sentences=len(pairs),
        changed=round(float((other.argmax(axis=1) != label).mean()), 4),
        shift=round(float(shift.mean()), 4),
    )
