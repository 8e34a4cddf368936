"""The Python client (client/python) and its stubs, installed or made at call time."""

import importlib
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from emotion_model.errors import ModelError

CLIENT_ROOT = Path(__file__).resolve().parents[3] / "client" / "python"
_NAME = "emotion_client"
_MESSAGES, _STUBS = f"{_NAME}.v1.emotion_pb2", f"{_NAME}.v1.emotion_pb2_grpc"


def load_client(root: Path = CLIENT_ROOT) -> ModuleType:
    """Gives emotion_client as it is installed, or else builds it once a process.

    Raises:
        ModelError: it does not build, or a package that it needs is not installed.
    """
    try:
        return importlib.import_module(_NAME)
    except ModuleNotFoundError as error:
        if error.name != _NAME:
            raise ModelError(f"talking to a server needs {error.name}") from error
    with tempfile.TemporaryDirectory(prefix="emotion-client.") as folder:
        _build(root, folder)
        sys.path.insert(0, folder)
        try:
            importlib.invalidate_caches()
            return importlib.import_module(_NAME)
        except ImportError as error:
            raise ModelError(f"talking to a server: {error}") from error
        finally:
            sys.path.remove(folder)


def load_stubs() -> tuple[ModuleType, ModuleType]:
    """Gives the client's modules of messages and of stubs.

    Raises:
        ModelError: as `load_client`.
    """
    load_client()
    return sys.modules[_MESSAGES], sys.modules[_STUBS]


def _build(root: Path, out: str) -> None:
    if not (root / "setup.py").is_file():
        raise ModelError(f"{root}: the client's setup.py is not there")
    build = [sys.executable, "setup.py", "--quiet", "build_py", "--build-lib", out]
    done = subprocess.run(build, cwd=root, capture_output=True, text=True)
    if done.returncode != 0:
        raise ModelError(f"{root}: does not build: {done.stderr.strip()}")
