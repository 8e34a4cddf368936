"""The student: a body, and a linear head for each task that teachers answer."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from emotion_model.checkpoint.checkpoint import Checkpoint
from emotion_model.checkpoint.weights import Weights
from emotion_model.training.batches import Batch
from emotion_model.training.machine import Machine
from emotion_model.training.tasks.body import Body
from emotion_model.training.tasks.combine import ANSWERED, answered_spans
from emotion_model.training.tasks.feed import Feed, answers


class Student(nn.Module):
    """A body and a head for each task of ANSWERED, side by side."""

    def __init__(self, checkpoint: Checkpoint, layers: int = 0) -> None:
        """Starts from a checkpoint; its classifier starts the four-label heads.

        Args:
            checkpoint: the weights.
            layers: to keep so many of its layers, evenly spread; 0 keeps all.
        """
        super().__init__()
        self.body = Body(checkpoint.weights, checkpoint.settings, layers)
        columns = answered_spans()
        self.heads = nn.Linear(
            checkpoint.settings.hidden_size, columns[ANSWERED[-1]].stop
        )
        classifier = checkpoint.weights["classifier.weight"]
        with torch.no_grad():
            self.heads.weight.normal_(0, 0.02)
            self.heads.bias.zero_()
            for span in columns.values():
                if span.stop - span.start == len(classifier):
                    self.heads.weight[span] = classifier
                    self.heads.bias[span] = checkpoint.weights["classifier.bias"]

    def forward(self, batch: Batch) -> Tensor:
        """Logits of all heads, [B, columns]."""
        answer: Tensor = self.heads(self.body(batch)[:, 0])
        return answer

    def go_on(self, tensors: Weights) -> None:
        """Takes what `tensors` gave of a student of the same shape."""
        with torch.no_grad():
            for name, value in self.tensors().items():
                value.copy_(tensors[name])

    def tensors(self) -> Weights:
        """Under transformers' names; see the module."""
        found = dict(self.body.weights())
        for task, span in answered_spans().items():
            name = "classifier" if task == ANSWERED[0] else f"heads.{task}"
            found[f"{name}.weight"] = self.heads.weight[span]
            found[f"{name}.bias"] = self.heads.bias[span]
        return {name: value.detach() for name, value in found.items()}


def answer(
    student: Student, feed: Feed, rows: NDArray[np.int64], machine: Machine
) -> NDArray[np.float32]:
    """Logits of all heads for some rows, in their order."""
    student.eval()
    found = answers(lambda batch: student(batch).float(), feed, rows, machine)
    student.train()
    return np.asarray(found.numpy(), np.float32)
