"""An extraction as EDGAR XML, JSON or CSV; everything follows from the form's description."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from models.document import Box
from models.extraction import FOOTNOTE_ONLY, LOOKED_UP, READ, Extraction, Field, Place
from models.form import FIXED, FieldSpec, FormType, GroupSpec, XmlStyle, forms

ALLOWED_DIFFERENCES = (
    "aff10b5One is absent where the printed form has no such box",
    "CIK numbers are 0000000000 unless a reference list names them",
    "mandatory values that could not be read are absent; a check names each of them",
    "a footnote that is cited but was not read is an empty element, so that its mark resolves",
    "values longer or finer than the schema allows stay as printed; a check names each of them",
    "a schedule has nothing of its header but the type of submission, for no page tells more",
    "a citizenship or state that EDGAR has no code for is absent; a check names it",
    "a schedule's issuer has no CIK number unless a reference list names it",
    "a person who signs a schedule as nobody's officer has no title",
)
"""Where our XML may differ from EDGAR's schemas; real ownership filings differ in the same ways."""

FOOTNOTES = "footnotes/footnote"
SUBMISSION = "SUBMISSION"
LEADING = (
    "SOURCE", "FILING", "FORM", "TABLE", "ROW",
    "ISSUERNAME", "ISSUERTRADINGSYMBOL", "RPTOWNERNAME",
)  # fmt: skip

_EXPORTED = (READ, LOOKED_UP)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BREAK = re.compile("[\t\r\n]")
# Some spreadsheets split at semicolons instead of commas: a cell may begin behind each of them.
_FORMULA = re.compile(r"^(?=\s*[=+\-@＝＋－＠])|(?<=;)(?=[=+\-@＝＋－＠])")
_FOOTNOTE_ID = re.compile(r"F[1-9]\d?")

Instance = tuple[GroupSpec, int]
Fields = dict[str, Field]


def _value(field: Field) -> str:
    """The value to export, empty for every state that stands for no value."""
    return field.value if field.state in _EXPORTED else ""


def _instances(form: FormType, fields: Iterable[Field]) -> list[Instance]:
    """Every row, owner, footnote and signature there is, in the order of the fields."""
    located = (form.locate(field.path) for field in fields)
    return list(dict.fromkeys((at[0], at[1]) for at in located if at and at[0] is not None))


# --- XML -----------------------------------------------------------------------------------------


def to_xml(extraction: Extraction) -> bytes:
    """The filing as EDGAR's XML: ownershipDocument of schema X0609, edgarSubmission of a schedule.

    See ALLOWED_DIFFERENCES.
    """
    form = forms()[extraction.form]
    fields = {field.path: field for field in extraction.fields}
    root = Element(form.root, _name_spaces(form))
    instances = _instances(form, extraction.fields)
    written: set[str] = set()
    for item in form.items:
        if isinstance(item, FieldSpec):
            _write_fields(root, (item,), form, fields)
            continue
        above = item.path.rpartition("/")[0]
        if item.path == FOOTNOTES:
            _write_footnotes(root, form, extraction.fields)
        elif not item.table or above not in written:
            written.add(above)
            for group, index in instances:
                beside = item.table and group.path.rpartition("/")[0] == above
                if group is item or beside:
                    row = SubElement(_descend(root, above), group.name)
                    _write_fields(row, group.fields, form, fields, (group, index))
    ElementTree.indent(root, "    ")
    xml: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return xml


def _write_fields(
    parent: Element,
    specs: Iterable[FieldSpec],
    form: FormType,
    fields: Fields,
    instance: Instance | None = None,
) -> None:
    """Write what has a value or a footnote; marks of a field without `<value>` follow its group."""
    late: list[tuple[Element, str]] = []
    for spec in specs:
        field = fields.get(form.path_of(spec, *instance) if instance else form.path_of(spec))
        value, marks = _content(spec, field)
        texts = _written(form.xml, spec, value)
        if spec.unwritten or not (texts or marks):
            continue
        above, _, name = spec.path.rpartition("/")
        holder = _descend(parent, above)
        if spec.wrapped:
            leaf = SubElement(holder, name)
            for text in texts:
                SubElement(leaf, "value").text = text
            for mark in marks:
                SubElement(leaf, "footnoteId", id=mark)
        else:
            for text in texts:
                SubElement(holder, name).text = text
            late += [(holder, mark) for mark in marks]
    for holder, mark in late:
        SubElement(holder, "footnoteId", id=mark)


def _name_spaces(form: FormType) -> dict[str, str]:
    """The root's attributes that declare the form's name spaces."""
    return {f"xmlns:{prefix}".rstrip(":"): space for prefix, space in form.xml.namespaces}


