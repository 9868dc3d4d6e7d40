"""Reviewed filings go out as gold and training labels that evaluation and training read."""

import io
import tomllib
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from sqlalchemy.engine import Engine

from eval import gold
from models.document import Box, Page, Word
from models.extraction import Extraction, FootnoteLink, PageSummary, Place, Region
from models.fact import Fact
from models.reader import deskewed, turned
from service.edits import Edit
from service.intake import page_of, source_of
from service.keys import Caller
from service.review_labels import LabelFilters, labels
from service.review_training import Labels, View
from service.settings import Settings
from tests.reviewing import (
    ISSUER,
    OWNER,
    PRICE,
    ROOT,
    ROW,
    SHARES,
    SYMBOL,
    Desk,
    desk_of,
    doubtful,
    form4,
    read_field,
    two_doubts,
)
from training import scanned
from training.tagging import tagged_tokens

DPI = 150.0
SECOND_ROW = f"{ROOT}/derivativeTable/derivativeTransaction[1]"


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


@pytest.fixture
def ann(desk: Desk) -> Caller:
    return desk.reviewer("Ann")


def with_files(desk: Desk, filing: str, scan: bytes = b"") -> str:
    """The filing with a document and a page's picture."""
    if not scan:
        document = pymupdf.open()
        document.new_page(width=612, height=792)
        scan = document.tobytes()
    desk.files.put(source_of(filing), scan)
    sheet = np.full((1650, 1275), 255, np.uint8)
    desk.files.put(page_of(filing, 1), cv2.imencode(".png", sheet)[1].tobytes())
    return filing


def exported(desk: Desk, tenant: str = "acme", **filters: object) -> zipfile.ZipFile:
    pieces = list(labels(desk.shelf, tenant, LabelFilters(**filters)))
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def scanned_form(**more: object) -> Extraction:
    """A Form 4 with words, a checkbox and a footnote."""
    box = f"{ROOT}/notSubjectToSection16"
    own = (
        doubtful(read_field(ISSUER, "Mar1 Holdings", 1)),
        read_field(SYMBOL, "MRL", 2),
        doubtful(read_field(f"{ROW}[1]/{SHARES}", "7250", 4)),
        doubtful(read_field(f"{ROW}[1]/{PRICE}", "8.5", 5,
                            footnotes=(FootnoteLink("F1", 0.9),), text="8.5")),
        doubtful(read_field(box, "0", 6)),
        read_field(f"{ROOT}/footnotes/footnote[1]", "An average price", 8),
    )  # fmt: skip

    def word(text: str, line: int, left: float, right: float) -> tuple[int, Word]:
        return 1, Word(text, Box(left, 12.0 * line, right, 12.0 * line + 10))

    words = (
        word("Mar1", 1, 101, 125), word("Holdings", 1, 130, 178), word("MRL", 2, 101, 130),
        word("7250", 4, 101, 130), word("8.5", 5, 101, 120), word("⁽¹⁾", 5, 120, 130),
        word("(1)", 8, 84, 96), word("An", 8, 101, 112), word("average", 8, 115, 150),
        word("price", 8, 153, 178), word("Form", 20, 10, 40),
    )  # fmt: skip
    square = Region("checkbox", 1, Box(102.0, 73.0, 110.0, 81.0), checked=False)
    cell = Region("cell", 1, Box(95.0, 46.0, 190.0, 72.0), table=0, row=0, column=3)
    line = Region("line", 1, Box(95.0, 46.0, 190.0, 60.0))
    return form4(*own, words=words, regions=(square, cell, line), **more)


def reviewed(desk: Desk, caller: Caller, extraction: Extraction, **values: str) -> str:
    filing = with_files(desk, desk.filing(extraction))
    desk.review_all(caller, filing, **values)
    return filing


def unpacked(archive: zipfile.ZipFile, folder: Path) -> Path:
    archive.extractall(folder)
    return folder


# Gold


def test_what_people_decided_is_gold_that_evaluation_reads(
    desk: Desk, ann: Caller, tmp_path: Path
) -> None:
    filing = reviewed(desk, ann, scanned_form(), f0001="Marl Holdings", f0006="X")
    (found,) = gold.load(unpacked(exported(desk), tmp_path) / "gold")
    assert (found.name, found.source.form, found.source.filing) == (filing, "form4", "scan.pdf")
    assert (found.source.group, found.source.pages) == (filing, ("first",))
    assert found.scan.read_bytes() == desk.files.get(source_of(filing))
    facts = {fact.path: fact for fact in found.facts}
    assert set(facts) == {ISSUER, f"{ROW}[1]/{SHARES}", f"{ROW}[1]/{PRICE}",
                          f"{ROOT}/notSubjectToSection16"}  # fmt: skip
    assert facts[ISSUER] == Fact(
        ISSUER, "Marl Holdings", "Marl Holdings", (Place(1, Box(100, 12, 180, 22)),),
        checked=True, by="Ann", on="2026-11-21",
    )  # fmt: skip
    assert facts[f"{ROW}[1]/{PRICE}"].footnotes == ("F1",)
    mark, cell = found.regions
    assert (mark.label, mark.checked, mark.tag) == ("checkbox", True, "notSubjectToSection16")
    assert (cell.label, cell.box, cell.column) == ("cell", Box(95, 46, 190, 72), 3)


