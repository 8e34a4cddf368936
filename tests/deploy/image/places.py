"""Where things lie."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"


def built(variable: str, default: str) -> Path:
    """What the build made."""
    path = Path(os.environ.get(variable, ROOT / default))
    assert path.exists(), f"{path} is not there: run ./dev build or set {variable}"
    return path


def server() -> Path:
    return built("EMOTION_SERVER", "build/release/bin/emotion-server")


def client() -> Path:
    return built("EMOTION_CLIENT", "build/release/bin/emotion-client")


def model() -> Path:
    return built("EMOTION_MODEL", "build/model")
