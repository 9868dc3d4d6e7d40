"""Program: measure the layout detector on held-out scanned pages.

`python -m training.measure_layout --scan data/scan --limit 200 --output docs/layout.md` measures
the champion, `--run runs/layout` a candidate that is not published. Writes a Markdown table and the
same numbers as JSON beside it.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from tqdm import tqdm

from eval.regions import OVERLAPS, edges, matched, overlaps, tally
from eval.score import Tally
from models import weights
from models.document import POINTS_PER_INCH, smallest_around
from models.extraction import Region
from models.grid import regions_of
from models.layout import LayoutDetector
from models.weights import Weights
from training.scanned import ScannedPage, load, split_paths

GROUPS = {
    "clean": ("clean",),
    "office": ("office",),
    "1-bit": ("bilevel", "dithered", "archive", "fax"),
    "poor": ("worn", "photocopy", "faint", "carbon", "coarse", "cheap"),
}
"""Scanner profiles that are reported together."""

TIMED_PAGES = 10


@dataclass(frozen=True)
class LayoutScore:
    """Counts of one page or of many: tallies by kind and overlap (`cell@0.5`), and sums.

    `states_right` of the checkboxes found have the right state; `words` true words stand in
    `components` found text lines.
    """

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    states_right: int = 0
    words: int = 0
    components: int = 0
    pages: int = 0

    def __add__(self, other: LayoutScore) -> LayoutScore:
        names = dict.fromkeys((*self.tallies, *other.tallies))
        empty = Tally()
        return LayoutScore(
            {name: self.tallies.get(name, empty) + other.tallies.get(name, empty)
             for name in names},
            self.states_right + other.states_right, self.words + other.words,
            self.components + other.components, self.pages + other.pages,
        )  # fmt: skip

    def figures(self) -> dict[str, float]:
        """The numbers of the report, by column."""
        tally = {name: self.tallies.get(name, Tally()) for name in TALLIES}
        boxes = tally["checkbox@0.5"]
        return {
            "pages": self.pages,
            "cells": tally["cell@0.5"].true,
            **{f"{name} F1": tally[name].f1 for name in TALLIES[:4]},
            "boxes": boxes.true,
            "boxes found": boxes.recall,
            "boxes invented": boxes.invented,
            "state right": self.states_right / boxes.right if boxes.right else 1.0,
            "lines": tally["line@0.5"].true,
            "lines found": tally["line@0.5"].recall,
            "lines precise": tally["line@0.5"].precision,
            "words per line": self.words / self.components if self.components else 0.0,
        }


TALLIES = ("cell@0.5", "cell@0.75", "header@0.5", "header@0.75", "checkbox@0.5", "line@0.5")


def page_score(page: ScannedPage, regions: Sequence[Region]) -> LayoutScore:
    """Compare the regions found on a page with what was printed on it."""
    tallies: dict[str, Tally] = {}
    for kind in ("cell", "header", "line"):
        true = [line.box for line in page.lines] if kind == "line" else [
            region.box for region in page.printed.regions if region.label == kind]  # fmt: skip
        found = [region.box for region in regions if region.label == kind]
        shared = overlaps(edges(true), edges(found))
        for least in OVERLAPS:
            tallies[f"{kind}@{least}"] = tally(shared, least)
    ticks = [region for region in page.printed.regions if region.label == "checkbox"]
    read = [region for region in regions if region.label == "checkbox"]
    shared = overlaps(edges(each.box for each in ticks), edges(each.box for each in read))
    pairs = matched(shared, OVERLAPS[0])
    tallies["checkbox@0.5"] = tally(shared, OVERLAPS[0])
    states = sum(ticks[one].checked == read[other].checked for one, other in pairs)
    lines = [region.box for region in regions if region.label == "line"]
    homes = smallest_around([word.box for word in page.printed.words], lines)
    held = [home for home in homes if home >= 0]
    return LayoutScore(tallies, states, len(held), len(set(held)), 1)


def scored(
    detector: LayoutDetector, paths: Sequence[Path]
) -> Iterator[tuple[ScannedPage, LayoutScore]]:
    """Each held-out page, as upright as the pipeline gets it, and its score."""
    for index, path in enumerate(tqdm(paths, unit="page")):
        page = load(path, np.random.default_rng(index))
        layout = detector.detect(page.image, page.dpi)
        yield page, page_score(page, regions_of(layout, 1, POINTS_PER_INCH / page.dpi))


def milliseconds(row: Weights, paths: Sequence[Path], threads: int) -> float:
    """Median time of `detect` for a page, masks to boxes included."""
    detector = LayoutDetector(row, threads)
    times = []
    for index, path in enumerate(paths[: TIMED_PAGES + 1]):
        page = load(path, np.random.default_rng(index))
        start = time.perf_counter()
        detector.detect(page.image, page.dpi)
        times.append(1000 * (time.perf_counter() - start))
    return median(times[1:] or times)  # the first one warms up


def group_of(profile: str) -> str:
    """The profile group a scan is reported in."""
    return next(name for name, members in GROUPS.items() if profile in members)


def measure(row: Weights, paths: Sequence[Path]) -> dict[str, dict[str, float]]:
    """The figures of all pages, of each profile group and of each look."""
    parts: dict[str, LayoutScore] = dict.fromkeys(("all", *GROUPS), LayoutScore())
    for page, score in scored(LayoutDetector(row), paths):
        for name in ("all", group_of(page.profile), f"look {page.look}"):
            parts[name] = parts.get(name, LayoutScore()) + score
    return {name: part.figures() for name, part in parts.items() if part.pages}


def to_markdown(
    tag: str, results: Mapping[str, Mapping[str, float]], times: Mapping[int, float]
) -> str:
    """The report."""
    heads = ["scans", *results["all"]]
    lines = [
        "# Layout detector", "",
        f"`{tag}` on held-out generated pages, scanned; filings that trained nothing. Written by "
        "`python -m training.measure_layout`.", "",
        f"| {' | '.join(heads)} |",
        "|---|" + "---:|" * (len(heads) - 1),
    ]  # fmt: skip
    for name, figures in results.items():
        lines.append(f"| {name} | {' | '.join(_figure(value) for value in figures.values())} |")
    spent = ", ".join(f"{ms:.0f} ms on {threads} thread{'s' * (threads > 1)}"
                      for threads, ms in times.items())  # fmt: skip
    lines += [
        "", f"A page takes {spent} (median of {TIMED_PAGES}, {platform.machine()}, network and "
        "boxes).", "",
        "F1 at an intersection over union of 0.5 and 0.75, cells as the pipeline has them, those "
        "completed from rows and columns included. Checkboxes and lines are found at 0.5; words "
        "per line counts the printed words in each found line that has any.", "",
        *(f"- {name}: {', '.join(members)}" for name, members in GROUPS.items()), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scan", type=Path, default=Path("data/scan"))
    parser.add_argument("--run", type=Path, help="a run with a candidate, instead of the champion")
    parser.add_argument("--limit", type=int, default=200, help="pages at most")
    parser.add_argument("--output", type=Path, default=Path("docs/layout.md"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    row = weights.of_run(options.run) if options.run else weights.find("layout")
    _, held_out = split_paths(options.scan)
    # Evenly over the set, so that few pages still have every look and scanner.
    chosen = held_out[:: max(len(held_out) // options.limit, 1)][: options.limit]
    results = measure(row, chosen)
    times = {threads: milliseconds(row, chosen, threads) for threads in (1, 2)}
    options.output.write_text(to_markdown(row.tag, results, times), encoding="utf-8")
    record = {"model": row.tag, "scores": results, "milliseconds": times}
    options.output.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")
    print(options.output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