def test_what_a_second_review_may_still_change_is_not_gold(
    desk: Desk, ann: Caller, tmp_path: Path
) -> None:
    filing = reviewed(desk, ann, scanned_form(), f0001="Marl Holdings")
    desk.settle_with(second_share=1.0)
    ben, newer = desk.reviewer("Ben"), scanned_form()
    odd = doubtful(read_field(SYMBOL, "MRI", 2))
    desk.read_again(filing, replace(newer, fields=(newer.fields[0], odd, *newer.fields[2:])))
    desk.review_all(ben, filing, f0002="MRL")
    (early,) = gold.load(unpacked(exported(desk), tmp_path / "early") / "gold")
    assert SYMBOL not in {fact.path for fact in early.facts}
    assert {fact.value for fact in early.facts if fact.path == ISSUER} == {"Marl Holdings"}
    desk.review_all(ann, filing, f0002="MRL")
    (late,) = gold.load(unpacked(exported(desk), tmp_path / "late") / "gold")
    assert {fact.value for fact in late.facts if fact.path == SYMBOL} == {"MRL"}


def test_what_is_absent_or_illegible_is_gold_too(desk: Desk, ann: Caller, tmp_path: Path) -> None:
    extraction = form4(
        doubtful(read_field(ISSUER, "Marl", 1)), doubtful(read_field(SYMBOL, "MRL", 2)),
        doubtful(read_field(f"{ROW}[1]/{PRICE}", "8", 3, footnotes=(FootnoteLink("F2", 0.9),))),
    )  # fmt: skip
    filing = with_files(desk, desk.filing(extraction))
    review = desk.reviews.open(ann, filing)
    for action, field in (("illegible", "f0001"), ("blank", "f0002"), ("blank", "f0003")):
        desk.reviews.record(ann, review.id, Edit(action, field))
    desk.reviews.finish(ann, review.id)
    (found,) = gold.load(unpacked(exported(desk), tmp_path) / "gold")
    unread, blank, noted = found.facts
    assert (unread.legible, unread.value, unread.absent) == (False, "", False)
    assert (blank.absent, blank.boxes) == (True, ())
    assert (noted.absent, noted.value, noted.footnotes) == (False, "", ("F2",))


def test_gold_says_whether_the_whole_filing_was_checked(desk: Desk, ann: Caller) -> None:
    part = reviewed(desk, ann, two_doubts())
    whole = reviewed(desk, ann, form4(doubtful(read_field(ISSUER, "Marl", 1))))
    archive = exported(desk)
    heads = {filing: archive.read(f"gold/form4/{filing}/source.toml").decode().splitlines()[0]
             for filing in (part, whole)}  # fmt: skip
    assert heads[part] == "# Checked by people: 2 of 5 fields, not the whole filing."
    assert heads[whole] == "# Checked by people: 1 of 1 fields, the whole filing."


def test_names_of_files_cannot_break_the_source(desk: Desk, ann: Caller) -> None:
    filing = with_files(desk, desk.filing(two_doubts()))
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE filings SET name = ?", ('a"\n\\\x7fé𝄞.pdf',))
    desk.review_all(ann, filing)
    text = exported(desk).read(f"gold/form4/{filing}/source.toml").decode()
    assert tomllib.loads(text)["filing"] == 'a" \\ é𝄞.pdf'


def test_a_scan_has_the_ending_of_what_it_is(desk: Desk, ann: Caller) -> None:
    filing = with_files(desk, desk.filing(two_doubts()), b"II*\0and so on")
    desk.review_all(ann, filing)
    assert f"gold/form4/{filing}/scan.tif" in exported(desk).namelist()


# Which filings


