"""Program: fit the calibration of confidences on scans read by the whole pipeline.

`python -m training.fit_confidence --gold eval/gold --print data/print data/schedules \\
    --scan data/scan data/scan13 --run runs/confidence`
reads the gold of the split `dev` and generated filings that trained nothing with the champions of
`weights.toml`, judges every field against what was printed, and ends with a candidate for
`training.publish` and its calibration card. What was read is kept in the run's folder and read
again only when a model or the code that reads changes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval import gold, run
from eval.measures import auroc, brier, calibration_error
from eval.records import FilingRecord, Verdict
from eval.refit import Sure, cases_of, cross_fitted, fitted
from models import weights
from models.confidence import (
    BLANKS,
    FAMILIES,
    FORMAT,
    PRECISION,
    VALUES,
    Calibration,
    Signs,
    claim_of,
    curve_of,
    joint,
    whole_of,
)
from models.form import form_of_module
from models.pipeline import READERS
from training.calibration_card import card
from training.held_out import GENERATED, gold_of, held_out_scans
from training.loop import commit

LEAST_GROUPS = 10
"""Of people and issuers, say, without which nothing is known of how sure a form's values are."""
ENOUGH = 1000
"""Claims of gold from which thresholds come from gold alone; with fewer, generated ones help."""


def signs_of(record: FilingRecord, verdict: Verdict) -> Signs:
    """The verdict's signs, and one that sets generated pages apart.

    How often those are wrong must not be learned as the rule; the pipeline never sets it.
    """
    apart = {GENERATED: 1.0} if record.quality == GENERATED else {}
    return dict(verdict.signs) | apart


def calibrated(records: Sequence[FilingRecord]) -> tuple[Calibration, list[Sure]]:
    """The calibration of all filings, its curves and whole-filing fit from cross-fitting."""
    sure = cross_fitted(records, signs_of)
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
    return Calibration(fitted(records, signs_of).weights, curves, whole), sure


def shown_forms(golds: Sequence[gold.Gold]) -> tuple[str, ...]:
    """Root elements of the forms that enough groups of filings tell something of."""
    groups: dict[str, set[str]] = {}
    for each in golds:
        groups.setdefault(root_of(each), set()).add(each.source.group)
    return tuple(root for root, own in sorted(groups.items()) if len(own) >= LEAST_GROUPS)


def root_of(filing: gold.Gold) -> str:
    """The root element of a filing's form; empty where there is no such form."""
    form = form_of_module(filing.source.form)
    return form.root if form else ""


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


def told(folders: Iterable[Path]) -> str:
    """Folders in a sentence."""
    return ", ".join(map(str, folders))


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, default=Path("eval/gold"))
    parser.add_argument("--print", type=Path, nargs="+", default=[Path("data/print")],
                        dest="printed")  # fmt: skip
    parser.add_argument("--scan", type=Path, nargs="+", default=[Path("data/scan")],
                        help="one of each --print")  # fmt: skip
    parser.add_argument("--run", type=Path, default=Path("runs/confidence"))
    parser.add_argument(
        "--limit", type=int, default=100, help="generated filings at most, of each --scan"
    )
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    dev = [each for each in gold.load(options.gold) if each.source.split == "dev"]
    if len(options.printed) != len(options.scan):
        parser.error("as many folders of scans as of prints, please")
    scans = [scan for pair in zip(options.printed, options.scan, strict=True)
             for scan in held_out_scans(*pair)[: options.limit]]  # fmt: skip
    golds = [*dev, *(gold_of(scan, options.run / "generated") for scan in scans)]
    roots = shown_forms(golds)
    left_out = sorted({each.source.form for each in golds if root_of(each) not in roots})
    golds = [each for each in golds if root_of(each) in roots]
    if left_out:
        print(f"fewer than {LEAST_GROUPS} groups, all of it will go to review: "
              + ", ".join(left_out))  # fmt: skip
    if not golds:
        parser.error(f"neither gold in {options.gold} nor a held-out scan in {told(options.scan)}")
    folder = options.run / "records"
    records, _ = run.read_all(golds, folder, options.processes, calibrated=False)
    unread = sum(bool(each.error) for each in records)
    if unread == len(records):
        parser.exit(1, "no scan was taken for a known form: there is nothing to fit\n")
    calibration, sure = calibrated(records)
    calibration = replace(calibration, roots=roots)
    scores = scores_of(sure) | {"unread": float(unread)}
    candidate = {
        "name": "confidence", "labels": (), "commit": commit(),
        "dims": {"format": FORMAT, "read_by": {name: weights.find(name).tag for name in READERS}},
        "config": f"training.fit_confidence --limit {options.limit}",
        "data": f"{len(golds) - len(scans)} gold filings (dev), {len(scans)} generated",
        "scores": scores,
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
