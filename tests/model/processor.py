"""What this processor can do, as the kernel reports it."""

from functools import cache
from pathlib import Path

# What a set of kernels needs, as /proc/cpuinfo names it.
_AVX2 = frozenset({"avx2", "fma"})
_AVX512 = frozenset(
    "avx512f avx512bw avx512dq avx512vl avx512_vnni avx512_bf16".split()
)


@cache
def _flags() -> frozenset[str]:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return frozenset(value.split())
    return frozenset()


def has_avx2() -> bool:
    """AVX2 with FMA: int8 is faster than fp32."""
    return _flags() >= _AVX2


def has_avx2_vnni() -> bool:
    """AVX2 that multiplies int8 by an instruction of its own."""
    return has_avx2() and "avx_vnni" in _flags()


def has_avx512() -> bool:
    """AVX-512 with VNNI and BF16: bf16 is faster than fp32 too."""
    return _flags() >= _AVX512


def fastest_first() -> list[str]:
    """The precisions that this processor has instructions for."""
    names = [("int8", has_avx2()), ("bf16", has_avx512()), ("fp32", True)]
    return [name for name, there in names if there]


def kernels(precision: str) -> list[str]:
    """The names of the kernels of a precision that it can run, each once."""
    names = {
        "fp32": [("avx512", has_avx512()), ("avx2", has_avx2())],
        "bf16": [("avx512-bf16", has_avx512()), ("avx2", has_avx2())],
        "int8": [
            ("avx512-vnni", has_avx512()),
            ("avx2-vnni", has_avx2_vnni()),
            ("avx2", has_avx2()),
        ],
    }[precision]
    return [name for name, there in names if there] + ["portable"]
