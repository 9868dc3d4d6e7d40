"""Label Studio's JSON export: a list of tasks, each a page, to labelled filings.

Of `annotations[].result[]` items with one `id` are one region: its rectangle (`rectanglelabels`, or
`rectangle` and `labels`), and what was said of it (`textarea`, `number`, `choices`). Coordinates
are percent of the picture; a rotated rectangle is turned about its top left corner. Source:
labelstud.io/guide/task_format and /tags/rectanglelabels.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from models.document import Box
from models.form import form_of_module
from training.label_fields import AREAS, STATES, Rectangle, differences, facts_of, regions_of
from training.label_findings import Brought, Findings
from training.label_pages import (
    LabelledPage,
    Reading,
    brought,
    documents,
    extras_in,
    on_page,
    opened,
    page_of,
    wrong_shape,
)
from training.label_scans import Size
from training.label_text import json_of, number_of, text_of, whole_of, wrong_in

TEXT, VALUE, FOOTNOTES, STATE, ROW = "text", "value", "footnotes", "state", "row"
GRID = ("table", "tableRow", "tableColumn")
"""Names of the controls beside the labels; any other text area is taken for the text."""
RECTANGLES = ("rectanglelabels", "rectangle", "labels")
IMAGES = ("image", "ocr", "img", "page")
"""Keys under which a task has the address of its picture, the likeliest first."""
PICTURE = re.compile(r"\.(?:png|jpe?g|tiff?|pdf)(?:\?|$)", re.IGNORECASE)


def read(data: bytes, reading: Reading, findings: Findings) -> list[Brought]:
    """The labelled filings of an export; every other document of it is refused with its reasons."""
    tasks = json_of(text_of(data, reading.where), reading.where)
    tasks = [tasks] if isinstance(tasks, dict) else tasks
    if not isinstance(tasks, list):
        findings.refuse(reading.where, "it is no list of tasks; export as JSON, not as JSON-MIN")
        return []
    if not tasks:
        findings.refuse(reading.where, "it has no tasks; label some pages and export again")
    pages = [page for number, task in enumerate(tasks, start=1)
             if (page := _task(reading, task, number, findings))]  # fmt: skip
    found = []
    for _, own in documents(pages, findings):
        judged = Findings()
        found += [each for each in (_document(reading, own, judged),) if each]
        findings.add(judged)
    return found


def _task(reading: Reading, task: Any, number: int, findings: Findings) -> LabelledPage | None:
    """The page of a task, unless nobody labelled it."""
    name = task.get("id", number) if isinstance(task, dict) else number
    where = f"{reading.where}, task {str(name)[:40]}"
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        findings.refuse(where, "it has no data; export as JSON, not as JSON-MIN or CSV")
        return None
    data = task["data"]
    texts = [data[key] for key in (*IMAGES, *data) if isinstance(data.get(key), str)]
    if not texts:
        findings.refuse(where, "its data names no picture")
        return None
    picture = next((text for text in texts if PICTURE.search(text)), texts[0])
    every = task.get("annotations")
    if not isinstance(every, list) or not all(isinstance(each, dict) for each in every):
        findings.refuse(where, "it has no annotations; export as JSON, not as JSON-MIN")
        return None
    kept = [each for each in every if not each.get("was_cancelled")]
    if len(kept) < len(every):
        findings.note(where, f"{len(every) - len(kept)} cancelled annotations are left out")
    if task.get("predictions"):
        findings.note(where, "predictions are left out; only what people annotated counts")
    if not kept:
        findings.note(where, f"{picture[:200]!r} has no annotation and is left out")
        return None
    return page_of(reading, where, data, picture, _by_age(kept), findings)


def _by_age(annotations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Annotations, the newest first; of equally old ones the later in the file."""

    def made(at: int) -> tuple[datetime, int]:
        each = annotations[at]
        return _time(each.get("updated_at") or each.get("created_at")), at

    return [annotations[at] for at in sorted(range(len(annotations)), key=made, reverse=True)]


