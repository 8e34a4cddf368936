"""One whole run: start, check, choose threads, time, measure quality."""

from collections.abc import Sequence
from typing import Any

from emotion_model.checkpoint.source import Source
from peers.contestants import CONTESTANTS, Contestant
from peers.crew import Worker, WorkerError, Workplace
from peers.dialogues import Dialogues
from peers.measure import Field, Plan, Say, probe, threads_by_size
from peers.quality import (
    Numbers,
    check_places,
    farthest,
    predict_all,
    reference,
    score,
)
from peers.spread import ratios


def run(
    contestants: Sequence[Contestant],
    threads: Sequence[int],
    plan: Plan,
    source: Source,
    dialogues: Dialogues,
    place: Workplace,
    say: Say,
) -> dict[str, Any]:
    """Gives the part of results.json that was measured."""
    places = check_places(dialogues)
    expected = reference(source, dialogues, places)
    entries, left_out = [], {}
    field = Field(plan, say)
    try:
        for contestant in contestants:
            say(f"starting {contestant.title}")
            try:
                entry = _start(
                    field, contestant, threads, plan, place, (places, expected)
                )
            except WorkerError as error:
                left_out[contestant.title] = str(error)
                say(f"left out: {contestant.title}: {error}")
                continue
            entries.append(entry)
        cells = field.run()
        for entry in entries:
            if entry["key"] in field.failed:
                left_out[f"{entry['title']}, in part"] = field.failed[entry["key"]]
        _add_ratios(cells, entries)
        workers = field.workers()
        for entry in entries:
            if entry["key"] in workers:
                entry["resident_mib"] = round(workers[entry["key"]].memory_mib())
        quality = {}
        if dialogues.truth is not None:
            quality = _qualities(
                entries, workers, max(threads), source, dialogues, place
            )
    finally:
        field.close()
    return {
        "contestants": entries,
        "left_out": left_out,
        "foreign_share": round(field.foreign_share, 4),
        "cells": cells,
        "quality": quality,
    }


def _start(
    field: Field,
    contestant: Contestant,
    threads: Sequence[int],
    plan: Plan,
    place: Workplace,
    check: tuple[Sequence[int], Numbers],
) -> dict[str, Any]:
    """Starts a worker for each number of threads and keeps those that are best."""
    workers: dict[int, Worker] = {}
    kept: set[Worker] = set()
    try:
        distance = 0.0
        for count in threads if contestant.timed else threads[-1:]:
            workers[count] = Worker(contestant, count, place)
            distance = max(distance, farthest(workers[count], *check))
            if distance > contestant.tolerance:
                raise WorkerError(
                    f"a logit is {distance:.2g} from the reference, at most "
                    f"{contestant.tolerance} is right"
                )
        if contestant.timed:
            probes = {n: probe(worker, plan) for n, worker in workers.items()}
            chosen = threads_by_size(probes, plan.sizes)
            kept = {workers[count] for count in chosen.values()}
            by_size = {size: workers[count] for size, count in chosen.items()}
            field.add(contestant, by_size)
    finally:
        for worker in workers.values():
            if worker not in kept:
                worker.close()
    return {
        "key": contestant.key,
        "title": contestant.title,
        "ours": contestant.ours,
        "largest_difference": distance,
        "probes_ms": {
            str(n): {str(size): 1000 * took for size, took in found.items()}
            for n, found in (probes if contestant.timed else {}).items()
        },
    }


def _add_ratios(cells: list[dict[str, Any]], entries: list[dict[str, Any]]) -> None:
    ours = {entry["key"] for entry in entries if entry["ours"]}
    rates = {(c["contestant"], c["batch"], c["order"]): c["rates"] for c in cells}
    for cell in cells:
        cell["ratios"] = {
            key: ratios(rates[key, cell["batch"], "arrival"], cell["rates"]).as_json()
            for key in sorted(ours)
            if (key, cell["batch"], "arrival") in rates
        }


def _qualities(
    entries: Sequence[dict[str, Any]],
    workers: dict[str, Worker],
    threads: int,
    source: Source,
    dialogues: Dialogues,
    place: Workplace,
) -> dict[str, Any]:
    """Quality of all that round, by key; fp32 of ours is what they are held to."""
    assert dialogues.truth is not None
    known = {contestant.key: contestant for contestant in CONTESTANTS}

    def logits(key: str) -> Numbers:
        if key in workers:
            return predict_all(workers[key], dialogues)
        with Worker(known[key], threads, place) as worker:
            return predict_all(worker, dialogues)

    fp32 = logits("ours-fp32")
    return {
        entry["key"]: score(
            source,
            dialogues.truth,
            fp32 if entry["key"] == "ours-fp32" else logits(entry["key"]),
            fp32,
        )
        for entry in entries
        if known[entry["key"]].quality_measured
        and (entry["key"] in workers or not known[entry["key"]].timed)
    }
