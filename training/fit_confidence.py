"""Program: fit the calibration of confidences on scans read by the whole pipeline.

`python -m training.fit_confidence --gold eval/gold --print data/print --scan data/scan \\
    --run runs/confidence`
reads the gold of the split `dev` and generated filings that trained nothing with the champions of
`weights.toml`, judges every field against what was printed, and ends with a candidate for
`training.publish` and its calibration card. What was read is kept in the run's folder and read
again only when a model or the code that reads changes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval import gold, run
from eval.measures import auroc, brier, calibration_error
from eval.records import FilingRecord, Verdict
from models import weights
from models.confidence import (
    BLANKS,
    FAMILIES,
    FORMAT,
    PRECISION,
    VALUES,
    Calibration,
    Signs,
    Vector,
    claim_of,
    curve_of,
    fit,
    joint,
    whole_of,
)
from models.pipeline import READERS
from training.calibration_card import card
from training.held_out import GENERATED, gold_of, held_out_scans
from training.loop import commit

FOLDS = 5
ENOUGH = 1000
"""Claims of gold from which thresholds come from gold alone; with fewer, generated ones help."""


def signs_of(record: FilingRecord, verdict: Verdict) -> Signs:
    """The verdict's signs, and one that sets generated pages apart.

    How often those are wrong must not be learned as the rule; the pipeline never sets it.
    """
    apart = {GENERATED: 1.0} if record.quality == GENERATED else {}
    return dict(verdict.signs) | apart


def claims(record: FilingRecord) -> list[Verdict]:
    """The fields that were given a confidence: all but what was called illegible."""
    return [each for each in record.verdicts if each.confidence is not None]


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


def fitted(records: Iterable[FilingRecord]) -> Calibration:
    """The regressions on every claim."""
    cases = [(record, each) for record in records for each in claims(record)]
    return fit([signs_of(record, each) for record, each in cases],
               [each.right for _, each in cases], [each.family for _, each in cases])  # fmt: skip


@dataclass(frozen=True)
class Sure:
    """A filing with the confidences that a calibration gives which has not seen its group."""

    record: FilingRecord
    confidences: tuple[float, ...]

    @property
    def of_all(self) -> tuple[float | None, ...]:
        """The confidences, and None for everything that was called illegible."""
        return *self.confidences, *[None] * (len(self.record.verdicts) - len(self.confidences))


def cross_fitted(records: Sequence[FilingRecord]) -> list[Sure]:
    """Every filing judged by a calibration fitted on other groups."""
    folds = folds_of(records)
    found: list[Sure] = []
    for fold in range(FOLDS):
        calibration = fitted(one for one, home in zip(records, folds, strict=True) if home != fold)
        for each, home in zip(records, folds, strict=True):
            if home == fold:
                sure = tuple(calibration.apply(claim.family, signs_of(each, claim))
                             for claim in claims(each))  # fmt: skip
                found.append(Sure(each, sure))
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


def calibrated(records: Sequence[FilingRecord]) -> tuple[Calibration, list[Sure]]:
    """The calibration of all filings, its curves and whole-filing fit from cross-fitting."""
    sure = cross_fitted(records)
    curves = {}
    for claim in (VALUES, BLANKS):
        own = [name for name in FAMILIES if claim_of(name) == claim]
        right, confidence = cases_of(real_of(sure), own)
        if len(right) < ENOUGH:
            right, confidence = cases_of(sure, own)
        curves[claim] = curve_of(confidence, right)
    seen = [each for each in sure if each.record.verdicts]
    whole = whole_of([joint(each.of_all) for each in seen],
                     [each.record.perfect for each in seen])  # fmt: skip
    return Calibration(fitted(records).weights, curves, whole), sure


def real_of(sure: Iterable[Sure]) -> list[Sure]:
    """The filings of gold."""
    return [each for each in sure if each.record.quality != GENERATED]


def scores_of(sure: Sequence[Sure]) -> dict[str, float]:
    """Count, share right, calibration error, Brier score and AUROC: of gold by family (of all where
    there is no gold), of values and flags together by quality."""
    parts: dict[str, tuple[list[Sure], tuple[str, ...]]]
    parts = {name: (real_of(sure) or list(sure), (name,)) for name in FAMILIES}
    for quality in sorted({each.record.quality for each in sure}):
        own = [each for each in sure if each.record.quality == quality]
        parts[quality] = (own, ("value", "flag"))
    scores: dict[str, float] = {}
    for name, (own, families) in parts.items():
        right, confidence = cases_of(own, families)
        if len(right):
            measures = {
                "n": float(len(right)), "right": float(right.mean()),
                "ece": calibration_error(right, confidence), "brier": brier(right, confidence),
                "auroc": auroc(right, confidence),
            }  # fmt: skip
            scores |= {f"{name}_{key}": round(value, 5) for key, value in measures.items()
                       if np.isfinite(value)}  # fmt: skip
    return scores


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, default=Path("eval/gold"))
    parser.add_argument("--print", type=Path, default=Path("data/print"), dest="printed")
    parser.add_argument("--scan", type=Path, default=Path("data/scan"))
    parser.add_argument("--run", type=Path, default=Path("runs/confidence"))
    parser.add_argument("--limit", type=int, default=100, help="generated filings at most")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    dev = [each for each in gold.load(options.gold) if each.source.split == "dev"]
    scans = held_out_scans(options.printed, options.scan)[: options.limit]
    golds = [*dev, *(gold_of(scan, options.run / "generated") for scan in scans)]
    if not golds:
        parser.error(f"neither gold in {options.gold} nor a held-out scan in {options.scan}")
    folder = options.run / "records"
    records, _ = run.read_all(golds, folder, options.processes, calibrated=False)
    unread = sum(bool(each.error) for each in records)
    if unread == len(records):
        parser.exit(1, "no scan was taken for a known form: there is nothing to fit\n")
    calibration, sure = calibrated(records)
    scores = scores_of(sure) | {"unread": float(unread)}
    candidate = {
        "name": "confidence", "labels": (), "commit": commit(),
        "dims": {"format": FORMAT, "read_by": {name: weights.find(name).tag for name in READERS}},
        "config": f"training.fit_confidence --limit {options.limit}",
        "data": f"{len(dev)} gold filings (dev), {len(scans)} generated", "scores": scores,
    }  # fmt: skip
    (options.run / "model.json").write_text(calibration.to_json() + "\n")
    (options.run / "candidate.json").write_text(json.dumps(candidate, indent=1))
    real = real_of(sure) or sure
    shown = card(candidate, calibration, cases_of(real, ("value", "flag")),
                 cases_of(real, ("blank",)))  # fmt: skip
    (options.run / "card.html").write_text(shown)
    print(json.dumps(scores, indent=1))
    for claim in (VALUES, BLANKS):
        print(f"{claim}: without review from {calibration.threshold(claim, PRECISION):.4f}")


if __name__ == "__main__":
    main()
