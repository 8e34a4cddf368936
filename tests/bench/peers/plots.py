"""Plots of results.json, as SVG."""

from pathlib import Path
from typing import Any

from emotion_model.charts import Axis, Point, Series, line_chart
from peers.report import Results

# The batch size at which speed stands beside quality.
QUALITY_SIZE = 32


def write_plots(results: Results, folder: Path) -> None:
    """Writes arrival.svg, sorted.svg and, if there is any quality, quality.svg.

    The same results give the same bytes.
    """
    pictures = {order: _speed(results, order) for order in ("arrival", "sorted")}
    if results["quality"]:
        pictures["quality"] = _quality(results)
    for name, picture in pictures.items():
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


def _speed(results: Results, order: str) -> str:
    how = "sorted by length; packed engines as they arrive"
    series = [
        Series(entry["title"], points, strong=entry["ours"], style=place)
        for place, entry in enumerate(results["contestants"])
        if (points := _rates(results, entry["key"], order))
    ]
    sizes = sorted({cell["batch"] for cell in results["cells"]})
    return line_chart(
        how if order == "sorted" else "in order of arrival",
        Axis("dialogues in a batch", sizes, logarithmic=True),
        Axis("dialogues a second", from_zero=True),
        series,
        _caption(results),
    )


def _rates(results: Results, key: str, order: str) -> list[Point]:
    own = [cell for cell in results["cells"] if cell["contestant"] == key]
    # Ours, and all that pack, have one order only.
    chosen = [cell for cell in own if cell["order"] == order] or own
    return [_spread(cell["batch"], cell) for cell in chosen]


def _spread(x: float, cell: dict[str, Any]) -> Point:
    return Point(x, cell["median"], cell["lowest"], cell["highest"])


def _quality(results: Results) -> str:
    sizes = {cell["batch"] for cell in results["cells"]}
    size = min(sizes, key=lambda other: abs(other - QUALITY_SIZE))
    rates = {
        cell["contestant"]: cell["median"]
        for cell in results["cells"]
        if cell["batch"] == size and cell["order"] == "arrival"
    }
    series = []
    for place, entry in enumerate(results["contestants"]):
        found = results["quality"].get(entry["key"])
        if found is None or entry["key"] not in rates:
            continue
        point = Point.exact(rates[entry["key"]], found["micro_f1"])
        series.append(
            Series(
                entry["title"], [point], strong=entry["ours"], style=place, line=False
            )
        )
    return line_chart(
        "Quality beside speed",
        Axis(
            f"dialogues a second, batches of {size} in order of arrival",
            from_zero=True,
        ),
        Axis("micro-F1"),
        series,
        _caption(results),
    )


def _caption(results: Results) -> str:
    machine = results["machine"]
    return f"{machine['processor']}, {machine['cpus']} cpus, {results['date'][:10]}"
