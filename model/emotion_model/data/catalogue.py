"""The tasks that one body learns side by side, and how their labels map.

`everyday` and `emocontext` have the same four labels and different habits: what
counts as "others" in chat at large is not what it is in EmoContext. The other tasks
are people's labels of other kinds. They teach the teachers, and of their labels those
that say the same as one of the four teach `everyday` too.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Target = NDArray[np.float32]

LABELS = ("others", "happy", "sad", "angry")

# GoEmotions, in the order of its ids.
COMMENTS = tuple(
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief "
    "joy love nervousness optimism pride realization relief remorse sadness surprise "
    "neutral".split()
)
# TweetEval's emotion, in the order of its ids.
TWEETS = ("anger", "joy", "optimism", "sadness")
# EmoryNLP.
SCENES = ("Joyful", "Mad", "Neutral", "Peaceful", "Powerful", "Sad", "Scared")

TASKS: dict[str, tuple[str, ...]] = {
    "everyday": LABELS,
    "emocontext": LABELS,
    "comments": COMMENTS,
    "tweets": TWEETS,
    "scenes": SCENES,
    "irony": ("literal", "ironic"),
    # TweetEval's emoji, by id.
    "emoji": tuple(f"emoji {index}" for index in range(20)),
}

# Foreign labels that say one of LABELS. What is not here says nothing of the four:
# approval, caring, desire, disapproval, optimism; Peaceful and Powerful.
GROUPED: dict[str, dict[str, str]] = {
    "comments": {
        **dict.fromkeys(
            "admiration amusement excitement gratitude joy love pride relief".split(),
            "happy",
        ),
        **dict.fromkeys("disappointment grief remorse sadness".split(), "sad"),
        **dict.fromkeys("anger annoyance".split(), "angry"),
        **dict.fromkeys(
            "confusion curiosity disgust embarrassment fear nervousness realization "
            "surprise neutral".split(),
            "others",
        ),
    },
    "tweets": {"anger": "angry", "joy": "happy", "sadness": "sad"},
    "scenes": {
        "Joyful": "happy",
        "Mad": "angry",
        "Sad": "sad",
        "Neutral": "others",
        "Scared": "others",
    },
}


def spans() -> dict[str, slice]:
    """The columns of each task where all tasks' labels stand side by side."""
    found, start = {}, 0
    for name, labels in TASKS.items():
        found[name] = slice(start, start + len(labels))
        start += len(labels)
    return found


WIDTH = sum(map(len, TASKS.values()))


def target(task: str, labels: Sequence[str]) -> Target:
    """What is to be answered where people gave these labels, each an equal share."""
    names = TASKS[task]
    found = np.zeros(len(names), np.float32)
    for label in labels:
        found[names.index(label)] += 1 / len(labels)
    return found


def grouped(task: str, labels: Sequence[str]) -> Target | None:
    """The same in LABELS; None where a label says nothing of them."""
    table = GROUPED[task]
    if not all(label in table for label in labels):
        return None
    return target("everyday", [table[label] for label in labels])
