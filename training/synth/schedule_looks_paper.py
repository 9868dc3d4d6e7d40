"""Look: the Commission's printed forms SEC 1745 and 1746 with typed values, items typed behind."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

from training.synth.schedule_blocks import Row, Wording, cover_rows, inline, wording_of
from training.synth.schedule_looks_columns import columns_css, set_endings, set_items
from training.synth.schedule_looks_typed import printed, type_endings, type_items, typed_css
from training.synth.schedule_notice import notice_lines
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.schedule_typist import Typist
from training.synth.schedule_wording import (
    CAPTION_CLASS,
    CAPTION_CUSIP,
    CAPTION_EVENT,
    CAPTION_ISSUER,
    CAPTION_NOTICE,
    CITY,
    COMMISSION,
    NOT_FILED,
    OWNED_BY,
    PAPER_COPIES,
    PREVIOUS_RULES,
    PREVIOUSLY,
    REMAINDER,
    RULES_ASKED,
    UNDER_ACT,
)
from training.synth.schedule_wording_typed import FEE_NOTICE, INSTRUCTIONS, OLD_COPIES
from training.synth.style import (
    ARIAL_LIKE,
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
    stack,
)

FACE_WIDTH = 0.603
"""Width of a character of the widest fixed-pitch face, em."""
BOXES = ("square", "glyph", "line", "short", "brackets", "slashes", "hollow")
BOX_SHARES = (6, 1, 2, 2, 1, 1, 1)
BURDENS = ("14.90", "14.9", "10.4", "11", "15.00")
EXPIRES = ("October 31, 1994", "August 31, 1999", "December 31, 2005", "February 28, 2009",
           "September 30, 1988", "October 31, 2002")  # fmt: skip


COLUMNS = (
    '<colgroup><col style="width:2.8em"><col style="width:15%"><col style="width:2.8em"><col>'
    "</colgroup>"
)


def paper_style(rng: Rng) -> Style:
    """A printed form in the Commission's type, filled with a typewriter or its like."""
    label = pick(rng, pick(rng, (TIMES_LIKE, ARIAL_LIKE), (2, 3)))
    data = pick(rng, TYPEWRITER) if chance(rng, 0.85) else pick(rng, ARIAL_LIKE)
    size = between(rng, 9, 12.5)
    side = between(rng, 0.4, 0.9)
    paper = Paper(pick(rng, ("letter", "A4", "legal"), (9, 1, 1)),
                  margins=(between(rng, 0.4, 0.9), side, between(rng, 0.4, 0.9), side))  # fmt: skip
    typed = min(between(rng, 11, 13.5), paper.width / (66 * FACE_WIDTH))
    columns = int(paper.width / (typed * FACE_WIDTH))
    rule = pick(rng, ("1px solid #000", "0.7px solid #000", "1.5px solid #000", "1px solid #444"))
    return Style(
        label_font=label, data_font=data, label_size=size, data_size=typed, note_size=typed * 0.95,
        data_color=pick(rng, ("#000", "#222", "#00008b"), (8, 2, 0.5)),
        line_height=between(rng, 1.05, 1.25),
        marks=Marks(raised=False, box=pick(rng, BOXES, BOX_SHARES), yes=pick(rng, ("X", "x"))),
        paper=paper,
        grid=Grid(f"border:{rule}", f"border:{rule}"),
        jitter=pick(rng, (0.0, 0.6, 1.2, 2.0), (3, 3, 2, 1)),
        row_height=float(min(columns, 84)),
    )  # fmt: skip


def paper_css(style: Style) -> str:
    """The style sheet of a style."""
    rule = style.grid.cell
    return (
        columns_css(style)
        + typed_css(style)
        + f".tp{{font:{style.data_size:.2f}px/{style.line_height:.2f} {stack(style.data_font)};"
        f"color:{style.data_color}}}"
        f".pf{{border-collapse:collapse;width:100%}}.pf td{{{rule};padding:2px 4px;"
        "vertical-align:top}.pf .cp{font-weight:bold}.ce{text-align:center}.b{font-weight:bold}"
        ".fi{table-layout:fixed}.sh{break-before:page}.sm{font-size:90%}.ga{margin-top:.8em}.fx{display:flex}"
        f".om{{{rule};padding:3px 6px;font-size:82%;width:14em;margin-left:auto}}"
        ".dt{border-bottom:1px dotted #000}.so{border-bottom:1px solid #000}"
    )


