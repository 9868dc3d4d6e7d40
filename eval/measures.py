"""Measures of confidence and their uncertainty, on plain arrays.

`right` holds 1 for a case that is right and 0 for one that is not, `sure` its confidence. What is
not defined (a ranking without a wrong case, anything of no cases) is nan, never a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata  # type: ignore[import-untyped]

from models.confidence import lower_bound

BINS = 15
LEAST_IN_BIN = 10
"""With fewer cases a bin's share right is mostly chance, and so would be its distance."""
DRAWS = 1000
TARGETS = (0.99, 0.995, 0.999)
"""Precisions that straight-through rates are reported at."""
MET, MISSED, OPEN = "met", "missed", "not resolvable"
"""What can be said of a target."""

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Bin:
    """Cases of about the same confidence, their mean confidence and the share that is right."""

    cases: int
    sure: float
    right: float


def bins_of(right: Floats, sure: Floats, bins: int | None = None) -> list[Bin]:
    """Bins of about equally many cases, as many as asked or as the cases allow.

    Cases of equal confidence are never parted, so their order does not matter.
    """
    if not len(sure):
        return []
    count = bins or max(1, min(BINS, len(sure) // LEAST_IN_BIN))
    order = np.argsort(sure, kind="stable")
    cuts = np.linspace(0, len(sure), count + 1).astype(int)[1:-1]
    # Where a cut would part equal ones it moves up to the first that is surer.
    cuts = np.unique(np.searchsorted(sure[order], sure[order][cuts], side="left"))
    parts = [part for part in np.split(order, cuts) if len(part)]
    return [Bin(len(part), float(sure[part].mean()), float(right[part].mean())) for part in parts]


def calibration_error(right: Floats, sure: Floats, bins: int | None = None) -> float:
    """Expected calibration error over adaptive bins (Nguyen and O'Connor 2015)."""
    found = bins_of(right, sure, bins)
    gaps = sum(each.cases * abs(each.right - each.sure) for each in found)
    return gaps / len(sure) if found else np.nan


def brier(right: Floats, sure: Floats) -> float:
    """Mean squared distance of the confidence from the truth."""
    return float(((sure - right) ** 2).mean()) if len(sure) else np.nan


def auroc(right: Floats, sure: Floats) -> float:
    """Probability that a right case is surer than a wrong one, ties half."""
    positives = float(np.sum(right))
    negatives = len(right) - positives
    if not positives or not negatives:
        return np.nan
    ranks = rankdata(sure)
    wins = float(ranks[right == 1].sum()) - positives * (positives + 1) / 2
    return wins / (positives * negatives)


def risk_coverage(right: Floats, sure: Floats) -> tuple[Floats, Floats]:
    """Shares accepted and of these wrong, at every threshold, from the strictest on.

    Equally sure cases are accepted together (Geifman and El-Yaniv 2017).
    """
    order = np.argsort(-sure, kind="stable")
    accepted = np.arange(1, len(sure) + 1)
    wrong = np.cumsum(1.0 - right[order])
    last = np.append(np.diff(sure[order]) != 0, True) if len(sure) else np.zeros(0, bool)
    return (accepted / max(len(sure), 1))[last], (wrong / np.maximum(accepted, 1))[last]


def area_under_risk(right: Floats, sure: Floats) -> float:
    """Mean risk over all coverages, each step's risk up to its coverage; 0 is best."""
    coverage, risk = risk_coverage(right, sure)
    return float((np.diff(coverage, prepend=0.0) * risk).sum()) if len(sure) else np.nan


def most_coverage(right: Floats, sure: Floats, precision: float) -> float:
    """The largest share that could be accepted with this precision, had one known the threshold."""
    coverage, risk = risk_coverage(right, sure)
    enough = coverage[risk <= 1 - precision + 1e-12]
    if not len(sure):
        return np.nan
    return float(enough.max()) if len(enough) else 0.0


def bounds(right: int, cases: int) -> Interval:
    """What the true share right exceeds, and stays below, each with 95 % probability.

    Clopper and Pearson 1934, one-sided bounds, as the contracts count: 598 without an error show
    99.5 %. No cases show nothing: 0 and 1.
    """
    low = lower_bound(cases, cases - right)
    high = 1.0 - lower_bound(cases, right)
    return low, high


def verdict(right: int, cases: int, target: float) -> str:
    """Whether the cases show that a target is met, or missed, or are too few to tell."""
    low, high = bounds(right, cases)
    if low >= target:
        return MET
    return MISSED if high < target else OPEN


def ratio_interval(
    groups: Sequence[str], counts: Floats, ratio: Callable[[Floats], Floats], draws: int = DRAWS
) -> Interval | None:
    """95 % bootstrap interval of a measure of sums; whole groups are drawn, as errors cluster.

    `counts` has a row per filing, `ratio` takes sums with any leading axes. None for fewer than two
    groups, and where the measure is defined in no draw.
    """
    names, member = np.unique(np.array(groups, str), return_inverse=True)
    if len(names) < 2:
        return None
    sums = np.array([counts[member == index].sum(axis=0) for index in range(len(names))])
    random = np.random.default_rng(0)
    drawn = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return _middle(np.asarray(ratio(drawn @ sums), float))


def case_interval(
    groups: Sequence[str], measure: Callable[[npt.NDArray[np.intp]], float], draws: int = 300
) -> Interval | None:
    """The same for a measure that is not one of sums; it takes the indices of the cases drawn."""
    names, member = np.unique(np.array(groups, str), return_inverse=True)
    if len(names) < 2:
        return None
    cases = [np.flatnonzero(member == index) for index in range(len(names))]
    random = np.random.default_rng(0)
    values = [
        measure(
            np.concatenate([cases[group] for group in random.integers(len(names), size=len(names))])
        )
        for _ in range(draws)
    ]
    return _middle(np.array(values, float))


def _middle(values: Floats) -> Interval | None:
    """The middle 95 % of the values that are defined."""
    kept = values[np.isfinite(values)]
    if not len(kept):
        return None
    low, high = np.percentile(kept, (2.5, 97.5))
    return float(low), float(high)
