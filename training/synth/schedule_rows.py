"""Cover pages of reporting persons in modern looks: ruled rows with number, caption and value."""

from __future__ import annotations

import html
from dataclasses import dataclass

from training.synth import schedule_wording as wording
from training.synth.schedule_blocks import Row, Wording, cover_rows, inline, wording_of
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import Rng, between, chance, pick

GROUP_SHAPES = (
    "(a) {a}&emsp;(b) {b}", "(a)&nbsp;{a}<br>(b)&nbsp;{b}", "{a} (a)<br>{b} (b)", "{a} (a) {b} (b)",
    "(a) {a} (b) {b}", "(b) {b}&emsp;(a) {a}", "(b) {b}<br>(a) {a}", "a. {a}<br>b. {b}",
    "(a)&emsp;{a}<br>(b)&emsp;{b}", "(a){a}&emsp;&emsp;&emsp;(b){b}", "{a} a<br>{b} b",
    "{a}(a)&emsp;{b}(b)", "{b} (b)&emsp;{a} (a)", "(a) {a} or (b) {b}", "(a) .......... {a}<br>(b) "
    ".......... {b}", "(a) . . . . {a}&emsp;(b) . . . . {b}", "{a} (a)&emsp;&emsp;{b} (b)",
    "{b} (b)<br>{a} (a)", "(a): {a}&emsp;(b): {b}", "(a) {a}<br><br>(b) {b}", "Group (a) {a}, no "
    "group (b) {b}",
)  # fmt: skip
GROUP_SHARES = (5.0, 6.0, 2.5, 2.5, 2.0, 1.0, 1.0, 0.5, 4.0, 1.0, 0.3, 1.5, 0.6, 0.6, 0.8, 0.5, 1.2,
                0.5, 0.5, 0.6, 0.3)  # fmt: skip
LAYOUTS = ("stacked", "behind", "column", "right")
LEADERS = ("", " ", ".....", " ........................ ", " . . . . . . . . ", "\u2026",
           "\u2026\u2026\u2026", ".............", " ____________ ")  # fmt: skip
LEADER_SHARES = (6, 1, 0.2, 0.4, 0.3, 0.2, 0.2, 0.3, 0.2)


@dataclass(frozen=True)
class RowManner:
    """How all cover pages of a filing are set.

    `layout` says where a value stands: on the next line (`stacked`), `behind` its caption, in a
    `column` of its own or at the `right` edge of the row. `numbered` is where the row's number
    stands: in a `cell`, before the caption (`inline`), or nowhere.
    """

    layout: str
    numbered: str
    number_shape: str
    leader: str
    align: str
    indent: float
    gap: int
    bold: bool
    bold_caption: bool
    beside: bool
    block_lines: bool
    group_shape: str
    boxes_right: bool
    boxes_inside: bool
    notes_inside: bool
    owned_by: str
    writer: Wording


def row_manner(rng: Rng) -> RowManner:
    """A manner, drawn at random."""
    writer = wording_of(rng)
    owned_by = pick(rng, wording.OWNED_BY)
    upper = writer.captions["soleVotingPower"].isupper()
    return RowManner(
        layout=pick(rng, LAYOUTS, (6, 2, 2, 1)),
        numbered=pick(rng, ("cell", "inline", "none"), (7, 2, 0.7)),
        number_shape=pick(rng, ("{}", "{}.", "({})", "{} .", "{})"), (5, 5, 2, 0.2, 0.3)),
        leader=pick(rng, LEADERS, LEADER_SHARES),
        align=pick(rng, ("left", "center", "right"), (7, 2, 0.6)),
        indent=pick(rng, (0.0, between(rng, 4, 40), between(rng, 40, 160)), (5, 4, 0.6)),
        gap=pick(rng, (0, 1, 2), (6, 3, 0.4)),
        bold=chance(rng, 0.2),
        bold_caption=chance(rng, 0.12),
        beside=chance(rng, 0.87),
        block_lines=chance(rng, 0.6),
        group_shape=pick(rng, GROUP_SHAPES, GROUP_SHARES),
        boxes_right=chance(rng, 0.5),
        boxes_inside=chance(rng, 0.06),
        notes_inside=chance(rng, 0.35),
        owned_by=owned_by.upper() if upper else owned_by,
        writer=writer,
    )


