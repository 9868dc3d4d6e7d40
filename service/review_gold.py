"""What people decided about a filing, as gold: scan, source, facts and regions of one folder.

The format is that of `eval/gold`. A fact is there for each field that somebody decided, and for no
other: what was accepted without review is nobody's word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.extraction import FOOTNOTE_ONLY, ILLEGIBLE, READ, Extraction, Field, Region
from models.fact import Fact, lines_of
from models.form import BOX, FieldSpec, forms
from service.review_rows import is_printed

ELSEWHERE = "other"
"""Role of a page that is none of the filing's; name of a look and a quality nobody named."""
LABELS = ("cell", "row", "table", "checkbox", "header", "footnotes", "signature")
"""Of regions, those that gold has."""

MOSTLY = 0.5


@dataclass(frozen=True)
class Checked:
    """A filing that people reviewed; `decided` is who decided a field, by its id, and when."""

    filing: str
    name: str
    extraction: Extraction
    decided: Mapping[str, tuple[str, datetime]]

    @property
    def folder(self) -> str:
        """Where its gold goes, below the folder of all gold."""
        return f"{forms()[self.extraction.form].module}/{self.filing}"

    def fields(self) -> list[Field]:
        """The fields that tell of the page."""
        every = self.extraction.fields
        return [field for field in every if is_printed(self.extraction.form, field)]

    def facts(self) -> list[Fact]:
        """What somebody decided, as it is true."""
        return [_fact(field, *self.decided[field.id]) for field in self.fields()
                if field.id in self.decided]  # fmt: skip


def texts_of(checked: Checked) -> Iterator[tuple[str, str]]:
    """Name and text of each file of the folder but the scan."""
    yield "facts.jsonl", lines_of(checked.facts())
    yield "source.toml", _source(checked)
    yield "regions.jsonl", "".join(f"{json.dumps(row)}\n" for row in _regions(checked.extraction))


def _fact(field: Field, by: str, at: datetime) -> Fact:
    read, noted = field.state == READ, field.state in (READ, FOOTNOTE_ONLY)
    on = at.date().isoformat()
    return Fact(
        field.path,
        value=field.value if read else "",
        text=field.text if read else "",
        boxes=field.boxes if noted else (),
        footnotes=tuple(link.id for link in field.footnotes) if noted else (),
        absent=not noted and field.state != ILLEGIBLE,
        legible=field.state != ILLEGIBLE,
        checked=True, by=by, on=on,
    )  # fmt: skip


def _source(checked: Checked) -> str:
    """The filing's `source.toml`; how much was checked is a comment: the format has no key."""
    extraction, fields = checked.extraction, checked.fields()
    count = sum(field.id in checked.decided for field in fields)
    whole = "the whole filing" if count == len(fields) else "not the whole filing"
    roles = {page.number: page.role for page in extraction.pages}
    table: dict[str, Any] = {
        "filing": "".join(each if each.isprintable() else " " for each in checked.name),
        "form": forms()[extraction.form].module, "group": checked.filing,
        "split": "dev", "look": ELSEWHERE, "quality": ELSEWHERE,
        "pages": [roles.get(number, ELSEWHERE) for number in range(1, max(roles) + 1)],
    }  # fmt: skip
    # JSON writes strings and lists as TOML does.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items())
    return f"# Checked by people: {count} of {len(fields)} fields, {whole}.\n{''.join(lines)}"


def _regions(extraction: Extraction) -> Iterator[dict[str, Any]]:
    """The regions that were found; a checkbox of a field has that field's state."""
    kept = [region for region in extraction.regions if region.label in LABELS]
    for region, box in zip(kept, boxes_of(extraction, kept), strict=True):
        edges = (region.box.left, region.box.top, region.box.right, region.box.bottom)
        row = {"label": region.label, "page": region.page,
               "box": [round(float(edge), 1) for edge in edges], "table": region.table,
               "row": region.row, "column": region.column, "checked": region.checked}  # fmt: skip
        if box:
            row |= {"checked": box[0].value == "1", "tag": box[1].tag, "path": box[0].path}
        yield {name: value for name, value in row.items() if value is not None}


def boxes_of(
    extraction: Extraction, regions: Sequence[Region]
) -> list[tuple[Field, FieldSpec] | None]:
    """For each region the field whose mark it is, of those that are checkboxes and were read."""
    form = forms()[extraction.form]
    owned: dict[int, tuple[Field, FieldSpec]] = {}
    for field in extraction.fields:
        at = form.locate(field.path)
        if at is None or at[2].source != BOX or field.state != READ:
            continue
        for place in field.boxes:
            # The field's box is the checkbox itself, or what a reviewer drew around it.
            near = {index: region.box.share_inside(place.box)
                    for index, region in enumerate(regions)
                    if region.label == "checkbox" and region.page == place.page}  # fmt: skip
            best = max(near, key=lambda index: near[index], default=-1)
            if near.get(best, 0.0) > MOSTLY:
                owned[best] = (field, at[2])
    return [owned.get(index) for index in range(len(regions))]
