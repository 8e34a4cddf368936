"""Who takes part."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contestant:
    """An engine in one precision."""

    # For the command line and the files: short and unique.
    key: str
    # For the tables.
    title: str
    # Which function of `engines` loads it, and with which arguments.
    engine: str
    precision: str
    # Farthest that a logit may be from the reference; a larger distance means
    # that something else is measured.
    tolerance: float
    # Sorting by length can help those that pad.
    pads: bool = True
    ours: bool = False
    # False: only its quality is of interest; it is as fast as its twin.
    timed: bool = True

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders in which it is timed."""
        return ("arrival", "sorted") if self.pads else ("arrival",)

    @property
    def quality_measured(self) -> bool:
        """Whether its quality is measured: all that round."""
        return self.ours or self.precision != "fp32"


_FP32, _BF16, _INT8 = 1e-3, 0.3, 1.5

CONTESTANTS = (
    *(
        Contestant(
            f"ours-{precision}",
            f"this engine, {precision}",
            "ours",
            precision,
            tolerance,
            pads=False,
            ours=True,
        )
        for precision, tolerance in (("fp32", _FP32), ("bf16", _BF16), ("int8", _INT8))
    ),
    Contestant("eager", "transformers, eager", "eager", "fp32", _FP32),
    Contestant("compile", "transformers, torch.compile", "compiled", "fp32", _FP32),
    Contestant("torchscript", "TorchScript, padded", "traced", "fp32", _FP32),
    Contestant(
        "torchscript-packed",
        "TorchScript, packed (plain)",
        "traced_packed",
        "fp32",
        _FP32,
        pads=False,
    ),
    Contestant("ort-fp32", "ONNX Runtime, fp32", "onnx_runtime", "fp32", _FP32),
    Contestant("ort-int8", "ONNX Runtime, int8", "onnx_runtime", "int8", _INT8),
    Contestant(
        "ort-int8-7bit",
        "ONNX Runtime, int8, reduced range",
        "onnx_runtime",
        "int8-7bit",
        _INT8,
        timed=False,
    ),
    Contestant("openvino-fp32", "OpenVINO, fp32", "openvino", "fp32", _FP32),
    Contestant("openvino-bf16", "OpenVINO, bf16", "openvino", "bf16", _BF16),
    Contestant("openvino-int8", "OpenVINO, int8 (NNCF)", "openvino", "int8", _INT8),
)


def choose(keys: str) -> list[Contestant]:
    """Picks by keys, separated by commas; 'all' for all.

    Raises:
        ValueError: an unknown key.
    """
    if keys == "all":
        return list(CONTESTANTS)
    known = {contestant.key: contestant for contestant in CONTESTANTS}
    unknown = [key for key in keys.split(",") if key not in known]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not one of {', '.join(known)}")
    return [known[key] for key in known if key in keys.split(",")]
