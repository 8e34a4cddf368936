"""What a result was measured on and with."""

import datetime
import json
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

_PACKAGES = (
    "grpcio",
    "numpy",
    "nvidia-pytriton",
    "onnxruntime",
    "openvino",
    "nncf",
    "tokenizers",
    "torch",
    "transformers",
)


def describe(package: Path) -> dict[str, str]:
    """Machine, versions, date and model; says so where the machine was busy."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    about = {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": str(cores),
        "memory": f"{_memory_gib():.0f} GiB",
        "kernel": platform.release(),
        "load before": f"{load:.1f}" + (" (busy: do not trust)" if load > 0.7 else ""),
        "commit": _commit(),
        "model": f"{manifest['name']} {manifest['model_version']}, "
        f"{manifest['precision']}",
        "python": platform.python_version(),
    }
    for name in _PACKAGES:
        try:
            about[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return about


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"model name\s*: (.*)", text)
    known = re.search(r"flags\s*: (.*)", text)
    flags = known.group(1).split() if known else []
    shown = [
        f for f in ("avx2", "avx512_vnni", "avx512_bf16", "amx_int8") if f in flags
    ]
    return f"{found.group(1) if found else 'unknown'} ({', '.join(shown)})"


def _memory_gib() -> float:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return float(pages) / (1 << 30)


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"