def paper_body(sheet: ScheduleSheet) -> str:
    """The printed sheets, and the items typed on pages behind them."""
    rng = sheet.rng
    rows = wording_of(rng)
    # The printed form asks in capitals of one size, as a rule.
    if chance(rng, 0.7):
        rows = replace(rows, captions={tag: text.upper() for tag, text in rows.captions.items()})
    height = between(rng, 2.6, 4.6)
    persons = len(sheet.content.persons)
    sheets = [cover_sheet(sheet)]
    sheets += [_cover_page(sheet, index, rows, height) for index in range(1, persons + 1)]
    pages = "".join(f'<div class="{"sh" if number else ""}">{page}</div>'
                    for number, page in enumerate(sheets))  # fmt: skip
    if sheet.style.data_font not in TYPEWRITER:
        return pages + f'<div class="d">{set_items(sheet, "page")}{set_endings(sheet)}</div>'
    typist = Typist(sheet, int(sheet.style.row_height))
    type_items(typist)
    type_endings(typist)
    return pages + printed(typist, persons + 1)


def typed(sheet: ScheduleSheet, inner: str) -> str:
    """A value typed into the form, a little off its place."""
    reach = sheet.style.jitter
    if not inner:
        return ""
    left, top = sheet.rng.normal(0, reach, 2).clip(-2 * reach, 2 * reach) if reach else (0, 0)
    return f'<span class="d ty" style="left:{left:.1f}px;top:{top:.1f}px">{inner}</span>'


def _cover_page(sheet: ScheduleSheet, index: int, wording: Wording, height: float) -> str:
    """The second page of the form, for one person; `height` is that of a row in lines."""
    rows = cover_rows(sheet, index, wording)
    powers = [row for row in rows if row.is_power]
    first = rows.index(powers[0])
    last = rows[first + len(powers) :]
    body = "".join(_row(sheet, row, height) for row in rows[:first])
    body += _powers(sheet, powers, height)
    body += "".join(_row(sheet, row, height) for row in last)
    note = pick(sheet.rng, INSTRUCTIONS)
    number = "1745" if sheet.content.family == "13G" else "1746"
    edition = pick(sheet.rng, ("2-92", "12-91", "3-98"))
    foot = (
        f'<div class="ce b">{note}</div><div class="fx sm"><div style="flex:1">SEC {number} '
        f"({edition})</div><div>Page {index + 1} of {len(sheet.content.persons) + 4} pages</div>"
        "</div>"
    )
    notes = "".join(f'<div class="n">{sheet.words("coverComment", text, index)}</div>'
                    for text in sheet.content.persons[index - 1].comment)  # fmt: skip
    return f'{_head(sheet, index)}<table class="pf fi">{COLUMNS}{body}</table>{notes}{foot}'


def _head(sheet: ScheduleSheet, index: int) -> str:
    """The boxes above the rows: number, schedule, page."""
    cusip = typed(sheet, html.escape(sheet.content.cusip))
    page = typed(sheet, str(index + 1))
    total = typed(sheet, str(len(sheet.content.persons) + 4))
    cells = (f"CUSIP No. <span class='so'>{cusip}</span>", f"<b>{sheet.content.family}</b>",
             f"Page {page} of {total} Pages")  # fmt: skip
    css = "pf" if chance(sheet.rng, 0.6) else ""
    inner = "".join(f"<td style='width:33%' class='ce'>{cell}</td>" for cell in cells)
    return f'<table class="{css}" style="width:100%;margin-bottom:1.5em"><tr>{inner}</tr></table>'


def _row(sheet: ScheduleSheet, row: Row, height: float) -> str:
    return (
        f'<tr style="height:{height:.1f}em"><td class="ce">{row.number}</td>'
        f'<td colspan="3">{_filled(sheet, row)}</td></tr>'
    )


def _filled(sheet: ScheduleSheet, row: Row) -> str:
    """A caption and what was typed below it; boxes stand at the right."""
    caption = f'<span class="cp">{html.escape(row.caption).replace(chr(10), "<br>")}</span>'
    if row.options:
        boxes = "".join(f"<div>{box}</div>" for box in row.boxes)
        return f'<div class="fx"><div style="flex:1">{caption}</div><div>{boxes}</div></div>'
    value = inline(sheet, row.value)
    if row.is_box:
        return f'<div class="fx"><div style="flex:1">{caption}</div><div>{value}</div></div>'
    lines = "".join(
        f"<div>&emsp;{typed(sheet, line)}</div>" for line in value.split("<br>") if line
    )
    return caption + lines


