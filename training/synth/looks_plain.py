"""Look e: forms set without boxes, as word processors, typewriters and text filings have them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from training.synth.looks_columns import Column, columns, table_title
from training.synth.looks_plain_ends import explanations, further_owners, signatures
from training.synth.looks_plain_parts import (
    MONTHS,
    Manner,
    header_items,
    heading,
    manner_of,
    typed_rule,
)
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import padded, stacked, table_css
from training.synth.spelled import FORMATS, SHARES
from training.synth.style import (
    MONO,
    SANS,
    SERIF,
    TYPEWRITER,
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

DATES = ("%m/%d/%Y", "%-m/%-d/%Y", "%m/%d/%y", "%-m/%-d/%y", "%m-%d-%Y", "%m-%d-%y")
FOOTNOTES = ("({})", "[{}]", "*{}", "{}", "{})")
BOXES = ("brackets", "parens", "short", "line", "bare", "ruled", "square", "glyph")
SEPARATORS = (
    ("border:0", 10.0),
    ("border-bottom:1px dashed {c}", 1.5),
    ("border-bottom:1px dotted {c}", 1.5),
    ("border-bottom:{w}px solid {c}", 1.5),
)
FRAMES = (
    ("border:0", 8.0),
    ("border-width:1px 0;border-style:solid", 1.0),
    ("border-width:1px 0;border-style:dashed", 1.0),
    ("border-width:3px 0;border-style:double", 1.0),
)
HEADS = (
    ("", 6.0), ("border-bottom:1px solid #000", 3.0), ("text-decoration:underline", 2.0),
    ("border-bottom:1px dashed #000", 1.0), ("font-weight:bold", 2.0), ("font-style:italic", 0.7),
    ("border-bottom:3px double #000", 0.7), ("font-weight:bold;border-bottom:2px solid #000", 1.0),
)  # fmt: skip


def plain_style(rng: Rng) -> Style:
    """Half of them in one fixed-pitch face and size, the others as word processors set them."""
    fixed = chance(rng, 0.5)
    label = pick(rng, pick(rng, (TYPEWRITER, MONO)) if fixed else pick(rng, (SANS, SERIF)))
    data = label if fixed or chance(rng, 0.7) else pick(rng, pick(rng, (SANS, SERIF, MONO)))
    size = between(rng, 7.5, 13.5)
    even = fixed and chance(rng, 0.8)
    cell = size * (between(rng, 0.9, 1.0) if even else between(rng, 0.8, 1.0))
    number_align = pick(rng, ("center", "right", "left"), (2, 5, 2))
    marks = _marks(rng, fixed)
    return Style(
        label_font=label,
        data_font=data,
        label_size=size,
        data_size=size if even else size * between(rng, 0.9, 1.15),
        head_size=cell if even else cell * between(rng, 0.75, 1.0),
        cell_size=cell,
        note_size=size if even else size * between(rng, 0.85, 1.0),
        data_weight=400 if fixed else pick(rng, (400, 700), (9, 1)),
        line_height=between(rng, 1.0, 1.5),
        marks=marks,
        numbers=Numbers(
            pick(rng, DATES, (14, 2, 3, 2, 1, 1)), pick(rng, ("$", ""), (2, 1)), chance(rng, 0.4)
        ),
        paper=_paper(rng, chance(rng, 0.5), label),
        grid=_grid(rng, marks.raised),
        repeat_heads=chance(rng, 0.5),
        empty_rows=pick(rng, (0, 1, 3), (15, 1, 1)),
        upper_heads=chance(rng, 0.2),
        head_numbers=chance(rng, 0.6),
        instructions=chance(rng, 0.35),
        wording=int(rng.integers(12)),
        head_align=pick(rng, ("left", "center")),
        head_vertical=pick(rng, ("top", "middle", "bottom"), (3, 1, 4)),
        vertical=pick(rng, ("top", "middle", "bottom"), (6, 2, 1)),
        number_align=number_align,
        text_align=pick(rng, ("", "left")),
        column_spread=pick(rng, (0.05, 0.2, 0.4)),
        head_rule=pick(rng, ("", "-", "="), (3, 2, 1) if fixed else (12, 1, 1)),
        row_rule=pick(rng, ("", "-", "- ", "="), (8, 2, 1, 0.5) if fixed else (20, 1, 0, 0)),
        blank=pick(rng, ("", "-", "--", "---", "N/A", "n/a", "—"), (18, 2, 2, 1, 2, 1, 1)),
        spelled=pick(rng, FORMATS, SHARES),
        jitter=pick(rng, (0.0, 0.7), (8, 1)),
    )


def _marks(rng: Rng, fixed: bool) -> Marks:
    raised = chance(rng, 0.2 if fixed else 0.6)
    footnote = pick(rng, FOOTNOTES, (10, 1, 0, 4, 0) if raised else (10, 2, 1, 0, 2))
    if fixed:
        shares = (6.0, 3.0, 3.0, 2.0, 2.0, 1.0, 0.5, 0.3)
    else:
        shares = (4.0, 2.0, 2.0, 1.0, 3.0, 2.0, 2.0, 2.0)
    box = pick(rng, BOXES, shares)
    yes = pick(rng, ("X", "x", "✓"), (8, 3, 0 if fixed or box in ("bare", "ruled") else 1))
    before = pick(rng, (" ", "", "<br>", "&nbsp;&nbsp;"), (6, 5, 1, 1))
    glyph = pick(rng, ("☒", "☑"))
    return Marks(footnote, raised, box, yes, glyph, between(rng, 0.85, 1.2), before)


def _paper(rng: Rng, landscape: bool, font: str) -> Paper:
    upright, side = between(rng, 0.3, 1.0), between(rng, 0.3, 1.1)
    text = pick(
        rng,
        ("'Page ' counter(page) ' of ' counter(pages)", "counter(page)", "'-' counter(page) '-'",
         "'Page ' counter(page)"),
    )  # fmt: skip
    place = pick(rng, ("bottom-center", "bottom-right", "top-right", "bottom-left"))
    corners = ((place, f"{text};font:9px {stack(font)};"),) if chance(rng, 0.4) else ()
    size = pick(rng, ("letter", "A4", "legal"), (7, 3, 1))
    return Paper(size, landscape, (upright, side, upright, side), corners)


def _grid(rng: Rng, raised: bool) -> Grid:
    """Rules and white space of the tables; raised marks need a little room above the line."""
    width, colour = pick(rng, (0.6, 1, 1.5)), pick(rng, ("#000", "#555", "#999"), (4, 1, 1))
    cell = pick(rng, [css for css, _ in SEPARATORS], [share for _, share in SEPARATORS])
    frame = pick(rng, [css for css, _ in FRAMES], [share for _, share in FRAMES])
    head = pick(rng, [css for css, _ in HEADS], [share for _, share in HEADS])
    least = 2.2 if raised else 0.0
    above = pick(rng, (between(rng, least, least + 1.5), between(rng, least, 7)), (3, 1))
    return Grid(
        cell.format(w=width, c=colour), frame, head,
        padding=(above, pick(rng, (between(rng, 1, 3), between(rng, 3, 7)), (2, 1))),
        stripe=pick(rng, ("", "#eee", "#e2e2e2"), (12, 1, 1)),
        width=pick(rng, (1.0, between(rng, 0.75, 1.0)), (2, 1)),
        packed=chance(rng, 0.3),
    )  # fmt: skip


def plain_css(style: Style) -> str:
    """The style sheet of a style."""
    piped = ""
    if style.wording == 0:
        piped = ".grid>*>tr>*:not(.ru):not(:first-child)::before{content:'|';position:absolute;" \
                "left:-.3em}"  # fmt: skip
    return (
        table_css(style)
        + piped
        + (
            "table.w{width:100%}.w td{padding:0 2px;vertical-align:top}"
            ".hx{position:relative}.rule{white-space:nowrap;line-height:1.1}"
            ".side{display:grid;column-gap:1.8em}.nw{white-space:nowrap}"
            ".it{margin:.25em 0}.tb{margin:.4em 0}.b{font-weight:bold}.u{text-decoration:underline}"
        )
    )


def plain(sheet: Sheet) -> str:
    """The body of the document."""
    manner = manner_of(sheet)
    write_dates_out(sheet)
    between_parts = typed_rule(sheet, manner)
    tables = [
        _table(sheet, number, manner)
        for number in (0, 1)
        if not number or sheet.rows(1) or chance(sheet.rng, 0.7)
    ]
    ends = [explanations(sheet, manner), signatures(sheet, manner)]
    if chance(sheet.rng, 0.12):
        ends.reverse()
    more = further_owners(sheet, manner) if manner.owners == "after" else ""
    if chance(sheet.rng, 0.5):
        parts = [heading(sheet, manner), header_items(sheet, manner), more, *tables, *ends]
    else:
        parts = [heading(sheet, manner), header_items(sheet, manner), *tables, *ends, more]
    return between_parts.join(part for part in parts if part)


def write_dates_out(sheet: Sheet) -> None:
    """Dates outside the tables are sometimes written with the month's name."""
    rng = sheet.rng
    for name in ("periodOfReport", "dateOfOriginalSubmission", "signatureDate"):
        if chance(rng, 0.3):
            sheet.date_formats[name] = pick(rng, ("%B %-d, %Y", "%b. %-d, %Y", "%b %-d, %Y"))
    if sheet.family == "4" and not sheet.has("aff10b5One") and chance(rng, 0.15):
        sheet.date_formats["periodOfReport"] = pick(rng, MONTHS)


