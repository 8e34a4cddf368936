"""What a shadow costs those who are answered: with it and without, by turns."""

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from end_to_end.admin import BESIDE
from end_to_end.repository import Served
from models.setup import NEW, OLD, Setup, served_models
from peers.spread import Spread, ratios
from support.page import Page

SHADOWED = "emotion_shadow_dialogues_total"
OUTCOMES = ("agreed", "changed", "failed", "dropped")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How long, how often and under how much."""

    rounds: int = 3
    # Of each run.
    seconds: float = 20.0
    # Of what the server does at most without a shadow, 0 to 1.
    load: float = 0.6
    # Calls in flight to find that.
    concurrency: int = 64


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the load generator."""

    round: int
    shadow_percent: int
    rate: float
    p50_ms: float
    p99_ms: float
    error_share: float
    # Dialogues that the shadow was given meanwhile, by outcome.
    shadowed: dict[str, float]


def measure(setup: Setup, options: Options) -> dict[str, Any]:
    """Finds the saturation, then runs ABAB; prints each run."""
    with served_models(setup) as served:
        served.admin.load(NEW, BESIDE)
        full = load(setup, served, options, "--concurrency", str(options.concurrency))
        saturation = float(full["ok_rate"])
        rate = saturation * options.load
        print(f"saturation {saturation:.0f}/s, offered {rate:.0f}/s")
        runs = [
            run(setup, served, options, number, percent, rate)
            for number in range(1, options.rounds + 1)
            for percent in (0, 100)
        ]
    return {
        "options": asdict(options),
        "precision": setup.precision,
        "layers": setup.layers,
        "saturation": saturation,
        "rate": rate,
        "runs": [asdict(each) for each in runs],
        **compared(runs),
    }


def run(
    setup: Setup,
    served: Served,
    options: Options,
    number: int,
    percent: int,
    rate: float,
) -> Run:
    """One of the ABAB."""
    served.admin.set_traffic({OLD: 100}, {NEW: percent} if percent else {})
    before = shadowed(served)
    result = load(setup, served, options, "--rate", f"{rate:.3f}")
    found = Run(
        round=number,
        shadow_percent=percent,
        rate=rate,
        p50_ms=result["response_ms"]["p50"],
        p99_ms=result["response_ms"]["p99"],
        error_share=result["error_share"],
        shadowed={k: v - before[k] for k, v in shadowed(served).items()},
    )
    print(found, flush=True)
    return found


def compared(runs: list[Run]) -> dict[str, Any]:
    """Medians without and with, and their ratios round by round. Pure."""
    without, beside = (
        [each for each in runs if each.shadow_percent == percent]
        for percent in (0, 100)
    )
    return {
        name: {
            "without": Spread.of([getattr(each, name) for each in without]).as_json(),
            "with": Spread.of([getattr(each, name) for each in beside]).as_json(),
            "ratio": ratios(
                [getattr(each, name) for each in beside],
                [getattr(each, name) for each in without],
            ).as_json(),
        }
        for name in ("p50_ms", "p99_ms")
    }


def shadowed(served: Served) -> dict[str, float]:
    """Counts of the page, by outcome."""
    page = Page.scrape(served.server.metrics_url)
    return {
        outcome: page.total(SHADOWED, version=NEW, outcome=outcome)
        for outcome in OUTCOMES
    }


def load(
    setup: Setup, served: Served, options: Options, *traffic: str
) -> dict[str, Any]:
    """The result of a run of `emotion-client load`, all of it interactive."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        times = ("--duration", f"{options.seconds:g}s", "--warmup", "2s")
        # It ends with 1 too if no request was answered in time.
        subprocess.run(
            [
                *(setup.client, "load", "--address", served.server.address),
                *("--json", out, "--priority-mix", "interactive", "--seed", "1"),
                *times,
                *traffic,
            ],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return result