def _time(text: Any) -> datetime:
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _document(
    reading: Reading, pages: Sequence[LabelledPage], findings: Findings
) -> Brought | None:
    scan = opened(reading, pages, findings)
    form = form_of_module(pages[0].form)
    if scan is None or form is None:
        return None
    drawn: dict[int, list[Rectangle]] = {}
    extras = []
    for page in pages:
        own = _page(page, scan.sizes[page.page - 1], findings)
        before = drawn.get(page.page)
        if before is None:
            drawn[page.page] = own
            extras += extras_in(page, findings)
        elif different := differences(before, own):
            findings.refuse(page.where, f"page {page.page} of {page.document} was labelled twice:"
                            f" {different[0]}; keep one task")  # fmt: skip
        else:
            findings.note(page.where, f"page {page.page} of {page.document} is there twice, alike")
    rectangles = [each for number in sorted(drawn) for each in drawn[number]]
    facts = facts_of(form, rectangles, extras, findings)
    regions = regions_of(form, rectangles, facts, findings)
    return brought(pages, scan, facts, regions, findings)


def _page(page: LabelledPage, size: Size, findings: Findings) -> list[Rectangle]:
    """What the newest annotation of a page says; older ones that say other things are noted."""
    newest, *older = page.record
    drawn = _rectangles(page, newest, size, findings)
    for each in older:
        other = _rectangles(page, each, size, Findings())
        if different := differences(drawn, other):
            both = f"annotation {newest.get('id')} counts, being newer than {each.get('id')}"
            findings.note(page.where, f"{both}, which it contradicts: {different[0]}")
    return drawn


@dataclass
class _Region:
    """The items of one region's id, put together."""

    where: str
    box: Box | None = None
    labels: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    state: str = ""


def _rectangles(
    page: LabelledPage, annotation: Mapping[str, Any], size: Size, findings: Findings
) -> list[Rectangle]:
    result = annotation.get("result")
    if not isinstance(result, list):
        findings.refuse(page.where, "an annotation has no result; export as JSON")
        return []
    regions: dict[str, _Region] = {}
    for number, item in enumerate(result, start=1):
        if not isinstance(item, dict):
            findings.refuse(page.where, f"item {number} of the result is no object")
        elif item.get("type") == "relation":
            findings.note(page.where, "a relation between regions is left out")
        else:
            name = str(item.get("id", number))[:40]
            own = regions.setdefault(name, _Region(f"{page.where}, region {name}"))
            _take(own, item, size, findings)
    checked = annotation.get("ground_truth") is True
    made = (_rectangle(page, each, checked, annotation, findings) for each in regions.values())
    return [kept for each in made if each and (kept := on_page(each, size, findings))]


def _take(own: _Region, item: Mapping[str, Any], size: Size, findings: Findings) -> None:
    """Add one item of the result to its region."""
    kind, value, name = item.get("type"), item.get("value"), str(item.get("from_name", ""))
    if not isinstance(value, dict):
        findings.refuse(own.where, "it has no value")
    elif kind in RECTANGLES:
        _take_rectangle(own, item, value, size, findings)
    elif kind == "textarea":
        _take_text(own, name, value.get("text"), findings)
    elif kind == "number":
        number = whole_of(value.get("number"))
        if number is None:
            findings.refuse(own.where, f"{name} {str(value.get('number'))[:40]} is no whole number")
        elif name not in (ROW, *GRID):
            findings.refuse(own.where, f"number {name[:40]!r} is unknown; call the control row")
        else:
            own.numbers[name] = number
    elif kind == "choices":
        choices = [each for each in _list(value.get("choices")) if each in STATES]
        if len(choices) != 1 or choices != _list(value.get("choices")):
            findings.refuse(own.where, f"{str(value.get('choices'))[:80]} is none of"
                            f" {', '.join(STATES)}")  # fmt: skip
        own.state = choices[0] if choices else ""
    else:
        findings.refuse(own.where, f"{str(kind)[:40]} cannot be used; draw a rectangle")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _take_rectangle(
    own: _Region, item: Mapping[str, Any], value: Mapping[str, Any], size: Size, findings: Findings
) -> None:
    for label in _list(value.get("rectanglelabels")) + _list(value.get("labels")):
        if str(label) not in own.labels:
            own.labels.append(str(label))
    if own.box is not None:
        return
    numbers = [number_of(value.get(key)) for key in ("x", "y", "width", "height")]
    angle = number_of(value.get("rotation") or 0)
    if angle is None or any(each is None for each in numbers):
        findings.refuse(own.where, "x, y, width, height and rotation are not all numbers")
        return
    if "original_width" in item or "original_height" in item:
        sides = item.get("original_width"), item.get("original_height")
        if wrong := wrong_shape(*sides, size):
            findings.refuse(own.where, wrong)
    x, y, width, height = (each or 0.0 for each in numbers)
    left, right = (part / 100 * size[0] for part in (x, x + width))
    top, bottom = (part / 100 * size[1] for part in (y, y + height))
    own.box = turned(Box(left, top, right, bottom), angle)


