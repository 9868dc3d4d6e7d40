"""Schedules as filing agents set them in HTML: ruled cover pages, items with headings, exhibits."""

from __future__ import annotations

import html

from training.synth.schedule_cover import cover_manner, cover_sheet
from training.synth.schedule_extra import other_exhibits
from training.synth.schedule_rows import cover_page, row_manner
from training.synth.schedule_sections import agreement, items, section_manner, signatures
from training.synth.schedule_sheet import PAGE_NUMBERS, Head, ScheduleSheet
from training.synth.style import (
    ARIAL_LIKE,
    SANS,
    SERIF,
    TIMES_LIKE,
    TYPEWRITER,
    Grid,
    Marks,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
)

BOX_SHARES = {
    "square": 4.0, "glyph": 6.0, "checked": 1.5, "hollow": 1.0, "solid": 0.4, "wing": 2.5,
    "dots": 3.0, "thorn": 2.0, "letters": 2.0, "brackets": 3.0, "tight": 0.7, "small": 2.0,
    "wide": 0.7, "lined": 0.7, "slashes": 1.0, "slash": 0.7, "parens": 0.4, "paren": 0.4,
    "line": 0.5, "short": 0.5, "bare": 0.7, "low": 0.3,
}  # fmt: skip
FONT_GROUPS = ((TIMES_LIKE, 6.0), (ARIAL_LIKE, 3.0), (SERIF, 1.0), (SANS, 1.0), (TYPEWRITER, 0.3))
BORDERS = (
    ("border:{w}px solid {c}", 6.0),
    ("border-top:{w}px solid {c};border-bottom:{w}px solid {c}", 2.0),
    ("border-bottom:{w}px solid {c}", 2.0),
    ("border:0", 1.2),
    ("border:{w}px dotted {c}", 0.2),
)


def modern_style(rng: Rng) -> Style:
    """A style as filing agents have them: Times of ten points mostly, letter paper."""
    font = pick(rng, pick(rng, [fonts for fonts, _ in FONT_GROUPS], [s for _, s in FONT_GROUPS]))
    size = pick(rng, (between(rng, 12.5, 14.5), between(rng, 10.0, 16.5)), (3, 2))
    borders = pick(rng, [css for css, _ in BORDERS], [share for _, share in BORDERS])
    width, colour = (
        pick(rng, (0.7, 1.0, 1.5, 2.0), (2, 5, 1, 0.5)),
        pick(rng, ("#000", "#666"), (6, 1)),
    )
    return Style(
        label_font=font,
        data_font=font,
        label_size=size,
        data_size=size,
        note_size=size * between(rng, 0.75, 1.0),
        line_height=between(rng, 1.05, 1.4),
        marks=Marks(
            raised=chance(rng, 0.5),
            box=pick(rng, tuple(BOX_SHARES), tuple(BOX_SHARES.values())),
            yes=pick(rng, ("X", "x", "✓", "✗"), (6, 3, 1, 1)),
            box_size=between(rng, 0.75, 1.1),
        ),
        paper=_paper(rng),
        grid=Grid(
            borders.format(w=width, c=colour),
            padding=(between(rng, 0.0, 7.0), between(rng, 2.0, 8.0)),
        ),
        number_align=pick(rng, ("center", "left", "right"), (5, 3, 1)),
        vertical=pick(rng, ("top", "middle", "bottom"), (8, 2, 0.3)),
        text_align=pick(rng, ("left", "justify"), (3, 1)),
        row_height=pick(rng, (0.0, between(rng, 1.5, 4.4)), (2, 3)),
        column_spread=between(rng, 0.0, 1.0),
    )


def _paper(rng: Rng) -> Paper:
    upright, side = between(rng, 0.45, 1.0), between(rng, 0.4, 1.1)
    size = pick(rng, ("letter", "A4", "legal"), (12, 2, 0.4))
    return Paper(size, margins=(max(upright, 0.55), side, upright, side))


