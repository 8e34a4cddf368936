"""Makes emotion_client.v1 from the service's protos while the package is built."""

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
PACKAGE = "emotion_client"
PROTO = "emotion/v1/emotion.proto"


def proto_root() -> Path:
    """The folder of the protos: beside us in an sdist, else the repository's."""
    roots = [HERE / "proto", HERE.parents[1] / "proto"]
    for root in roots:
        if (root / PROTO).is_file():
            return root
    sys.exit(f"{PROTO} is neither in {roots[0]} nor in {roots[1]}")


def generate(package: Path) -> None:
    """Writes `package`/v1: messages with typed stubs, and the service."""
    import google.rpc.status_pb2 as status
    import grpc_tools
    from grpc_tools import protoc

    public = Path(str(status.__file__)).parents[2]
    known = Path(str(grpc_tools.__file__)).parent / "_proto"
    out = package.parent / "protos.tmp"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    includes = [f"-I{root}" for root in (proto_root(), public, known)]
    outputs = [f"--{kind}_out={out}" for kind in ("python", "pyi", "grpc_python")]
    if protoc.main(["protoc", *includes, *outputs, PROTO]) != 0:
        sys.exit(f"{PROTO} does not compile")
    into = package / "v1"
    shutil.rmtree(into, ignore_errors=True)
    shutil.move(out / Path(PROTO).parent, into)
    shutil.rmtree(out)
    (into / "__init__.py").write_text('"""Made from the protos."""\n')
    service = into / "emotion_pb2_grpc.py"
    text = service.read_text(encoding="utf-8")
    absolute = "from emotion.v1 import emotion_pb2"
    if absolute not in text:
        sys.exit(f"{service}: does not hold '{absolute}'")
    # The folder has moved under the package; the messages keep their names.
    text = text.replace(absolute, f"from {PACKAGE}.v1 import emotion_pb2")
    service.write_text(text, encoding="utf-8")


class BuildWithProtos(build_py):
    """Builds the package anew, with what is made from the protos."""

    def run(self) -> None:
        """Builds; in an editable install the made files stand in the source."""
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / PACKAGE, ignore_errors=True)
        super().run()
        root = HERE if self.editable_mode else Path(self.build_lib)
        generate(root / PACKAGE)


class SdistWithProtos(sdist):
    """An sdist that can be built where the repository is not."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Adds the protos."""
        super().make_release_tree(base_dir, files)
        target = Path(base_dir) / "proto" / PROTO
        target.parent.mkdir(parents=True)
        shutil.copyfile(proto_root() / PROTO, target)


setup(cmdclass={"build_py": BuildWithProtos, "sdist": SdistWithProtos})