def test_labels_are_of_reviewed_filings_by_date_form_and_model(desk: Desk, ann: Caller) -> None:
    old = reviewed(desk, ann, two_doubts())
    first = desk.at
    desk.pass_time(3_600)
    new = reviewed(desk, ann, replace(two_doubts(), models={"recognizer": "recognizer@6"}))
    with_files(desk, desk.filing(two_doubts()))

    def named(**filters: object) -> set[str]:
        return {name.split("/")[2] for name in exported(desk, **filters).namelist()
                if name.startswith("gold/")}  # fmt: skip

    assert named() == {old, new}
    assert named(until=desk.at) == {old}
    assert named(since=first + timedelta(seconds=1)) == {new}
    assert named(model="recognizer@5") == {old}
    assert named(form="4") == {old, new}
    assert named(form="3") == set()
    assert exported(desk, "other").namelist() == []


def test_a_filing_that_is_erased_meanwhile_is_left_out(desk: Desk, ann: Caller) -> None:
    gone, there = reviewed(desk, ann, two_doubts()), reviewed(desk, ann, two_doubts())
    desk.files.delete_all(f"filings/{gone}")
    assert {name.split("/")[2] for name in exported(desk).namelist() if "gold" in name} == {there}


def test_adjudicated_and_kept_decisions_are_those_that_go_out(
    desk: Desk, ann: Caller, tmp_path: Path
) -> None:
    desk.settle_with(second_share=1.0)
    ben, zoe = desk.reviewer("Ben"), desk.reviewer("Zoe")
    filing = with_files(desk, desk.filing(two_doubts()))
    for caller, shares in ((ann, "1250"), (ben, "1260"), (zoe, "1260")):
        desk.review_all(caller, filing, f0004=shares)
    desk.read_again(filing, two_doubts())
    (found,) = gold.load(unpacked(exported(desk), tmp_path) / "gold")
    said = {fact.path: (fact.value, fact.by) for fact in found.facts}
    assert said == {ISSUER: ("Marl", "Ann"), f"{ROW}[1]/{SHARES}": ("1260", "Zoe")}


# Training labels


def test_pages_are_labels_that_training_reads(desk: Desk, ann: Caller, tmp_path: Path) -> None:
    filing = reviewed(desk, ann, scanned_form(), f0001="Marl Holdings", f0006="X")
    folder = unpacked(exported(desk), tmp_path) / "training"
    page = scanned.load(folder / f"{filing}-1.json.gz", np.random.default_rng(0), tilt=0.0)
    assert (page.form, page.dpi, page.image.shape) == ("4", DPI, (1650, 1275))
    words = {(word.text, word.tag) for word in page.printed.words}
    assert words == {
        ("Marl", "issuerName"), ("Holdings", "issuerName"), ("MRL", "issuerTradingSymbol"),
        ("7250", "nonDerivative.transactionShares"),
        ("8.5", "nonDerivative.transactionPricePerShare"), ("(1)", "footnoteId"),
        ("(1)", "footnote.id"), ("An", "footnote"), ("average", "footnote"),
        ("price", "footnote"), ("Form", ""),
    }  # fmt: skip
    mark = next(word for word in page.printed.words if word.tag == "footnoteId")
    assert (mark.path, mark.ref) == (f"{ROW}[1]/{PRICE}", 1)
    assert {line.text for line in page.lines} >= {"Marl Holdings", "7250", "8.5⁽¹⁾"}
    box = next(region for region in page.printed.regions if region.label == "checkbox")
    assert (box.checked, box.tag) == (True, "notSubjectToSection16")
    assert "line" not in {region.label for region in page.printed.regions}
    tokens, tags = tagged_tokens(page.printed, "4", np.random.default_rng(3))
    assert len(tokens) == len(tags)
    assert "nonDerivative.transactionPricePerShare^" in tags


