"""Look f: forms made in spreadsheets, as grids of labels and values or as lists of both."""

from __future__ import annotations

from dataclasses import replace

from training.synth.looks_cards import cards
from training.synth.looks_columns import columns, shortened
from training.synth.looks_grid_cover import cover, further_owners, heading
from training.synth.looks_grid_ends import ends
from training.synth.looks_grid_parts import Habits, habits_of
from training.synth.looks_loose import head_css, loose_css, loose_style, marks, pen
from training.synth.looks_loose_parts import table_head
from training.synth.looks_orders import counted, reordered
from training.synth.looks_plain import merged, write_dates_out
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import padded, stacked, table
from training.synth.looks_transposed import transposed
from training.synth.spelled import FORMATS, SHARES
from training.synth.style import Grid, Rng, Style, between, chance, pick

FACES = ("Carlito", "Nimbus Sans", "FreeSans", "Open Sans", "Roboto", "Lato", "DejaVu Sans",
         "Nimbus Sans Narrow")  # fmt: skip
"""What spreadsheets are set in."""

BOXES = (3.0, 2.0, 8.0, 3.0, 1.0, 1.0, 2.0)
"""Shares of the kinds of boxes: most sheets have an X in a cell."""


def grid_style(rng: Rng) -> Style:
    """A loose style with narrow rows, few rules and mostly one typeface."""
    base = loose_style(rng)
    label = pick(rng, (pick(rng, FACES), base.label_font), (3, 2))
    even = chance(rng, 0.7)
    made = marks(rng, BOXES)
    # Spreadsheets are wide.
    paper = replace(base.paper, landscape=True) if chance(rng, 0.4) else base.paper
    return replace(
        base,
        paper=paper,
        label_font=label,
        data_font=label if even or chance(rng, 0.4) else base.data_font,
        label_size=base.data_size if even else base.label_size,
        head_size=base.cell_size if chance(rng, 0.5) else base.head_size,
        marks=replace(made, box="answer") if chance(rng, 0.15) else made,
        spelled=pick(rng, FORMATS, (30, *SHARES[1:])),
        grid=_grid(rng),
        empty_rows=pick(rng, (0, 1, 3), (12, 2, 1)),
        head_numbers=chance(rng, 0.35),
        instructions=chance(rng, 0.2),
        text_align=pick(rng, ("", "left"), (2, 1)),
        number_align=pick(rng, ("right", "center", "left"), (4, 3, 2)),
        blank=pick(rng, ("", "-", "--", "N/A", "n/a"), (18, 2, 1, 1, 1)),
        row_height=pick(rng, (0.0, between(rng, 1.1, 1.9)), (4, 1)),
        jitter=0.0,
    )


def _grid(rng: Rng) -> Grid:
    """All rules, those between rows, or none; often nothing but the line's height parts rows."""
    width, colour = pen(rng)
    line = f"{width}px solid {colour}"
    cell = pick(
        rng,
        (f"border:{line}", f"border-bottom:{line}", "border:0",
         f"border-bottom:1px dotted {colour}", f"border:1px dotted {colour}"),
        (5, 3, 4, 0.5, 0.5),
    )  # fmt: skip
    outer = pick(rng, ("border:0", f"border:{line}", f"border-width:{width}px 0;"
                       f"border-style:solid;border-color:{colour}"), (3, 2, 1))  # fmt: skip
    above = pick(rng, (between(rng, 0, 1.2), between(rng, 1, 4)), (2, 1))
    return Grid(
        cell, outer, head_css(rng),
        padding=(above, between(rng, 2, 5)),
        stripe=pick(rng, ("", "#eee", "#e6e6e6"), (10, 1, 1)),
        width=pick(rng, (1.0, between(rng, 0.85, 1.0)), (4, 1)),
    )  # fmt: skip


