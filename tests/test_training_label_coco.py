"""COCO files become regions of filings, and only that."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.gold import Gold, load
from models.document import Box
from tests.labelling import PIXELS, PLAIN, brought, filing, notes, pdf, refusals

SCALE = PIXELS[0] / 612
FARA = {"form": "fara_amendment"}


def coco(folder: Path, **changed: Any) -> Path:
    """A file of one page with a cell and a marked checkbox; `one.pdf` is beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.pdf").write_bytes(pdf(1, "one"))
    table = {
        "images": [{"id": 5, "width": PIXELS[0], "height": PIXELS[1], "file_name": "a/one.png"}],
        "annotations": [
            {"id": 1, "image_id": 5, "category_id": 2, "iscrowd": 0,
             "bbox": [100 * SCALE, 200 * SCALE, 50 * SCALE, 20 * SCALE],
             "attributes": {"table": 0, "row": -1, "column": 3, "occluded": False}},
            {"id": 2, "image_id": 5, "category_id": 3, "bbox": [10, 20, 30, 30]},
        ],
        "categories": [{"id": 2, "name": "cell"}, {"id": 3, "name": "checkbox-checked"}],
    } | changed  # fmt: skip
    path = folder / "instances.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    return path


def imported(path: Path, into: Path) -> Gold:
    assert refusals(brought(path, into=into, **FARA)) == []
    (gold,) = load(into)
    return gold


def test_boxes_become_regions_and_no_fact(tmp_path: Path) -> None:
    gold = imported(coco(tmp_path / "in"), tmp_path / "set")
    cell, box = gold.regions
    assert (cell.label, cell.table, cell.row, cell.column) == ("cell", 0, -1, 3)
    assert cell.box == Box(100, 200, 150, 220)
    assert (box.label, box.checked) == ("checkbox", True)
    assert gold.facts == ()


def test_regions_come_to_a_document_whose_facts_the_set_has(tmp_path: Path) -> None:
    filing(tmp_path / "gold", facts=PLAIN[:2], regions=(), scan=pdf(1, "one"))
    brought(tmp_path / "gold", into=tmp_path / "set")
    gold = imported(coco(tmp_path / "in"), tmp_path / "set")
    assert (len(gold.facts), len(gold.regions)) == (2, 2)


def test_facts_and_regions_of_one_document_may_come_from_two_sources(tmp_path: Path) -> None:
    filing(tmp_path / "gold", facts=PLAIN[:2], regions=(), scan=pdf(1, "one"))
    found = brought(coco(tmp_path / "in"), tmp_path / "gold", into=tmp_path / "set", **FARA)
    (gold,) = load(tmp_path / "set")
    assert (refusals(found), len(gold.facts), len(gold.regions)) == ([], 2, 2)


def test_a_page_without_regions_is_told(tmp_path: Path) -> None:
    found = brought(coco(tmp_path / "in", annotations=[]), into=tmp_path / "set", **FARA)
    assert any("no region on page 1 of one" in line for line in notes(found))


IMAGE = {"id": 5, "width": PIXELS[0], "height": PIXELS[1], "file_name": "one.png"}
CELL = {"id": 1, "image_id": 5, "category_id": 2, "bbox": [1, 1, 10, 10]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"images": {}}, "no list of images"),
        ({"categories": None}, "no list of categories"),
        ({"images": [IMAGE, IMAGE]}, "another image has the same id"),
        ({"images": [IMAGE, IMAGE | {"id": 6}]}, "is there twice"),
        ({"images": [IMAGE | {"file_name": "../one.png"}]}, "leads out of its folder"),
        ({"images": [IMAGE | {"file_name": ""}]}, "a document needs a name"),
        ({"images": [IMAGE | {"width": 0}]}, "pixels is none"),
        ({"images": [IMAGE | {"width": 1e300}]}, "pixels is none"),
        ({"images": [IMAGE | {"width": 1650, "height": 1275}]}, "it is not that page"),
        ({"annotations": [CELL | {"category_id": 9}]}, "category 9 is none of header, cell"),
        ({"categories": [{"id": 2, "name": "figure"}]}, "'figure' is none of header, cell"),
        ({"annotations": [CELL | {"image_id": 9}]}, "there is no image 9"),
        ({"annotations": [CELL | {"bbox": [1, 1, 10]}]}, "bbox is not four numbers"),
        ({"annotations": [CELL | {"bbox": [1, 1, -10, 10]}]}, "has no size"),
        ({"annotations": [CELL | {"bbox": [1200, 1, 200, 10]}]}, "outside the page"),
        ({"annotations": [CELL | {"bbox": [1, 1, "10", 10]}]}, "bbox is not four numbers"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    changed: dict[str, Any], told: str, tmp_path: Path
) -> None:
    path = coco(tmp_path / "in", **changed)
    lines = refusals(brought(path, into=tmp_path / "set", **FARA))
    assert any(told in line and line.startswith(f"refused: {path}") for line in lines), lines
