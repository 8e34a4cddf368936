"""NVIDIA Triton's own server, out of the nvidia-pytriton wheel, without a GPU.

The wheel brings the server and its Python backend; that one is built against
numpy 1 and reads texts wrongly under numpy 2. So Triton has an environment of its
own in front of the peers' one: see `dev`.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from servers.wire import INPUT, OUTPUT, ROOT

MODEL = "emotion"


@dataclass(frozen=True)
class TritonOptions:
    """What the model is and how Triton batches."""

    peer: str
    source: Path
    prepared: Path
    threads: int = 2
    instances: int = 1
    max_batch: int = 32
    max_delay_us: int = 0


@dataclass(frozen=True)
class TritonLaunch:
    """How the server is started."""

    command: list[str]
    environment: dict[str, str]


def configuration(options: TritonOptions) -> str:
    """The model's config.pbtxt."""
    parameters = {
        "peer": options.peer,
        "source": options.source.resolve(),
        "prepared": options.prepared.resolve(),
        "threads": options.threads,
    }
    lines = [
        'backend: "python"',
        f"max_batch_size: {options.max_batch}",
        f'input [{{ name: "{INPUT}" data_type: TYPE_STRING dims: [3] }}]',
        f'output [{{ name: "{OUTPUT}" data_type: TYPE_FP32 dims: [4] }}]',
        f"instance_group [{{ kind: KIND_CPU count: {options.instances} }}]",
        f"dynamic_batching {{ max_queue_delay_microseconds: {options.max_delay_us} }}",
    ]
    for name, value in parameters.items():
        text = f'key: "{name}" value: {{ string_value: "{value}" }}'
        lines.append(f"parameters {{ {text} }}")
    return "\n".join(lines) + "\n"


def launch(
    options: TritonOptions, python: Path, folder: Path, port: int
) -> TritonLaunch:
    """Writes the model repository and the backend's folder below `folder`.

    Args:
        options: the model.
        python: the interpreter of Triton's environment.
        folder: made anew.
        port: for gRPC, on 127.0.0.1.
    """
    site = site_of(python)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    triton = site / "pytriton" / "tritonserver"
    shutil.rmtree(folder, ignore_errors=True)
    model, backend = folder / "repository" / MODEL, folder / "backends" / "python"
    (model / "1").mkdir(parents=True)
    backend.mkdir(parents=True)
    (model / "config.pbtxt").write_text(configuration(options), encoding="utf-8")
    shutil.copy(Path(__file__).with_name("triton_model.py"), model / "1" / "model.py")
    for file in [
        *(triton / "backends" / "python").iterdir(),
        triton / "python_backend_stubs" / version / "triton_python_backend_stub",
    ]:
        if file.is_file():
            (backend / file.name).symlink_to(file.resolve())
    # The backend's process drops PYTHONPATH; a path file is read all the same.
    (site / "repository.pth").write_text(f"{ROOT}/model\n{ROOT}/tests/bench\n")
    path = f"{python.parent.absolute()}:/usr/local/bin:/usr/bin:/bin"
    return TritonLaunch(
        [
            str(triton / "bin" / "tritonserver"),
            f"--model-repository={folder.resolve()}/repository",
            f"--backend-directory={folder.resolve()}/backends",
            *("--grpc-address=127.0.0.1", f"--grpc-port={port}"),
            *("--allow-http=0", "--allow-metrics=0", "--exit-timeout-secs=0"),
        ],
        {"LD_LIBRARY_PATH": str(site / "nvidia_pytriton.libs"), "PATH": path},
    )


def site_of(python: Path) -> Path:
    """Where an interpreter's environment has its packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True
    )
    return Path(answer.stdout.strip())
