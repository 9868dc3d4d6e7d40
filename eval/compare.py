"""Is one evaluation better than another? The gate before a model is published.

    python -m eval.compare NEW OLD [--measure f1] [--split dev]
    python -m eval.compare NEW OLD --gold GOLD [--output out/compare]

NEW and OLD are report.json files or the folders they are in. With `--gold` each may also be the
folder of a training run, or of several, more of them with commas between, or `released`: these
models read the gold, and each side gets a calibration of its own, fitted on its readings of `dev`.
Filings are paired by form and name, where their facts are the same, and whole groups are drawn
(paired bootstrap), as errors cluster in them. NEW is worse when the deciding measure is, or the
field F1 of a single form. Exit code 0: better or no difference, 1: worse, 2: the two cannot be
compared.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval import run
from eval.gold import load
from eval.measures import Floats, Interval, ratio_interval
from eval.refit import TEST, is_dev
from eval.sides import FIGURES, NotComparable, Report, load_report, read_side, side_of
from models.errors import FilingscanError

BETTER, WORSE, SAME = "better", "worse", "no difference"
DRAWS = 2000
BINS = 15
ALL, FORM, FIELD = "all", "form", "field"
LEAST_GROUPS = 3
"""With fewer no single form decides: too little is known of others of its kind."""

Filing = Mapping[str, Any]
Counts = Callable[[Sequence[Filing], Floats], Floats]


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
    groups: int = 0

    @property
    def said(self) -> str:
        """The measure, of which part, and both its values."""
        name = "field F1" if self.measure == "f1" else self.measure.replace("_", " ")
        part = "" if self.part == ALL else f" of {self.part}"
        return f"{name}{part} {self.new:.4f} after {self.old:.4f}"

    @property
    def span(self) -> str:
        """The interval as it is written down."""
        return "-" if self.interval is None else "{:+.4f} to {:+.4f}".format(*self.interval)

    @property
    def verdict(self) -> str:
        """`better`, `worse` or `no difference`."""
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return SAME
        rises = self.interval[0] > 0
        return BETTER if rises != (self.measure in _LOWER_IS_BETTER) else WORSE


@dataclass(frozen=True)
class Comparison:
    """Every change, the first ones over all filings, and the filings that could not be paired.

    `notes` say what could not be compared beside them.
    """

    changes: tuple[Change, ...]
    only_new: tuple[str, ...] = ()
    only_old: tuple[str, ...] = ()
    other_facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, measure: str, part: str = ALL) -> Change:
        """The change of one measure over a part of the filings; NotComparable without it."""
        for each in self.changes:
            if (each.measure, each.part) == (measure, part):
                return each
        raise NotComparable(f"{measure.replace('_', ' ')} cannot be compared over {part}")

    def losses(self, measures: Sequence[str] = ("f1",)) -> list[Change]:
        """What speaks against NEW: each measure that is worse, and the forms worse in field F1.

        A form decides with `LEAST_GROUPS` groups or more, and only where field F1 does.
        """
        whole = [self.of(measure) for measure in dict.fromkeys(measures)]
        forms = [each for each in self.changes
                 if each.part.startswith(f"{FORM} ") and each.measure == "f1" in measures
                 and each.groups >= LEAST_GROUPS]  # fmt: skip
        return [each for each in (*whole, *forms) if each.verdict == WORSE]

    def decision(self, measures: Sequence[str] = ("f1",)) -> str:
        """The verdict of the gate in one sentence."""
        losses = self.losses(measures)
        if losses:
            return f"Refused as worse: {', '.join(each.said for each in losses)}."
        whole = [self.of(measure) for measure in measures]
        said = "; ".join(f"{each.said}, {each.verdict} (95 % interval {each.span}, {each.groups} "
                         "groups)" for each in whole)  # fmt: skip
        return f"Not worse: {said}{'; no form is worse' if 'f1' in measures else ''}."

    def without(self, measures: Sequence[str], note: str) -> Comparison:
        """The same less some measures, and why."""
        kept = tuple(each for each in self.changes if each.measure not in measures)
        named = ", ".join(each.replace("_", " ") for each in measures)
        return replace(self, changes=kept, notes=(*self.notes, f"{named}: not compared, {note}"))


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
        every = part == ALL or part.startswith(f"{FORM} ")
        changes += [_change(measure, part, *pair) for measure in MEASURES
                    if _is_told(measure, *pair) and (every or measure not in FINER)]  # fmt: skip
    pair = [ours[name] for name in paired], [theirs[name] for name in paired]
    told = all("fields" in filing for filing in (*pair[0], *pair[1]))
    return Comparison(
        (*changes, *(_field_changes(*pair) if told else ())),
        notes=() if told else ("no part by field: one of the reports is of an older version",),
        only_new=tuple(name for name in ours if name not in theirs),
        only_old=tuple(name for name in theirs if name not in ours),
        other_facts=tuple(name for name in both if name not in set(paired)),
    )


def to_markdown(comparison: Comparison) -> str:
    """The changes as a table, then what was left out and why."""
    lines = ["| part | measure | filings | old | new | new - old | 95 % interval | verdict |",
             "|---|---|---:|---:|---:|---:|---|---|"]  # fmt: skip
    for each in comparison.changes:
        lines.append(
            f"| {each.part} | {each.measure} | {each.filings} | {each.old:.4f} | {each.new:.4f} "
            f"| {each.new - each.old:+.4f} | {each.span} | {each.verdict} |"
        )
    left_out = (("only in NEW", comparison.only_new), ("only in OLD", comparison.only_old),
                ("with other facts", comparison.other_facts))  # fmt: skip
    for what, names in left_out:
        if names:
            lines += ["", f"{len(names)} filings {what}, left out: {', '.join(names)}"]
    for note in comparison.notes:
        lines += ["", note]
    return "\n".join(lines) + "\n"


def _by_name(report: Report, split: str) -> dict[str, Filing]:
    """The filings of a split by form and name."""
    return {f"{each['form']}/{each['name']}": each for each in report["filings"]
            if (each["split"] == TEST if split == TEST else is_dev(each["split"]))}  # fmt: skip


def _parts(names: Sequence[str], filings: Mapping[str, Filing]) -> Iterator[tuple[str, list[str]]]:
    """All names, then those of each form, of each quality and of each look."""
    yield ALL, list(names)
    for kind in (FORM, "quality", "look"):
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
    return Change(measure, part, len(new), old_value, new_value, interval, len(set(groups)))


def _is_told(measure: str, new: Sequence[Filing], old: Sequence[Filing]) -> bool:
    """Whether both reports have what the measure counts, and there is something to count."""
    if measure not in FINER:
        return True
    counts = [each.get(FINER[measure]) for each in (*new, *old)]
    return None not in counts and any(any(each or ()) for each in counts)


def _field_changes(new: Sequence[Filing], old: Sequence[Filing]) -> Iterator[Change]:
    """F1 of every field, over the filings in which it is true or was read."""
    names = sorted({name for each in (*new, *old) for name in each["fields"]})
    for name in names:
        pairs = [pair for pair in zip(new, old, strict=True)
                 if any(name in each["fields"] for each in pair)]  # fmt: skip
        ours, theirs = ([{"group": each["group"]} | _of_field(each, name) for each in side]
                        for side in zip(*pairs, strict=True))  # fmt: skip
        yield _change("f1", f"{FIELD} {name}", ours, theirs)


def _of_field(filing: Filing, name: str) -> dict[str, int]:
    """A filing's figures as if it had this field only."""
    right, invented, missed = filing["fields"].get(name, (0, 0, 0))
    perfect = int(not invented and not missed)
    return {"right": right, "invented": invented, "missed": missed, "perfect": perfect}


