"""Where the server's processor time goes at saturation, component by component.

    ./dev bench servers profile --input dev.txt

`perf` samples the stacks of a server under a closed loop. A sample belongs to the
component of its innermost frame that is known: of this project's functions by the
archive that defines them, of libraries by their name. What the kernel, libc and
libstdc++ do is thus their caller's.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from servers.drive import Loader, Traffic
from servers.targets import Setup, parse_target
from servers.write import table
from support.process import Child, ProcessError

MODEL = "model (kernels, torch)"
RPC = "gRPC and protobuf"
REST = "rest"
# The component that a foreign library belongs to, by its file's name. First match.
_FOREIGN = (
    (re.compile(r"libtorch|libc10|libgomp|libmkl|libiomp|libemotion_operators"), MODEL),
    (re.compile(r"libgrpc|libgpr|libprotobuf|libupb|libabsl|libcares|libssl"), RPC),
    (re.compile(r"libprometheus|libcivetweb"), "metrics"),
    (re.compile(r"libutf8proc"), "text"),
    (re.compile(r"libspdlog|libfmt"), "main"),
)
# Templates stand in the archive that uses them.
_TEMPLATES = (
    (re.compile(r"emotion::(BatchQueue|BatchWorkers|WaitingList)\b"), "batching"),
)
# The project's archives, the lowest first: an inline function of a lower library
# that others hold too is the lower one's.
_LOWER_LIBRARIES = (
    "common",
    "domain",
    "text",
    "kernels",
    "inference",
    "inference_torch",
)
_UPPER_LIBRARIES = ("batching", "engine", "service", "metrics", "config", "main_parts")
_NAMES = {
    "kernels": MODEL,
    "inference_torch": MODEL,
    "proto": RPC,
    "main_parts": "main",
}
_FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \((.*)\)$")

# A frame: function and library.
Frame = tuple[str, str]


def stacks(script: Iterable[str]) -> Iterator[list[Frame]]:
    """Reads `perf script -F comm,tid,ip,sym,dso`; innermost frames first."""
    stack: list[Frame] = []
    for line in script:
        if found := _FRAME.match(line):
            stack.append((found.group(1), found.group(2)))
        elif stack and not line.strip():
            yield stack
            stack = []
    if stack:
        yield stack


def component_of(
    stack: Sequence[Frame], components: dict[str, str], binary: str
) -> str:
    """The component of a sample.

    Args:
        stack: innermost frame first.
        components: components by name of the function, without parameters.
        binary: the file name of the server.
    """
    for function, library in stack:
        file = library.rpartition("/")[2]
        for pattern, component in _FOREIGN:
            if pattern.search(file):
                return component
        if file != binary:
            continue
        for pattern, component in _TEMPLATES:
            if pattern.match(function):
                return component
        if defined_in := components.get(plain(function)):
            return defined_in
    return REST


def plain(function: str) -> str:
    """A function's name without parameters and what follows them."""
    name = function.replace("(anonymous namespace)", "{}").split("(")[0]
    return name.replace("{}", "(anonymous namespace)").strip()


def components_of_functions(build: Path) -> dict[str, str]:
    """Which component defines each function, by the archives of a build."""
    components: dict[str, str] = {}
    for name in (*_LOWER_LIBRARIES, *_UPPER_LIBRARIES, "proto"):
        for archive in build.glob(f"**/libemotion_{name}.a"):
            command = ["nm", "--demangle", "--defined-only", str(archive)]
            ran = subprocess.run(command, capture_output=True, text=True, check=True)
            for line in ran.stdout.splitlines():
                fields = line.split(" ", 2)
                if len(fields) == 3 and fields[1] in "TtWi":
                    components.setdefault(plain(fields[2]), _NAMES.get(name, name))
    return components


def split(found: Iterable[list[Frame]], components: dict[str, str], binary: str) -> str:
    """The table: each component's share of the samples."""
    counts = Counter(component_of(stack, components, binary) for stack in found)
    total = sum(counts.values())
    if not total:
        return "no samples\n"
    rows = [
        (component, f"{100 * count / total:.2f}", str(count))
        for component, count in counts.most_common()
    ]
    outside = 100 * (1 - counts[MODEL] / total)
    rows.append(("all but the model", f"{outside:.2f}", str(total - counts[MODEL])))
    return table(("component", "% of processor time", "samples"), rows)


def record(server: Child, seconds: float, work: Path) -> list[str]:
    """Samples a process; returns perf's script.

    Raises:
        ProcessError: perf failed.
    """
    data = work / "perf.data"
    sample = ["perf", "record", "-q", "-F", "499", "--call-graph", "dwarf,8192"]
    sample += ["-p", str(server.process.pid), "-o", str(data)]
    show = ["perf", "script", "--no-inline", "-F", "comm,tid,ip,sym,dso"]
    output = ""
    for command in (
        [*sample, "--", "sleep", f"{seconds:g}"],
        [*show, "-i", str(data)],
    ):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise ProcessError(f"{' '.join(command)}: {ran.stderr[-500:]}")
        output = ran.stdout
    return output.splitlines()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="The server's time by component.")
    add = parser.add_argument
    add("--input", type=Path, required=True)
    add("--build", type=Path, default=Path("build/release"))
    add("--package", type=Path, default=Path("build/model"))
    add("--work", type=Path, default=Path("build/bench-servers"))
    add("--flags", default="", help="of the server")
    add("--concurrency", type=float, default=64)
    add("--seconds", type=float, default=10)
    add("--out", type=Path, help="also write the table there")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Starts a server, loads it, samples it, prints the table."""
    plan = parse(arguments)
    plan.work.mkdir(parents=True, exist_ok=True)
    server = plan.build / "bin" / "emotion-server"
    nowhere = Path()
    setup = Setup(
        server=server,
        package=plan.package,
        source=nowhere,
        prepared=nowhere,
        triton_python=nowhere,
        work=plan.work,
    )
    flags = ["--input", str(plan.input), "--format", "tsv", "--connections", "4"]
    loader = Loader(plan.build / "bin" / "emotion-client", flags, plan.work)
    traffic = Traffic("closed", plan.concurrency, plan.seconds + 4, 0)
    target = parse_target(f"ours:{plan.flags}")
    with target.running(setup) as running:
        with loader.start(["--address", running.address], traffic) as load:
            load.wait(2)
            script = record(running.child, plan.seconds, plan.work)
        components = components_of_functions(plan.build)
    shares = split(stacks(script), components, server.name)
    if plan.out:
        plan.out.write_text(f"# The server's time by component\n\n{shares}")
    sys.stdout.write(shares)


if __name__ == "__main__":
    main()
