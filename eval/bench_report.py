"""A benchmark's figures and their text."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from eval.bench_cells import Cells, cells_found
from eval.bench_stages import STAGES
from eval.bench_worker import Cost, Result
from eval.gold import Gold
from eval.measures import MET, MISSED, OPEN, Floats, Interval, ratio_interval

SCHEMA = "filingscan-bench/1"
OURS, YARDSTICK = "filingscan", "tesseract"
MOST_OF_YARDSTICK, MOST_MEMORY = 0.5, 1000.0
"""Targets: our share of tesseract's CPU time, megabytes of a worker with its opening child."""
QUIET = 0.5
"""A load average above it means that something else was running."""


@dataclass(frozen=True)
class Outcome:
    """What became of one engine: a result, or a note that says why there is none."""

    name: str
    title: str
    result: Result | None
    note: str = ""


def report_of(
    golds: Sequence[Gold],
    outcomes: Sequence[Outcome],
    worker: Mapping[str, Any],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """All figures; every engine has its row, also one that did not run."""
    ran = {each.name: each.result for each in outcomes if each.result}
    engines = [_engine(each, golds, ran.get(YARDSTICK)) for each in outcomes]
    ours = ran[OURS]
    return {
        "schema": SCHEMA,
        **about,
        "filings": len(golds),
        "pages": sum(map(_pages, golds)),
        "targets": _targets(engines, worker, len(golds)),
        "engines": engines,
        "worker": {"wall_one_thread": _per_page([each.wall for each in ours.costs], golds),
                   **worker},
        "stages": _stages(ours, golds),
        "by_filing": [_filing(index, gold, ran) for index, gold in enumerate(golds)],
    }  # fmt: skip


def _engine(outcome: Outcome, golds: Sequence[Gold], yardstick: Result | None) -> dict[str, Any]:
    head = {"name": outcome.name, "title": outcome.title, "note": outcome.note}
    result = outcome.result
    if result is None:
        return head
    found = sum((cells_found(gold.facts, cost.words)
                 for gold, cost in zip(golds, result.costs, strict=True)), Cells())  # fmt: skip
    ratio, interval = _ratio(golds, result, yardstick)
    return {
        **head,
        "version": result.version,
        "cpu_mean": _per_page([cost.cpu for cost in result.costs], golds),
        "cpu_median": _median_page([cost.cpu for cost in result.costs], golds),
        "page_startup": result.page_startup,
        "ratio": ratio,
        "ratio_interval": interval,
        **asdict(found),
        "memory": max(result.memory, result.child_memory),
        "errors": [f"{cost.name}: {cost.error}" for cost in result.costs if cost.error],
    }


def _pages(gold: Gold) -> int:
    return len(gold.source.pages)


def _per_page(seconds: Sequence[float], golds: Sequence[Gold]) -> float:
    return sum(seconds) / sum(map(_pages, golds))


def _median_page(seconds: Sequence[float], golds: Sequence[Gold]) -> float:
    """Of all pages, each of which cost its filing's mean."""
    pages = [each / _pages(gold) for each, gold in zip(seconds, golds, strict=True)
             for _ in gold.source.pages]  # fmt: skip
    return statistics.median(pages)


def _ratio(
    golds: Sequence[Gold], result: Result, yardstick: Result | None
) -> tuple[float | None, Interval | None]:
    """CPU time as a share of tesseract's on the same pages, with its interval."""
    if yardstick is None:
        return None, None
    counts = np.array(
        [[cost.cpu, other.cpu] for cost, other in zip(result.costs, yardstick.costs, strict=True)]
    )
    sums = counts.sum(axis=0)
    groups = [gold.source.group for gold in golds]
    return float(_quotient(sums)), ratio_interval(groups, counts, _quotient)


def _quotient(sums: Floats) -> Floats:
    quotient: Floats = np.asarray(sums[..., 0] / sums[..., 1])
    return quotient


def _targets(
    engines: Iterable[Mapping[str, Any]], worker: Mapping[str, Any], filings: int
) -> list[dict[str, Any]]:
    (ours,) = (each for each in engines if each["name"] == OURS)
    held = worker["memory"] + worker["opening_memory"]
    return [
        {"name": "CPU seconds a page, as a share of tesseract's", "target": MOST_OF_YARDSTICK,
         "cases": filings, "value": ours["ratio"], "interval": ours["ratio_interval"],
         "verdict": verdict(ours["ratio"], ours["ratio_interval"], MOST_OF_YARDSTICK)},
        {"name": "memory of a worker and of its child, MB", "target": MOST_MEMORY, "cases": 1,
         "value": held, "interval": None, "verdict": MET if held < MOST_MEMORY else MISSED},
    ]  # fmt: skip


def verdict(value: float | None, interval: Interval | None, most: float) -> str:
    """Whether a measure is at most so large, by its whole interval."""
    if value is None:
        return "not measured"
    low, high = interval or (-np.inf, np.inf)
    return MET if high <= most else MISSED if low > most else OPEN


def _stages(result: Result, golds: Sequence[Gold]) -> list[dict[str, Any]]:
    whole = sum(result.stages.values())
    return [
        {"name": name, "cpu": _per_page([result.stages.get(name, 0.0)], golds),
         "share": result.stages.get(name, 0.0) / whole if whole else 0.0}
        for name in STAGES
    ]  # fmt: skip


def _filing(index: int, gold: Gold, ran: Mapping[str, Result]) -> dict[str, Any]:
    costs: dict[str, Cost] = {name: result.costs[index] for name, result in ran.items()}
    found = {name: cells_found(gold.facts, cost.words) for name, cost in costs.items()}
    return {
        "name": gold.name, "form": gold.source.form, "look": gold.source.look,
        "pages": _pages(gold),
        "cells": next((each.cells for each in found.values()), 0),
        "cpu": {name: round(cost.cpu, 3) for name, cost in costs.items()},
        "found": {name: each.found for name, each in found.items()},
    }  # fmt: skip


# Text


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    parts = [
        *_about(report), "", "## Targets", "", *_target_table(report["targets"]), "",
        "## Engines", "", *_engine_table(report["engines"]), "",
        "CPU seconds a page on one thread, children included, start-up left out. filingscan goes "
        "from the bytes of the PDF to the extraction; the others are given pictures of the pages, "
        "whose making is not counted, and give words only. A cell is found when the words in its "
        "place spell what is printed there (spaces, case and footnote marks left out); the places "
        "are the same for all.", *_notes(report["engines"]), "",
        "## Where filingscan's time goes", "", *_stage_table(report["stages"]), "",
        "## Worker", "", *_worker_table(report["worker"]), "",
        "## Filings", "", *_filing_table(report),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _about(report: Mapping[str, Any]) -> list[str]:
    machine = report["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in machine["libraries"].items())
    made = f" at commit {report['commit']}" if report["commit"] else ""
    lines = [
        "# Benchmark", "",
        f"{report['pages']} pages of {report['filings']} filings (dev, `{report['quality']}`), "
        f"{report['date']}{made}, by `{report['command']}`.", "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB; "
        f"{machine['system']}; Python {machine['python']}, {libraries}.",
    ]  # fmt: skip
    if machine["load_at_start"] > QUIET:
        lines += ["", f"**The machine was not quiet: load average {machine['load_at_start']} at "
                  "the start. Times are not to be relied on.**"]  # fmt: skip
    return lines


def _target_table(targets: Iterable[Mapping[str, Any]]) -> list[str]:
    head = ("target", "at most", "n", "measured", "verdict")
    rows = [
        (each["name"], f"{each['target']:g}", str(each["cases"]),
         _number(each["value"], 3 if each["target"] < 1 else 0) + _interval(each["interval"]),
         f"**{each['verdict']}**")
        for each in targets
    ]  # fmt: skip
    return _table(head, rows)


def _engine_table(engines: Iterable[Mapping[str, Any]]) -> list[str]:
    head = ("engine", "CPU s/page, median", "mean", "of tesseract's", "cells found",
            "numbers and dates", "memory MB")  # fmt: skip
    rows = []
    for each in engines:
        if each["note"]:
            rows.append((each["title"], each["note"], *("–",) * 5))
            continue
        rows.append((
            each["title"], _number(each["cpu_median"]), _number(each["cpu_mean"]),
            _number(each["ratio"]) + _interval(each["ratio_interval"], 2),
            _share(each["found"], each["cells"]),
            _share(each["numbers_found"], each["numbers"]), _number(each["memory"], 0),
        ))  # fmt: skip
    return _table(head, rows)


def _notes(engines: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = []
    for each in engines:
        if not each["note"]:
            startup = each["page_startup"]
            left_out = f"; starting takes {startup:.2f} s a page, left out" if startup else ""
            lines.append(f"- {each['title']}: {each['version']}{left_out}.")
            lines += [f"  - failed on {error}" for error in each["errors"]]
    return ["", *lines]


def _stage_table(stages: Iterable[Mapping[str, Any]]) -> list[str]:
    stages = list(stages)
    rows = [(each["name"], _number(each["cpu"], 3), f"{each['share']:.1%}") for each in stages]
    whole = ("all", _number(sum(each["cpu"] for each in stages), 3), "100%")
    return _table(("stage", "CPU s/page", "share"), [*rows, whole])


def _worker_table(worker: Mapping[str, Any]) -> list[str]:
    dense = worker["dense"]
    rows = [
        ("wall time, one thread", f"{worker['wall_one_thread']:.2f} s a page"),
        ("wall time, two threads", f"{worker['wall_two_threads']:.2f} s a page"),
        (f"batch, {worker['processes']} processes of one thread",
         f"{worker['pages_per_second']:.2f} pages a second"),
        (f"memory after {dense['name']} ({dense['pages']} pages, {dense['values']} values)",
         f"{worker['memory']:.0f} MB"),
        ("memory of the child that opened it", f"{worker['opening_memory']:.0f} MB"),
        ("memory of a worker of the batch, at its end", f"{worker['batch_memory']:.0f} MB"),
    ]  # fmt: skip
    return _table(("filingscan", "measured"), rows)


def _filing_table(report: Mapping[str, Any]) -> list[str]:
    names = [each["name"] for each in report["engines"] if not each["note"]]
    head = ("filing", "look", "pages", "cells", *(f"{name}: CPU s, found" for name in names))
    rows = [
        (f"{each['form']}/{each['name']}", each["look"], str(each["pages"]), str(each["cells"]),
         *(f"{each['cpu'][name]:.2f}, {each['found'][name]}" for name in names))
        for each in report["by_filing"]
    ]  # fmt: skip
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _interval(interval: Interval | None, digits: int = 3) -> str:
    return f" ({interval[0]:.{digits}f}–{interval[1]:.{digits}f})" if interval else ""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part} of {whole})" if whole else "–"
