"""Forms set without boxes: nothing frames the values, and their labels are whole all the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from eval.printing import PrintedPage, Printer, recover
from training.synth.content import Content, random_filing
from training.synth.looks import dress
from training.synth.looks_columns import Column, columns
from training.synth.looks_plain import plain_style
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import Row, stacked
from training.synth.style import MONO, SANS, SERIF, SYMBOLS

SEEDS = range(20, 28)
TYPED_RULE = re.compile(r"[=*_-]{10,}")
TALLEST_BOX = 16.0
"""Points; a longer upright rule would part columns."""
ROW = "nonDerivativeTable/nonDerivativeTransaction"


@pytest.fixture(scope="module")
def plain_pages(
    printer: Printer, needs_fonts: Callable[[Iterable[str]], None]
) -> list[PrintedPage]:
    needs_fonts({*SANS, *SERIF, *MONO, SYMBOLS})
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        document, sheet = dress(random_filing(rng), rng, "plain")
        found += recover(printer.pdf(document), sheet.markup.labels)
    return found


def sheet_of(values: dict[str, str], blank: str = "") -> Sheet:
    """A sheet with one transaction of Table I that has these values."""
    rng = np.random.default_rng(0)
    start = f"/ownershipDocument/{ROW}[1]/"
    content = Content(
        "4", {start + path: value for path, value in values.items()}, {}, {}, {}, consistent=True
    )
    return Sheet(content, replace(plain_style(rng), blank=blank), rng)


def test_no_upright_rule_parts_columns_or_frames_an_item(plain_pages: list[PrintedPage]) -> None:
    # A cover sheet before the form may have any.
    own = [page for page in plain_pages if any(word.tag for word in page.words)]
    rules = [rule for page in own for rule in page.rules]
    assert rules
    assert max(rule.height for rule in rules) < TALLEST_BOX


def test_typed_rules_end_on_the_page(plain_pages: list[PrintedPage]) -> None:
    rules = [
        (word.box.right, page.width)
        for page in plain_pages
        for word in page.words
        if TYPED_RULE.fullmatch(word.text)
    ]
    assert rules
    assert all(right <= width for right, width in rules)


def test_typed_rules_belong_to_no_field(plain_pages: list[PrintedPage]) -> None:
    words = [word for page in plain_pages for word in page.words]
    assert not [word for word in words if TYPED_RULE.fullmatch(word.text) and word.tag]


def test_amount_and_side_in_one_cell_keep_their_own_tags() -> None:
    amounts = "transactionAmounts"
    sheet = sheet_of(
        {f"{amounts}/transactionShares": "1200",
         f"{amounts}/transactionAcquiredDisposedCode": "D"}
    )  # fmt: skip
    names = ("transactionShares", "transactionAcquiredDisposedCode")
    column = Column(names, "", ("Amount",), 9, shapes=("{0}", " ({0})"))
    cell = re.sub(r"<[^>]*>", "", sheet.cell(column, ROW, 1))
    assert cell == "1,200 (D)"
    tags = [label.tag for label in sheet.markup.labels]
    assert tags == [f"nonDerivative.{name}" for name in names]


def test_what_is_typed_into_an_empty_cell_is_no_value() -> None:
    sheet = sheet_of({}, blank="N/A")
    assert sheet.cell(Column(("deemedExecutionDate",), "", ("Date",), 9), ROW, 1) == "N/A"
    assert sheet.markup.labels == []


def test_words_are_never_typed_where_they_would_be_a_value() -> None:
    sheet = sheet_of({}, blank="N/A")
    assert sheet.cell(Column(("natureOfOwnership",), "", ("Nature",), 9), ROW, 1) == ""


def test_table_ii_may_have_its_last_columns_below_its_first_ones() -> None:
    row = "/ownershipDocument/derivativeTable/derivativeTransaction[1]"
    values = {f"{row}/securityTitle": "Option",
              f"{row}/underlyingSecurity/underlyingSecurityTitle": "Common"}  # fmt: skip
    content = Content("4", values, {}, {}, {}, consistent=True)
    rng = np.random.default_rng(0)
    sheet = Sheet(content, replace(plain_style(rng), blank=""), rng)
    rows: list[Row] = [("derivativeTable/derivativeTransaction", 1)]
    whole = stacked(sheet, 1, columns("4", 1), rows, 0.0)
    assert whole.count("<tbody>") == 1
    above, below = stacked(sheet, 1, columns("4", 1), rows, 1.0).split("</table>")[:2]
    assert ("Option" in above, "Common" in above) == (True, False)
    assert ("Option" in below, "Common" in below) == (False, True)
    assert stacked(sheet, 0, columns("4", 0), [], 1.0).count("<tbody>") == 1
