"""Tables as Markdown, and plots, out of results.json.

python -m peers.report FOLDER makes them again.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Results = dict[str, Any]
Cell = dict[str, Any]

NOTES = """\
- A rate is the median of the rounds; every engine runs the same dialogues in each.
  'Arrival': dialogues go together as they come. 'Sorted': the whole set was sorted
  by length first, the best case for engines that pad. Ours packs; order is all the
  same to it, so it is timed in arrival order only.
- Timed for everybody: padding or packing, making tensors, running, taking the
  logits out. Not timed: tokenising, loading, converting.
- One batch at a time, in one process an engine. The better number of threads was
  chosen for each engine, see the last table.
- 'First' is the rate of the first pass over the batches, when their shapes are new
  to the engine; for some that is much slower."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    marks = ["---"] + ["---:"] * (len(head) - 1)
    lines = [head, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float) -> str:
    """Three digits that count, without exponents."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def by_size(results: Results, text: Callable[[Cell], str]) -> str:
    """A row for each contestant and order, a column for each batch size."""
    cells = {(c["contestant"], c["order"], c["batch"]): c for c in results["cells"]}
    sizes = sorted({c["batch"] for c in results["cells"]})
    rows = []
    for entry in results["contestants"]:
        for order in ("arrival", "sorted"):
            found = [cells.get((entry["key"], order, size)) for size in sizes]
            if any(found):
                texts = [text(cell) if cell else "" for cell in found]
                rows.append([f"{entry['title']}, {order}", *texts])
    return table(["batch", *map(str, sizes)], rows)


def hero(results: Results) -> str | None:
    """Our contestant that others are compared with: the fastest precision."""
    keys = [entry["key"] for entry in results["contestants"] if entry["ours"]]
    rates = {
        key: sum(c["median"] for c in results["cells"] if c["contestant"] == key)
        for key in keys
    }
    return max(rates, key=lambda key: rates[key]) if rates else None


def quality_table(results: Results) -> str:
    """Micro-F1 and agreement of all that round."""
    titles = {entry["key"]: entry["title"] for entry in results["contestants"]}
    rows = [
        [
            titles[key],
            f"{found['micro_f1']:.4f}",
            f"{100 * found['agreeing'] / found['dialogues']:.2f} %",
            f"{found['largest_difference']:.3f}",
            f"{found['mean_difference']:.4f}",
        ]
        for key, found in results["quality"].items()
    ]
    head = ["", "micro-F1", "labels as fp32", "logits off, at most", "on average"]
    return table(head, rows)


def sample_table(results: Results) -> str:
    """The samples beside the whole set."""
    rows = [
        [
            name.replace("/", ", "),
            str(found["dialogues"]),
            *(
                f"{found[key]:.1f}"
                for key in ("tokens", "set_tokens", "padded", "set_padded")
            ),
        ]
        for name, found in results["samples"].items()
    ]
    head = [
        *("batch, order", "dialogues", "mean tokens", "of the set"),
        *("with padding", "of the set"),
    ]
    return table(head, rows)


def markdown(results: Results) -> str:
    """The whole report."""
    machine = results["machine"]
    titles = {entry["key"]: entry["title"] for entry in results["contestants"]}
    parts = [
        "# In process, beside the peers",
        f"{machine['processor']} ({machine['family']}), {machine['cpus']} cpus, "
        f"{machine['memory_gib']} GiB, {machine['system']}; "
        f"{', '.join(machine['instructions'])}; load {machine['load_average']} before. "
        f"{results['date']}, {results['took_seconds']} s.",
        "`" + results["command"] + "`",
        ", ".join(f"{name} {version}" for name, version in results["versions"].items())
        + ".",
        f"{results['model']}; {results['dialogues']}; {results['rounds']} rounds, "
        f"interleaved; threads tried: "
        f"{', '.join(map(str, results['threads_tried']))}. While one engine was "
        f"timed, {100 * results['foreign_share']:.1f} % of the processors' time went "
        "elsewhere.",
    ]
    if results["foreign_share"] > 0.05:
        parts.append("**The machine was not quiet: these figures mean little.**")
    parts += [f"**Left out:** {n}: {why}." for n, why in results["left_out"].items()]
    parts += ["## Dialogues a second", by_size(results, lambda c: number(c["median"]))]
    parts.append("![arrival order](arrival.svg)\n\n![sorted](sorted.svg)")
    ours = hero(results)
    if ours is not None:
        parts += [
            f"## How many times as fast {titles[ours]} is, in arrival order",
            "The median of the rounds' ratios, with the lowest and the highest.",
            by_size(results, lambda cell: _ratio(cell["ratios"].get(ours))),
        ]
    parts += [
        "## Milliseconds a batch",
        by_size(results, lambda c: number(1000 * c["batch"] / c["median"])),
    ]
    if results["quality"]:
        parts += ["## Quality", quality_table(results), "![quality](quality.svg)"]
    parts += [
        "## Samples",
        sample_table(results),
        "## Lowest, highest, first pass and threads",
        by_size(
            results,
            lambda c: (
                f"{number(c['lowest'])} to {number(c['highest'])}; "
                f"first {number(c['first_pass'])}; {c['threads']}"
            ),
        ),
        "## Notes",
        NOTES,
    ]
    return "\n\n".join(parts) + "\n"


def _ratio(found: dict[str, float] | None) -> str:
    if found is None:
        return ""
    return f"{found['median']:.2f} ({found['lowest']:.2f} to {found['highest']:.2f})"


def write_report(folder: Path) -> str:
    """Writes README.md and the plots beside results.json; returns the text."""
    from peers.plots import write_plots

    results = json.loads((folder / "results.json").read_text())
    text = markdown(results)
    (folder / "README.md").write_text(text)
    write_plots(results, folder)
    return text


if __name__ == "__main__":
    write_report(Path(sys.argv[1]))