def turned(box: Box, degrees: float) -> Box:
    """The box around a rectangle that was turned clockwise about its top left corner."""
    if not degrees % 360:
        return box
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    across, down = (box.width * cos, box.width * sin), (-box.height * sin, box.height * cos)
    xs = [0.0, across[0], down[0], across[0] + down[0]]
    ys = [0.0, across[1], down[1], across[1] + down[1]]
    return Box(box.left + min(xs), box.top + min(ys), box.left + max(xs), box.top + max(ys))


def _take_text(own: _Region, name: str, texts: Any, findings: Findings) -> None:
    said = _list(texts)
    if not all(isinstance(each, str) for each in said):
        findings.refuse(own.where, f"{str(texts)[:80]} is no text")
        return
    distinct = list(dict.fromkeys(each.strip() for each in said))
    if len(distinct) > 1:
        findings.refuse(own.where, f"it has two texts, {distinct[0][:80]!r} and"
                        f" {distinct[1][:80]!r}; keep one")  # fmt: skip
    for text in distinct[:1]:
        if wrong := wrong_in(text):
            findings.refuse(own.where, wrong)
        else:
            own.texts[name if name in (VALUE, FOOTNOTES) else TEXT] = text


def _rectangle(
    page: LabelledPage, own: _Region, checked: bool, annotation: Mapping[str, Any],
    findings: Findings,
) -> Rectangle | None:  # fmt: skip
    """The region as a rectangle, when it is one."""
    if own.box is None:
        findings.note(own.where, f"an answer without a rectangle is left out: {own.texts}")
        return None
    if own.labels and all(label in AREAS for label in own.labels) and own.texts.get(TEXT):
        findings.note(own.where, f"text {own.texts[TEXT][:80]!r} is left out:"
                      f" {own.labels[0]} is no field")  # fmt: skip
    notes = tuple(own.texts.get(FOOTNOTES, "").replace(",", " ").split())
    grid = tuple(own.numbers.get(name) for name in GRID)
    said = _signed(annotation, page.said) if checked else ("", "")
    return Rectangle(own.where, page.page, own.box, tuple(own.labels), own.texts.get(TEXT, ""),
                     own.texts.get(VALUE, ""), notes, own.numbers.get(ROW), own.state,
                     (grid[0], grid[1], grid[2]), checked, *said)  # fmt: skip


def _signed(annotation: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, str]:
    """Who made an annotation, and on which day; else who had checked what was exported."""
    who = annotation.get("completed_by")
    name = who.get("email") or who.get("id") if isinstance(who, dict) else who
    at = _time(annotation.get("updated_at"))
    if not name and isinstance(before.get("by"), str):
        return before["by"], str(before.get("on", ""))
    return f"{name or 'Label Studio'}", at.date().isoformat() if at.year > 1 else ""
