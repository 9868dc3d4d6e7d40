"""Is one evaluation better than another? The gate before a model is published.

    python -m eval.compare NEW OLD [--measure f1] [--split dev]

NEW and OLD are report.json files or the folders they are in. Filings are paired by form and name,
where their facts are the same, and whole groups are drawn (paired bootstrap), as errors cluster in
them. Exit code 0: better or no difference, 1: worse, 2: the two cannot be compared.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.measures import Floats, Interval, ratio_interval

BETTER, WORSE, SAME = "better", "worse", "no difference"
DRAWS = 2000
BINS = 15
TEST = "test"
FIGURES = ("right", "invented", "missed", "perfect")
"""What a report says of each filing that is added up; every filing counts as one besides."""

Filing = Mapping[str, Any]
Report = Mapping[str, Any]


class NotComparable(ValueError):
    """The two files are no reports, or have no filing in common."""


@dataclass(frozen=True)
class Change:
    """One measure before and after, over a part of the filings; the 95 % interval of `new - old`.

    The interval is None where there is only one group, which tells nothing about others.
    """

    measure: str
    part: str
    filings: int
    old: float
    new: float
    interval: Interval | None

    @property
    def verdict(self) -> str:
        """`better`, `worse` or `no difference`."""
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return SAME
        rises = self.interval[0] > 0
        return BETTER if rises != (self.measure in _LOWER_IS_BETTER) else WORSE


@dataclass(frozen=True)
class Comparison:
    """Every change, the first ones over all filings, and the filings that could not be paired."""

    changes: tuple[Change, ...]
    only_new: tuple[str, ...] = ()
    only_old: tuple[str, ...] = ()
    other_facts: tuple[str, ...] = ()

    def of(self, measure: str, part: str = "all") -> Change:
        """The change of one measure over a part of the filings."""
        return next(each for each in self.changes
                    if (each.measure, each.part) == (measure, part))  # fmt: skip


def compare(new: Report, old: Report, split: str = "dev") -> Comparison:
    """How NEW differs from OLD on one split's filings; NotComparable without common ones.

    A filing of a set without splits counts as `dev`.
    """
    ours, theirs = _by_name(new, split), _by_name(old, split)
    both = [name for name in ours if name in theirs]
    paired = [name for name in both if ours[name]["facts"] == theirs[name]["facts"]]
    if not paired:
        raise NotComparable(f"no filing of split {split} has the same facts in both reports")
    changes = []
    for part, names in _parts(paired, ours):
        pair = [ours[name] for name in names], [theirs[name] for name in names]
        changes += [_change(measure, part, *pair) for measure in MEASURES]
    return Comparison(
        tuple(changes),
        only_new=tuple(name for name in ours if name not in theirs),
        only_old=tuple(name for name in theirs if name not in ours),
        other_facts=tuple(name for name in both if name not in set(paired)),
    )


def load_report(path: Path) -> dict[str, Any]:
    """A report.json, or that of a folder; NotComparable when it is none."""
    file = path / "report.json" if path.is_dir() else path
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
        needed = {"form", "name", "facts", "group", "split", *FIGURES}
        lacking = {key for filing in report["filings"] for key in needed - set(filing)}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NotComparable(f"{file} is no report: {error}") from error
    if lacking:
        raise NotComparable(f"{file}: its filings lack {', '.join(sorted(lacking))}")
    return dict(report)


def to_markdown(comparison: Comparison) -> str:
    """The changes as a table, then what was left out."""
    lines = ["| part | measure | filings | old | new | new - old | 95 % interval | verdict |",
             "|---|---|---:|---:|---:|---:|---|---|"]  # fmt: skip
    for each in comparison.changes:
        span = "-" if each.interval is None else "{:+.4f} to {:+.4f}".format(*each.interval)
        lines.append(
            f"| {each.part} | {each.measure} | {each.filings} | {each.old:.4f} | {each.new:.4f} "
            f"| {each.new - each.old:+.4f} | {span} | {each.verdict} |"
        )
    left_out = (("only in NEW", comparison.only_new), ("only in OLD", comparison.only_old),
                ("with other facts", comparison.other_facts))  # fmt: skip
    for what, names in left_out:
        if names:
            lines += ["", f"{len(names)} filings {what}, left out: {', '.join(names)}"]
    return "\n".join(lines) + "\n"


def _by_name(report: Report, split: str) -> dict[str, Filing]:
    """The filings of a split by form and name."""
    return {f"{each['form']}/{each['name']}": each for each in report["filings"]
            if (each["split"] == TEST) == (split == TEST)}  # fmt: skip


def _parts(names: Sequence[str], filings: Mapping[str, Filing]) -> Iterator[tuple[str, list[str]]]:
    """All names, then those of each quality and of each look."""
    yield "all", list(names)
    for kind in ("quality", "look"):
        for value in sorted({str(filings[name].get(kind, "")) for name in names} - {""}):
            own = [name for name in names if filings[name].get(kind) == value]
            yield f"{kind} {value}", own


def _change(measure: str, part: str, new: Sequence[Filing], old: Sequence[Filing]) -> Change:
    counts, ratio = MEASURES[measure]
    # Bins of confidence are those of both together, or the two errors would not be comparable.
    edges = _edges([*new, *old])
    before, after = counts(old, edges), counts(new, edges)
    width = after.shape[1]

    def difference(sums: Floats) -> Floats:
        return ratio(sums[..., :width]) - ratio(sums[..., width:])

    groups = [str(each["group"]) for each in new]
    interval = ratio_interval(groups, np.hstack([after, before]), difference, DRAWS)
    old_value, new_value = (float(ratio(each.sum(axis=0))) for each in (before, after))
    return Change(measure, part, len(new), old_value, new_value, interval)


def _tallies(filings: Sequence[Filing], _: Floats) -> Floats:
    """(filings, figures and one): what is added up."""
    return np.array([[*(float(each[name]) for name in FIGURES), 1.0] for each in filings])


def _binned(filings: Sequence[Filing], edges: Floats) -> Floats:
    """(filings, bins, 2): how many confidences and how much too sure they are, per bin."""
    found = np.zeros((len(filings), BINS, 2))
    for row, filing in zip(found, filings, strict=True):
        for sure, right in filing.get("confidences", ()):
            row[np.searchsorted(edges, sure, side="right")] += (1.0, sure - right)
    return found.reshape(len(filings), -1)


def _edges(filings: Sequence[Filing]) -> Floats:
    """Inner edges of bins with about equally many confidences each."""
    sure = [pair[0] for filing in filings for pair in filing.get("confidences", ())]
    shares = np.linspace(0, 1, BINS + 1)[1:-1]
    return np.quantile(sure, shares) if sure else np.ones(BINS - 1)


def _share(part: Floats, whole: Floats, none: float) -> Floats:
    """A ratio, and `none` where there is nothing."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), none)


