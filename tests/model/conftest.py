import os
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "model"))

from emotion_model.operators import load_operators  # noqa: E402
from tiny import write_checkpoint  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    # Tiny tensors: a second thread only costs.
    torch.set_num_threads(1)
    # TorchScript is what the server reads.
    config.addinivalue_line("filterwarnings", "ignore:`torch.jit:DeprecationWarning")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A tiny checkpoint folder with random weights."""
    return write_checkpoint(tmp_path / "checkpoint")


@pytest.fixture(scope="session")
def operators() -> Path:
    """The library of the server's operators, loaded."""
    default = ROOT / "build/release/lib/libemotion_operators.so"
    path = Path(os.environ.get("EMOTION_OPERATORS", default))
    if not path.exists():
        pytest.fail(f"{path} is not there: run ./dev build or set EMOTION_OPERATORS")
    load_operators(path)
    return path


@pytest.fixture(scope="session")
def default_source() -> Path:
    return ROOT / "model" / "default"
