"""Plots of results.json, as SVG."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from peers.report import Results

# The batch size at which speed stands beside quality.
QUALITY_SIZE = 32


def write_plots(results: Results, folder: Path) -> None:
    """Writes arrival.svg, sorted.svg and, if there is any quality, quality.svg.

    The same results give the same bytes.
    """
    mpl.rcParams.update({"svg.hashsalt": "peers", "font.size": 9})
    for order in ("arrival", "sorted"):
        _save(_speed(results, order), folder / f"{order}.svg")
    if results["quality"]:
        _save(_quality(results), folder / "quality.svg")


def _speed(results: Results, order: str) -> Figure:
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for place, entry in enumerate(results["contestants"]):
        own = [c for c in results["cells"] if c["contestant"] == entry["key"]]
        # Ours, and all that pack, have one order only.
        mine = [c for c in own if c["order"] == order] or own
        if not mine:
            continue
        low = [c["median"] - c["lowest"] for c in mine]
        high = [c["highest"] - c["median"] for c in mine]
        axes.errorbar(
            [c["batch"] for c in mine],
            [c["median"] for c in mine],
            yerr=[low, high],
            color=f"C{place % 10}",
            linestyle="-" if entry["ours"] else "--",
            linewidth=2 if entry["ours"] else 1,
            marker="osv^Dx"[place // 3 % 6],
            markersize=4,
            capsize=2,
            label=entry["title"],
        )
    axes.set_xscale("log", base=2)
    sizes = sorted({c["batch"] for c in results["cells"]})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("dialogues in a batch")
    axes.set_ylabel("dialogues a second")
    how = "sorted by length; packed engines as they arrive"
    axes.set_title(how if order == "sorted" else "in order of arrival")
    _finish(figure, axes, results)
    return figure


def _quality(results: Results) -> Figure:
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    sizes = {c["batch"] for c in results["cells"]}
    size = min(sizes, key=lambda other: abs(other - QUALITY_SIZE))
    rates = {
        c["contestant"]: c["median"]
        for c in results["cells"]
        if c["batch"] == size and c["order"] == "arrival"
    }
    for place, entry in enumerate(results["contestants"]):
        found = results["quality"].get(entry["key"])
        if found is None or entry["key"] not in rates:
            continue
        axes.plot(
            [rates[entry["key"]]],
            [found["micro_f1"]],
            marker="o" if entry["ours"] else "s",
            color=f"C{place % 10}",
            linestyle="none",
            label=entry["title"],
        )
    axes.set_xlim(left=0)
    axes.set_xlabel(f"dialogues a second, batches of {size} in order of arrival")
    axes.set_ylabel("micro-F1")
    _finish(figure, axes, results)
    return figure


def _finish(figure: Figure, axes: Any, results: Results) -> None:
    axes.grid(alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    machine = results["machine"]
    figure.supxlabel(
        f"{machine['processor']}, {machine['cpus']} cpus, {results['date'][:10]}",
        fontsize=7,
    )


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None})
