"""Program: fit the calibration of confidences on held-out scans read by the whole pipeline.

`python -m training.fit_confidence --print data/print --scan data/scan --run runs/confidence` reads
filings that trained nothing with the champions of `weights.toml`, judges every field against what
was printed, and ends with a candidate for `training.publish`. What was read is kept in the run's
folder and read again only when a model or the features change.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pymupdf
from scipy.stats import rankdata  # type: ignore[import-untyped]
from tqdm import tqdm

from eval.printing import PrintedPage
from eval.score import judged
from models import weights
from models.confidence import FAMILIES, FEATURES, Vector, family_of, features, fit
from models.document import POINTS_PER_INCH, Box, transformed
from models.errors import NoKnownForm
from models.fact import Fact
from models.layout import LayoutDetector
from models.pipeline import Extractor, recognizer_of
from models.reader import read
from models.tagger import Tagger
from training.loop import commit
from training.scanned import is_held_out
from training.synth import pages
from training.truth import facts_of

FOLDS = 5
BINS = 15
ON_SHEET = 0.9
"""Share of a word or box that must be on the scan for it to count as printed."""


@dataclass(frozen=True)
class Case:
    """One judged field: which regression judges it, its signs, whether it was right."""

    family: str
    signs: tuple[float, ...]
    right: bool


@dataclass(frozen=True)
class Scan:
    """All pages of one printed filing from one round of the scanner."""

    name: str
    printed: Path
    records: tuple[Path, ...]


def held_out_scans(printed: Path, scanned: Path) -> list[Scan]:
    """Every complete scan of a held-out filing, by name."""
    rounds: dict[tuple[str, str], list[Path]] = {}
    for record in sorted(scanned.glob("*.json.gz")):
        if is_held_out(record):
            number, _, round_ = record.name.split(".")[0].split("-")
            rounds.setdefault((number, round_), []).append(record)
    found = []
    for (number, round_), records in sorted(rounds.items(), key=lambda item: item[0][::-1]):
        labels = printed / f"{number}{pages.LABELS_SUFFIX}"
        if labels.exists() and len(records) == len(pages.load(labels).pages):
            found.append(Scan(f"{number}-{round_}", labels, tuple(records)))
    return found


def scanned_filing(scan: Scan) -> tuple[bytes, list[Fact]]:
    """A scan as a PDF of images, and the facts that are still to be seen on it."""
    filing = pages.load(scan.printed)
    seen = []
    with pymupdf.open() as document:
        for path, printed in zip(scan.records, filing.pages, strict=True):
            record = json.loads(gzip.decompress(path.read_bytes()))
            image = pymupdf.Pixmap(str(path.parent / record["image"]))
            points = POINTS_PER_INCH / record["dpi"]
            sheet = Box(0.0, 0.0, image.width * points, image.height * points)
            page = document.new_page(width=sheet.right, height=sheet.bottom)
            page.insert_image(page.rect, filename=str(path.parent / record["image"]))
            seen.append(visible(printed, tuple(record["affine"]), sheet))
        return bytes(document.tobytes()), facts_of(replace(filing, pages=tuple(seen)))


def visible(page: PrintedPage, affine: Any, sheet: Box) -> PrintedPage:
    """The printed page without what the scanner cut off."""

    def kept(box: Box) -> bool:
        return transformed(box, affine).share_inside(sheet) > ON_SHEET

    return replace(
        page,
        words=tuple(word for word in page.words if kept(word.box)),
        regions=tuple(region for region in page.regions if kept(region.box)),
    )


def uncalibrated() -> Extractor:
    """The pipeline with the champions of `weights.toml`, but for the calibration."""
    rows = {name: weights.find(name) for name in ("layout", "recognizer", "tagger")}
    return Extractor(
        LayoutDetector(rows["layout"]), recognizer_of(rows["recognizer"]), Tagger(rows["tagger"]),
        None, {name: row.tag for name, row in rows.items()},
    )  # fmt: skip


def cases_of(extractor: Extractor, data: bytes, facts: Sequence[Fact], name: str) -> list[Case]:
    """Every field of one filing that can be judged; none when it is taken for no form at all."""
    try:
        assembled = extractor.assembled(read(data, name))
    except NoKnownForm:
        return []
    extraction = extractor.judged(assembled)
    own = zip(extraction.fields, assembled.assembly.fields, assembled.contexts, strict=True)
    signs = {field.id: (family_of(raw), features(raw, context)) for field, raw, context in own}
    found = []
    for verdict in judged(facts, extraction):
        family, vector = signs[verdict.field.id]
        rounded = tuple(round(float(value), 5) for value in vector)
        found.append(Case(family, rounded, verdict.right))
    return found


def read_all(scans: Sequence[Scan], extractor: Extractor, folder: Path) -> list[list[Case]]:
    """The cases of every scan, from the run's folder where they are already there."""
    folder.mkdir(parents=True, exist_ok=True)
    made_by = {"models": extractor.versions, "features": list(FEATURES)}
    found = []
    for scan in tqdm(scans, unit="filing"):
        kept = folder / f"{scan.name}.json.gz"
        record = json.loads(gzip.decompress(kept.read_bytes())) if kept.exists() else {}
        if record.get("made_by") != made_by:
            cases = cases_of(extractor, *scanned_filing(scan), scan.name)
            record = {"made_by": made_by, "cases": [asdict(case) for case in cases]}
            kept.write_bytes(gzip.compress(json.dumps(record).encode(), mtime=0))
        found.append([Case(each["family"], tuple(each["signs"]), each["right"])
                      for each in record["cases"]])  # fmt: skip
    return found


