"""Turned tables have what the usual ones have, a column for every row."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from training.synth.content import random_filing
from training.synth.looks_columns import columns
from training.synth.looks_grid import grid_style
from training.synth.looks_sheet import Sheet
from training.synth.looks_transposed import transposed
from training.synth.style import Rng

CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
ELEMENTS = re.compile(r"<[^>]*>")


def sheet_with_rows(seed: int) -> Sheet:
    """A sheet whose filing has rows in Table I."""
    rng: Rng = np.random.default_rng((29, seed))
    while True:
        sheet = Sheet(random_filing(rng), replace(grid_style(rng), spelled=""), rng)
        if sheet.rows(0):
            return sheet


def words_of(markup: str) -> list[str]:
    return html.unescape(ELEMENTS.sub(" ", markup)).split()


@pytest.mark.parametrize("seed", range(10))
def test_every_value_stands_in_a_line_of_its_own_element(seed: int) -> None:
    sheet = sheet_with_rows(seed)
    kept, rows = columns(sheet.content.form, 0), sheet.rows(0)
    said = transposed(sheet, 0, kept, rows)
    lines = [line for line in said.split("<tr>")[1:] if CELL.search(line)]
    assert len(lines) % len(kept) == 0
    for place, column in enumerate(kept):
        cells = [CELL.findall(line) for line in lines[place :: len(kept)]]
        found = [words_of(cell) for line in cells for cell in line]
        wanted = [words_of(sheet.cell(column, *row)) for row in rows]
        assert [each for each in found if each] == [each for each in wanted if each]


def test_an_empty_turned_table_says_so() -> None:
    assert "None reported" in transposed(sheet_with_rows(3), 0, columns("4", 0), ["None reported"])
