"""Label Studio's exports become facts and regions; what cannot is refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.gold import Gold, load
from models.document import Box
from tests.labelling import (
    HOLDING,
    NAME,
    NAMED,
    NOTICE,
    OWNERSHIP,
    SALE,
    brought,
    notes,
    pdf,
    refusals,
    region,
    studio,
    task,
)
from training.label_studio import turned

FARA = {"form": "fara_amendment"}


def imported(path: Path, into: Path, **more: Any) -> Gold:
    assert refusals(brought(path, into=into, **(FARA | more))) == []
    (gold,) = load(into)
    return gold


def refused(path: Path, into: Path, **more: Any) -> str:
    """The only refusal; nothing was imported."""
    (line,) = refusals(brought(path, into=into, **(FARA | more)))
    assert load(into) == []
    return line


def test_a_rectangle_with_text_is_a_fact_of_its_field(tmp_path: Path) -> None:
    gold = imported(studio(tmp_path / "in", task(NAMED)), tmp_path / "set")
    assert (gold.name, gold.source.form, gold.source.group) == (
        "one", "fara_amendment", "smith & jones")  # fmt: skip
    (fact,) = gold.facts
    assert (fact.path, fact.value, fact.text) == (NAME, "Smith & Jones", "Smith & Jones")
    assert fact.boxes[0].box == Box(80, 100, 200, 112)


@pytest.mark.parametrize(
    "image",
    [
        "one.png", "/data/upload/3/0a1b2c3d-one.png", "http://host:8080/data/upload/3/deadbeef-one.png",
        "/data/local-files/?d=pages/one.png", "s3://bucket/folder/one.png", "C:\\scans\\one.png",
        "https://host/a%20folder/one.png?token=1",
    ],
)  # fmt: skip
def test_a_page_is_found_whatever_stands_before_its_name(image: str, tmp_path: Path) -> None:
    path = studio(tmp_path / "in", task(NAMED, image=image))
    assert imported(path, tmp_path / "set").name == "one"


def test_numbered_pages_are_pages_of_one_document(tmp_path: Path) -> None:
    stamp = region("r2", "receivedDate", (300, 50, 380, 70), "4/5/1981")
    path = studio(tmp_path / "in", task(NAMED, image="long-1.png"),
                  task(stamp, image="long-2.png", identity=8), scans=())  # fmt: skip
    (tmp_path / "in" / "long.pdf").write_bytes(pdf(3))
    gold = imported(path, tmp_path / "set")
    assert gold.name == "long"
    assert [(fact.value, fact.boxes[0].page) for fact in gold.facts] == [
        ("Smith & Jones", 1), ("1981-04-05", 2)]  # fmt: skip
    assert gold.source.pages == ("form", "form", "other")


def test_a_page_that_nobody_labelled_is_told(tmp_path: Path) -> None:
    path = studio(tmp_path / "in", task(NAMED, image="long-1.png"), scans=())
    (tmp_path / "in" / "long.pdf").write_bytes(pdf(2))
    assert "nothing is labelled on page 2" in notes(brought(path, into=tmp_path / "set", **FARA))[0]


def test_rows_of_a_table_become_the_elements_that_their_values_make_them(tmp_path: Path) -> None:
    def row(number: int, *fields: str) -> list[list[dict]]:
        top = 300 + 20 * number
        texts = {"securityTitle": "Common Stock", "transactionDate": "01/02/2024"}
        return [region(f"{number}{field}", f"nonDerivative.{field}", (50 + 90 * at, top,
                                                                      130 + 90 * at, top + 10),
                       texts[field], row=number) for at, field in enumerate(fields)]  # fmt: skip

    rows = [*row(1, "securityTitle"), *row(2, "securityTitle", "transactionDate"),
            *row(3, "securityTitle")]  # fmt: skip
    gold = imported(studio(tmp_path / "in", task(*rows)), tmp_path / "set", form="form4")
    assert [fact.path for fact in gold.facts] == [
        f"{SALE}[1]/securityTitle", f"{SALE}[1]/transactionDate", f"{HOLDING}[1]/securityTitle",
        f"{HOLDING}[2]/securityTitle"]  # fmt: skip
    assert [fact.boxes[0].box.top for fact in gold.facts] == [340, 340, 320, 360]


def test_what_repeats_without_a_table_keeps_its_number(tmp_path: Path) -> None:
    two = region("r1", "rptOwnerName", (50, 100, 150, 110), "Marl Ann", row=2)
    gold = imported(studio(tmp_path / "in", task(two)), tmp_path / "set", form="form4")
    assert gold.facts[0].path == f"{OWNERSHIP}/reportingOwner[2]/reportingOwnerId/rptOwnerName"


def test_a_sub_column_tells_acquired_or_disposed(tmp_path: Path) -> None:
    amount = region("r1", "derivative.transactionShares.D", (50, 100, 90, 110), "1,000", row=1)
    code = region("r2", "derivative.transactionCode", (100, 100, 110, 110), "M", row=1)
    gold = imported(studio(tmp_path / "in", task(amount, code)), tmp_path / "set", form="form4")
    values = {fact.path.rpartition("/")[2]: fact.value for fact in gold.facts}
    assert values == {"transactionCode": "M", "transactionShares": "1000",
                      "transactionAcquiredDisposedCode": "D"}  # fmt: skip


@pytest.mark.parametrize(
    ("items", "value"),
    [
        (region("r1", "tenDayNotice", (60, 300, 70, 310), state="checked"), "1"),
        (region("r1", "tenDayNotice", (60, 300, 70, 310), state="empty"), "0"),
        (region("r1", "tenDayNotice", (60, 300, 70, 310), "x"), "1"),
        (region("r1", "tenDayNotice", (60, 300, 70, 310), "0"), "0"),
    ],
)
def test_a_checkbox_says_its_state_in_words_or_by_its_mark(
    items: list[dict], value: str, tmp_path: Path
) -> None:
    gold = imported(studio(tmp_path / "in", task(items)), tmp_path / "set")
    assert [(fact.path, fact.value) for fact in gold.facts] == [(NOTICE, value)]


def test_a_labelled_checkbox_region_is_its_fields(tmp_path: Path) -> None:
    field = region("r1", "tenDayNotice", (58, 298, 72, 312), state="checked")
    square = region("r2", "checkbox-checked", (60, 300, 70, 310))
    other = region("r3", "checkbox", (60, 400, 70, 410))
    gold = imported(studio(tmp_path / "in", task(field, square, other)), tmp_path / "set")
    assert [(each.checked, each.path) for each in gold.regions] == [(True, NOTICE), (False, "")]


def test_a_region_and_its_field_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    field = region("r1", "tenDayNotice", (58, 298, 72, 312), state="checked")
    square = region("r2", "checkbox", (60, 300, 70, 310))
    line = refused(studio(tmp_path / "in", task(field, square)), tmp_path / "set")
    assert "region r2: it is labelled checkbox, and tenDayNotice there is '1'" in line


def test_several_rectangles_with_one_text_are_one_fact(tmp_path: Path) -> None:
    again = region("r2", "registrantName", (80, 120, 200, 132), "Smith & Jones")
    gold = imported(studio(tmp_path / "in", task(NAMED, again)), tmp_path / "set")
    assert len(gold.facts) == 1
    assert [place.box.top for place in gold.facts[0].boxes] == [100, 120]


def test_a_rotated_rectangle_becomes_the_box_around_it(tmp_path: Path) -> None:
    stamp = region("r1", "receivedDate", (300, 400, 400, 420), "4/5/1981", rotation=90)
    gold = imported(studio(tmp_path / "in", task(stamp)), tmp_path / "set")
    box = gold.facts[0].boxes[0].box
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((280, 400, 300, 500))


def test_a_turn_is_clockwise_about_the_top_left_corner() -> None:
    box = turned(Box(10, 10, 20, 10 + 10), 45)
    assert (box.left, box.right) == pytest.approx((10 - 50**0.5, 10 + 50**0.5))
    assert (box.top, box.bottom) == pytest.approx((10, 10 + 200**0.5))


def test_rectangle_and_labels_apart_are_one_region(tmp_path: Path) -> None:
    rectangle, text = NAMED
    bare = {key: part for key, part in rectangle["value"].items() if key != "rectanglelabels"}
    items = [rectangle | {"type": "rectangle", "value": bare},
             rectangle | {"type": "labels", "value": bare | {"labels": ["registrantName"]}},
             text | {"from_name": "transcription"}]  # fmt: skip
    gold = imported(studio(tmp_path / "in", task(items)), tmp_path / "set")
    assert gold.facts[0].text == "Smith & Jones"


def test_the_newest_annotation_counts_and_contradictions_are_told(tmp_path: Path) -> None:
    other = task(region("r1", "registrantName", (80, 100, 200, 112), "Smith"))["annotations"][0]
    made = task(NAMED)
    made["annotations"].append(other | {"id": 99, "updated_at": "2026-11-21T10:00:00Z"})
    path = studio(tmp_path / "in", made)
    found = brought(path, into=tmp_path / "set", **FARA)
    assert "registrantName is 'Smith' or 'Smith & Jones'" in notes(found)[0]
    assert load(tmp_path / "set")[0].facts[0].value == "Smith"


def test_cancelled_annotations_and_predictions_are_left_out_and_told(tmp_path: Path) -> None:
    made = task(NAMED, was_cancelled=True) | {"predictions": [{"result": NAMED}]}
    found = brought(studio(tmp_path / "in", made), into=tmp_path / "set", **FARA)
    assert (refusals(found), load(tmp_path / "set")) == ([], [])
    assert ["cancelled" in line or "predictions" in line or "no annotation" in line
            for line in notes(found)] == [True] * 3  # fmt: skip


def test_ground_truth_is_checked_by_whoever_made_it(tmp_path: Path) -> None:
    made = task(NAMED, ground_truth=True, completed_by={"id": 3, "email": "ann@example.org"})
    (fact,) = imported(studio(tmp_path / "in", made), tmp_path / "set").facts
    assert (fact.checked, fact.by, fact.on) == (True, "ann@example.org", "2026-11-20")


def test_an_illegible_value_needs_no_text(tmp_path: Path) -> None:
    stamp = region("r1", "receivedDate", (300, 50, 380, 70), state="illegible")
    (fact,) = imported(studio(tmp_path / "in", task(stamp)), tmp_path / "set").facts
    assert (fact.value, fact.legible) == ("", False)


BOX = (80, 100, 200, 112)
WRONG = {
    "unknown label": (region("r1", "registrantNam", BOX, "x"), "perhaps 'registrantName'"),
    "no text": (region("r1", "registrantName", BOX), "region r1: registrantName has no text"),
    "empty text": (region("r1", "registrantName", BOX, "  "), "has no text; type what it says"),
    "no state": (region("r1", "tenDayNotice", BOX), "say whether it is checked or empty"),
    "no date": (region("r1", "receivedDate", BOX, "yesterday"), "'yesterday' is not a date"),
    "outside": (region("r1", "registrantName", (80, 700, 200, 900), "x"), "outside the page"),
    "no size": (region("r1", "registrantName", (80, 100, 80, 112), "x"), "has no size"),
    "huge": (region("r1", "registrantName", BOX, "x", x=1e300), "are not all numbers"),
    "text as place": (region("r1", "registrantName", BOX, "x", x="5"), "are not all numbers"),
    "half a character": (region("r1", "registrantName", BOX, "\ud800"), "U+D800"),
    "number as text": (region("r1", "registrantName", BOX, 5), "is no text"),
    "unknown state": (region("r1", "tenDayNotice", BOX, state="maybe"), "none of checked"),
    "state of words": (region("r1", "registrantName", BOX, "x", state="checked"), "no checkbox"),
    "polygon": ([NAMED[0] | {"type": "polygonlabels"}], "draw a rectangle"),
    "nothing": ([NAMED[0] | {"value": None}], "it has no value"),
    "wrong picture": ([item | {"original_width": 1650, "original_height": 1275}
                       for item in NAMED[:1]] + NAMED[1:], "it is not that page"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_region_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    items, told = WRONG[case]
    path = studio(tmp_path / "in", task(items))
    lines = refusals(brought(path, into=tmp_path / "set", **FARA))
    assert load(tmp_path / "set") == []
    assert any(told in line and f"{path}, task 7, region r1" in line for line in lines), lines


@pytest.mark.parametrize("row", [None, 0, -1, 61, 1.5, 1e308, "2"])
def test_a_field_of_a_table_needs_the_number_of_its_row(row: Any, tmp_path: Path) -> None:
    title = region("r1", "nonDerivative.securityTitle", BOX, "Common Stock", row=row)
    path = studio(tmp_path / "in", task(title))
    lines = refusals(brought(path, into=tmp_path / "set", form="form4"))
    assert load(tmp_path / "set") == []
    assert any("number it from 1 to 60" in line for line in lines)


def test_two_values_of_one_field_are_named(tmp_path: Path) -> None:
    other = region("r2", "registrantName", (80, 120, 200, 132), "Smyth")
    line = refused(studio(tmp_path / "in", task(NAMED, other)), tmp_path / "set")
    assert "registrantName is 'Smyth' here and 'Smith & Jones' in" in line
    assert "region r1" in line and "region r2" in line


def test_one_page_labelled_twice_with_other_values_is_refused(tmp_path: Path) -> None:
    other = task(region("r1", "registrantName", BOX, "Smyth"), identity=8)
    line = refused(studio(tmp_path / "in", task(NAMED), other), tmp_path / "set")
    assert "was labelled twice: registrantName is 'Smith & Jones' or 'Smyth'" in line


def test_a_wrong_document_does_not_keep_others_out(tmp_path: Path) -> None:
    bad = task(region("r1", "nobody", BOX, "x"), image="two.png", identity=8)
    path = studio(tmp_path / "in", bad, task(NAMED), scans=("one", "two"))
    assert len(refusals(brought(path, into=tmp_path / "set", **FARA))) == 1
    assert [gold.name for gold in load(tmp_path / "set")] == ["one"]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (task(NAMED, image="../../etc/one.png"), "leads out of its folder"),
        (task(NAMED, image="/data/local-files/?d=..%2F..%2Fone.png"), "leads out of its folder"),
        (task(NAMED, data={"document": "../one", "page": 1}), "is no name of a document"),
        (task(NAMED, data={"document": "one", "page": 0}), "is no page's number"),
        (task(NAMED, data={"document": "one", "page": 4}), "the scan has 1 pages"),
        (task(NAMED, image="nowhere.png"), "there is no scan nowhere.pdf"),
        (task(NAMED, data={"form": "form99"}), "there is no form 'form99'; give --form one of"),
        (task(NAMED, data={"split": "all"}), "split 'all' is none of"),
        ({"id": 1, "image": "one.png", "label": []}, "not as JSON-MIN"),
        ({"id": 1, "data": {"image": "one.png"}}, "it has no annotations"),
        ({"id": 1, "data": {}, "annotations": []}, "names no picture"),
        ("a text", "it has no data"),
    ],
)
def test_a_wrong_task_is_refused(made: Any, told: str, tmp_path: Path) -> None:
    assert told in refused(studio(tmp_path / "in", made), tmp_path / "set")


def test_labels_of_no_form_say_how_to_give_it(tmp_path: Path) -> None:
    line = refused(studio(tmp_path / "in", task(NAMED)), tmp_path / "set", form="")
    assert "nothing says which form it is; give --form" in line


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (b"[{]", "not JSON at line 1, column 3"),
        (b"[]", "it has no tasks"),
        (b'[{"id": NaN}]', "NaN is no number"),
        ('[{"id": "é"}]'.encode("latin-1"), "byte 0xE9 is not UTF-8"),
        ("[]".encode("utf-16"), "the text is UTF-16"),
        ("[]".encode("utf-16-le"), "NUL"),
        (b"[" * 100_000, "nested too deeply"),
        (b'"text"', "neither Label Studio's JSON nor COCO"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(data)
    assert told in refused(path, tmp_path / "set")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = studio(tmp_path / "in", task(NAMED))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert imported(path, tmp_path / "set").facts[0].value == "Smith & Jones"


def test_text_of_an_export_that_names_no_form_field_is_told(tmp_path: Path) -> None:
    cell = region("r2", "cell", (50, 200, 100, 220), "words")
    path = studio(tmp_path / "in", task(NAMED, cell))
    found = brought(path, into=tmp_path / "set", **FARA)
    assert "text 'words' is left out: cell is no field" in notes(found)[0]
    assert json.loads(path.read_text())  # nothing of the source was touched


def test_the_picture_is_found_under_whatever_key_it_stands(tmp_path: Path) -> None:
    made = task(NAMED) | {"data": {"title": "page one", "scan_url": "https://host/one.PNG?x=1"}}
    assert imported(studio(tmp_path / "in", made), tmp_path / "set").name == "one"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"path": "/x", "value": "1"}, "has no field /x"),
        ({"path": f"{OWNERSHIP}/reportingOwner[1]/reportingOwnerId/rptOwnerName"}, "has row 0"),
        ({"value": "1"}, "line 1: no path"),
        ("text", "it is no list of facts"),
        ({"path": NAME, "row": "x"}, "a row is no number"),
        ({"path": NAME, "boxes": [{"page": 1, "box": [1, 2, 3]}]}, "line 1: a box is an object"),
    ],
)
def test_hidden_facts_that_somebody_changed_are_refused(
    row: Any, told: str, tmp_path: Path
) -> None:
    path = studio(tmp_path / "in", task(data={"form": "form4", "facts": [row]}))
    lines = refusals(brought(path, into=tmp_path / "set"))
    assert any(told in line and "task 7, data.facts" in line for line in lines), lines
    assert load(tmp_path / "set") == []
