"""Learning from people's labels, and answering: the same for teacher and student."""

import random
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from emotion_model.checkpoint.text import DialogueEncoder, Encoding
from emotion_model.data.dialogues import Dialogue
from emotion_model.data.perturb import perturb
from emotion_model.errors import ModelError
from emotion_model.evaluation.soft_labels import Logits
from emotion_model.training import batches, loop
from emotion_model.training.batches import Batch
from emotion_model.training.machine import Machine
from emotion_model.training.optimization import Group

# Gives logits [B, labels] and hidden states [B, L, width].
Network = Callable[[Batch], tuple[Tensor, Tensor]]


def encode_all(
    dialogues: Sequence[Dialogue], encoder: DialogueEncoder
) -> list[Encoding]:
    """Encodes dialogues in their order.

    Raises:
        ModelError: naming the dialogue that cannot be encoded.
    """
    encodings = []
    for dialogue in dialogues:
        try:
            encodings.append(encoder.encode(dialogue.turns))
        except ModelError as error:
            raise ModelError(f"dialogue {dialogue.id[:20]!r}: {error}") from error
    return encodings


def label_task(
    model: nn.Module,
    groups: list[Group],
    learnt: Sequence[Dialogue],
    labels: Sequence[str],
    encoder: DialogueEncoder,
    machine: Machine,
    *,
    batch_size: int,
    perturbed: float,
    label_smoothing: float,
) -> loop.Task:
    """The task of learning labels; dialogues are changed anew each time.

    Args:
        model: a `Network`.
        groups: as the loop wants them.
        learnt: dialogues with labels of `labels`.
        labels: in the order of the logits.
        encoder: of the model's vocabulary.
        machine: where the model is.
        batch_size: dialogues in a step.
        perturbed: share of the dialogues that are changed when they are read.
        label_smoothing: share of the probability that is spread over all labels.

    Raises:
        ModelError: a dialogue cannot be encoded.
    """
    place = {label: index for index, label in enumerate(labels)}
    truth = torch.tensor([place[dialogue.label] for dialogue in learnt])
    plain = encode_all(learnt, encoder)
    lengths = [len(encoding.token_ids) for encoding in plain]

    def read(row: int, generator: random.Random) -> Encoding:
        if generator.random() >= perturbed:
            return plain[row]
        return encoder.encode(perturb(learnt[row].turns, generator))

    def loss(rows: list[int]) -> tuple[Tensor, dict[str, float]]:
        generator = random.Random(int(torch.randint(1 << 62, (1,))))
        batch = batches.collate([read(row, generator) for row in rows])
        with machine.autocast():
            logits, _ = model(batch.to(machine.device))
        value = F.cross_entropy(
            logits.float(),
            truth[rows].to(machine.device),
            label_smoothing=label_smoothing,
        )
        return value, {}

    return loop.Task(
        model=model,
        groups=groups,
        batches=lambda seed: batches.shuffled(lengths, batch_size, seed),
        loss=loss,
    )


def answer(
    model: nn.Module,
    encodings: Sequence[Encoding],
    machine: Machine,
    *,
    size: int = 64,
) -> Logits:
    """A network's logits, float32 [encodings, labels], in their order."""
    logits: list[Tensor] = [torch.empty(0)] * len(encodings)
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        for rows in batches.by_length([len(e.token_ids) for e in encodings], size):
            machine.wait_while_paused()
            batch = batches.collate([encodings[row] for row in rows])
            with machine.autocast():
                values, _ = model(batch.to(machine.device))
            for row, line in zip(rows, values.float().cpu(), strict=True):
                logits[row] = line
    model.train(was_training)
    return np.asarray(torch.stack(logits).numpy(), dtype=np.float32)
