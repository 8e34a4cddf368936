"""The peer as a model of Triton's Python backend: copied to 1/model.py.

Triton's dynamic batcher hands over the requests of a batch; here they become one
call. Its numpy must be older than 2, for which the backend's binary was built.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as triton

from servers.model import make_model, place_of
from servers.wire import INPUT, OUTPUT, rows_of


class TritonPythonModel:
    """What the backend looks for."""

    def initialize(self, arguments: dict[str, str]) -> None:
        """Loads the peer that the configuration's parameters name."""
        raw = json.loads(arguments["model_config"])["parameters"]
        value = {name: each["string_value"] for name, each in raw.items()}
        place = place_of(Path(value["source"]), Path(value["prepared"]))
        self._model = make_model(value["peer"], place, int(value["threads"]))
        self._model([["so", "how is it going", "not well at all"]])

    def execute(self, requests: list[Any]) -> list[Any]:
        """One response a request, in order."""
        tensors = [
            triton.get_input_tensor_by_name(request, INPUT).as_numpy()
            for request in requests
        ]
        dialogues = [
            row
            for tensor in tensors
            for row in rows_of(
                [text.decode("utf-8") for text in tensor.ravel()], tensor.shape[1]
            )
        ]
        answers = self._model(dialogues)
        ends = np.cumsum([len(tensor) for tensor in tensors])[:-1]
        return [
            triton.InferenceResponse([triton.Tensor(OUTPUT, part)])
            for part in np.split(answers, ends)
        ]