def _tallies(filings: Sequence[Filing], _: Floats) -> Floats:
    """(filings, figures and one): what is added up."""
    return np.array([[*(float(each[name]) for name in FIGURES), 1.0] for each in filings])


def _listed(key: str) -> Counts:
    """(filings, counts) of a list that the report has of each filing."""
    return lambda filings, _: np.array([each[key] for each in filings], float)


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
FINER = {"links_f1": "links", "flags_right": "flags", "straight_through": "accepted"}
"""Measures of all filings and of forms only, and where a filing has their counts."""
JUDGED_BY_CONFIDENCE = ("calibration_error", "straight_through")
MEASURES: dict[str, tuple[Counts, Callable[[Floats], Floats]]] = {
    "f1": (_tallies, _f1),
    "precision": (_tallies, lambda sums: _share(sums[..., 0], sums[..., 0] + sums[..., 1], 1.0)),
    "recall": (_tallies, lambda sums: _share(sums[..., 0], sums[..., 0] + sums[..., 2], 1.0)),
    "filings_right": (_tallies, lambda sums: _share(sums[..., 3], sums[..., 4], 1.0)),
    "calibration_error": (_binned, _calibration_error),
    "links_f1": (_listed("links"), _f1),
    "flags_right": (_listed("flags"), lambda sums: _share(sums[..., 0], sums[..., 1], 1.0)),
    "straight_through": (_listed("accepted"), lambda sums: _share(sums[..., 0], sums[..., 1], 0.0)),
}
"""What each filing adds, and the measure of the sums; sums have any leading axes.

`links_f1` is of footnote marks, `flags_right` of checkboxes, `straight_through` the share of values
that need no review at 99.5 %."""