def modern_css(style: Style) -> str:
    """The rules of cover sheet, cover pages, items and signatures."""
    spread = style.column_spread
    height = f"height:{style.row_height:.1f}em;" if style.row_height else ""
    return (
        ".cs{text-align:center}.tt{font-weight:bold}.hr{border-bottom:1px solid #000;"
        "display:inline-block;min-width:45%}.pr.col{display:flex;gap:2em;margin:.6em 0}"
        ".pr.col>*{flex:1}.omb{float:right;border:1px solid #000;font-size:.65em;width:14em}"
        f".cv{{width:100%;border-collapse:collapse;margin:.4em 0}}.cv td{{{style.grid.cell};"
        f"{style.grid.padding_css};vertical-align:{style.vertical};{height}}}"
        f".c1{{width:{3.5 + 3 * spread:.1f}em}}.c2{{width:{7 + 5 * spread:.1f}em}}"
        f".c5{{width:{25 + 12 * spread:.0f}%}}.no{{text-align:{style.number_align}}}"
        f".blk{{text-align:{'center' if spread > 0.4 else 'left'}}}"
        ".fx{display:flex;justify-content:space-between;gap:1.5em}"
        f".bx{{padding-left:{spread * 20:.0f}em}}"
        f".nt{{font-size:{style.note_size:.2f}px;margin:.4em 0}}"
        ".hd{width:100%;border-collapse:collapse;margin-bottom:.6em}.hd td{padding:2px 6px}"
        f".it{{width:auto;text-align:{style.text_align}}}"
        ".it td{vertical-align:top;padding:1px 4px}.it tr,.tx tr{break-inside:auto}"
        ".in{min-width:3.2em;white-space:nowrap}.ib{min-width:1.6em}"
        f".ic{{width:{14 + 5 * spread:.1f}em}}.it p{{margin:.25em 0}}"
        f"p,.ih{{text-align:{style.text_align}}}.ih{{margin-top:.5em;break-after:avoid}}"
        f".tx1{{text-indent:{pick_indent(spread)}}}"
        ".et{text-align:center;break-after:avoid}.ps{display:flex;flex-wrap:wrap}.pc{width:48%;margin-right:2%}"
        ".st{width:100%;border-collapse:collapse}.st td{border:1px solid #000;padding:6px}"
        "hr{border:0;border-top:1px solid #000}"
    )


def pick_indent(spread: float) -> str:
    """The first line's indent of paragraphs: none mostly."""
    return "2.5em" if spread > 0.75 else "0"


def modern_body(sheet: ScheduleSheet) -> str:
    """Cover sheet, a cover page per person, items, signatures, exhibits."""
    rng = sheet.rng
    margin_heads = chance(rng, 0.45)
    head = sheet.head() if margin_heads else _footer(rng)
    parts = [f"<style>{sheet.heads(head)}</style>" if head else ""]
    parts.append(cover_sheet(sheet, cover_manner(rng)))
    rows, sections = row_manner(rng), section_manner(rng)
    strip = None if margin_heads else _strip_shape(rng)
    persons = len(sheet.content.persons)
    total = persons + int(rng.integers(3, 12))
    apart = chance(rng, 0.9)
    for index in range(1, persons + 1):
        css = "page" if apart or index % 2 else "gap"
        top = _strip(sheet, strip, index + 1, total)
        parts.append(f'<div class="{css}">{top}{cover_page(sheet, index, rows)}</div>')
    css = "page" if chance(rng, 0.85) else "gap"
    top = _strip(sheet, strip, persons + 2, total)
    parts.append(f'<div class="{css}">{top}{items(sheet, sections)}</div>')
    parts += [signatures(sheet, sections), agreement(sheet, sections), other_exhibits(sheet)]
    return "".join(parts)


def _footer(rng: Rng) -> Head | None:
    """A page number in the middle of the bottom margin, where the heads stand in the text."""
    if not chance(rng, 0.4):
        return None
    return Head(middle=pick(rng, PAGE_NUMBERS), bottom=True, size=between(rng, 8, 12))


def _strip_shape(rng: Rng) -> str:
    """The head of a page as HTML; `{cusip}`, `{name}`, `{page}` and `{total}` stand for what."""
    number = pick(rng, ("CUSIP No. {cusip}", "CUSIP NO. {cusip}", "CUSIP No.: {cusip}",
                        "CUSIP # {cusip}", "CUSIP NUMBER: {cusip}"))  # fmt: skip
    page = pick(rng, ("Page {page} of {total} Pages", "Page {page} of {total}", "PAGE {page} OF "
                      "{total} PAGES", "{page}", ""))  # fmt: skip
    name = pick(rng, ("{name}", "SCHEDULE {name}", ""))
    cells = [number, name, page] if chance(rng, 0.8) else [number, page]
    border = pick(rng, ("", "border:1px solid #000", "border-bottom:1px solid #000"), (4, 2, 1))
    aligns = ("left", "center", "right")
    inner = "".join(f'<td style="{border};text-align:{align}">{cell}</td>'
                    for align, cell in zip(aligns, cells, strict=False))  # fmt: skip
    return f'<table class="hd"><tr>{inner}</tr></table>'


def _strip(sheet: ScheduleSheet, shape: str | None, page: int, total: int) -> str:
    if not shape:
        return ""
    cusip = html.escape(sheet.content.cusip)
    name = sheet.content.form.split()[1]
    return shape.format(cusip=cusip, name=name, page=page, total=total)
