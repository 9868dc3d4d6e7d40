"""Pages that come one by one, as labelling tools have them, put together to documents."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.gold import Gold, GoldRegion, Source
from models.errors import DocumentError, MalformedFact
from models.fact import Fact, lines_of, read_facts
from models.form import form_of_module
from training.label_checks import SPLITS, clipped, problems, unknown_form, wrong_box
from training.label_fields import Extra, Rectangle
from training.label_findings import Brought, Findings
from training.label_scans import Scan, ScanFolder, Size, name_in
from training.label_text import number_of, whole_of, wrong_name

FORM_PAGE, ELSEWHERE = "form", "other"
"""Roles of a labelled page, and of one that nobody labelled; name of an unnamed look or quality."""
SAME_SHAPE = 0.02
"""Relative difference of shapes up to which a picture may be of the scan's page."""


@dataclass(frozen=True)
class LabelledPage:
    """One page of a document as a tool has it: `said` is what our own export wrote about it."""

    where: str
    document: str
    page: int
    form: str
    said: Mapping[str, Any]
    record: Any


@dataclass(frozen=True)
class Reading:
    """What an import is told beside its file: where the scans are, and the form of what says none.

    `where` is the file's name in messages.
    """

    where: str
    scans: ScanFolder
    form: str = ""


def described(gold: Gold, number: int) -> dict[str, Any]:
    """What an export writes beside the picture of a page, so that an import finds home."""
    source = gold.source
    return {"document": gold.name, "page": number, "form": source.form, "group": source.group,
            "split": source.split, "look": source.look, "quality": source.quality,
            "filing": source.filing, "role": source.pages[number - 1]}  # fmt: skip


def page_of(
    reading: Reading, where: str, said: Mapping[str, Any], reference: str, record: Any,
    findings: Findings,
) -> LabelledPage | None:  # fmt: skip
    """The page of a record: by what the export wrote, else by its picture's name."""
    try:
        file = name_in(reference)
    except MalformedFact as error:
        findings.refuse(where, error.detail)
        return None
    document, page = said.get("document"), whole_of(said.get("page"))
    if document is None:
        document, page = reading.scans.home(file)
    if wrong := wrong_name(document):
        findings.refuse(where, wrong)
        return None
    if page is None or page < 1:
        findings.refuse(where, f"page {said.get('page')!r} of {document} is no page's number")
        return None
    form = said.get("form") or reading.form
    if not isinstance(form, str) or form_of_module(form) is None:
        findings.refuse(where, unknown_form(str(form)))
        return None
    return LabelledPage(where, document, page, form, said, record)


def documents(
    pages: Iterable[LabelledPage], findings: Findings
) -> list[tuple[str, list[LabelledPage]]]:
    """The pages of each document, by its name, in the order in which they were met."""
    found: dict[tuple[str, str], list[LabelledPage]] = {}
    for page in pages:
        found.setdefault((page.document, page.form), []).append(page)
    names = [document for document, _ in found]
    for (document, form), own in found.items():
        if names.count(document) > 1:
            findings.refuse(own[0].where, f"{document} is {form} here and another form elsewhere;"
                            " one document has one form")  # fmt: skip
    return [(document, own) for (document, _), own in found.items() if names.count(document) == 1]


def opened(reading: Reading, pages: Sequence[LabelledPage], findings: Findings) -> Scan | None:
    """The scan of a document, when it can be had and has all of these pages."""
    first = pages[0]
    try:
        scan = reading.scans.open(first.document)
    except (DocumentError, MalformedFact) as error:
        remedy = f" {error.remedy}" if isinstance(error, DocumentError) else ""
        findings.refuse(first.where, f"{first.document}: {error.detail}{remedy}")
        return None
    for page in pages:
        if page.page > len(scan.sizes):
            findings.refuse(page.where, f"page {page.page} of {page.document}: the scan has"
                            f" {len(scan.sizes)} pages")  # fmt: skip
            return None
    return scan


