"""A label set for labelling tools: pictures of the pages, the tool's file, Label Studio's set-up.

Below `OUTPUT/<form>/`: `images/NAME-PAGE.png`, and `tasks.json` with `labels.xml`, or
`annotations.json`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pymupdf

from eval.gold import Gold
from models.form import FormType, form_of_module
from training import label_coco
from training.label_drawn import extras_of, rectangles_of
from training.label_fields import AREAS, CHECKED, EMPTY, ILLEGIBLE, Rectangle, meanings
from training.label_findings import Findings
from training.label_gold import folders, read_filing
from training.label_pages import described, extra_rows
from training.label_scans import Size

LABEL_STUDIO, COCO = "label-studio", "coco"
SERVED = "/data/local-files/?d="
"""Where Label Studio serves files of its document root."""
COLOURS = {True: "#1f77b4", False: "#d62728"}
"""Of labels of regions, and of fields."""


@dataclass(frozen=True)
class Pictured:
    """A filing and its pages' pictures: name, width, height in pixels; `sizes` are in points."""

    gold: Gold
    pictures: tuple[tuple[str, int, int], ...]
    sizes: tuple[Size, ...]


def export(source: Path, kind: str, output: Path, dpi: int, findings: Findings) -> int:
    """Write the label set's filings for a tool; how many went out."""
    found: dict[str, list[Pictured]] = defaultdict(list)
    for folder in folders(source):
        one = read_filing(folder, findings)
        if one is not None:
            module = one.gold.source.form
            found[module].append(_pictured(one.gold, one.scan, output / module, dpi))
    for module, filings in found.items():
        form = form_of_module(module)
        assert form is not None  # else it could not have been read
        if kind == COCO:
            rows = [(each.gold, each.pictures, each.sizes) for each in filings]
            _write(output / module / "annotations.json", label_coco.written(form, rows))
        else:
            tasks = [task for each in filings for task in _tasks(form, each, output)]
            _write(output / module / "tasks.json", tasks)
            (output / module / "labels.xml").write_text(set_up(form), encoding="utf-8")
    return sum(map(len, found.values()))


def _write(path: Path, table: Any) -> None:
    path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _pictured(gold: Gold, scan: bytes, folder: Path, dpi: int) -> Pictured:
    (folder / "images").mkdir(parents=True, exist_ok=True)
    pictures, sizes = [], []
    with pymupdf.open(stream=scan, filetype="pdf") as document:
        for number, page in enumerate(document, start=1):
            picture = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
            name = f"images/{gold.name}-{number}.png"
            (folder / name).write_bytes(picture.tobytes("png"))
            pictures.append((name, picture.width, picture.height))
            sizes.append((page.rect.width, page.rect.height))
    return Pictured(gold, tuple(pictures), tuple(sizes))


# Label Studio


def _tasks(form: FormType, filing: Pictured, output: Path) -> Iterator[dict[str, Any]]:
    """A task for each page, with its annotation."""
    rectangles = rectangles_of(form, filing.gold)
    kept = extra_rows(extras_of(form, filing.gold))
    for number, (name, width, height) in enumerate(filing.pictures, start=1):
        own = [each for each in rectangles if each.page == number]
        said = [each for each in own if each.labels[0] not in AREAS]
        checked = bool(said) and all(each.checked for each in said)
        signed = {"by": said[0].by, "on": said[0].on} if checked else {}
        picture = f"{SERVED}{output.resolve().name}/{form.module}/{name}"
        facts = {"facts": kept} if number == 1 else {}
        size = filing.sizes[number - 1]
        yield {
            "data": {"image": picture, **described(filing.gold, number), **facts,
                     **signed},
            "annotations": [{
                "was_cancelled": False,
                "ground_truth": checked,
                "result": [item for at, each in enumerate(own, start=1)
                           for item in _items(f"p{number}r{at}", each, size, (width, height))],
            }],
        }  # fmt: skip


def _items(
    identity: str, drawn: Rectangle, size: Size, pixels: tuple[int, int]
) -> Iterator[dict[str, Any]]:
    """The items of one region, one for each of Label Studio's controls that says something."""
    box, (width, height) = drawn.box, size
    place = {"x": 100 * box.left / width, "y": 100 * box.top / height,
             "width": 100 * box.width / width, "height": 100 * box.height / height}  # fmt: skip
    value = {key: round(part, 5) for key, part in place.items()} | {"rotation": 0}
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("label", "rectanglelabels", {"rectanglelabels": list(drawn.labels)})
    ]
    texts = {"text": drawn.text, "value": drawn.value, "footnotes": " ".join(drawn.footnotes)}
    told += [(name, "textarea", {"text": [text]}) for name, text in texts.items() if text]
    numbers = {"row": drawn.row, "table": drawn.grid[0], "tableRow": drawn.grid[1],
               "tableColumn": drawn.grid[2]}  # fmt: skip
    told += [(name, "number", {"number": number}) for name, number in numbers.items()
             if number is not None]  # fmt: skip
    if drawn.state:
        told.append(("state", "choices", {"choices": [drawn.state]}))
    for name, kind, said in told:
        yield {"id": identity, "from_name": name, "to_name": "image", "type": kind,
               "original_width": pixels[0], "original_height": pixels[1], "image_rotation": 0,
               "value": value | said}  # fmt: skip


def set_up(form: FormType) -> str:
    """Label Studio's labelling configuration for a form: its regions, its fields, what to say."""
    labels = [(label, label in AREAS) for label in (*AREAS, *meanings(form))]
    rows = "\n".join(f"    <Label value={quoteattr(label)} background={quoteattr(COLOURS[area])}/>"
                     for label, area in labels)  # fmt: skip
    repeats = bool(form.groups)
    return "\n".join([
        "<View>",
        '  <Image name="image" value="$image" zoom="true" zoomControl="true"/>',
        '  <RectangleLabels name="label" toName="image" choice="multiple" strokeWidth="1">',
        rows,
        "  </RectangleLabels>",
        '  <View visibleWhen="region-selected">',
        *_area("text", "The text as printed"),
        *_area("value", "Its value, only where the text does not say it"),
        *(_area("footnotes", "Footnotes at it, such as F1 F2") if repeats else ()),
        f'    <Header value={quoteattr("State of a checkbox, or illegible")}/>',
        '    <Choices name="state" toName="image" perRegion="true" choice="single">',
        *(f'      <Choice value="{state}"/>' for state in (CHECKED, EMPTY, ILLEGIBLE)),
        "    </Choices>",
        *(_number("row", "Row, owner, signature or footnote, from 1", 1) if repeats else ()),
        *_number("table", "Of a cell: table on this page, from 0", 0),
        *_number("tableRow", "Of a cell: row in it, from 0; heads are -1", -1),
        *_number("tableColumn", "Of a cell: column in it, from 0", 0),
        "  </View>",
        "</View>",
        "",
    ])  # fmt: skip


def _area(name: str, hint: str) -> Sequence[str]:
    return (f'    <TextArea name="{name}" toName="image" perRegion="true" editable="true"'
            f' maxSubmissions="1" rows="1" placeholder={quoteattr(hint)}/>',)  # fmt: skip


def _number(name: str, hint: str, least: int) -> Sequence[str]:
    return (f"    <Header value={quoteattr(hint)}/>",
            f'    <Number name="{name}" toName="image" perRegion="true" min="{least}"'
            ' step="1"/>')  # fmt: skip