def cross_fitted(filings: Sequence[Sequence[Case]]) -> list[tuple[Case, float]]:
    """Every case with the confidence of a calibration that has not seen its filing."""
    found = []
    for fold in range(min(FOLDS, len(filings))):
        learn = [case for index, cases in enumerate(filings) for case in cases
                 if index % FOLDS != fold]  # fmt: skip
        calibration = fit(*arrays(learn))
        found += [(case, calibration.apply(case.family, np.array(case.signs)))
                  for cases in filings[fold::FOLDS] for case in cases]  # fmt: skip
    return found


def arrays(cases: Sequence[Case]) -> tuple[Vector, list[bool], list[str]]:
    """Signs (cases, features), whether right, and family, as `fit` takes them."""
    signs = np.array([case.signs for case in cases], float).reshape(-1, len(FEATURES))
    return signs, [case.right for case in cases], [case.family for case in cases]


def scores_of(sure: Sequence[tuple[Case, float]]) -> dict[str, float]:
    """Count, share right, calibration error, Brier score and AUROC of every family."""
    scores: dict[str, float] = {}
    for family in FAMILIES:
        own = [(case.right, confidence) for case, confidence in sure if case.family == family]
        if own:
            right, confidence = np.array(own, float).T
            scores |= {f"{family}_{name}": value for name, value in _measures(right, confidence)}
    return scores


Floats = npt.NDArray[np.float64]


def _measures(right: Floats, confidence: Floats) -> Iterator[tuple[str, float]]:
    yield "n", len(right)
    yield "right", round(float(right.mean()), 5)
    yield "ece", round(calibration_error(right, confidence), 5)
    yield "brier", round(float(((confidence - right) ** 2).mean()), 5)
    if 0 < right.sum() < len(right):
        yield "auroc", round(auroc(right, confidence), 5)


def calibration_error(right: Floats, confidence: Floats) -> float:
    """Expected calibration error over bins of equally many cases (Nguyen and O'Connor 2015)."""
    order = np.argsort(confidence, kind="stable")
    bins = np.array_split(order, min(BINS, len(order)))
    gaps = [abs(right[part].mean() - confidence[part].mean()) * len(part) for part in bins]
    return float(sum(gaps) / len(order))


def auroc(right: Floats, confidence: Floats) -> float:
    """Probability that a right case is surer than a wrong one, ties half."""
    ranks, positives = rankdata(confidence), right.sum()
    wins = ranks[right == 1].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * (len(right) - positives)))


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--print", type=Path, default=Path("data/print"), dest="printed")
    parser.add_argument("--scan", type=Path, default=Path("data/scan"))
    parser.add_argument("--run", type=Path, default=Path("runs/confidence"))
    parser.add_argument("--limit", type=int, default=150, help="scanned filings at most")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    scans = held_out_scans(options.printed, options.scan)[: options.limit]
    if not scans:
        parser.error(f"no complete scan of a held-out filing in {options.scan}")
    extractor = uncalibrated()
    filings = read_all(scans, extractor, options.run / "read")
    unread = sum(not cases for cases in filings)
    if unread == len(filings):
        parser.exit(1, "no scan was taken for a known form: there is nothing to fit\n")
    scores = scores_of(cross_fitted(filings)) | {"unread": float(unread)}
    calibration = fit(*arrays([case for cases in filings for case in cases]))
    (options.run / "model.json").write_text(calibration.to_json() + "\n")
    candidate = {
        "name": "confidence", "labels": FEATURES, "dims": {"read_by": extractor.versions},
        "commit": commit(), "data": f"{len(scans)} held-out scans", "scores": scores,
        "config": f"training.fit_confidence --limit {options.limit}",
    }  # fmt: skip
    (options.run / "candidate.json").write_text(json.dumps(candidate, indent=1))
    print(json.dumps(scores, indent=1))


if __name__ == "__main__":
    main()