def grid_css(style: Style) -> str:
    """The style sheet of a style; the maker's habits are variables of the body."""
    cells = ".kv>tbody>tr>td"
    small = 0.8 * style.label_size
    return loose_css(style) + (
        f".kv{{width:100%;border-collapse:collapse}}{cells}{{{style.grid.padding_css};"
        "text-align:left;vertical-align:var(--v);height:1.3em;overflow-wrap:break-word}"
        f".kv.full{{margin-top:-1px}}.kv.full>tbody>tr>td{{border:var(--b)}}"
        ".kv.rows>tbody>tr>td{border-bottom:var(--b)}"
        f"{cells}.v{{text-align:var(--a)}}{cells}.bx{{text-align:center}}{cells}.c{{text-align:"
        f"center}}{cells}.no{{text-align:var(--n)}}"
        ".b{font-weight:bold}.i{font-style:italic}.sh{background:var(--s) padding-box}"
        f".sm{{font-size:{small:.2f}px}}.nw{{white-space:nowrap}}.c{{text-align:center}}"
        ".side{display:grid;column-gap:1.5em}.key{display:flex}"
        ".warn{margin-top:2px}.cover{margin-bottom:.5em}"
    )


def grid(sheet: Sheet) -> str:
    """The body of the document."""
    rng = sheet.rng
    write_dates_out(sheet)
    habits = habits_of(sheet)
    head, first = heading(sheet, habits)
    tables = "".join(
        _table(sheet, number) for number in (0, 1)
        if not number or sheet.rows(1) or chance(rng, 0.75)
    )  # fmt: skip
    parts = [head, cover(sheet, habits, first), tables, ends(sheet, habits)]
    if habits.owners == "end":
        page = ' style="break-before:page"' if chance(rng, 0.3) else ""
        more = further_owners(sheet, habits)
        parts.append(f"<div{page}>{more}</div>" if more else "")
    return f'<div style="{_variables(sheet, habits)}">{"".join(parts)}</div>'


def _variables(sheet: Sheet, habits: Habits) -> str:
    """The CSS variables of the cover's cells."""
    rng = sheet.rng
    width, colour = pen(rng)
    line = pick(rng, ("solid", "dotted", "dashed"), (12, 1, 1))
    shade = pick(rng, ("#eee", "#e2e2e2", "#d4d4d4", "#dbe5f1"))
    return (
        f"--b:{width}px {line} {colour};--a:{habits.align};--s:{shade};"
        f"--v:{pick(rng, ('top', 'middle', 'bottom'), (4, 2, 2))};"
        f"--n:{pick(rng, ('left', 'center', 'right'))}"
    )


def _table(sheet: Sheet, number: int) -> str:
    """One table, under abbreviated heads in most sheets, in an order of its own or as cards."""
    rng = sheet.rng
    kept = columns(sheet.content.form, number)
    if chance(rng, 0.6):
        kept = sheet.kept(kept, number)
    if chance(rng, 0.3):
        kept = merged(rng, kept)
    crowded = number == 1 and not sheet.style.paper.landscape
    if crowded or chance(rng, 0.65):
        kept = shortened(rng, kept)
    if not crowded and chance(rng, 0.35):
        last = kept[-1]
        kept = [*kept[:-1], replace(last, weight=last.weight * between(rng, 1.5, 3.5))]
    before, inside = table_head(sheet, number)
    rows = padded(sheet, number, sheet.style.empty_rows)
    kind = pick(rng, ("usual", "ordered", "cards", "turned"), (5, 3, 4, 4))
    if kind in ("cards", "turned"):
        made = (
            cards(sheet, kept, rows) if kind == "cards" else transposed(sheet, number, kept, rows)
        )
        return before + (f"<div>{inside}</div>" if inside else "") + made
    if kind == "ordered":
        kept = reordered(rng, kept)
    if chance(rng, 0.2):
        kept = counted(rng, kept)
    if inside:
        return before + table(sheet, number, kept, rows, title=inside)
    # Only the forms' own order has a second part to set below the first.
    return before + stacked(sheet, number, kept, rows, 0.2 if kind == "usual" else 0.0)