@pytest.mark.parametrize("skew", [0.0, 2.0, -1.5])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_lie_on_their_ink_however_the_page_was_turned(
    rotation: int, skew: float, tmp_path: Path
) -> None:
    upright = np.full((1650, 1275), 255, np.uint8)
    ink = (300, 500, 700, 540)  # a word, in pixels
    upright[ink[1] : ink[3], ink[0] : ink[2]] = 0
    scale = 72.0 / DPI
    box = Box(*(edge * scale for edge in ink))
    middle = (1275 / 2, 1650 / 2)
    tilt = cv2.getRotationMatrix2D(middle, -skew, 1.0)  # counter-clockwise is positive there
    tilted = cv2.warpAffine(upright, tilt, (1275, 1650), borderValue=255)
    shown = np.ascontiguousarray(np.rot90(tilted, -(rotation // 90)))
    dark = np.argwhere(shown < 128) * scale
    outline = Box(dark[:, 1].min(), dark[:, 0].min(), dark[:, 1].max(), dark[:, 0].max())
    height, width = (side * scale for side in shown.shape)
    summary = PageSummary(1, width, height, rotation, skew, DPI, "pixels", "first")
    field = read_field(ISSUER, "Marl", 1, boxes=(Place(1, outline),))
    extraction = form4(field, pages=(summary,), words=((1, Word("Marl", outline)),))
    picture, dpi = View(summary).picture(cv2.imencode(".png", shown)[1].tobytes())
    (tmp_path / "p.png").write_bytes(picture)
    (tmp_path / "p.json.gz").write_bytes(Labels(extraction).record(summary, "p.png", dpi))
    page = scanned.load(tmp_path / "p.json.gz", np.random.default_rng(0), tilt=0.0)
    (word,) = page.printed.words
    edges = [(word.box.left, box.left), (word.box.top, box.top), (word.box.right, box.right),
             (word.box.bottom, box.bottom)]  # fmt: skip
    assert all(abs(found - true) < 1.5 for found, true in edges), edges
    left, top, right, bottom = (int(edge / scale) for edge, _ in edges)
    assert page.image[top + 4 : bottom - 4, left + 4 : right - 4].mean() < 40


def test_turn_and_tilt_mean_what_the_reader_means_by_them() -> None:
    sheet = np.full((1650, 1275), 255, np.uint8)
    for top in range(150, 1500, 60):
        sheet[top : top + 8, 150:1100] = 0
    tilt = cv2.getRotationMatrix2D((1275 / 2, 1650 / 2), -1.5, 1.0)
    shown = cv2.warpAffine(sheet, tilt, (1275, 1650), borderValue=255).astype(np.uint8)
    page = deskewed(Page(1, 612.0, 792.0, shown, DPI))
    assert page.skew == pytest.approx(1.5, abs=0.1)
    assert turned(Page(1, 612.0, 792.0, sheet, DPI), -90).rotation == 90


def test_a_corrected_value_is_cut_out_of_the_line_where_words_were_joined() -> None:
    line = Box(100.0, 12.0, 180.0, 22.0)
    field = replace(read_field(ISSUER, "Marl Co", 1), text="Marl Co")
    extraction = form4(field, words=((1, Word("MarlCo", Box(100, 12, 170, 22))),))
    first, second = Labels(extraction).words(1)
    assert (first.text, second.text) == ("Marl", "Co")
    assert (first.box.left, second.box.right) == (100.0, 170.0)
    assert first.box.right < second.box.left
    alone = form4(field)
    assert next(iter(Labels(alone).words(1))).box.left == line.left, "words were missed"


def test_words_of_several_lines_that_do_not_fit_stay_as_they_were_read() -> None:
    places = tuple(Place(1, Box(100.0, top, 180.0, top + 10)) for top in (12.0, 24.0))
    field = read_field(ISSUER, "Marl and Co", 1, boxes=places)
    words = tuple((1, Word(text, replace(place.box, right=150.0)))
                  for text, place in zip(("Marlan", "Co"), places, strict=True))  # fmt: skip
    assert [word.text for word in Labels(form4(field, words=words)).words(1)] == ["Marlan", "Co"]


def test_what_nobody_can_read_teaches_nothing() -> None:
    field = read_field(OWNER, "", 3, state="illegible", boxes=(Place(1, Box(100, 36, 180, 46)),))
    words = ((1, Word("Sm?th", Box(101, 36, 140, 46))), (1, Word("Form", Box(10, 200, 40, 210))))
    assert [word.text for word in Labels(form4(field, words=words)).words(1)] == ["Form"]


def test_a_mark_that_lost_a_bracket_is_a_mark_where_nothing_else_stands() -> None:
    links = (FootnoteLink("F3", 0.9), FootnoteLink("F4", 0.9))
    place = (Place(1, Box(100, 60, 130, 70)),)
    field = read_field(f"{ROW}[1]/{PRICE}", "", 5, state="footnote-only", footnotes=links,
                       boxes=place)  # fmt: skip
    words = ((1, Word("(3)", Box(101, 60, 112, 70))), (1, Word("(4", Box(113, 60, 124, 70))))
    found = Labels(form4(field, words=words)).words(1)
    assert [(word.text, word.tag, word.ref) for word in found] == [
        ("(3)", "footnoteId", 3), ("(4)", "footnoteId", 4),
    ]  # fmt: skip


def test_a_cell_whose_column_tells_has_the_tag_of_its_column() -> None:
    amounts = f"{SECOND_ROW}/transactionAmounts"
    own = (read_field(f"{amounts}/transactionShares", "12", 1),
           read_field(f"{amounts}/transactionAcquiredDisposedCode", "D", 2, boxes=()))  # fmt: skip
    words = ((1, Word("12", Box(101, 12, 120, 22))),)
    (word,) = Labels(form4(*own, words=words)).words(1)
    assert word.tag == "derivative.transactionShares.D"
