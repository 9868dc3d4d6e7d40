"""Look d: the same forms as nobody in particular typeset them; everything varies."""

from __future__ import annotations

from collections.abc import Sequence

from training.synth.looks_columns import columns
from training.synth.looks_loose_parts import closing, heading, table_head, top_boxes
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import padded, table, table_css
from training.synth.spelled import FORMATS, SHARES
from training.synth.style import (
    MONO,
    SANS,
    SERIF,
    Grid,
    Marks,
    Numbers,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
    stack,
)  # fmt: skip

CELLS = (
    ("border:{w}px solid {c}", 8.0),
    ("border-bottom:{w}px solid {c}", 3.0),
    ("border-bottom:{w}px dotted {c}", 1.0),
    ("border:{w}px dotted {c}", 1.0),
    ("border:{w}px dashed {c}", 0.5),
    ("border-left:{w}px solid {c};border-right:{w}px solid {c}", 1.0),
    ("border:3px double {c}", 0.7),
    ("border:0", 2.0),
)
FOOTNOTES = (
    ("({})", True), ("({})", False), ("[{}]", False), ("{}", True), ("[{}]", True), ("{})", False),
)  # fmt: skip
BOXES = ("square", "glyph", "bare", "brackets", "line", "ruled", "parens")
BOX_SHARES = (9.0, 5.0, 4.0, 2.0, 3.0, 2.0, 1.0)
DATES = ("%m/%d/%Y", "%-m/%-d/%Y", "%m/%d/%y", "%m-%d-%Y")


def loose_style(rng: Rng) -> Style:
    """Any style that still is a form."""
    zoom = between(rng, 0.75, 1.15)
    family = pick(rng, (SANS, SERIF, MONO), (6, 4, 1))
    label = pick(rng, family)
    data = label if chance(rng, 0.4) else pick(rng, pick(rng, (SANS, SERIF, MONO), (4, 4, 2)))
    size = between(rng, 8.7, 13.5) * zoom
    cell = size * between(rng, 0.85, 1.0)
    landscape = chance(rng, 0.45)
    colored = chance(rng, 0.12)
    return Style(
        label_font=label,
        data_font=data,
        label_size=size * between(rng, 0.75, 1.0),
        data_size=size,
        head_size=cell * between(rng, 0.7, 1.0),
        cell_size=cell,
        note_size=size * between(rng, 0.8, 1.0),
        data_color="#00a" if colored else "#000",
        note_color="#060" if colored else "#000",
        data_weight=pick(rng, (400, 700), (9, 1)),
        line_height=between(rng, 1.05, 1.45),
        marks=marks(rng),
        numbers=Numbers(
            pick(rng, DATES, (16, 2, 1, 1)), pick(rng, ("$", ""), (3, 1)), chance(rng, 0.3)
        ),
        paper=_paper(rng, landscape),
        grid=_grid(rng),
        repeat_heads=chance(rng, 0.6),
        empty_rows=pick(rng, (0, 1, 2, 4, 8), (12, 2, 2, 1, 1)),
        upper_heads=chance(rng, 0.12),
        head_numbers=chance(rng, 0.75),
        instructions=chance(rng, 0.6),
        wording=int(rng.integers(12)),
        head_align=pick(rng, ("left", "center")),
        head_vertical=pick(rng, ("top", "middle", "bottom"), (4, 1, 3)),
        vertical=pick(rng, ("top", "middle", "bottom"), (4, 3, 1)),
        number_align=pick(rng, ("center", "right", "left"), (4, 2, 1)),
        column_spread=pick(rng, (0.05, 0.2, 0.4)),
        row_height=pick(rng, (0.0, between(rng, 1.3, 2.4)), (3, 1)),
        spelled=pick(rng, FORMATS, SHARES),
        jitter=pick(rng, (0.0, 0.8), (8, 1)),
    )


