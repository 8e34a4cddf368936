"""Results as Markdown, JSON and SVG."""

import json
from collections.abc import Sequence
from pathlib import Path

from emotion_model.charts import Bar, bar_chart
from peers.spread import Spread
from servers.results import Results


def write_results(results: Results, out: Path) -> str:
    """Writes README.md, results.json and the plots; returns the Markdown."""
    out.mkdir(parents=True, exist_ok=True)
    text = markdown(results)
    (out / "README.md").write_text(text, encoding="utf-8")
    raw = json.dumps(results.to_json(), indent=1)
    (out / "results.json").write_text(raw + "\n", encoding="utf-8")
    for name, title, kind in (
        ("saturation", "Dialogues a second at saturation", "saturation"),
        ("search", f"Dialogues a second, {results.settings['objective']}", "search"),
    ):
        rates = results.saturation if kind == "saturation" else results.found_rates
        spreads = {
            each: Spread.of(list(found.values()))
            for each in results.names
            if (found := rates(each))
        }
        if spreads:
            svg = bar_chart(
                title,
                [
                    Bar(
                        name=each,
                        value=spread.median,
                        low=spread.lowest,
                        high=spread.highest,
                        strong=each in results.ours,
                    )
                    for each, spread in spreads.items()
                ],
            )
            (out / f"{name}.svg").write_text(svg, encoding="utf-8")
    return text


def markdown(results: Results) -> str:
    """The tables."""
    parts = [
        "# Servers over gRPC\n",
        table(("what", "which"), list(results.about.items())),
        "Medians over the rounds, in brackets lowest and highest. Client and servers "
        "share the machine. Cores: processor time a second.\n",
        "## Closed loop\n",
        _closed(results),
        _ratios(results, "saturation"),
        "## Open loop, Poisson\n",
        _open(results),
        _search(results),
        _ratios(results, "search"),
        _warnings(results),
        _failures(results),
    ]
    return "\n".join(part for part in parts if part)


def median_text(values: Sequence[float], digits: int = 0) -> str:
    """At least one value as `412 (405 to 420)`."""
    return spread_text(Spread.of(values), digits)


def spread_text(spread: Spread, digits: int = 0) -> str:
    """A spread as `412 (405 to 420)`; one number if all look the same."""
    three = (spread.median, spread.lowest, spread.highest)
    middle, low, high = (f"{value:.{digits}f}" for value in three)
    return middle if low == high else f"{middle} ({low} to {high})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; empty without rows."""
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _closed(results: Results) -> str:
    rows = []
    for name in results.names:
        for value in results.values("closed"):
            if found := results.of(name, "closed", value):
                rows.append(
                    [
                        name,
                        f"{value:.0f}",
                        median_text([m.rate for m in found]),
                        median_text([m.p50 for m in found], 1),
                        median_text([m.p99 for m in found], 1),
                        median_text([100 * m.error_share for m in found], 2),
                        median_text([m.server_cores for m in found], 2),
                        median_text([m.client_cores for m in found], 2),
                        median_text([m.resident_mb for m in found]),
                        median_text([m.accuracy for m in found], 4),
                    ]
                )
    head = (
        *("server", "in flight", "dialogues/s", "p50 ms", "p99 ms", "errors %"),
        *("server cores", "client cores", "MB", "accuracy"),
    )
    return table(head, rows)


def _open(results: Results) -> str:
    rows = []
    for name in results.names:
        for value in results.values("open"):
            found = results.of(name, "open", value)
            figures = ["above its saturation, not run", "", "", "", "", ""]
            if found:
                figures = [
                    median_text([m.rate for m in found]),
                    median_text([m.p50 for m in found], 1),
                    median_text([m.p99 for m in found], 1),
                    median_text([100 * m.error_share for m in found], 2),
                    median_text([m.server_cores for m in found], 2),
                    median_text([m.client_cores for m in found], 2),
                ]
            rows.append([name, f"{value:g}", *figures])
    head = (
        *("server", "offered/s", "answers/s", "p50 ms", "p99 ms", "errors %"),
        *("server cores", "client cores"),
    )
    return table(head, rows)


def _search(results: Results) -> str:
    rows = []
    for name in results.names:
        if found := results.of(name, "search"):
            best = results.saturation(name)
            shares = [100 * m.rate / best[m.round] for m in found]
            rows.append(
                [
                    name,
                    median_text([m.rate for m in found]),
                    median_text([m.p99 for m in found], 1),
                    median_text(shares),
                    "yes" if all(m.settled for m in found) else "no",
                ]
            )
    head = ("server", "dialogues/s", "p99 ms", "% of saturation", "settled")
    title = f"## Highest rate with {results.settings['objective']}\n\n"
    return title + table(head, rows) if rows else ""


def _ratios(results: Results, kind: str) -> str:
    peer = results.best_peer(kind)
    if peer is None:
        return ""
    rows = []
    for name in results.ours:
        if ratio := results.ratio(name, peer, kind):
            rows.append([name, peer, spread_text(ratio, 2)])
    return table(("server", "best peer", "times its rate, round by round"), rows)


def _warnings(results: Results) -> str:
    said = sorted(
        {
            f"- {m.target}, {m.kind} {m.value:g}: {text}\n"
            for m in results.measurements
            for text in m.warnings
        }
    )
    return "## Warnings of the load generator\n\n" + "".join(said) if said else ""


def _failures(results: Results) -> str:
    lines = "".join(f"- {text.splitlines()[0]}\n" for text in results.failures)
    return "## Failures\n\n" + lines if lines else ""
