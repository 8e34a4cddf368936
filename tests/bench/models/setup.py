"""The models, and the server that they change in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from emotion_model.package.operators import PRECISIONS
from end_to_end.derived import Derivation, derived_package
from end_to_end.repository import Repository, Served, serving_models

OLD, NEW = "1.0.0", "2.0.0"
# As large and as fast as the default model; the second one has its labels in another
# order and another vocabulary, so that no answer of one could be the other's.
OTHER_LABELS = ("angry", "others", "sad", "happy")


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Where things are, and how the server runs."""

    server: Path
    client: Path
    operators: Path
    precision: str = "auto"
    # Of each model; 0: all that the default model has.
    layers: int = 0

    def package(self, version: str) -> Path:
        """The package of OLD or NEW, made if it is not there."""
        labels = tuple((label, label) for label in OTHER_LABELS)
        derivation = Derivation(
            version=version,
            labels=labels if version == NEW else (),
            shuffle=7 if version == NEW else 0,
            layers=self.layers,
            # A model that is cut short is for trying this out only.
            precisions=("fp32",) if self.layers else PRECISIONS,
        )
        return derived_package(derivation, self.operators)


@contextmanager
def served_models(setup: Setup) -> Iterator[Served]:
    """A server that serves OLD and has NEW in its repository."""
    with TemporaryDirectory(prefix="emotion-models.") as folder:
        repository = Repository(Path(folder) / "models")
        repository.add(setup.package(OLD))
        new = setup.package(NEW)
        with serving_models(
            setup.server,
            repository,
            precision=setup.precision,
            # As an operator would start it.
            OMP_WAIT_POLICY=None,
        ) as served:
            repository.add(new)
            yield served


def resident_mb(served: Served) -> float:
    """Memory of the server's process, in megabytes."""
    status = Path(f"/proc/{served.server.process.pid}/status").read_text()
    (line,) = (x for x in status.splitlines() if x.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6
