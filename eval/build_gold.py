"""Build the committed gold from its plan; filings that are there already are left alone.

    python -m eval.build_gold --filings ../shared/filings/ownership

`eval/gold_plan.csv` has a line per gold filing: the XML it is printed from, its group and split,
and how it is printed and scanned. Filings of our own making lie in `eval/cases`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from eval.build_pages import Candidate, make, setting_of
from eval.gold import Gold, save
from eval.printing import Printer
from eval.templates_sheet import Setting

PLAN = Path(__file__).parent / "gold_plan.csv"
CASES = Path(__file__).parent / "cases"
GOLD = Path(__file__).parent / "gold"
MOST_FILE, MOST_BYTES, MOST_PAGES = 16 << 20, 24_000_000, 250
"""The contracts' limits for the committed set."""


@dataclass(frozen=True)
class Line:
    """One gold filing of the plan; `seed` decides the details of its print and scan."""

    name: str
    filing: str
    group: str
    split: str
    look: str
    quality: str
    seed: int

    @property
    def setting(self) -> Setting:
        """How it is printed."""
        return setting_of(self.look, self.split, self.seed, self.filing)

    def path(self, filings: Path) -> Path:
        """Its XML: one of our own cases, or in the folder of real filings."""
        own = CASES / self.filing
        return own if own.exists() else filings / self.filing


def read_plan(path: Path = PLAN) -> list[Line]:
    """Every line of the plan."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Line(seed=int(row.pop("seed")), **row) for row in rows]


def make_line(line: Line, filings: Path, printer: Printer) -> tuple[Gold, bytes]:
    """One gold filing and its scan."""
    candidate = Candidate(line.path(filings), line.group)
    made = make(candidate, line.setting, line.split, line.quality, line.seed, printer)
    if made is None:
        raise ValueError(f"{line.name} has too many pages for gold: change the plan")
    gold, scan = made
    return replace(gold, name=line.name), scan


def build(filings: Path, output: Path, wanted: Callable[[Line], bool] = lambda _: True) -> int:
    """Write what the plan has and `output` lacks; the number of filings written."""
    there = {each.parent.name for each in output.glob("*/*/source.toml")}
    missing = [line for line in read_plan() if line.name not in there and wanted(line)]
    with Printer.started() as printer:
        for line in tqdm(missing, unit="filing"):
            save(output, *make_line(line, filings, printer))
    return len(missing)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--filings", type=Path, required=True, help="folder of EDGAR XML")
    parser.add_argument("--output", type=Path, default=GOLD)
    parser.add_argument("--only", default="", help="only filings whose name has this in it")
    options = parser.parse_args(arguments)
    written = build(options.filings, options.output, lambda line: options.only in line.name)
    print(f"{written} filings written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