def _f1(sums: Floats) -> Floats:
    right, invented, missed = sums[..., 0], sums[..., 1], sums[..., 2]
    return _share(2 * right, 2 * right + invented + missed, 1.0)


def _calibration_error(sums: Floats) -> Floats:
    bins = sums.reshape(*sums.shape[:-1], BINS, 2)
    return _share(np.abs(bins[..., 1]).sum(axis=-1), bins[..., 0].sum(axis=-1), 0.0)


_LOWER_IS_BETTER = ("calibration_error",)
Counts = Callable[[Sequence[Filing], Floats], Floats]
MEASURES: dict[str, tuple[Counts, Callable[[Floats], Floats]]] = {
    "f1": (_tallies, _f1),
    "precision": (_tallies, lambda sums: _share(sums[..., 0], sums[..., 0] + sums[..., 1], 1.0)),
    "recall": (_tallies, lambda sums: _share(sums[..., 0], sums[..., 0] + sums[..., 2], 1.0)),
    "filings_right": (_tallies, lambda sums: _share(sums[..., 3], sums[..., 4], 1.0)),
    "calibration_error": (_binned, _calibration_error),
}
"""What each filing adds, and the measure of the sums; sums have any leading axes."""


def main(arguments: list[str] | None = None) -> int:
    """Entry point; the exit code is the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("new", type=Path, help="report.json, or its folder")
    parser.add_argument("old", type=Path, help="what it is compared with")
    parser.add_argument("--measure", choices=MEASURES, default="f1", help="what decides")
    parser.add_argument("--split", choices=("dev", TEST), default="dev")
    options = parser.parse_args(arguments)
    try:
        comparison = compare(load_report(options.new), load_report(options.old), options.split)
    except NotComparable as error:
        print(error, file=sys.stderr)
        return 2
    print(to_markdown(comparison))
    change = comparison.of(options.measure)
    print(f"{options.measure}: {change.verdict}")
    return int(change.verdict == WORSE)


if __name__ == "__main__":
    sys.exit(main())