def _written(style: XmlStyle, spec: FieldSpec, value: str) -> list[str]:
    """What the XML has for a value, an element for each code; nothing where it has no word for it.

    A value that is not of its kind stays as it was read; a check names it.
    """
    texts = value.split() if spec.kind == "codes" else [value]
    if spec.encoded:
        texts = [spec.encoded(text) for text in texts if text]
    elif spec.kind == "flag" and value in ("0", "1"):
        texts = [style.flags[int(value)]]
    elif spec.kind == "date" and _DAY.fullmatch(value):
        texts = [date.fromisoformat(value).strftime(style.date)]
    return [text for text in texts if text]


def _content(spec: FieldSpec, field: Field | None) -> tuple[str, list[str]]:
    """Value and footnote ids of one element; both empty means that it is omitted."""
    value = _FORBIDDEN.sub("", _value(field)) if field else ""
    if spec.source == FIXED:
        value = value or spec.default
    shown = field is not None and spec.footnotes and field.state in (*_EXPORTED, FOOTNOTE_ONLY)
    return value, _marks(field) if field and shown else []


def _marks(field: Field) -> list[str]:
    ids = dict.fromkeys(link.id for link in field.footnotes)
    return [each for each in ids if _FOOTNOTE_ID.fullmatch(each)]


def _descend(parent: Element, path: str) -> Element:
    """The element at a path below `parent`, made where it is missing."""
    for name in path.split("/") if path else ():
        found = parent.find(name)
        parent = SubElement(parent, name) if found is None else found
    return parent


def _write_footnotes(root: Element, form: FormType, fields: Sequence[Field]) -> None:
    """One element for each footnote read and for each one cited, by number."""
    texts: dict[int, str] = {}
    cited = {int(mark.get("id", "")[1:]) for mark in root.iter("footnoteId")}
    for field in fields:
        at = form.locate(field.path)
        if at and at[0] and at[0].path == FOOTNOTES:
            texts[at[1]] = _FORBIDDEN.sub("", _value(field))
    kept = {number for number, text in texts.items() if text} | cited
    for number in sorted(kept):
        holder = _descend(root, FOOTNOTES.rpartition("/")[0])
        SubElement(holder, "footnote", id=f"F{number}").text = texts.get(number, "")


# --- JSON ----------------------------------------------------------------------------------------


def to_json(extraction: Extraction, words: bool = False) -> dict[str, Any]:
    """Everything said about the filing as plain JSON values; `words` adds words and regions."""
    answer: dict[str, Any] = {
        "schema": extraction.schema,
        "sha256": extraction.sha256,
        "form": extraction.form,
        "confidence": extraction.confidence,
        "review": extraction.review,
        "pages": [
            {
                "number": page.number,
                "width": round(page.width, 2),
                "height": round(page.height, 2),
                "rotation": page.rotation,
                "skew": round(page.skew, 3),
                "dpi": round(page.dpi, 1),
                "source": page.source,
                "role": page.role,
            }
            for page in extraction.pages
        ],
        "document": to_document(extraction),
        "fields": [_field_row(field) for field in extraction.fields],
        "checks": [
            {
                "rule": check.rule,
                "passed": check.passed,
                "fields": list(check.fields),
                "message": check.message,
            }
            for check in extraction.checks
        ],
        "warnings": list(extraction.warnings),
        "models": dict(extraction.models),
    }
    return answer | _words_and_regions(extraction) if words else answer


def to_document(extraction: Extraction) -> dict[str, Any]:
    """The values that were read, nested by EDGAR's names; repeatable elements are lists.

    The n-th footnote of the list is the one printed as (n); what is between but missing is empty.
    What is of no known form has no values.
    """
    if not extraction.form:
        return {}
    form = forms()[extraction.form]
    document: dict[str, Any] = {}
    for field in extraction.fields:
        at, value = form.locate(field.path), _value(field)
        if not at or not value:
            continue
        group, index, spec = at
        place = document
        names = spec.path.split("/") if spec.path else []
        if group is not None:
            *above, name = group.path.split("/")
            for each in above:
                place = place.setdefault(each, {})
            rows = place.setdefault(name, [])
            rows += [{} if names else "" for _ in range(index - len(rows))]
            if not names:
                rows[index - 1] = value
                continue
            place = rows[index - 1]
        for each in names[:-1]:
            place = place.setdefault(each, {})
        place[names[-1]] = value
    return document


