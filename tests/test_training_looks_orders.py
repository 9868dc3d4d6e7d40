"""Tables of a maker's own design: other orders, counted rows, a card for every row."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

from training.synth.content import Content, random_filing
from training.synth.looks import dress
from training.synth.looks_cards import cards
from training.synth.looks_columns import columns
from training.synth.looks_grid import grid_style
from training.synth.looks_orders import ROW_NUMBER, count_of, counted, reordered
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import table
from training.synth.style import Rng

ELEMENTS = re.compile(r"<[^>]*>")


def sheet_with_rows(seed: int) -> tuple[Sheet, Rng]:
    """A sheet whose filing has rows in Table I."""
    rng = np.random.default_rng((23, seed))
    while True:
        content: Content = random_filing(rng)
        sheet = Sheet(content, grid_style(rng), rng)
        if sheet.rows(0):
            return sheet, rng


def text_of(markup: str) -> str:
    return html.unescape(ELEMENTS.sub(" ", markup))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("number", [0, 1])
def test_another_order_has_the_same_columns(seed: int, number: int) -> None:
    usual = columns("4", number)
    made = reordered(np.random.default_rng(seed), usual)
    key = [(each.names, each.variant, each.wordings) for each in made]
    assert sorted(key) == sorted((each.names, each.variant, each.wordings) for each in usual)
    assert not any(each.span or each.number for each in made)


def test_orders_differ() -> None:
    found = {
        tuple(each.names for each in reordered(np.random.default_rng(seed), columns("4", 0)))
        for seed in range(20)
    }
    assert len(found) > 12


def test_a_table_in_an_order_of_its_own_is_not_parted() -> None:
    for seed in range(90, 100):
        rng = np.random.default_rng((9, seed))
        content = random_filing(rng)
        _, sheet = dress(content, rng, "grid")
        assert sheet.printed


def test_a_counted_table_counts_its_rows_and_labels_none_of_it() -> None:
    sheet, rng = sheet_with_rows(1)
    made = counted(rng, columns(sheet.content.form, 0))
    rows = sheet.rows(0)
    body = table(sheet, 0, made, rows)
    assert made[0].names == (ROW_NUMBER,)
    said = [text_of(row).split()[0] for row in body.split("<tbody>")[1].split("<tr>")[1:]]
    assert said == [count_of(made[0], place) for place in range(len(rows))]
    assert ROW_NUMBER not in {label.tag for label in sheet.markup.labels}


@pytest.mark.parametrize("seed", range(10))
def test_cards_say_what_the_table_would(seed: int) -> None:
    sheet, _ = sheet_with_rows(seed)
    kept = columns(sheet.content.form, 0)
    rows = sheet.rows(0)
    cells = [sheet.cell(column, *row) for row in rows for column in kept]
    said = text_of(cards(sheet, kept, rows))
    for value in cells:
        for word in text_of(value).split():
            assert word in said


def test_an_empty_table_of_cards_says_so() -> None:
    sheet, _ = sheet_with_rows(3)
    assert "None reported" in text_of(cards(sheet, columns("4", 0), ["None reported", None]))
