"""Results as JSON and Markdown."""

import datetime
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from models.swaps import HEAD, Row, cells
from peers.machine import describe_machine, versions


def write(name: str, result: dict[str, Any], out: Path) -> str:
    """Adds a result to those in a folder; returns the README made of all."""
    out.mkdir(parents=True, exist_ok=True)
    about = {"date": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC"}
    machine = {key: _text(value) for key, value in describe_machine().items()}
    result = {"about": about | machine | versions(), **result}
    path = out / "results.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    results[name] = result
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    text = markdown(results)
    (out / "README.md").write_text(text, encoding="utf-8")
    return text


def markdown(results: dict[str, Any]) -> str:
    """What the folder's README says. Pure."""
    parts = ["# Models that change under load\n"]
    for name, section in SECTIONS.items():
        if name in results:
            result = results[name]
            about = result["about"]
            parts.append(section(result))
            parts.append(
                f"{about['processor']}, {about['cpus']} CPUs, {about['date']}, "
                f"project {about['project']}, load average {about['load_average']} at "
                f"the end; precision {result['precision']}"
                + (f", models of {n} layers" if (n := result["layers"]) else "")
                + f". `./dev bench models {name}`\n"
            )
    return "\n".join(parts)


def _swaps(result: dict[str, Any]) -> str:
    options, rows = result["options"], [Row(**row) for row in result["rows"]]
    growth = rows[-1].resident_mb - rows[0].resident_mb
    return (
        f"## {options['swaps']} swaps at {options['rate']:.0f} calls a second\n\n"
        "Two models with the default model's size take turns; one call in ten is a "
        "ClassifyBatch of five dialogues, arrivals are Poisson. A mixed answer is one "
        "that is not, within 1e-5, that of the model it names, serving alone. The "
        "first and the last row are the same traffic without swaps.\n\n"
        f"{table(HEAD, [cells(row) for row in rows])}\n"
        f"Failures by code: {result['failures'] or 'none'}. Resident memory "
        f"{growth:+.0f} MB from the first row to the last.\n"
    )


def _canary(result: dict[str, Any]) -> str:
    options = result["options"]
    rows = [
        [text, *(f"{result[key][version]:.2f}" for version in sorted(result[key]))]
        for text, key in (
            ("with a key, each twice", "with_keys"),
            ("without", "without_keys"),
        )
    ]
    names = sorted(result["without_keys"])
    return (
        f"## {options['requests']} calls, {options['percent']} % for the canary\n\n"
        f"{table(('calls', *(f'{name}, %' for name in names)), rows)}\n"
        f"Of {result['keys']} keys {result['keys_that_moved']} got another version the "
        f"second time. A fair draw would deviate by {result['deviation']:.2f} %.\n"
    )


def _shadow(result: dict[str, Any]) -> str:
    options = result["options"]
    rows = [
        [
            name.removesuffix("_ms"),
            *(
                "{median:.2f} ({lowest:.2f} to {highest:.2f})".format(
                    **result[name][key]
                )
                for key in ("without", "with", "ratio")
            ),
        ]
        for name in ("p50_ms", "p99_ms")
    ]
    runs = [run for run in result["runs"] if run["shadow_percent"]]
    sums = {
        key: sum(run["shadowed"][key] for run in runs) for key in runs[0]["shadowed"]
    }
    outcomes = ", ".join(f"{count:.0f} {key}" for key, count in sums.items())
    return (
        f"## A shadow of all calls, at {100 * options['load']:.0f} % of saturation\n\n"
        f"Saturation, {options['concurrency']} calls in flight: "
        f"{result['saturation']:.0f} a second; offered {result['rate']:.0f}, Poisson, "
        f"interactive, {options['seconds']:g} s a run, {options['rounds']} rounds by "
        "turns. Times in ms, medians over the rounds, in brackets lowest and highest; "
        "the ratio is taken round by round.\n\n"
        f"{table(('', 'without', 'with a shadow', 'ratio'), rows)}\n"
        f"Dialogues that the shadow was given: {outcomes}.\n"
    )


SECTIONS: dict[str, Callable[[dict[str, Any]], str]] = {
    "swaps": _swaps,
    "canary": _canary,
    "shadow": _shadow,
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
