"""Dialogues of our own that such models find hard, with the label that people give.

They are few, chosen to be hard, and say what kinds of mistakes to expect, not how
many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emotion_model.data.dialogues import Turns
from emotion_model.evaluation.card.blocks import table
from emotion_model.evaluation.ground_truth import Floats


@dataclass(frozen=True)
class Case:
    """A dialogue that is hard in the way that `kind` says."""

    kind: str
    turns: Turns
    expected: str


def _cases(kind: str, *dialogues: tuple[Turns, str]) -> list[Case]:
    return [Case(kind, turns, expected) for turns, expected in dialogues]


CASES = [
    *_cases(
        "sarcasm",
        (("my flight is cancelled", "oh no", "great, just what i needed"), "angry"),
        (("he forgot it again", "really?", "what a wonderful friend"), "angry"),
        (("the bus left early", "sorry", "i love waiting in the rain"), "angry"),
    ),
    *_cases(
        "a feeling denied",
        (("are you ok", "are you upset with me?", "no, i am not angry"), "others"),
        (("how was it", "was it sad?", "i did not cry at all"), "others"),
        (("well", "are you happy now?", "i am not happy about this"), "sad"),
    ),
    *_cases(
        "somebody else's feeling",
        (("who called", "a friend?", "my sister says she hates her boss"), "others"),
        (("what did he say", "about what?", "he said he is so happy"), "others"),
        (("look at him", "who?", "that man in the film is crying"), "others"),
    ),
    *_cases(
        "no word of feeling",
        (("guess what", "tell me", "they gave me the job"), "happy"),
        (("the vet called", "and?", "we had to let our dog go"), "sad"),
        (("you again", "how can i help?", "third time i explain this to you"), "angry"),
        (("my best friend", "what about her?", "she moved away today"), "sad"),
    ),
    *_cases(
        "strong words, no feeling",
        (("how was the show", "good?", "it was sick, killer songs"), "others"),
        (("what is that", "the game?", "kill the boss in level three"), "others"),
        (("which book", "the new one?", "it is called the sad clown"), "others"),
    ),
    *_cases(
        "a feeling that turned",
        (("i was so sad", "and now?", "now it is all fine again, yay"), "happy"),
        (("i was angry", "still?", "no worries, we are good"), "others"),
        (("we won", "wow!", "and then they took the prize back"), "sad"),
    ),
    *_cases(
        "what came before decides",
        (("i failed my exam", "did you study?", "yes, for weeks"), "sad"),
        (("you never answer", "i was busy", "always the same excuse"), "angry"),
        (("i passed my exam", "well done!", "with the best mark of all"), "happy"),
    ),
]


@dataclass(frozen=True)
class Verdict:
    """What the model said of a case."""

    case: Case
    answered: str
    probability: float

    @property
    def right(self) -> bool:
        """Whether it said what people say."""
        return self.answered == self.case.expected


def classified(
    predict: Callable[[Sequence[Turns]], Floats], labels: Sequence[str]
) -> list[Verdict]:
    """Predicts every case. Deterministic."""
    found = predict([case.turns for case in CASES])
    return [
        Verdict(case, labels[int(line.argmax())], float(line.max()))
        for case, line in zip(CASES, found, strict=True)
    ]


def as_text(verdicts: Sequence[Verdict]) -> str:
    """How many are right, and a table of those that are not."""
    right = sum(verdict.right for verdict in verdicts)
    rows = [
        [
            verdict.case.kind,
            " / ".join(verdict.case.turns),
            verdict.case.expected,
            f"{verdict.answered} {verdict.probability:.2f}",
        ]
        for verdict in verdicts
        if not verdict.right
    ]
    header = ["what is hard", "dialogue", "people say", "it says"]
    return f"Right: {right} of {len(verdicts)}. The others:\n\n" + table(header, rows)
