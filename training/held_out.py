"""Scans of printed filings that trained nothing, put together as the PDFs a scanner would send."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pymupdf

from eval.gold import Gold, Source
from eval.printing import PrintedPage
from models.document import POINTS_PER_INCH, Box, transformed
from models.fact import Fact
from models.form import forms
from training.scanned import is_held_out
from training.synth import pages
from training.truth import facts_of

GENERATED = "generated"
"""Quality of such filings, in place of one of the evaluation's scanner."""
ON_SHEET = 0.9
"""Share of a word or box that must be on the scan for it to count as printed."""


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
            name = f"{printed.name}-{number}-{round_}"
            found.append(Scan(name, labels, tuple(records)))
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
        return bytes(document.tobytes(no_new_id=True)), facts_of(replace(filing, pages=tuple(seen)))


def gold_of(scan: Scan, folder: Path) -> Gold:
    """A scan as gold whose PDF lies in `folder`, so that the evaluation can read it."""
    data, facts = scanned_filing(scan)
    path = folder / f"{scan.name}.pdf"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    filing = pages.load(scan.printed)
    source = Source(
        scan.name, forms()[filing.form].module, f"{GENERATED} {_home(scan.printed)}", "dev",
        filing.look, GENERATED, ("form",) * len(scan.records),
    )  # fmt: skip
    return Gold(scan.name, source, tuple(facts), scan=path)


def _home(printed: Path) -> str:
    """Which filing of which data set it is."""
    return f"{printed.parent.name}/{printed.name}"


def visible(page: PrintedPage, affine: Any, sheet: Box) -> PrintedPage:
    """The printed page without what the scanner cut off."""

    def kept(box: Box) -> bool:
        return transformed(box, affine).share_inside(sheet) > ON_SHEET

    return replace(
        page,
        words=tuple(word for word in page.words if kept(word.box)),
        regions=tuple(region for region in page.regions if kept(region.box)),
    )
