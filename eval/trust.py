"""How far confidence can be trusted: calibration, ranking, what goes through without review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.figures import number, parts_of
from eval.measures import (
    TARGETS,
    Floats,
    area_under_risk,
    auroc,
    bins_of,
    bounds,
    brier,
    calibration_error,
    case_interval,
    most_coverage,
    risk_coverage,
    verdict,
)
from eval.records import FilingRecord, Verdict
from models.confidence import BLANKS, FAMILIES, PRECISION, VALUES, claim_of, fit

FOLDS = 5
CURVE_POINTS = 200
TEST = "test"

Wanted = Callable[[Verdict], bool]


@dataclass(frozen=True)
class Cases:
    """Judged claims: whether right, how sure, and the group of the split each belongs to."""

    right: Floats
    sure: Floats
    groups: list[str] = field(repr=False)

    def __len__(self) -> int:
        return len(self.right)


def everything(_: Verdict) -> bool:
    """Values and blanks alike."""
    return True


def is_claim(claim: str) -> Wanted:
    """Only values, or only blanks."""
    return lambda each: claim_of(each.family) == claim


def is_family(family: str) -> Wanted:
    """Only what one regression judges."""
    return lambda each: each.family == family


def is_kind(kind: str) -> Wanted:
    """Only values of one kind."""
    return lambda each: each.kind == kind and claim_of(each.family) == VALUES


def cases_of(records: Iterable[FilingRecord], wanted: Wanted = everything) -> Cases:
    """Every claim that has a confidence (what was called illegible has none)."""
    found = [
        (each.right, each.confidence, record.group)
        for record in records for each in record.verdicts
        if each.confidence is not None and wanted(each)
    ]  # fmt: skip
    right, sure = (np.array([case[place] for case in found], float) for place in (0, 1))
    return Cases(right, sure, [case[2] for case in found])


def claims_of(record: FilingRecord, claim: str) -> list[Verdict]:
    """What a filing's fields state of one kind: values, or blanks."""
    return [each for each in record.verdicts if claim_of(each.family) == claim]


def filing_cases(records: Iterable[FilingRecord]) -> Cases:
    """Whole filings: right in every value and every mark."""
    read = [record for record in records if not record.error]
    return Cases(
        np.array([record.perfect for record in read], float),
        np.array([record.confidence for record in read], float),
        [record.group for record in read],
    )


def calibration(cases: Cases) -> dict[str, Any]:
    """Count, share right, calibration error, Brier score, ranking and area under the risk."""

    def with_interval(measure: Callable[[Floats, Floats], float]) -> dict[str, Any]:
        def drawn(index: npt.NDArray[np.intp]) -> float:
            return measure(cases.right[index], cases.sure[index])

        span = case_interval(cases.groups, drawn)
        value = number(measure(cases.right, cases.sure))
        return {"value": value, "interval": span and list(map(number, span))}

    return {
        "cases": len(cases),
        "right": number(float(cases.right.mean()) if len(cases) else np.nan),
        "sure": number(float(cases.sure.mean()) if len(cases) else np.nan),
        "calibration_error": with_interval(calibration_error),
        "brier": number(brier(cases.right, cases.sure), 5),
        "auroc": with_interval(auroc),
        "area_under_risk": number(area_under_risk(cases.right, cases.sure), 5),
    }


def calibrations(records: Sequence[FilingRecord]) -> dict[str, Any]:
    """Overall, by claim and family, values by quality and look, whole filings."""
    found = {"all": calibration(cases_of(records))}
    for claim in (VALUES, BLANKS):
        found[claim] = calibration(cases_of(records, is_claim(claim)))
    for family in FAMILIES:
        found[f"family {family}"] = calibration(cases_of(records, is_family(family)))
    for kind in sorted({each.kind for record in records for each in record.verdicts}):
        found[f"kind {kind}"] = calibration(cases_of(records, is_kind(kind)))
    for kind in ("quality", "look"):
        for name, part in parts_of(records, kind).items():
            found[f"{kind} {name}"] = calibration(cases_of(part))
            found[f"{kind} {name}, {VALUES}"] = calibration(cases_of(part, is_claim(VALUES)))
    found["filings"] = calibration(filing_cases(records))
    return found


def diagrams(records: Sequence[FilingRecord]) -> dict[str, Any]:
    """Reliability bins and the curve of risk against coverage, of values, blanks and filings."""
    found = {}
    for name, cases in (
        (VALUES, cases_of(records, is_claim(VALUES))),
        (BLANKS, cases_of(records, is_claim(BLANKS))),
        ("filings", filing_cases(records)),
    ):
        coverage, risk = risk_coverage(cases.right, cases.sure)
        chosen = np.unique(np.linspace(0, len(coverage) - 1, CURVE_POINTS).astype(int))
        chosen = chosen[: len(coverage)]
        found[name] = {
            "bins": [[each.cases, number(each.sure), number(each.right)]
                     for each in bins_of(cases.right, cases.sure)],
            "coverage": [number(each) for each in coverage[chosen]],
            "risk": [number(each, 5) for each in risk[chosen]],
        }  # fmt: skip
    return found


