"""Whether labels can be true: paths, values, boxes and regions, against the form and the scan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.gold import Gold, GoldRegion
from models.document import Box
from models.errors import ValueFormatError
from models.fact import Fact
from models.form import FieldSpec, FormType, form_of_module, forms
from models.values import canonical
from training.label_scans import Size
from training.label_text import number_of, wrong_in

REGION_LABELS = ("header", "cell", "row", "table", "checkbox", "footnotes", "signature")
SPLITS = ("train", "dev", "test")
SLACK = 2.0
"""Points by which a box drawn by hand may stick out of its page."""
FOOTNOTE = re.compile(r"F[1-9]\d{0,2}")


def unknown_form(module: str) -> str:
    """What to do about a form that there is none of."""
    known = ", ".join(sorted(form.module for form in forms().values()))
    named = f"there is no form {module!r}" if module else "nothing says which form it is"
    return f"{named}; give --form one of {known}, or describe the form in models/forms/"


def wrong_box(box: Box, size: Size) -> str:
    """What is wrong with a box on a page of this size, or nothing."""
    edges = (box.left, box.top, box.right, box.bottom)
    if any(number_of(edge) is None for edge in edges):
        return "its box has an edge that is no number"
    if box.width <= 0 or box.height <= 0:
        return f"its box {_told(box)} has no size"
    width, height = size
    beyond = max(-box.left, -box.top, box.right - width, box.bottom - height)
    if beyond > SLACK:
        return (f"its box {_told(box)} is outside the page, which measures {width:.0f} x"
                f" {height:.0f} points")  # fmt: skip
    return ""


def clipped(box: Box, size: Size) -> Box:
    """The part of the box that is on the page."""
    width, height = size
    return Box(max(box.left, 0.0), max(box.top, 0.0), min(box.right, width),
               min(box.bottom, height))  # fmt: skip


def _told(box: Box) -> str:
    return f"({box.left:.0f}, {box.top:.0f}, {box.right:.0f}, {box.bottom:.0f})"


def wrong_value(spec: FieldSpec, value: str) -> str:
    """What keeps a text from being a canonical value of the field, or nothing."""
    try:
        right = canonical(spec.kind, value)
    except ValueFormatError as error:
        return str(error)
    return "" if right == value else f"value {value!r} is not canonical; write {right!r}"


def problems(gold: Gold, sizes: Sequence[Size]) -> Iterator[tuple[str, str]]:
    """Place and problem of everything that cannot be true of a filing with pages of these sizes.

    Facts are named by line of `facts.jsonl`, regions by line of `regions.jsonl`.
    """
    yield from ((("source.toml"), what) for what in _source(gold, len(sizes)))
    form = form_of_module(gold.source.form)
    if form is None:
        return
    for number, fact in enumerate(gold.facts, start=1):
        for what in _fact(form, fact, sizes):
            yield f"facts.jsonl, line {number}", f"{fact.path}: {what}"
    for number, region in enumerate(gold.regions, start=1):
        for what in _region(form, region, sizes):
            yield f"regions.jsonl, line {number}", what


def _source(gold: Gold, count: int) -> Iterator[str]:
    source = gold.source
    texts = (source.filing, source.form, source.group, source.split, source.look, source.quality)
    if not all(isinstance(text, str) for text in (*texts, *source.pages)):
        yield "filing, form, group, split, look, quality and each of pages are texts in quotes"
        return
    if source.split not in ("", *SPLITS):
        yield f"split {source.split!r} is none of {', '.join(SPLITS)}"
    if form_of_module(source.form) is None:
        yield unknown_form(source.form)
    if len(source.pages) != count:
        yield f"it names {len(source.pages)} pages, the scan has {count}"


def _fact(form: FormType, fact: Fact, sizes: Sequence[Size]) -> Iterator[str]:
    at = form.locate(fact.path)
    if at is None:
        yield f"{form.module} has no such field; see models/forms/{form.module}.py"
        return
    group, index, spec = at
    if group is not None and index > group.maximum:
        yield f"the form has at most {group.maximum} of {group.name}"
    if wrong := wrong_in(fact.value) or wrong_in(fact.text):
        yield wrong
    elif fact.value:
        # What nobody can read may be no value.
        if fact.legible and (wrong := wrong_value(spec, fact.value)):
            yield wrong
    elif fact.legible and not (fact.absent or fact.footnotes):
        yield 'it has no value; write "absent": true where the page has none'
    yield from (f"{each!r} is no footnote's id such as F1" for each in fact.footnotes
                if not FOOTNOTE.fullmatch(each))  # fmt: skip
    for place in fact.boxes:
        yield from _place(place.page, place.box, sizes)


def _place(page: object, box: Box, sizes: Sequence[Size]) -> Iterator[str]:
    if not isinstance(page, int) or not 1 <= page <= len(sizes):
        yield f"page {page}: the scan has {len(sizes)} pages"
    elif wrong := wrong_box(box, sizes[page - 1]):
        yield wrong


def _region(form: FormType, region: GoldRegion, sizes: Sequence[Size]) -> Iterator[str]:
    if region.label not in REGION_LABELS:
        yield f"label {region.label!r} is none of {', '.join(REGION_LABELS)}"
    yield from _place(region.page, region.box, sizes)
    if not all(each is None or type(each) is int
               for each in (region.table, region.row, region.column)):  # fmt: skip
        yield "table, row and column are whole numbers"
    if region.checked is not None and (region.checked not in (True, False)
                                       or region.label != "checkbox"):  # fmt: skip
        yield "only a checkbox is checked, true or false"
    if region.path and form.locate(str(region.path)) is None:
        yield f"{form.module} has no field {region.path}"
