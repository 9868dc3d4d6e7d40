"""Confidences fitted anew on what a model read, and what follows from them.

Confidence is calibrated for certain models; of another model's readings it says nothing, neither
what goes without review nor what is illegible. So two models are judged fairly only when each has a
calibration of its own, fitted in the same way. No filing is judged by a fit that has seen its
group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.records import FilingRecord, Verdict
from eval.score import Score, Tally
from models.confidence import (
    BLANKS,
    FAMILIES,
    PRECISION,
    VALUE,
    VALUES,
    Calibration,
    Signs,
    Vector,
    claim_of,
    curve_of,
    fit,
)
from models.extraction import ILLEGIBLE
from models.pipeline import LEGIBLE

FOLDS = 5
TEST, TRAIN = "test", "train"
SignsOf = Callable[[FilingRecord, Verdict], Signs]


@dataclass(frozen=True)
class Sure:
    """A filing with the confidences that a calibration gives which has not seen its group."""

    record: FilingRecord
    confidences: tuple[float, ...]

    @property
    def of_all(self) -> tuple[float | None, ...]:
        """The confidences, and None for everything that was called illegible."""
        return *self.confidences, *[None] * (len(self.record.verdicts) - len(self.confidences))


def own_signs(_: FilingRecord, verdict: Verdict) -> Signs:
    """What was seen of a field, as the pipeline sees it."""
    return dict(verdict.signs)


def claims(record: FilingRecord) -> list[Verdict]:
    """The fields that were given a confidence: all but what was called illegible."""
    return [each for each in record.verdicts if each.confidence is not None]


def is_dev(split: str) -> bool:
    """Neither held back for the last measurement nor learnt from; a set may have no splits."""
    return split not in (TEST, TRAIN)


def folds_of(records: Sequence[FilingRecord]) -> list[int]:
    """The fold of every filing: whole groups, the largest first, each to the emptiest fold."""
    sizes: dict[str, int] = {}
    for each in records:
        sizes[each.group] = sizes.get(each.group, 0) + len(each.verdicts)
    filled = [0] * FOLDS
    home = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        home[group] = filled.index(min(filled))
        filled[home[group]] += sizes[group]
    return [home[each.group] for each in records]


def fitted(records: Iterable[FilingRecord], signs: SignsOf = own_signs) -> Calibration:
    """The regressions on every claim."""
    cases = [(record, each) for record in records for each in claims(record)]
    return fit([signs(record, each) for record, each in cases],
               [each.right for _, each in cases], [each.family for _, each in cases])  # fmt: skip


def applied(calibration: Calibration, record: FilingRecord, signs: SignsOf = own_signs) -> Sure:
    """A filing with the confidences of a calibration."""
    return Sure(record, tuple(calibration.apply(each.family, signs(record, each))
                              for each in claims(record)))  # fmt: skip


def cross_fitted(records: Sequence[FilingRecord], signs: SignsOf = own_signs) -> list[Sure]:
    """Every filing judged by a calibration fitted on other groups, fold after fold."""
    folds = folds_of(records)
    found: list[Sure] = []
    for fold in sorted(set(folds)):
        others = [one for one, home in zip(records, folds, strict=True) if home != fold]
        calibration = fitted(others, signs)
        found += [applied(calibration, each, signs)
                  for each, home in zip(records, folds, strict=True) if home == fold]  # fmt: skip
    return found


def cases_of(sure: Iterable[Sure], families: Sequence[str]) -> tuple[Vector, Vector]:
    """Whether right, and confidence, of the families' claims."""
    pairs = [
        (float(claim.right), confidence)
        for each in sure
        for claim, confidence in zip(claims(each.record), each.confidences, strict=True)
        if claim.family in families
    ]
    right, confidence = np.array(pairs, float).reshape(-1, 2).T
    return right, confidence


def refitted(records: Sequence[FilingRecord], split: str = "dev") -> list[FilingRecord]:
    """The filings of a split as they would have been judged with a calibration of their own.

    The records must have been read without a calibration. The filings of `dev` are cross-fitted;
    those of `test` are judged by the fit of `dev`, and where there is no `dev` cross-fitted too.
    """
    dev = [each for each in records if is_dev(each.split)]
    judged = [each for each in records if each.split == TEST] if split == TEST else dev
    learn = dev or judged
    sure = cross_fitted(learn)
    least = {claim: _threshold(sure, claim) for claim in (VALUES, BLANKS)}
    if learn is not judged:
        calibration = fitted(learn)
        sure = [applied(calibration, each) for each in judged]
    order = {id(record): place for place, record in enumerate(judged)}
    sure.sort(key=lambda each: order[id(each.record)])
    return [rejudged(each, least) for each in sure]


def _threshold(sure: Sequence[Sure], claim: str) -> float:
    """The confidence from which a claim needs no review; infinite where too few show it."""
    right, confidence = cases_of(sure, [name for name in FAMILIES if claim_of(name) == claim])
    return Calibration({}, {claim: curve_of(confidence, right)}).threshold(claim, PRECISION)


def rejudged(sure: Sure, least: Mapping[str, float]) -> FilingRecord:
    """The record with these confidences; what is below `LEGIBLE` is abstained, as in the pipeline.

    Fields, marks and whole filings are counted anew; rows stay as they were read.
    """
    record = sure.record
    given: Iterator[float] = iter(sure.confidences)
    verdicts, score = [], record.score
    for each in record.verdicts:
        confidence = None if each.confidence is None else next(given)
        if confidence is not None and confidence < LEGIBLE and each.family == VALUE:
            score = _abstained(score, each)
            each = replace(each, state=ILLEGIBLE, value="", right=False)
            confidence = None
        review = confidence is None or confidence < least[claim_of(each.family)]
        verdicts.append(replace(each, confidence=confidence, review=review))
    perfect = int(score.total.perfect and score.links.perfect and not record.error)
    return replace(record, verdicts=tuple(verdicts), score=replace(score, perfect=perfect),
                   review=any(each.review for each in verdicts))  # fmt: skip


def _abstained(score: Score, verdict: Verdict) -> Score:
    """The score without a value that was said: it is only missed then, and so are its marks."""
    tally, marks = score.fields.get(verdict.name, Tally()), verdict.marks
    change = Tally(-1, 0, 1) if verdict.right else Tally(0, -1, 0)
    links = score.links + Tally(-marks.right, -marks.invented, marks.right)
    return replace(score, fields={**score.fields, verdict.name: tally + change}, links=links,
                   abstained=score.abstained + 1)  # fmt: skip
