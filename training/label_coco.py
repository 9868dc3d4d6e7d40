"""COCO's object detection format ↔ regions of filings: boxes in pixels, no text, so no facts.

`images[]` (id, width, height, file_name), `annotations[]` (image_id, category_id, bbox: left, top,
width, height), `categories[]` (id, name: the labels of regions). A region's table, row, column and
mark stand in an annotation's `attributes`. Source: cocodataset.org, data format.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.gold import Gold, GoldRegion
from models.document import Box
from models.form import FormType, form_of_module
from training.label_fields import AREAS, MARKED, Rectangle, regions_of
from training.label_findings import Brought, Findings
from training.label_pages import (
    LabelledPage,
    Reading,
    brought,
    described,
    documents,
    on_page,
    opened,
    page_of,
    wrong_shape,
)
from training.label_scans import Size
from training.label_text import json_of, number_of, text_of, whole_of

ATTRIBUTES = ("table", "row", "column")


def read(data: bytes, reading: Reading, findings: Findings) -> list[Brought]:
    """The filings of a file, with regions only; each other one is refused with its reasons."""
    table = json_of(text_of(data, reading.where), reading.where)
    parts = [table.get(key) if isinstance(table, dict) else None
             for key in ("images", "annotations", "categories")]  # fmt: skip
    for part, key in zip(parts, ("images", "annotations", "categories"), strict=True):
        if not isinstance(part, list) or not all(isinstance(row, dict) for row in part):
            findings.refuse(reading.where, f"it has no list of {key}; export as COCO instances")
            return []
    images, annotations, categories = (part or [] for part in parts)
    names = {str(each.get("id")): str(each.get("name")) for each in categories}
    pages = _pages(reading, images, findings)
    inside: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    known = {str(image.get("id")) for image in images}
    for number, annotation in enumerate(annotations, start=1):
        image = str(annotation.get("image_id"))
        where = f"annotation {str(annotation.get('id', number))[:40]}"
        if image not in known:
            findings.refuse(f"{reading.where}, {where}", f"there is no image {image[:40]}")
        inside[image].append((where, annotation))
    found = []
    for _, own in documents(pages, findings):
        judged = Findings()
        found += [each for each in (_document(reading, own, inside, names, judged),) if each]
        findings.add(judged)
    return found


def _pages(
    reading: Reading, images: Sequence[dict[str, Any]], findings: Findings
) -> list[LabelledPage]:
    """The pages that are there once."""
    pages: dict[tuple[str, str, int], LabelledPage] = {}
    ids: set[str] = set()
    for number, image in enumerate(images, start=1):
        where = f"{reading.where}, image {str(image.get('id', number))[:40]}"
        if str(image.get("id")) in ids:
            findings.refuse(where, "another image has the same id; give each its own")
            continue
        ids.add(str(image.get("id")))
        page = page_of(reading, where, image, str(image.get("file_name") or ""), image, findings)
        if page is None:
            continue
        first = pages.setdefault((page.document, page.form, page.page), page)
        if first is not page:
            findings.refuse(where, f"page {page.page} of {page.document} is there twice, as"
                            f" {first.where} too; keep one")  # fmt: skip
    return list(pages.values())


def _document(
    reading: Reading, pages: Sequence[LabelledPage],
    inside: Mapping[str, Sequence[tuple[str, dict[str, Any]]]], names: Mapping[str, str],
    findings: Findings,
) -> Brought | None:  # fmt: skip
    scan, form = opened(reading, pages, findings), form_of_module(pages[0].form)
    if scan is None or form is None:
        return None
    drawn: list[Rectangle] = []
    for page in pages:
        size, image = scan.sizes[page.page - 1], page.record
        own = inside.get(str(image.get("id")), ())
        if wrong := wrong_shape(image.get("width"), image.get("height"), size):
            findings.refuse(page.where, wrong)
            continue
        if not own:
            findings.note(page.where, f"no region on page {page.page} of {page.document}")
        made = (_rectangle(page, where, row, names, size, findings) for where, row in own)
        drawn += [kept for each in made if each and (kept := on_page(each, size, findings))]
    regions = regions_of(form, drawn, (), findings)
    return brought(pages, scan, (), regions, findings, regions_only=True)


def _rectangle(
    page: LabelledPage, where: str, row: Mapping[str, Any], names: Mapping[str, str], size: Size,
    findings: Findings,
) -> Rectangle | None:  # fmt: skip
    where = f"{page.where}, {where}"
    label = names.get(str(row.get("category_id")))
    if label not in AREAS:
        named = f"category {str(row.get('category_id'))[:40]}" if label is None else repr(label)
        findings.refuse(where, f"{named} is none of {', '.join(AREAS)}; rename the category")
        return None
    box = row.get("bbox")
    numbers = [number_of(each) for each in box] if isinstance(box, list) else []
    if len(numbers) != 4 or None in numbers:
        findings.refuse(where, "bbox is not four numbers: left, top, width, height in pixels")
        return None
    left, top, width, height = (each or 0.0 for each in numbers)
    across, down = (size[0] / page.record["width"], size[1] / page.record["height"])
    said = row.get("attributes")
    grid = [whole_of(said.get(key)) if isinstance(said, dict) else None for key in ATTRIBUTES]
    return Rectangle(where, page.page,
                     Box(left * across, top * down, (left + width) * across, (top + height) * down),
                     (label,), grid=(grid[0], grid[1], grid[2]))  # fmt: skip


def written(
    form: FormType, gold: Iterable[tuple[Gold, Sequence[tuple[str, int, int]], Sequence[Size]]]
) -> dict[str, Any]:
    """The file of filings with their pages' pictures (name, width, height) and sizes in points."""
    ids = {label: number for number, label in enumerate(AREAS, start=1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for one, pictures, sizes in gold:
        for number, (name, width, height) in enumerate(pictures, start=1):
            images.append({"id": len(images) + 1, "width": width, "height": height,
                           "file_name": name, **described(one, number)})  # fmt: skip
            scale = width / sizes[number - 1][0], height / sizes[number - 1][1]
            for region in one.regions:
                if region.page == number:
                    row = _row(region, ids, scale)
                    annotations.append({"id": len(annotations) + 1, "image_id": len(images), **row})
    categories = [{"id": number, "name": label, "supercategory": "region"}
                  for label, number in ids.items()]  # fmt: skip
    return {"info": {"description": f"Regions of {form.title}"}, "licenses": [],
            "images": images, "annotations": annotations, "categories": categories}  # fmt: skip


def _row(region: GoldRegion, ids: Mapping[str, int], scale: tuple[float, float]) -> dict[str, Any]:
    across, down = scale
    box = region.box
    left, top = box.left * across, box.top * down
    width, height = box.width * across, box.height * down
    label = MARKED if region.checked else region.label
    grid = {key: value for key in ATTRIBUTES if (value := getattr(region, key)) is not None}
    edges = [round(each, 3) for each in (left, top, width, height)]
    right, bottom = edges[0] + edges[2], edges[1] + edges[3]
    corners = [edges[0], edges[1], right, edges[1], right, bottom, edges[0], bottom]
    return {"category_id": ids[label], "bbox": edges, "area": round(width * height, 3),
            "segmentation": [[round(each, 3) for each in corners]], "iscrowd": 0,
            "attributes": grid}  # fmt: skip