def cover_page(sheet: ScheduleSheet, index: int, manner: RowManner) -> str:
    """One person's rows as a table, its notes below or in the last row."""
    rows = cover_rows(sheet, index, manner.writer)
    span = 3 if manner.numbered == "cell" else 2
    notes = comment(sheet, index)
    inside = bool(notes) and manner.notes_inside
    printed: list[str] = []
    for row in rows:
        if not row.is_power:
            printed.append(f"<tr>{_cells(sheet, row, manner, span)}</tr>")
            continue
        first = row.tag == wording.POWERS[0]
        if not manner.beside:
            if first:
                printed.append(_block_row(manner, span))
            printed.append(f"<tr>{_cells(sheet, row, manner, span)}</tr>")
        else:
            block = _block(manner) if first else ""
            printed.append(f"<tr>{block}{_cells(sheet, row, manner, 1)}</tr>")
    if inside:
        total = span + (manner.numbered == "cell") + (manner.layout == "column")
        printed.append(f'<tr><td colspan="{total}">{notes}</td></tr>')
    table = f'<table class="cv">{_columns(manner)}{"".join(printed)}</table>'
    return table + ("" if inside else notes)


def _columns(manner: RowManner) -> str:
    widths = {"cell": ('class="c1"', 'class="c2"', 'class="c1"', ""), "other": ('class="c2"', "")}
    kept = widths["cell" if manner.numbered == "cell" else "other"]
    extra = '<col class="c5">' if manner.layout == "column" else ""
    return "<colgroup>" + "".join(f"<col {css}>" for css in kept) + extra + "</colgroup>"


def _cells(sheet: ScheduleSheet, row: Row, manner: RowManner, span: int) -> str:
    """A row's cells; `span` columns for the caption."""
    number = manner.number_shape.format(row.number)
    caption = html.escape(row.caption).replace("\n", "<br>")
    caption = f"<b>{caption}</b>" if manner.bold_caption else caption
    lead = ""
    if manner.numbered == "cell":
        lead = f'<td class="no">{number}</td>'
    elif manner.numbered == "inline":
        caption = f"{number}&nbsp;&nbsp;{caption}"
    column = manner.layout == "column"
    value = _strong(inline(sheet, row.value), manner)
    boxes = value if row.is_box else _options(row, manner)
    inner = caption if column else _stacked(caption, value, boxes, manner)
    cells = f'{lead}<td colspan="{span}">{inner}</td>'
    return cells + (f'<td class="vc">{value or boxes or "&nbsp;"}</td>' if column else "")


def _options(row: Row, manner: RowManner) -> str:
    """The boxes (a) and (b) in the manner's arrangement."""
    ticks = {letter.strip("()"): box for letter, box in row.options}
    return manner.group_shape.format(**ticks) if ticks else ""


def _strong(value: str, manner: RowManner) -> str:
    return f"<b>{value}</b>" if manner.bold and value else value


def _stacked(caption: str, value: str, boxes: str, manner: RowManner) -> str:
    """Caption with value or boxes in one cell."""
    if boxes:
        if manner.boxes_inside and "<br>" not in boxes:
            words = caption.split(" ")
            return " ".join([*words[: len(words) // 2], boxes, *words[len(words) // 2 :]])
        if manner.boxes_right:
            return f'<div class="fx"><span>{caption}</span><span class="nw">{boxes}</span></div>'
        return f'{caption}<div class="bx">{boxes}</div>'
    if manner.layout == "behind":
        # Behind dots some writers leave no space.
        gap = "" if len(manner.leader) > 1 and value else "&nbsp;&nbsp;"
        return f"{caption}{manner.leader}{gap}{value}"
    if manner.layout == "right":
        return f'<div class="fx"><span>{caption}{manner.leader}</span><span>{value}</span></div>'
    style = f"text-align:{manner.align};padding-left:{manner.indent:.0f}px"
    gap = "<br>" * manner.gap
    return f'{caption}{manner.leader}<div style="{style}">{gap}{value or "&nbsp;"}</div>'


def _block(manner: RowManner) -> str:
    """The cell beside the four powers."""
    text = html.escape(manner.owned_by)
    if manner.block_lines:
        words = text.split(" ")
        text = "<br>".join(" ".join(words[at : at + 2]) for at in range(0, len(words), 2))
    span = 2 if manner.numbered == "cell" else 1
    return f'<td class="blk" rowspan="4" colspan="{span}">{text}</td>'


def _block_row(manner: RowManner, span: int) -> str:
    lead = "<td></td>" if manner.numbered == "cell" else ""
    extra = "<td></td>" if manner.layout == "column" else ""
    return f'<tr>{lead}<td colspan="{span}">{html.escape(manner.owned_by)}</td>{extra}</tr>'


def comment(sheet: ScheduleSheet, index: int) -> str:
    """The notes below a person's rows."""
    lines = sheet.content.persons[index - 1].comment
    return "".join(f'<p class="nt">{sheet.words("coverComment", line, index)}</p>'
                   for line in lines)  # fmt: skip
