"""What trainings run on: found by itself, the same code on CPU and GPU."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from emotion_model.errors import ModelError

Model = TypeVar("Model", bound=nn.Module)

PRECISIONS = ("auto", "bf16", "fp32")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A device and how to compute on it."""

    device: torch.device
    # Whether products are taken in bfloat16; never float16, which overflows in
    # MobileBERT.
    half: bool
    # Whether models are compiled before they are trained: minutes once, then
    # faster steps; for GPUs.
    compiles: bool = False
    # While this file exists trainings wait between two steps.
    pause_file: Path | None = None
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def find(
        cls,
        *,
        device: str = "auto",
        precision: str = "auto",
        threads: int = 0,
        compiles: bool = False,
        pause_file: Path | None = None,
    ) -> "Machine":
        """Takes the GPU if there is one, and bfloat16 where it is fast.

        Args:
            device: "auto", or a torch device such as "cpu" or "cuda:1".
            precision: "auto", "bf16" or "fp32".
            threads: of the CPU; 0 leaves torch's choice. Set for the process.
            compiles: see above.
            pause_file: see above.

        Raises:
            ModelError: naming the option that is out of range.
        """
        if precision not in PRECISIONS:
            raise ModelError(
                f"precision is {precision!r}, expected one of {', '.join(PRECISIONS)}"
            )
        if threads < 0:
            raise ModelError(f"threads is {threads}, expected at least 0")
        if threads:
            torch.set_num_threads(threads)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            chosen = torch.device(device)
        except RuntimeError as error:
            raise ModelError(f"device is {device!r}, not a torch device") from error
        half = _fast_in_half(chosen) if precision == "auto" else precision == "bf16"
        return cls(device=chosen, half=half, compiles=compiles, pause_file=pause_file)

    def place(self, model: Model) -> Model:
        """Moves a model to the device and, if asked for, compiles its forward."""
        model.to(self.device)
        if self.compiles:
            model.compile(dynamic=True)
        return model

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """The context in which a forward pass runs."""
        if not self.half:
            return contextlib.nullcontext()
        # Without a cache, which a recorded graph would not fill again.
        return torch.autocast(self.device.type, torch.bfloat16, cache_enabled=False)

    def wait_while_paused(self) -> float:
        """Waits until the pause file is gone; gives the seconds it waited."""
        waited = 0.0
        while self.pause_file is not None and self.pause_file.exists():
            self.sleep(2.0)
            waited += 2.0
        return waited


def _fast_in_half(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    if device.type != "cpu":
        return False
    return bool(
        torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    )