def marks(rng: Rng, boxes: Sequence[float] = BOX_SHARES) -> Marks:
    """Footnote marks and boxes to tick; `boxes` are the shares of `BOXES`."""
    footnote, raised = pick(rng, FOOTNOTES, (12, 4, 2, 1, 1.5, 1))
    glyph = pick(rng, ("☒", "☑"))
    yes = pick(rng, ("X", "x", "✓", "✔", "■", "×"), (10, 3, 3, 2, 2, 1))
    box = pick(rng, BOXES, boxes)
    if box not in ("square", "glyph"):
        yes = pick(rng, ("X", "x", "✓"), (8, 2, 1 if box in ("bare", "ruled") else 0))
    return Marks(footnote, raised, box, yes, glyph, between(rng, 0.85, 1.3))


def _paper(rng: Rng, landscape: bool) -> Paper:
    margin = between(rng, 0.3, 1.0)
    side = between(rng, 0.3, 0.9)
    font = f"font:8px {stack(pick(rng, (*SANS, *SERIF)))};"
    page = pick(
        rng,
        ("'Page ' counter(page) ' of ' counter(pages)", "counter(page)", "'- ' counter(page) ' -'"),
    )
    corners = ((pick(rng, ("bottom-center", "bottom-right", "top-right")), page + ";" + font),)
    size = pick(rng, ("letter", "A4", "legal"), (7, 3, 1))
    return Paper(size, landscape, (margin, side, margin, side), corners if chance(rng, 0.5) else ())


def pen(rng: Rng) -> tuple[float, str]:
    """Width in px and colour of a table's rules."""
    width = pick(rng, (1, 1.5, 2, 0.6), (10, 2, 1, 2))
    return width, pick(rng, ("#000", "#333", "#777", "#aaa"), (10, 3, 2, 1))


def head_css(rng: Rng) -> str:
    """What sets a table's heads off from its rows."""
    return pick(
        rng,
        ("", "background:#eee", "background:#ddd", "font-weight:bold", "font-style:italic",
         "background:#ccc;font-weight:bold"),
        (8, 2, 1, 3, 0.5, 1),
    )  # fmt: skip


def _grid(rng: Rng) -> Grid:
    width, colour = pen(rng)
    cell = pick(rng, [css for css, _ in CELLS], [share for _, share in CELLS])
    cell = cell.format(w=width, c=colour)
    outer = pick(
        rng, (f"border:{width}px solid {colour}", f"border:2.5px solid {colour}", "border:0")
    )
    head = head_css(rng)
    padding = (between(rng, 0.5, 5), between(rng, 1.5, 6))
    stripe = pick(rng, ("", "#eee", "#e4e4e4"), (12, 1, 1))
    return Grid(cell, outer, head, padding, stripe=stripe)


def loose_css(style: Style) -> str:
    """The style sheet of a style."""
    grid = style.grid
    boxed = grid.cell if grid.cell.startswith("border:") and "border:0" not in grid.cell else ""
    return table_css(style) + (
        ".grid td .v{min-height:1em;display:inline-block}"
        f".hg{{display:grid}}.hx{{position:relative;{grid.padding_css};"
        f"{boxed or 'border:0'}}}"
        "table.w{width:100%}.w td{padding:1px 3px;vertical-align:top}"
        "h1,h2{margin:.2em 0;font-size:1.15em}.tb{margin:.5em 0}"
        f"h1,h2,.hx .lbl{{font-weight:{'normal' if style.wording % 3 else 'bold'}}}"
        ".two{column-count:2}.ul{border-bottom:1px solid #000}"
        f".small{{font-size:{style.label_size * 0.85:.2f}px}}"
    )


def loose(sheet: Sheet) -> str:
    """The body of the document."""
    parts = [heading(sheet), top_boxes(sheet)]
    for number in (0, 1):
        if number and not sheet.rows(1) and chance(sheet.rng, 0.25):
            continue
        parts.append(_table(sheet, number))
    parts.append(closing(sheet))
    return "".join(parts)


def _table(sheet: Sheet, number: int) -> str:
    rng = sheet.rng
    kept = columns(sheet.content.form, number)
    if chance(rng, 0.5):
        kept = sheet.kept(kept, number)
    rows = padded(sheet, number, sheet.style.empty_rows)
    before, inside = table_head(sheet, number)
    return before + table(sheet, number, kept, rows, title=inside)