def _powers(sheet: ScheduleSheet, rows: Sequence[Row], height: float) -> str:
    words = pick(sheet.rng, OWNED_BY).upper()
    side = f'<td colspan="2" rowspan="4" class="ce cp" style="vertical-align:middle">' \
           f"{words}</td>"  # fmt: skip
    made = ""
    for place, row in enumerate(rows):
        made += (
            f'<tr style="height:{height:.1f}em">{"" if place else side}'
            f'<td class="ce">{row.number}</td>'
            f"<td>{_filled(sheet, row)}</td></tr>"
        )
    return made


def cover_sheet(sheet: ScheduleSheet) -> str:
    """The first page of the form."""
    rng, content = sheet.rng, sheet.content
    made = [_approval(rng)] if chance(rng, 0.75) else []
    agency = "<br>".join((*COMMISSION, pick(rng, CITY)))
    made.append(f'<div class="ce b">{agency}</div>')
    size = between(rng, 120, 190)
    made.append(f'<div class="ce b ga" style="font-size:{size:.0f}%">{sheet.title_word()}</div>')
    made.append(f'<div class="ce b ga">{pick(rng, UNDER_ACT)}</div>')
    amendment = sheet.amendment_line()
    made.append(f'<div class="ce ga">{amendment}</div>' if amendment else "")
    made += [_entries(sheet), _asked(sheet)]
    if content.family == "13D":
        made.append(f'<p class="sm">{html.escape(pick(rng, (*PAPER_COPIES, OLD_COPIES)))}</p>')
    made.append(f'<p class="sm">*{html.escape(pick(rng, REMAINDER))}</p>')
    made.append(f'<p class="sm">{html.escape(pick(rng, NOT_FILED))}</p>')
    return "".join(made)


def _approval(rng: Rng) -> str:
    return (
        '<div class="om"><div class="ce b">OMB APPROVAL</div>OMB Number: 3235-0145<br>Expires: '
        f"{pick(rng, EXPIRES)}<br>Estimated average burden<br>hours per response . . . "
        f"{pick(rng, BURDENS)}</div>"
    )


def _entries(sheet: ScheduleSheet) -> str:
    """Typed values on lines above their printed captions."""
    rng, content = sheet.rng, sheet.content
    line = pick(rng, ("so", "dt"))
    entries = [
        (CAPTION_ISSUER[0], [sheet.words("issuerName", content.issuer)]),
        (CAPTION_CLASS[0], [sheet.words("securitiesClassTitle", content.class_title)]),
        (CAPTION_CUSIP[0], [sheet.words("issuerCusip", content.cusip)]),
    ]
    if content.family == "13D":
        entries.append((CAPTION_NOTICE[0], notice_lines(sheet)))
    if content.family == "13D" or chance(rng, 0.6) or content.event.year > 1997:
        entries.append((CAPTION_EVENT[0], [sheet.date("dateOfEvent", content.event)]))
    made = []
    for caption, lines in entries:
        values = "<br>".join(typed(sheet, value) for value in lines)
        made.append(f'<div class="ce ga"><div class="{line}">{values}</div>({caption})</div>')
    return "".join(made)


def _asked(sheet: ScheduleSheet) -> str:
    rng, content = sheet.rng, sheet.content
    made = []
    if content.family == "13D":
        box = sheet.tick(content.previously_filed, "previouslyFiledFlag")
        text = html.escape(pick(rng, PREVIOUSLY)).format(pick(rng, PREVIOUS_RULES), box)
        made.append(f"<p>{text}</p>")
    elif content.rules or chance(rng, 0.3):
        made.append(f"<p>{html.escape(pick(rng, RULES_ASKED))}</p>")
        for rule in "bcd":
            box = sheet.tick(rule in content.rules, f"designateRule.{rule}")
            made.append(f'<div style="padding-left:3em">{box}&ensp;Rule 13d-1({rule})</div>')
    if content.event.year < 2000 and chance(rng, 0.5):
        made.append(f"<p>{pick(rng, FEE_NOTICE).format('[ ]')}</p>")
    return "".join(made)
