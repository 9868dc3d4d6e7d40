"""Tables turned over: a line for every element, a column for every transaction or holding.

Compliance programs and word processors print a few transactions so, beside each other under their
numbers; more than fit the page's width follow in a table of their own below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.looks_cards import label_of, none_of
from training.synth.looks_columns import Column
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import Row
from training.synth.style import Rng, between, cell_size, chance, pick

NAMES = (
    "{}",
    "({})",
    "#{}",
    "Transaction {}",
    "Line {}",
    "Item {}",
    "Entry {}",
    "No. {}",
    "Lot {}",
)
"""What stands over a record's column."""
CORNERS = ("", "", "Item", "Field", "Element", "Column", "Description")
"""What stands over the column of labels."""


@dataclass(frozen=True)
class _Turned:
    """How one maker prints turned tables. `across` records stand side by side at the most."""

    across: int
    named: str
    corner: str
    label_css: str
    value_css: str
    label_share: float
    colon: str
    full: bool


def transposed(sheet: Sheet, number: int, columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """A table's rows as columns, `across` of them in a table."""
    turned = _drawn(sheet.rng)
    records = [row for row in rows if isinstance(row, tuple)]
    parts = [
        _part(sheet, number, turned, columns, records[first : first + turned.across], first)
        for first in range(0, len(records), turned.across)
    ]
    return "".join(parts) + none_of(rows)


def _drawn(rng: Rng) -> _Turned:
    align = pick(rng, ("left", "center", "right"), (4, 4, 1))
    return _Turned(
        across=pick(rng, (2, 3, 4, 5, 6), (1, 3, 4, 2, 1)),
        named=pick(rng, ("", *NAMES), (3, *[1.0] * len(NAMES))),
        corner=pick(rng, CORNERS),
        label_css="text-align:" + pick(rng, ("left", "right"), (5, 1))
        + pick(rng, ("", ";font-weight:bold", ";background:#eee", ";font-style:italic"),
               (4, 2, 2, 0.5)),
        value_css=f"text-align:{align};vertical-align:{pick(rng, ('top', 'middle'))}",
        label_share=between(rng, 18, 38),
        colon=":" if chance(rng, 0.2) else "",
        full=chance(rng, 0.5),
    )  # fmt: skip


def _part(
    sheet: Sheet,
    number: int,
    turned: _Turned,
    columns: Sequence[Column],
    records: Sequence[tuple[str, int]],
    first: int,
) -> str:
    """The records of one table, the first of them number `first` of all, counted from 0."""
    filled = turned.across if turned.full else len(records)
    share = (100 - turned.label_share) / max(filled, 2)
    widths = f'<col style="width:{turned.label_share:.1f}%">' \
             + f'<col style="width:{share:.1f}%">' * filled  # fmt: skip
    lines = [_line(sheet, number, turned, place, column, records, filled)
             for place, column in enumerate(columns)]  # fmt: skip
    region = sheet.markup.region("table", table=number)
    used = turned.label_share + share * filled
    return (
        f'<div class="pos tb" style="margin-bottom:.8em;width:{min(used, 100):.1f}%">{region}'
        f'<table class="grid t{number}" style="--s:{cell_size(sheet.style, number):.2f}px;--z:1;'
        f'overflow-wrap:anywhere;width:100%"><colgroup>{widths}</colgroup>'
        f"<tbody>{_names(sheet, number, turned, len(records), filled, first)}{''.join(lines)}"
        "</tbody></table></div>"
    )


def _names(sheet: Sheet, number: int, turned: _Turned, count: int, filled: int, first: int) -> str:
    """The line of the records' names; none where they have none."""
    if not turned.named:
        return ""
    texts = [turned.corner] + [
        turned.named.format(first + place + 1) if place < count else "" for place in range(filled)
    ]
    cells = [
        f'<th style="{turned.label_css if not place else turned.value_css}">'
        f"{sheet.markup.region('cell', table=number, row=-1, column=place)}{text}</th>"
        for place, text in enumerate(texts)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _line(
    sheet: Sheet,
    number: int,
    turned: _Turned,
    place: int,
    column: Column,
    records: Sequence[tuple[str, int]],
    filled: int,
) -> str:
    """One element of all records."""
    label = sheet.markup.region("cell", table=number, row=place, column=0) \
        + label_of(sheet, column) + turned.colon  # fmt: skip
    cells = [f'<th style="{turned.label_css}">{label}</th>']
    for index in range(filled):
        region = sheet.markup.region("cell", table=number, row=place, column=index + 1)
        inner = sheet.typed(sheet.cell(column, *records[index])) if index < len(records) else ""
        cells.append(f'<td style="{turned.value_css}">{region}<span class="v">{inner}</span></td>')
    return f"<tr>{''.join(cells)}</tr>"