def _field_row(field: Field) -> dict[str, Any]:
    return {
        "id": field.id,
        "path": field.path,
        "kind": field.kind,
        "value": field.value,
        "text": field.text,
        "confidence": field.confidence,
        "state": field.state,
        "boxes": [_place_row(place) for place in field.boxes],
        "footnotes": [{"id": each.id, "confidence": each.confidence} for each in field.footnotes],
        "alternatives": [{"value": each.value, "score": each.score} for each in field.alternatives],
        "review": field.review,
        "reasons": [{"code": each.code, "text": each.text} for each in field.reasons],
    }


def _place_row(place: Place) -> dict[str, Any]:
    return {"page": place.page, "box": _corners(place.box)}


def _corners(box: Box) -> list[float]:
    return [round(edge, 2) for edge in (box.left, box.top, box.right, box.bottom)]


def _words_and_regions(extraction: Extraction) -> dict[str, Any]:
    return {
        "words": [
            {
                "page": page,
                "box": _corners(word.box),
                "text": word.text,
                "score": round(word.score, 4),
            }
            for page, word in extraction.words
        ],
        "regions": [
            {
                "page": region.page,
                "box": _corners(region.box),
                "label": region.label,
                "score": round(region.score, 4),
                "table": region.table,
                "row": region.row,
                "column": region.column,
                "checked": region.checked,
            }
            for region in extraction.regions
        ],
    }


# --- CSV -----------------------------------------------------------------------------------------


def to_csv(extractions: Sequence[tuple[str, Extraction]]) -> str:
    """All filings in one table, in the columns of the SEC's flat data sets."""
    stream = io.StringIO()
    present = {extraction.form for _, extraction in extractions}
    writer = csv.DictWriter(stream, columns(present), restval="", lineterminator="\n")
    writer.writeheader()
    counts: dict[str, int] = {}
    for source, extraction in extractions:
        counts[source] = counts.get(source, 0) + 1
        for row in _rows(source, counts[source], extraction):
            writer.writerow({name: defused(text) for name, text in row.items()})
    return stream.getvalue()


def columns(present: Collection[str] = ()) -> list[str]:
    """The leading columns, then those of every form of the flat data sets, each with its footnotes
    where it has any, then those of the other forms that are `present`."""
    names = dict.fromkeys(LEADING)
    for form in forms().values():
        for group, spec in form.specs():
            if group is not None and group.path == FOOTNOTES:
                names["FOOTNOTE_ID"] = None
            if spec.column:
                names[spec.column] = None
            if spec.column and spec.footnotes:
                names[f"{spec.column}_FN"] = None
    others = (form for form in forms().values() if form.name in present and not form.is_flat)
    for form in others:
        names |= {_own_column(spec): None for _, spec in form.specs()}
    return list(names)


def _own_column(spec: FieldSpec) -> str:
    """The column of a field that no flat data set has: `REGISTRANT_NAME` of registrantName."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", spec.name).upper()


def _rows(source: str, number: int, extraction: Extraction) -> Iterator[dict[str, str]]:
    """One row for the filing itself, then one for each owner, table row, footnote, signature."""
    form = forms()[extraction.form]
    rows: dict[Instance | None, dict[str, str]] = {None: {"TABLE": SUBMISSION, "ROW": ""}}
    shared = {"SOURCE": source, "FILING": str(number), "FORM": extraction.form}
    owners: list[str] = []
    for field in extraction.fields:
        at, value = form.locate(field.path), _value(field)
        if at is None:
            continue
        group, index, spec = at
        row = rows.setdefault((group, index) if group else None, {})
        if group:
            row |= {"TABLE": group.flat or group.name, "ROW": str(index)}
        if group and group.path == FOOTNOTES:
            row["FOOTNOTE_ID"] = f"F{index}"
        if spec.column == "RPTOWNERNAME" and value:
            owners.append(value)
        if spec.column in LEADING and not group:
            shared[spec.column] = value
        _fill(row, spec if form.is_flat else replace(spec, column=_own_column(spec)), field, value)
    shared["RPTOWNERNAME"] = ";".join(owners)
    for row in rows.values():
        yield shared | row


def _fill(row: dict[str, str], spec: FieldSpec, field: Field, value: str) -> None:
    """Put a field into its column; flags that share one are listed by name when ticked."""
    if not spec.column:
        return
    if spec.column == "RPTOWNER_RELATIONSHIP":
        ticked = [row.get(spec.column, ""), spec.name.removeprefix("is") if value == "1" else ""]
        value = ",".join(name for name in ticked if name)
    row[spec.column] = value
    if spec.footnotes and field.footnotes:
        row[f"{spec.column}_FN"] = ",".join(_marks(field))


def defused(text: str) -> str:
    """The text of one cell: none that a spreadsheet would run or take for several cells."""
    return _FORMULA.sub("'", _BREAK.sub(" ", _FORBIDDEN.sub("", text)))