def main(arguments: list[str] | None = None) -> int:
    """Entry point; the exit code is the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("new", help="report.json, or its folder; with --gold also runs")
    parser.add_argument("old", help="what it is compared with; with --gold also `released`")
    parser.add_argument("--measure", choices=MEASURES, default="f1", help="what decides")
    parser.add_argument("--split", choices=("dev", TEST), default="dev")
    parser.add_argument("--gold", type=Path, help="folder of gold that runs are compared on")
    parser.add_argument("--output", type=Path, default=Path("out/compare"),
                        help="where what was read is kept, and the comparison")  # fmt: skip
    parser.add_argument("--processes", type=int, help="default: one for each core")
    options = parser.parse_args(arguments)
    try:
        comparison = _compared(options)
        decision = comparison.decision((options.measure,))
    except (NotComparable, FilingscanError) as error:
        print(getattr(error, "detail", error), file=sys.stderr)
        return 2
    text = f"{to_markdown(comparison)}\n{decision}"
    if options.gold:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "compare.md").write_text(f"{text}\n", encoding="utf-8")
    print(text)
    return int(bool(comparison.losses((options.measure,))))


def _compared(options: argparse.Namespace) -> Comparison:
    """What the command line asks for; raises NotComparable."""
    new, old = side_of(options.new), side_of(options.old)
    sides = (new, old)
    if not options.gold:
        runs = [side.name for side in sides if not side.report]
        if runs:
            raise NotComparable(f"{' and '.join(runs)}: --gold must say what they are to read")
        return compare(load_report(Path(new.name)), load_report(Path(old.name)), options.split)
    golds = load(options.gold)
    if not golds:
        raise NotComparable(f"no gold in {options.gold}; it should have folders <form>/<name>/")
    reports = [read_side(side, golds, options.output, options.split, options.processes)
               for side in sides]  # fmt: skip
    comparison = compare(reports[0][0], reports[1][0], options.split)
    if options.split == TEST and any(read for _, read in reports):
        change = comparison.of("f1")
        figures = {"filings": change.filings, "compared": {new.name: change.new,
                   old.name: change.old}, "f1_difference_interval": change.interval}  # fmt: skip
        run.record_test_run(options.gold, figures)
    if bool(new.report) != bool(old.report):
        told = "one side was read here and has a calibration of its own, the other is a report"
        return comparison.without(JUDGED_BY_CONFIDENCE, told)
    return comparison


if __name__ == "__main__":
    sys.exit(main())
