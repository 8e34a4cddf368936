"""What was measured on."""

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

LIBRARIES = ("torch", "transformers", "onnxruntime", "openvino", "nncf", "numpy")
_INSTRUCTIONS = (
    "avx2",
    "avx_vnni",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "amx_int8",
)


def describe_machine() -> dict[str, object]:
    """Processor, memory, system and how busy it is now."""
    cpu = _fields(Path("/proc/cpuinfo").read_text())
    memory = _fields(Path("/proc/meminfo").read_text())
    flags = cpu.get("flags", "").split()
    return {
        "processor": cpu.get("model name", platform.processor()),
        "family": f"{cpu.get('cpu family', '?')}/{cpu.get('model', '?')}",
        "instructions": [name for name in _INSTRUCTIONS if name in flags],
        "cpus": usable_cpus(),
        "memory_gib": round(int(memory["MemTotal"].split()[0]) / 2**20, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_average": round(os.getloadavg()[0], 2),
    }


def usable_cpus() -> int:
    """Processors that this process may run on."""
    return len(os.sched_getaffinity(0))


def busy_seconds() -> float:
    """Time that the system's processors have been busy, or taken away, so far."""
    user, nice, system, _, _, irq, soft, steal = map(
        int, Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    )
    ticks = user + nice + system + irq + soft + steal
    return ticks / os.sysconf("SC_CLK_TCK")


def versions() -> dict[str, str]:
    """Python's, the libraries' and the project's."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found | {"project": _commit()}


def _commit() -> str:
    try:
        ran = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return ran.stdout.strip()


def _fields(text: str) -> dict[str, str]:
    """'name : value' lines; of repeated names the first."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip(), value.strip())
    return fields