def _table(sheet: Sheet, number: int, manner: Manner) -> str:
    rng = sheet.rng
    kept = columns(sheet.content.form, number)
    if chance(rng, 0.6):
        kept = sheet.kept(kept, number)
    kept = merged(rng, kept)
    title, subtitle = table_title(sheet.content.form, number)
    title = title.replace(" - ", pick(rng, (" - ", " -- ", ". ", ": ", "  ")))
    title = title.upper() if manner.upper else title
    text = html.escape(title)
    if subtitle and chance(rng, 0.6):
        text += f"<br>{html.escape(subtitle)}"
    css = pick(rng, ("", "b", "u", "b u"))
    align = pick(rng, ("left", "center"))
    before = (
        f'<div class="{css}" style="text-align:{align};break-after:avoid;margin-top:.5em">'
        f"{text}</div>"
    )
    rows = padded(sheet, number, sheet.style.empty_rows)
    return before + stacked(sheet, number, kept, rows, 0.3)


AMOUNT_SHAPES = (("{0}", " ({0})"), ("{0}", " {0}"), ("{0}", "({0})"), ("{0}", " / {0}"))
SIDE_SHAPES = (("{0} ({1})",) * 2, ("{0} {1}",) * 2, ("({1}) {0}",) * 2)
NATURE_SHAPES = (("{0}", " {0}"), ("{0}", " - {0}"), ("{0}", " ({0})"), ("({0})", " {0}"))
UNDER_SHAPES = (("{0}", " {0}", " {0}"), ("{0}", "<br>{0}", "<br>{0}"), ("{0}", "; {0}", "; {0}"))