def straight_through(records: Sequence[FilingRecord]) -> list[dict[str, Any]]:
    """What goes without review at each target, of values, of blanks and of whole filings."""
    rows = []
    for target in TARGETS:
        for claim in (VALUES, BLANKS):
            own = [(record, each) for record in records for each in claims_of(record, claim)]
            right = [each.right for _, each in own]
            accepted = [passes(record, each, target) for record, each in own]
            cases = cases_of(records, is_claim(claim))
            rows.append(_row(claim, target, right, accepted, cases, len(own)))
        whole = [not record.error and not record.reviews.get(str(target), True)
                 for record in records]  # fmt: skip
        right = [record.perfect for record in records]
        rows.append(_row("filings", target, right, whole, filing_cases(records), len(records)))
    return rows


def passes(record: FilingRecord, each: Verdict, target: float) -> bool:
    """Whether the system gives the field out without review when asked for this precision."""
    if target == PRECISION:
        return not each.review
    least = record.thresholds.get(claim_of(each.family), {}).get(str(target))
    return least is not None and each.confidence is not None and each.confidence >= least


def _row(
    what: str, target: float, right: Sequence[bool], accepted: Sequence[bool], cases: Cases,
    count: int,
) -> dict[str, Any]:  # fmt: skip
    """One line of the straight-through table."""
    taken = sum(accepted)
    good = sum(each for each, passed in zip(right, accepted, strict=True) if passed)
    low, high = bounds(good, taken)
    # The oracle has seen the answers; what has no confidence is never accepted.
    most = most_coverage(cases.right, cases.sure, target) * len(cases) / count if count else np.nan
    return {
        "what": what,
        "target": target,
        "cases": count,
        "accepted": taken,
        "rate": number(taken / count if count else np.nan),
        "right": good,
        "precision": number(good / taken if taken else np.nan, 5),
        "bounds": [number(low, 5), number(high, 5)],
        "verdict": verdict(good, taken, target),
        "oracle_rate": number(most),
    }


def left_out(records: Sequence[FilingRecord], kind: str) -> dict[str, Any]:
    """Calibration on each quality (or look) by a fit that has never seen it, nor its groups.

    Fitted on the development filings of all others, measured on the test filings of this one; in a
    set without both splits, by folds of groups.
    """
    parts = parts_of(records, kind)
    found = {}
    for name, own in parts.items() if len(parts) > 1 else ():
        others = [record for record in records if getattr(record, kind) != name]
        refitted = [_refitted(learn, judge) for learn, judge in _divided(others, own)]
        cases = Cases(
            np.concatenate([each.right for each in refitted] or [np.zeros(0)]),
            np.concatenate([each.sure for each in refitted] or [np.zeros(0)]),
            [group for each in refitted for group in each.groups],
        )
        found[name] = calibration(cases)
    return found


def _divided(
    others: Sequence[FilingRecord], own: Sequence[FilingRecord]
) -> Iterable[tuple[list[FilingRecord], list[FilingRecord]]]:
    """What to fit on and what to measure: dev and test, or folds of groups."""
    both = {record.split == TEST for record in (*others, *own)} == {True, False}
    if both:
        learn = [record for record in others if record.split != TEST]
        judge = [record for record in own if record.split == TEST]
        if learn and judge:
            yield learn, judge
        return
    groups = sorted({record.group for record in (*others, *own)})
    for fold in range(min(FOLDS, len(groups))):
        held = set(groups[fold::FOLDS])
        learn = [record for record in others if record.group not in held]
        judge = [record for record in own if record.group in held]
        if learn and judge:
            yield learn, judge


def _refitted(learn: Sequence[FilingRecord], judge: Sequence[FilingRecord]) -> Cases:
    """The judged filings' claims with the confidence of a calibration fitted on the others."""
    known = [each for record in learn for each in record.verdicts if each.confidence is not None]
    fitted = fit([dict(each.signs) for each in known], [each.right for each in known],
                 [each.family for each in known])  # fmt: skip
    own = [(record.group, each) for record in judge for each in record.verdicts
           if each.confidence is not None]  # fmt: skip
    sure = [fitted.apply(each.family, dict(each.signs)) for _, each in own]
    right = np.array([each.right for _, each in own], float)
    return Cases(right, np.array(sure, float), [group for group, _ in own])
