"""Tables I and II as HTML: heads with their spans, body rows, the rows printed empty."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from itertools import groupby

from training.synth.looks_columns import AFTER, Column, Span
from training.synth.looks_orders import ROW_NUMBER, count_of
from training.synth.looks_sheet import Sheet
from training.synth.style import (
    Style,
    between,
    cell_size,
    chance,
    character_width,
    pick,
    stack,
    wording_of,
)

SMALLEST = 7.0
"""Px; smaller type is not made to fit: words break instead."""

NUMBERS = (
    "transactionShares", "transactionPricePerShare", "conversionOrExercisePrice",
    "underlyingSecurityShares",
)  # fmt: skip

Row = tuple[str, int] | str | None
"""Group path and index of a row, None for one printed empty, words such as NONE written into it."""


def table(
    sheet: Sheet,
    number: int,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    first: int = 0,
    title: str = "",
) -> str:
    """One table with heads; `first` is the index of its first row, `title` the HTML of a title row.

    The region of the whole table is the anchor of a positioned wrapper.
    """
    region = sheet.markup.region("table", table=number)
    head = head_rows(sheet, number, columns, title) + _head_rule(sheet, columns)
    body = _row_rule(sheet, number, len(columns)).join(
        body_row(sheet, number, columns, row, first + place) for place, row in enumerate(rows)
    )
    size = cell_size(sheet.style, number)
    scale = fitting_scale(sheet, number, columns, size)
    smallest = min(1.0, SMALLEST / size)
    fit = f"--s:{size:.2f}px;--z:{max(scale, smallest):.3f}"
    if scale < smallest:
        fit += ";overflow-wrap:anywhere"
    shares = _shares(sheet, columns)
    packed = sheet.style.grid.packed
    widths = "" if packed else "".join(f'<col style="width:{share:.2f}%">' for share in shares)
    return (
        f'<div class="pos tb">{region}<table class="grid t{number}" style="{fit}">'
        f"<colgroup>{widths}</colgroup><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


SECOND_PART = ("underlyingSecurityTitle", "underlyingSecurityShares", "exerciseDate")
"""Where Table II is parted whose columns do not fit beside each other: mostly before column 7."""
CONTINUED = (
    "Table II (continued)", "TABLE II - CONTINUED", "Table II, continued", "(continued)",
    "Table II - Derivative Securities Acquired, Disposed of, or Beneficially Owned (continued)",
    "",
)  # fmt: skip


def stacked(
    sheet: Sheet, number: int, columns: Sequence[Column], rows: Sequence[Row], share: float
) -> str:
    """A table; in this share of filings the last columns of Table II follow below the first ones,
    as typewriters and narrow pages have it.
    """
    rng = sheet.rng
    names = [column.names[0] for column in columns]
    places = [names.index(name) for name in SECOND_PART if name in names]
    if number != 1 or not places or not chance(rng, share):
        return table(sheet, number, columns, rows)
    place = places[0] if chance(rng, 0.8) else pick(rng, places)
    title = pick(rng, CONTINUED)
    above = table(sheet, number, columns[:place], rows)
    below = table(sheet, number, columns[place:], rows, first=len(rows))
    gap = f'<div style="break-after:avoid;margin-top:.5em">{html.escape(title)}</div>'
    return above + gap + below


def table_css(style: Style) -> str:
    """The style sheet of both tables; `--z` is the scale that makes one fit."""
    grid = style.grid
    collapse = "collapse" if grid.collapse else "separate"
    cells = ".grid>*>tr>td"
    return (
        f".grid{{width:{'auto' if grid.packed else f'{100 * grid.width:.0f}%'};"
        f"border-collapse:{collapse};{grid.table};overflow-wrap:break-word}}"
        f"{cells},.grid>*>tr>th{{{grid.cell};{grid.padding_css};vertical-align:{style.vertical}}}"
        f"{cells}{{font-family:{stack(style.data_font)};color:{style.data_color};"
        f"font-weight:{style.data_weight};font-size:calc(var(--s)*var(--z));"
        f"text-align:center;height:{style.row_height * style.cell_size:.1f}px}}"
        f"{cells}.l{{text-align:left}}{cells}.r{{text-align:right}}"
        f".grid>*>tr>th{{text-align:{style.head_align};vertical-align:{style.head_vertical};"
        f"font-size:calc({style.head_size:.2f}px*var(--z));{grid.head}}}"
        ".grid th.sub,.grid th.title{text-align:center}"
        f"{cells}.ru,.grid>*>tr>th.ru{{white-space:nowrap;padding-top:0;padding-bottom:0;"
        "border:0;height:auto;text-align:left;line-height:1}"
        + (f".grid>tbody>tr:nth-child(even){{background:{grid.stripe}}}" if grid.stripe else "")
    )


def _head_rule(sheet: Sheet, columns: Sequence[Column]) -> str:
    """A row of typed rules below the heads, each as long as the longest word of its head."""
    char = sheet.style.head_rule
    if not char:
        return ""
    lengths = [max(map(len, wording_of(sheet.style, each.wordings).split())) for each in columns]
    cells = "".join(f'<th class="ru">{char * length}</th>' for length in lengths)
    return f"<tr>{cells}</tr>"


def _row_rule(sheet: Sheet, number: int, columns: int) -> str:
    """A row with one typed rule that is never longer than the table is wide."""
    style = sheet.style
    if not style.row_rule:
        return ""
    width = cell_size(style, number) * character_width(style.data_font) * len(style.row_rule)
    rule = style.row_rule * int(0.97 * style.grid.width * style.paper.width / width)
    return f'<tr><td class="ru" colspan="{columns}">{rule}</td></tr>'


def fitting_scale(sheet: Sheet, number: int, columns: Sequence[Column], size: float) -> float:
    """How much smaller than `size` the type has to be for the widest words to fit the page."""
    style = sheet.style
    longest = 0
    for column in columns:
        words = wording_of(style, column.wordings).split()
        for row in sheet.rows(number):
            words += sheet.plain_cell(column, *row).split()
        longest += max((len(word) for word in words), default=1)
    room = style.paper.width * style.grid.width * 0.97 - len(columns) * style.grid.sides
    return min(1.0, room / (longest * size * character_width(style.data_font)))


def _shares(sheet: Sheet, columns: Sequence[Column]) -> list[float]:
    """Widths of the columns in percent, varied as far as the style wants."""
    spread = sheet.style.column_spread
    weights = [each.weight * math.exp(between(sheet.rng, -spread, spread)) for each in columns]
    return [100 * weight / sum(weights) for weight in weights]


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


def body_row(sheet: Sheet, number: int, columns: Sequence[Column], row: Row, index: int) -> str:
    """One body row; every cell has its region, empty ones too."""
    cells = []
    for place, column in enumerate(columns):
        region = sheet.markup.region("cell", table=number, row=index, column=place)
        inner = _cell_text(sheet, column, row, place, index)
        side = _alignment(sheet.style, column)
        cells.append(f'<td class="{side}">{region}<span class="v">{inner}</span></td>')
    return f"<tr>{''.join(cells)}</tr>"


def _cell_text(sheet: Sheet, column: Column, row: Row, place: int, index: int) -> str:
    if column.names[0] == ROW_NUMBER:
        return count_of(column, index) if isinstance(row, tuple) else ""
    if isinstance(row, tuple):
        return sheet.typed(sheet.cell(column, *row))
    return sheet.typed(html.escape(row)) if row and not place else ""


def _alignment(style: Style, column: Column) -> str:
    """The CSS class of a body cell; some styles set numbers to the right or all to the left."""
    number = column.names[0] in NUMBERS or column.names == AFTER
    if number and style.number_align != "center":
        return style.number_align[0]
    return "l" if style.text_align == "left" else column.align[0]


def padded(sheet: Sheet, number: int, empty: int) -> list[Row]:
    """A table's rows with empty ones after them; an empty table sometimes says that it is."""
    rows: list[Row] = list(sheet.rows(number))
    if not rows and chance(sheet.rng, 0.2):
        rows.append(pick(sheet.rng, ("NONE", "None", "N/A", "-", "Not applicable")))
    return [*rows, *[None] * empty]
