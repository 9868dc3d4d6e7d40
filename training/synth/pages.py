"""The printed data set on disk: `NNNNN.pdf` and its labels beside it in `NNNNN.json.gz`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models.document import Box

FIRST, CONTINUATION, OTHER = "first", "continuation", "other"
"""Roles: the page with the form's title, its further pages, pages of something else."""

ROLE_LABEL = "role:other"
"""Label of the region that a look lays over pages of something else; it is not kept."""

LABELS_SUFFIX = ".json.gz"


@dataclass(frozen=True)
class PrintedFiling:
    """One printed filing: EDGAR name of its form, its look, its pages and their roles."""

    form: str
    look: str
    pages: tuple[PrintedPage, ...]
    roles: tuple[str, ...]


def save(path: Path, filing: PrintedFiling) -> None:
    """Write the labels; the file appears complete or not at all."""
    record = {
        "form": filing.form,
        "look": filing.look,
        "roles": filing.roles,
        "pages": [page_record(page) for page in filing.pages],
    }
    unfinished = path.with_name(path.name + ".part")
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    unfinished.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))
    unfinished.rename(path)


def load(path: Path) -> PrintedFiling:
    """Read the labels of one filing."""
    record = json.loads(gzip.decompress(path.read_bytes()))
    return PrintedFiling(
        record["form"],
        record["look"],
        tuple(page_of(each) for each in record["pages"]),
        tuple(record["roles"]),
    )


def pdf_of(path: Path) -> Path:
    """The PDF that belongs to a label file."""
    return path.with_name(path.name.removesuffix(LABELS_SUFFIX) + ".pdf")


def label_files(folder: Path) -> list[Path]:
    """The label files of a data set in their order."""
    return sorted(folder.glob(f"*{LABELS_SUFFIX}"))


def _box_record(box: Box) -> list[float]:
    return [round(edge, 2) for edge in (box.left, box.top, box.right, box.bottom)]


def page_record(page: PrintedPage) -> dict[str, Any]:
    """A page as plain JSON values."""
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "words": [
            [word.text, _box_record(word.box), round(word.size, 2), word.tag, word.path, word.ref]
            for word in page.words
        ],
        "regions": [
            [each.label, _box_record(each.box), each.table, each.row, each.column, each.checked,
             each.tag, each.path]
            for each in page.regions
        ],
        "rules": [_box_record(rule) for rule in page.rules],
    }  # fmt: skip


def page_of(record: dict[str, Any]) -> PrintedPage:
    """The page that `page_record` wrote down."""
    return PrintedPage(
        record["number"],
        record["width"],
        record["height"],
        tuple(_words(record["words"])),
        tuple(PrintedRegion(label, Box(*box), *more) for label, box, *more in record["regions"]),
        tuple(Box(*box) for box in record["rules"]),
    )


def _words(records: Sequence[Sequence[Any]]) -> Iterator[PrintedWord]:
    for text, box, size, tag, path, ref in records:
        yield PrintedWord(text, Box(*box), size, tag, path, ref)
