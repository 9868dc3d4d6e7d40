"""Tables I and II as HTML: heads with their spans, body rows, the rows printed empty."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import groupby

from training.synth.looks_columns import Column, Span
from training.synth.looks_sheet import Sheet
from training.synth.style import wording_of

Rows = Sequence[tuple[str, int] | None]
"""Group path and index of each row, None for a row printed empty."""


def table(
    sheet: Sheet,
    number: int,
    columns: Sequence[Column],
    rows: Rows,
    *,
    first: int = 0,
    title: str = "",
) -> str:
    """One table with heads; `first` is the index of its first row, `title` the HTML of a title row.

    The region of the whole table is the anchor of a positioned wrapper.
    """
    region = sheet.markup.region("table", table=number)
    head = head_rows(sheet, number, columns, title)
    body = "".join(
        body_row(sheet, number, columns, row, first + place) for place, row in enumerate(rows)
    )
    widths = "".join(f'<col style="width:{share:.2f}%">' for share in _shares(columns))
    return (
        f'<div class="pos tb">{region}<table class="grid t{number}"><colgroup>{widths}</colgroup>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _shares(columns: Sequence[Column]) -> list[float]:
    total = sum(column.weight for column in columns)
    return [100 * column.weight / total for column in columns]


def head_rows(sheet: Sheet, number: int, columns: Sequence[Column], title: str) -> str:
    """The head: a title row if any, the numbered heads, the sub-heads under spans."""
    depth = 2 if any(column.span for column in columns) else 1
    upper, lower = [], []
    place = 0
    for span, members in groupby(columns, key=lambda column: column.span or id(column)):
        leaves = list(members)
        if isinstance(span, Span):
            text = head_text(sheet, span.number, span.wordings, span.instruction)
            wide = f' colspan="{len(leaves)}"'
            upper.append(_head_cell(sheet, number, -depth, place, text, wide))
            lower += [
                _head_cell(sheet, number, -1, place + offset,
                           head_text(sheet, "", leaf.wordings, ""), ' class="sub"')
                for offset, leaf in enumerate(leaves)
            ]  # fmt: skip
        else:
            leaf = leaves[0]
            text = head_text(sheet, leaf.number, leaf.wordings, leaf.instruction)
            upper.append(_head_cell(sheet, number, -depth, place, text, f' rowspan="{depth}"'))
        place += len(leaves)
    found = f"<tr>{''.join(upper)}</tr>" + (f"<tr>{''.join(lower)}</tr>" if depth == 2 else "")
    if title:
        more = f' colspan="{len(columns)}" class="title"'
        found = f"<tr>{_head_cell(sheet, number, -depth - 1, 0, title, more)}</tr>" + found
    return found


def _head_cell(sheet: Sheet, table_: int, row: int, column: int, text: str, more: str) -> str:
    region = sheet.markup.region("cell", table=table_, row=row, column=column)
    return f"<th{more}>{region}{text}</th>"


def head_text(sheet: Sheet, number: str, wordings: Sequence[str], instruction: str) -> str:
    """The words over a column in the style's way."""
    style = sheet.style
    text = wording_of(style, wordings)
    if number and style.head_numbers:
        text = f"{number}. {text}"
    if instruction and style.instructions:
        text += f" ({instruction})"
    return html.escape(text.upper() if style.upper_heads else text)


def body_row(
    sheet: Sheet, number: int, columns: Sequence[Column], row: tuple[str, int] | None, index: int
) -> str:
    """One body row; every cell has its region, empty ones too."""
    cells = []
    for place, column in enumerate(columns):
        region = sheet.markup.region("cell", table=number, row=index, column=place)
        inner = sheet.typed(sheet.cell(column, *row)) if row else ""
        cells.append(f'<td class="{column.align[0]}">{region}<span class="v">{inner}</span></td>')
    return f"<tr>{''.join(cells)}</tr>"
