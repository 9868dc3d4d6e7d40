"""Programs that measure: the layout detector's scores, and the held-out scans to measure on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from eval.score import Tally
from models.document import IDENTITY, Box
from models.extraction import Region
from models.reader import read
from training.held_out import held_out_scans, scanned_filing
from training.measure_layout import GROUPS, LayoutScore, group_of, page_score, to_markdown
from training.scanned import ScannedPage, save
from training.synth import pages
from training.synth.profiles import PROFILES

SYMBOL = "/ownershipDocument/issuer/issuerTradingSymbol"
NAME = "/ownershipDocument/issuer/issuerName"
CELLS = [Box(10 + 100 * column, 10, 110 + 100 * column, 50) for column in range(3)]


def printed_page() -> PrintedPage:
    """Three cells, a ticked box, two words in the first cell, one outside the sheet's left edge."""
    regions = (*(PrintedRegion("cell", box) for box in CELLS),
               PrintedRegion("checkbox", Box(10, 60, 20, 70), checked=True))  # fmt: skip
    words = (PrintedWord("YELP", Box(20, 20, 45, 30), 10, "issuerTradingSymbol", SYMBOL),
             PrintedWord("INC", Box(47, 20, 60, 30), 10),
             PrintedWord("Yelp", Box(-30, 80, -10, 90), 10, "issuerName", NAME))  # fmt: skip
    return PrintedPage(1, 400, 300, words, regions)


def scanned_page() -> ScannedPage:
    return ScannedPage(np.full((300, 400), 255, np.uint8), 72.0, printed_page(), "4", "sec", "fax")


def regions(cells: Sequence[Box], checked: bool = True) -> list[Region]:
    return [*(Region("cell", 1, box) for box in cells), Region("line", 1, Box(18, 19, 62, 31)),
            Region("checkbox", 1, Box(10, 60, 20, 70), checked=checked)]  # fmt: skip


def test_regions_found_as_printed_score_full_marks() -> None:
    score = page_score(scanned_page(), regions(CELLS))
    assert score.tallies["cell@0.75"] == Tally(right=3)
    assert score.tallies["checkbox@0.5"] == Tally(right=1)
    assert (score.states_right, score.words, score.components) == (1, 2, 1)


def test_a_cell_found_too_small_counts_at_the_looser_overlap_only() -> None:
    small = replace(CELLS[0], right=75)
    score = page_score(scanned_page(), regions([small, *CELLS[1:]]))
    assert score.tallies["cell@0.5"] == Tally(right=3)
    assert score.tallies["cell@0.75"] == Tally(right=2, invented=1, missed=1)


def test_two_cells_merged_are_two_missed_and_one_invented() -> None:
    merged = replace(CELLS[0], right=CELLS[1].right)
    score = page_score(scanned_page(), regions([merged, CELLS[2]]))
    assert score.tallies["cell@0.75"] == Tally(right=1, invented=1, missed=2)


def test_a_wrong_state_is_found_but_not_right() -> None:
    score = page_score(scanned_page(), regions(CELLS, checked=False))
    assert score.tallies["checkbox@0.5"] == Tally(right=1)
    assert score.states_right == 0


def test_nothing_found_misses_everything() -> None:
    score = page_score(scanned_page(), [])
    assert score.tallies["cell@0.5"] == Tally(missed=3)
    assert score.figures()["words per line"] == 0.0


def test_pages_add_up_and_the_report_has_a_row_for_each_part() -> None:
    one = page_score(scanned_page(), regions(CELLS))
    both = (LayoutScore() + one + page_score(scanned_page(), [])).figures()
    assert (both["pages"], both["cells"], both["cell@0.5 F1"]) == (2, 6, pytest.approx(2 / 3))
    report = to_markdown("layout@1", {"all": both, "1-bit": one.figures()}, {1: 120.0, 2: 70.0})
    assert "| 1-bit | 1 | 3 | 1.000 |" in report
    assert "120 ms on 1 thread, 70 ms on 2 threads" in report


def test_every_scanner_profile_is_reported_in_one_group() -> None:
    assert {group_of(name) for name in PROFILES} == set(GROUPS)
    assert sum(map(len, GROUPS.values())) == len(PROFILES)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One filing held out and one that trains, printed and scanned once; one page is missing."""
    (tmp_path / "scan").mkdir()
    page = scanned_page()
    cv2.rectangle(page.image, (10, 10), (310, 50), 0, 2)
    filing = pages.PrintedFiling("4", "sec", (page.printed,), (pages.FIRST,))
    two = replace(filing, pages=filing.pages * 2)
    for number, content in (("00009", filing), ("00010", filing), ("00019", two)):
        pages.save(tmp_path / f"{number}{pages.LABELS_SUFFIX}", content)
        save(tmp_path / "scan", f"{number}-01-0", page.image, page, IDENTITY)
    return tmp_path


def test_only_complete_scans_of_held_out_filings_calibrate(data: Path) -> None:
    names = [scan.name for scan in held_out_scans(data, data / "scan")]
    assert names == [f"{data.name}-00009-0"]


def test_a_scan_is_read_as_a_pdf_of_its_size_with_the_facts_still_to_be_seen(data: Path) -> None:
    (scan,) = held_out_scans(data, data / "scan")
    pdf, facts = scanned_filing(scan)
    (page,) = read(pdf).pages
    assert (page.width, page.height) == (400, 300)
    found = {fact.path: fact for fact in facts}
    assert found[SYMBOL].value == "YELP"
    assert found[NAME].absent  # the scanner cut it off
