"""Python messages and stubs of the service, made from its protos at call time."""

import importlib
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from emotion_model.errors import ModelError

PROTO_ROOT = Path(__file__).resolve().parents[2] / "proto"
_FILE = "emotion/v1/emotion.proto"
_MESSAGES, _STUBS = "emotion.v1.emotion_pb2", "emotion.v1.emotion_pb2_grpc"


def load_stubs(proto_root: Path = PROTO_ROOT) -> tuple[ModuleType, ModuleType]:
    """Gives the modules of messages and of stubs; made once a process.

    Raises:
        ModelError: a package is not installed, or the protos do not compile.
    """
    if _STUBS not in sys.modules:
        with tempfile.TemporaryDirectory(prefix="emotion-stubs.") as folder:
            _generate(proto_root, folder)
            sys.path.insert(0, folder)
            try:
                importlib.invalidate_caches()
                importlib.import_module(_STUBS)
            finally:
                sys.path.remove(folder)
    return sys.modules[_MESSAGES], sys.modules[_STUBS]


def _generate(proto_root: Path, out: str) -> None:
    if not (proto_root / _FILE).is_file():
        raise ModelError(f"{proto_root}: {_FILE} is not there")
    try:
        import google.rpc.status_pb2 as status
        import grpc_tools
        from grpc_tools import protoc
    except ImportError as error:
        raise ModelError(
            "talking to a server needs grpcio, grpcio-tools and "
            f"googleapis-common-protos: {error}"
        ) from error
    public = Path(str(status.__file__)).parents[2]
    known = Path(str(grpc_tools.__file__)).parent / "_proto"
    includes = [f"-I{path}" for path in (proto_root, public, known)]
    outputs = [f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(["protoc", *includes, *outputs, _FILE]) != 0:
        raise ModelError(f"{proto_root / _FILE}: does not compile")