def wrong_shape(width: Any, height: Any, size: Size) -> str:
    """What is wrong with a picture's size in pixels when the page has this one, or nothing."""
    across, down = number_of(width), number_of(height)
    if across is None or down is None or across < 1 or down < 1:
        return f"a picture of {str(width)[:40]} x {str(height)[:40]} pixels is none"
    if abs((across / down) / (size[0] / size[1]) - 1) > SAME_SHAPE:
        return (f"the labelled picture measures {across:.0f} x {down:.0f}, the scan's page"
                f" {size[0]:.0f} x {size[1]:.0f} points: it is not that page")  # fmt: skip
    return ""


def on_page(rectangle: Rectangle, size: Size, findings: Findings) -> Rectangle | None:
    """The rectangle inside its page; None when it is not on it."""
    if wrong := wrong_box(rectangle.box, size):
        findings.refuse(rectangle.where, wrong)
        return None
    return replace(rectangle, box=clipped(rectangle.box, size))


def extra_rows(extras: Iterable[Extra]) -> list[dict[str, Any]]:
    """Facts that no rectangle shows, as an export keeps them beside a page."""
    return [json.loads(lines_of([extra.fact])) | ({"row": extra.row} if extra.row else {})
            for extra in extras]  # fmt: skip


def extras_in(page: LabelledPage, findings: Findings) -> list[Extra]:
    """The facts kept beside a page; what is wrong with them is refused."""
    rows = page.said.get("facts") or []
    where = f"{page.where}, data.facts"
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        findings.refuse(where, "it is no list of facts; leave it as the export wrote it")
        return []
    numbers = [whole_of(row.get("row", 0)) for row in rows]
    plain = [{key: value for key, value in row.items() if key != "row"} for row in rows]
    try:
        facts = facts_in("".join(json.dumps(row) + "\n" for row in plain))
    except MalformedFact as error:
        findings.refuse(where, error.detail)
        return []
    if None in numbers:
        findings.refuse(where, "a row is no number; leave it as the export wrote it")
    return [Extra(number or 0, fact, where) for number, fact in zip(numbers, facts, strict=True)]


def facts_in(text: str) -> list[Fact]:
    """The facts of a text as a file has them; MalformedFact names the line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.jsonl"
        path.write_text(text, encoding="utf-8")
        try:
            return read_facts(path)
        except MalformedFact as error:
            raise MalformedFact(error.detail.replace(f"{path}, ", "")) from None


def brought(
    pages: Sequence[LabelledPage], scan: Scan, facts: Sequence[Fact],
    regions: Sequence[GoldRegion], findings: Findings, *, regions_only: bool = False,
) -> Brought | None:  # fmt: skip
    """The document as gold, when nothing is wrong with it."""
    first = pages[0]
    roles = {page.page: str(page.said.get("role") or FORM_PAGE) for page in pages}
    numbers = range(1, len(scan.sizes) + 1)
    if missing := [number for number in numbers if number not in roles]:
        findings.note(first.where, f"{first.document}: nothing is labelled on page"
                      f" {', '.join(map(str, missing))}")  # fmt: skip
    told = {name: first.said.get(name) or "" for name in ("group", "split", "look", "quality",
                                                          "filing")}  # fmt: skip
    if not all(isinstance(text, str) for text in told.values()):
        findings.refuse(first.where, f"{', '.join(told)} are texts")
        return None
    if told["split"] not in ("", *SPLITS):
        findings.refuse(first.where, f"split {told['split']!r} is none of {', '.join(SPLITS)}")
        return None
    source = Source(told["filing"] or first.document, first.form, told["group"], told["split"],
                    told["look"] or ELSEWHERE, told["quality"] or ELSEWHERE,
                    tuple(roles.get(number, ELSEWHERE) for number in numbers))  # fmt: skip
    gold = Gold(first.document, source, tuple(facts), tuple(regions))
    for where, what in problems(gold, scan.sizes):
        findings.refuse(f"{first.where}, {where}", what)
    if findings.refused:
        return None
    return Brought(gold, scan.pdf, f"{first.where}, {first.document}", regions_only)
