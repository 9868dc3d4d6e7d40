"""Small label sets, scans and exports of labelling tools, for the tests of importing labels."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pymupdf

from training.label_findings import Findings
from training.label_set import Choice
from training.labels import import_labels

ROOT = "/amendmentToRegistrationStatement"
NAME, NUMBER = f"{ROOT}/registrantName", f"{ROOT}/registrationNumber"
NOTICE = f"{ROOT}/purpose/tenDayNotice"
OWNERSHIP = "/ownershipDocument"
SALE = f"{OWNERSHIP}/nonDerivativeTable/nonDerivativeTransaction"
HOLDING = f"{OWNERSHIP}/nonDerivativeTable/nonDerivativeHolding"
WIDE, HIGH = 612, 792
PIXELS = (1275, 1650)


def pdf(pages: int = 1, text: str = "scan") -> bytes:
    """A letter-sized document that prints its text on every page."""
    document = pymupdf.open()
    for number in range(pages):
        page = document.new_page(width=WIDE, height=HIGH)
        page.insert_text((72, 100), f"{text} {number + 1}", fontsize=12)
    return bytes(document.tobytes(no_new_id=True))


def png(text: str = "scan", dpi: int = 150) -> bytes:
    """A letter-sized page as a picture."""
    with pymupdf.open(stream=pdf(1, text), filetype="pdf") as document:
        return bytes(document[0].get_pixmap(dpi=dpi).tobytes("png"))


def fact(path: str, value: str = "", box: Sequence[float] = (), page: int = 1, **more: Any) -> dict:
    """A line of `facts.jsonl`, its text as its value unless told otherwise."""
    row: dict[str, Any] = {"path": path} | ({"value": value, "text": value} if value else {}) | more
    return row | ({"boxes": [{"page": page, "box": list(box)}]} if box else {})


PLAIN = (
    fact(NAME, "Smith & Jones", (80, 100, 200, 112)),
    fact(NUMBER, "1234", (350, 100, 380, 112)),
    fact(NOTICE, "1", (60, 300, 70, 310), text=""),
)
SQUARE = {"label": "checkbox", "page": 1, "box": [60, 300, 70, 310], "checked": True,
          "tag": "tenDayNotice", "path": NOTICE}  # fmt: skip


def filing(
    root: Path, name: str = "one", facts: Sequence[dict] = PLAIN,
    regions: Sequence[dict] = (SQUARE,), source: str = "", form: str = "fara_amendment",
    scan: bytes = b"",
) -> Path:  # fmt: skip
    """A folder of gold; its scan shows its name."""
    folder = root / form / name
    folder.mkdir(parents=True)
    (folder / "scan.pdf").write_bytes(scan or pdf(1, name))
    (folder / "source.toml").write_text(source, encoding="utf-8")
    lines_into(folder / "facts.jsonl", facts)
    lines_into(folder / "regions.jsonl", regions)
    return folder


def lines_into(path: Path, rows: Sequence[dict]) -> None:
    """The rows as a file has them."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def brought(*sources: Path, into: Path, choice: Choice | None = None, **more: Any) -> Findings:
    """The findings of an import."""
    return import_labels(sources, into, choice=choice, **more)


def refusals(findings: Findings) -> list[str]:
    """Each refusal as it is printed."""
    return [str(each) for each in findings.refused]


def notes(findings: Findings) -> list[str]:
    """Each note as it is printed."""
    return [str(each) for each in findings.found if not each.refused]


# Label Studio


def region(
    name: str, label: str, box: Sequence[float], text: str | None = None, row: Any = None,
    state: str = "", **value: Any,
) -> list[dict]:  # fmt: skip
    """The items of a region of Label Studio; the box is in points of a letter-sized page."""
    left, top, right, bottom = box
    place = {"x": 100 * left / WIDE, "y": 100 * top / HIGH, "width": 100 * (right - left) / WIDE,
             "height": 100 * (bottom - top) / HIGH, "rotation": 0} | value  # fmt: skip
    said = [("label", "rectanglelabels", {"rectanglelabels": [label]})]
    said += [("text", "textarea", {"text": [text]})] if text is not None else []
    said += [("row", "number", {"number": row})] if row is not None else []
    said += [("state", "choices", {"choices": [state]})] if state else []
    return [
        {"id": name, "from_name": control, "to_name": "image", "type": kind, "origin": "manual",
         "original_width": PIXELS[0], "original_height": PIXELS[1], "image_rotation": 0,
         "value": place | each}
        for control, kind, each in said
    ]  # fmt: skip


NAMED = region("r1", "registrantName", (80, 100, 200, 112), "Smith & Jones")


def task(
    *regions: list[dict], image: str = "/data/upload/3/0a1b2c3d-one.png", identity: int = 7,
    data: dict | None = None, **annotation: Any,
) -> dict:  # fmt: skip
    """A task of Label Studio with one annotation."""
    result = [item for items in regions for item in items]
    made = {"id": 70 + identity, "was_cancelled": False, "ground_truth": False, "result": result,
            "completed_by": 1, "updated_at": "2026-11-20T10:00:00.000000Z"}  # fmt: skip
    return {"id": identity, "data": {"image": image} | (data or {}),
            "annotations": [made | annotation], "predictions": [],
            "file_upload": "0a1b2c3d-one.png"}  # fmt: skip


def studio(folder: Path, *tasks: Any, scans: Sequence[str] = ("one",)) -> Path:
    """An export of Label Studio with scans of these names beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in scans:
        (folder / f"{name}.pdf").write_bytes(pdf(1, name))
    path = folder / "labels.json"
    path.write_text(json.dumps(list(tasks)), encoding="utf-8")
    return path
