"""Predicts many dialogues in this process, by torch or by the server's operators."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from emotion_model.checkpoint.calibration import Calibration
from emotion_model.checkpoint.mobilebert import PackedMobileBert
from emotion_model.checkpoint.source import Source
from emotion_model.errors import ModelError
from emotion_model.evaluation.calibrate import apply
from emotion_model.evaluation.ground_truth import Floats
from emotion_model.package.operators import OperatorMobileBert, unfit
from emotion_model.package.trace import pack


class Predictor:
    """Predicts dialogues with a source's packed model."""

    def __init__(
        self, source: Source, *, precision: str | None = None, size: int = 64
    ) -> None:
        """Makes the packed model of a `no_norm` source.

        Args:
            source: the model.
            precision: of the server's operators, which must have been loaded; none
                is torch in fp32.
            size: dialogues in a batch.

        Raises:
            ModelError: the source has norms, or the operators cannot run it.
        """
        checkpoint = source.checkpoint
        self.precision = precision
        self._source, self._size = source, size
        self._encoder = source.encoder()
        plain = PackedMobileBert(checkpoint.weights, checkpoint.settings)
        self._model: nn.Module = plain
        if precision is not None:
            reason = unfit(checkpoint.settings)
            if reason is not None:
                raise ModelError(f"{checkpoint.folder}: {reason}")
            self._model = OperatorMobileBert(plain, precision)

    def __call__(self, dialogues: Sequence[Sequence[str]]) -> Floats:
        """Calibrated probabilities [dialogues, labels], in their order."""
        return apply(self.logits(dialogues), self.calibration)

    @property
    def calibration(self) -> Calibration:
        """What makes probabilities of `logits`."""
        return self._source.calibration.alone

    def logits(self, dialogues: Sequence[Sequence[str]]) -> Floats:
        """Logits before calibration [dialogues, labels], in their order.

        They are those of the head that the source's traffic is answered by. Of a
        dialogue with too many turns the newest are read.
        """
        most = self._source.limits.max_turns
        encodings = [self._encoder.encode(turns[-most:]) for turns in dialogues]
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].token_ids))
        result = np.zeros((len(encodings), len(self._source.labels)))
        with torch.inference_mode():
            starts = range(0, len(order), self._size)
            for start in tqdm(starts, disable=None, unit="batch", leave=False):
                rows = order[start : start + self._size]
                found = self._model(*pack([encodings[row] for row in rows]))
                own = self._source.calibration.own(found)
                result[rows] = own.double().numpy()
        return result
