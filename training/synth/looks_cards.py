"""Tables as cards: every row is a record of its own whose values have their labels above or beside.

Web pages and databases print transactions so. There are no columns: a label says what its value is.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.looks_columns import Column
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import Row, head_text
from training.synth.style import Rng, between, chance, pick

CODES = ("transactionCode", "transactionTimeliness", "transactionAcquiredDisposedCode",
         "directOrIndirectOwnership")  # fmt: skip
LABELS = {
    "directOrIndirectOwnership": ("Direct (D) / Indirect (I)", "Ownership", "D / I", "Held"),
    "transactionAcquiredDisposedCode": ("Acquired (A) / Disposed (D)", "A / D", "Side"),
}
"""What stands for the heads that need their table around them."""


@dataclass(frozen=True)
class _Card:
    """How one maker prints records.

    `label` stands `above` its value, `beside` it, `under` it or in a cell of a table left of the
    value's (`cells`). `frame` is the box around a value, as entry screens have it. `heading` is
    how the title of the security stands: in a line of its own with the codes, in one without them,
    or among the others.
    """

    label: str
    heading: str
    across: int
    css: str
    value_css: str
    colon: str
    pill: str
    frame: str
    rule: str
    blanks: bool
    gap: float


def cards(sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """The rows of a table as records below each other."""
    card = _drawn(sheet.rng)
    made = [_record(sheet, card, columns, row) for row in rows if isinstance(row, tuple)]
    side = between(sheet.rng, 0, 12)
    return f'<div style="margin:.3em {side:.0f}px .8em">{"".join(made)}{none_of(rows)}</div>'


def none_of(rows: Sequence[Row]) -> str:
    """What is written where a table has no rows, `NONE` say."""
    return "".join(f"<div>{html.escape(row)}</div>" for row in rows if isinstance(row, str))


def _drawn(rng: Rng) -> _Card:
    colour = pick(rng, ("#000", "#555", "#999"))
    line = f"1px solid {pick(rng, ('#000', '#999', '#ccc'))}"
    padding = f"padding:{between(rng, 2, 8):.0f}px {between(rng, 0, 10):.0f}px"
    label = pick(rng, ("above", "beside", "under", "cells"), (6, 4, 0.6, 4))
    shade = pick(rng, ("", ";background:#f2f2f2", ";background:#e6ecf5"), (3, 1, 1))
    framed = label != "cells" and chance(rng, 0.35)
    return _Card(
        label=label,
        heading=pick(rng, ("codes", "alone", ""), (4, 3, 4)),
        across=pick(rng, (1, 2, 3)) if label == "cells"
        else pick(rng, (1, 2) if label == "beside" and chance(rng, 0.5) else (3, 4, 5, 6)),
        css=f"color:{colour};font-size:{between(rng, 0.75, 1.0):.2f}em"
            + pick(rng, ("", ";font-weight:bold", ";text-transform:uppercase"), (4, 1, 1)),
        value_css=pick(rng, ("", "font-weight:bold"), (3, 1)),
        colon=":" if chance(rng, {"beside": 0.75, "cells": 0.3}.get(label, 0.0)) else "",
        pill=pick(rng, ("", f"border:1px solid {colour};border-radius:.8em;padding:0 .5em",
                        f"border:1px solid {colour};padding:0 .3em", "border:0;background:#e4e4e4;"
                        "border-radius:.6em;padding:0 .5em"), (4, 3, 1, 2)),
        frame=f"border:{line};min-height:1.5em;padding:1px 4px{shade}" if framed else "",
        rule=padding + ";" + pick(rng, (f"border-top:{line}", f"border:{line}",
                                        f"border-bottom:{line}", ""), (4, 3, 2, 2)),
        blanks=chance(rng, 0.4),
        gap=between(rng, 0.0, 0.8),
    )  # fmt: skip


def _record(sheet: Sheet, card: _Card, columns: Sequence[Column], row: tuple[str, int]) -> str:
    cells = [(column, sheet.cell(column, *row)) for column in columns]
    shown = [(column, value) for column, value in cells if value or card.blanks]
    first = [each for each in shown if card.heading and each[0].names[0] == "securityTitle"]
    codes = [each for each in shown if card.heading == "codes" and each[0].names[0] in CODES]
    rest = [each for each in shown if each not in first and each not in codes]
    head = "".join(f'<span class="d"><b>{value}</b></span>' for _, value in first)
    marks = "&emsp;".join(_inline(sheet, card, column, value) for column, value in codes)
    above = f'<div style="display:flex;justify-content:space-between"><div>{head}</div>' \
            f"<div>{marks}</div></div>" if head or marks else ""  # fmt: skip
    if card.label == "cells":
        inner = _pairs(sheet, card, rest)
        return (
            f'<div class="keep" style="margin-bottom:{card.gap + 0.3:.2f}em">{above}{inner}</div>'
        )
    grid = f"display:grid;grid-template-columns:repeat({card.across},auto);column-gap:1em"
    inner = "".join(_item(sheet, card, column, value) for column, value in rest)
    return (f'<div class="keep" style="{card.rule};margin-bottom:{card.gap:.2f}em">{above}'
            f'<div style="{grid}">{inner}</div></div>')  # fmt: skip


def _pairs(sheet: Sheet, card: _Card, shown: Sequence[tuple[Column, str]]) -> str:
    """Labels and values in cells of a table, `across` pairs beside each other."""
    rows = []
    for first in range(0, len(shown), card.across):
        cells = "".join(
            f"<td>{sheet.markup.region('cell')}{_label(sheet, card, column)}</td>"
            f"<td>{sheet.markup.region('cell')}{_value(card, column, value)}</td>"
            for column, value in shown[first : first + card.across]
        )
        rows.append(f"<tr>{cells}</tr>")
    region = sheet.markup.region("table")
    table = f'<table class="kv full">{"".join(rows)}</table>'
    return f'<div class="pos" style="padding-top:1px">{region}{table}</div>'


def _item(sheet: Sheet, card: _Card, column: Column, value: str) -> str:
    if card.label == "beside" and card.frame:
        return (f'<div style="display:flex;gap:.5em">{_label(sheet, card, column)}'
                f'<div style="flex:1;{card.frame}">{_value(card, column, value)}</div>'
                "</div>")  # fmt: skip
    if card.label == "beside":
        return f"<div>{_inline(sheet, card, column, value)}</div>"
    parts = [
        f"<div>{_label(sheet, card, column)}</div>",
        f'<div style="{card.frame}">{_value(card, column, value) or "&nbsp;"}</div>',
    ]
    return f"<div>{''.join(reversed(parts) if card.label == 'under' else parts)}</div>"


def _inline(sheet: Sheet, card: _Card, column: Column, value: str) -> str:
    return f"{_label(sheet, card, column)} {_value(card, column, value)}"


def label_of(sheet: Sheet, column: Column) -> str:
    """What says which element a value is that stands under no head of a table."""
    name = column.names[0]
    words = LABELS.get(name, column.wordings)
    text = head_text(sheet, "", words, "")
    side = f" ({column.variant})" if len(column.variant) == 1 and column.variant not in text else ""
    return text + side


def _label(sheet: Sheet, card: _Card, column: Column) -> str:
    return f'<span style="{card.css}">{label_of(sheet, column)}{card.colon}</span>'


def _value(card: _Card, column: Column, value: str) -> str:
    css = card.value_css + (f";{card.pill}" if column.names[0] in CODES and value else "")
    return f'<span class="d" style="{css}">{value}</span>' if value else ""