def merged(rng: Rng, columns_: Sequence[Column]) -> list[Column]:
    """Some neighbours written into one cell: amount and side, D or I and nature, title and amount.

    Typed tables save columns where a printed form has one for every letter.
    """
    found = list(columns_)
    if chance(rng, 0.3):
        pair = ("transactionShares", "transactionAcquiredDisposedCode")
        found = _joined(found, pair, pick(rng, AMOUNT_SHAPES))
    if chance(rng, 0.3):
        found = _one_sided(found, pick(rng, SIDE_SHAPES))
    if chance(rng, 0.25):
        pair = ("directOrIndirectOwnership", "natureOfOwnership")
        found = _joined(found, pair, pick(rng, NATURE_SHAPES))
    if chance(rng, 0.2):
        pair = ("underlyingSecurityTitle", "underlyingSecurityShares")
        found = _joined(found, pair, pick(rng, UNDER_SHAPES))
    return found


def _joined(found: list[Column], pair: tuple[str, str], shapes: tuple[str, ...]) -> list[Column]:
    """The columns with two neighbours as one, under the head that stood over both."""
    for place, (left, right) in enumerate(pairwise(found)):
        if (left.names[0], right.names[0]) == pair:
            lone = left.span if sum(each.span == left.span for each in found) == len(pair) else None
            joined = replace(
                left, names=left.names + right.names, weight=left.weight + right.weight,
                shapes=shapes, align="left",
            )  # fmt: skip
            if lone:
                joined = replace(joined, number=lone.number, wordings=lone.wordings, span=None)
            elif not left.span:
                words = tuple(f"{one}; {two}" for one, two in
                              zip(left.wordings, right.wordings, strict=False))  # fmt: skip
                joined = replace(joined, wordings=words)
            return [*found[:place], joined, *found[place + 2 :]]
    return found


def _one_sided(found: list[Column], shapes: tuple[str, ...]) -> list[Column]:
    """The columns (A) and (D) of Table II as one, the letter beside the number."""
    sides = [each for each in found if each.variant]
    if not sides or sides[0].span is None:
        return found
    first, span = sides[0], sides[0].span
    one = replace(
        first, number=span.number, wordings=span.wordings, instruction=span.instruction, span=None,
        weight=sum(each.weight for each in sides), variant="AD", shapes=shapes,
    )  # fmt: skip
    place = found.index(first)
    return [*found[:place], one, *found[place + len(sides) :]]
