"""Look: schedules in unruled columns of proportional type, as word processors set them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from training.synth.schedule_blocks import Block, Run, inline, wording_of
from training.synth.schedule_columns_cover import (
    cover_page,
    cover_sheet,
    is_short,
    person_head,
    setting_of,
)
from training.synth.schedule_ends import BY_HAND, Ending, Line, agreement, habits_of, signatures
from training.synth.schedule_items import items, manner_of
from training.synth.schedule_sheet import CUSIP_HEADS, ScheduleSheet
from training.synth.style import (
    SANS,
    SERIF,
    TIMES_LIKE,
    TYPEWRITER,
    Marks,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
)

BOXES = ("square", "glyph", "checked", "hollow", "solid", "wing", "dots", "thorn", "letters",
         "brackets", "small", "slashes", "parens", "line", "short", "bare", "angle")  # fmt: skip
BOX_SHARES = (3, 3, 1, 1, 0.5, 1, 2, 1, 1, 4, 1, 1, 1, 1, 1, 0.5, 0.5)


def columns_style(rng: Rng) -> Style:
    """Mostly one proportional face, values now and then in another one."""
    font = pick(rng, pick(rng, (TIMES_LIKE, SERIF, SANS, TYPEWRITER), (5, 2, 2, 0.5)))
    data = font if chance(rng, 0.8) else pick(rng, pick(rng, (SERIF, SANS, TYPEWRITER)))
    size = between(rng, 10, 15.5)
    side = between(rng, 0.5, 1.25)
    paper = Paper(pick(rng, ("letter", "A4", "legal"), (8, 2, 0.5)),
                  margins=(between(rng, 0.6, 1.1), side, between(rng, 0.6, 1.1), side))  # fmt: skip
    return Style(
        label_font=font, data_font=data, label_size=size, data_size=size * between(rng, 0.95, 1.06),
        note_size=size * between(rng, 0.8, 1.0), line_height=between(rng, 1.05, 1.45),
        data_weight=pick(rng, (400, 700), (8, 1)),
        marks=Marks(raised=chance(rng, 0.4), box=pick(rng, BOXES, BOX_SHARES),
                    yes=pick(rng, ("X", "x", "✓"), (6, 2, 1)), box_size=between(rng, 0.8, 1.1)),
        paper=paper,
        text_align=pick(rng, ("left", "justify")),
        column_spread=pick(rng, (0.0, between(rng, 1, 4))),
    )  # fmt: skip


def columns_css(style: Style) -> str:
    """The style sheet of a style."""
    return (
        ".fx{display:flex;align-items:flex-start}.ac{align-items:center}.ce{text-align:center}"
        ".b{font-weight:bold}.ga{margin-top:.7em}.sm{font-size:88%}.rw{break-inside:avoid}"
        ".fx p:first-child{margin-top:0}"
        ".no{flex:none;white-space:nowrap;padding-right:.4em}.ow{flex:none;padding-right:1em}.u{text-decoration:underline}.i{font-style:italic}"
        f".tx td{{text-align:left}}.pr p{{text-align:{style.text_align or 'left'};"
        f"text-indent:{style.column_spread:.1f}em}}"
        ".sg{break-inside:avoid;padding-top:1.2em}.sg svg{vertical-align:bottom}"
    )


def columns_body(sheet: ScheduleSheet) -> str:
    """The body of the document."""
    rng = sheet.rng
    headed = chance(rng, 0.6)
    heads = f"<style>{sheet.heads(sheet.head())}</style>" if headed else ""
    return (
        heads + cover_sheet(sheet) + _covers(sheet, headed) + set_items(sheet, "page")
        + set_endings(sheet)
    )  # fmt: skip


def _covers(sheet: ScheduleSheet, headed: bool) -> str:
    rng = sheet.rng
    wording, setting = wording_of(rng), setting_of(rng)
    padding = f"padding:{setting.gap / 2:.1f}px 0"
    gap = f"<style>.rw{{{padding}}}.rw .rw{{{padding}}}</style>"
    shared, made = chance(rng, 0.12), []
    cusip = pick(rng, CUSIP_HEADS).format(sheet.content.cusip)
    parts = pick(rng, ("cfp", "c p", "c  "))
    for index in range(1, len(sheet.content.persons) + 1):
        css = "margin-top:2.5em" if shared and index % 2 == 0 else "break-before:page"
        head = "" if headed else person_head(sheet, index, cusip, parts)
        page = cover_page(sheet, index, wording, setting)
        made.append(f'<div style="{css}">{head}{page}</div>')
    return gap + "".join(made)


def set_items(sheet: ScheduleSheet, css: str) -> str:
    """The items: numbers in a hanging column or in the line, values behind or below captions."""
    rng = sheet.rng
    manner = manner_of(rng)
    emphasis = pick(rng, ("", "b", "u", "b u", "i"), (4, 3, 3, 1, 0.5))
    hang = between(rng, 55, 110)
    indent = pick(rng, (0.0, between(rng, 15, 45), hang))
    hanging, behind = chance(rng, 0.7), chance(rng, 0.5)
    gap = between(rng, 0.3, 1.0)
    made = []
    for block in items(sheet, manner):
        left = 0.0 if not block.level else indent + 32 * (block.level - 1)
        inner = _block(sheet, block, (emphasis, hang, hanging, behind))
        place = f"padding-left:{left:.0f}px;margin:{gap:.1f}em 0"
        made.append(f'<div class="pr" style="{place}">{inner}</div>')
    return f'<div class="{css}">{"".join(made)}</div>'


def _block(sheet: ScheduleSheet, block: Block, setting: tuple[str, float, bool, bool]) -> str:
    emphasis, hang, hanging, behind = setting
    css = emphasis if not block.level or (not block.box and not block.tail) else ""
    caption = f'<span class="{css}">{html.escape(block.caption)}</span>' if block.caption else ""
    caption += f" {block.tail}" if block.tail else ""
    value = running(sheet, block.runs)
    short = is_short(value) and "<p>" not in value
    if not caption and not block.number:
        return value if "<p>" in value or "<table" in value else f"<p>{value}</p>"
    if short and (behind or not caption):
        body = f"{caption}&ensp;{value}"
    else:
        body = caption + (value if "<p>" in value else f'<div style="margin-top:.2em">{value}</div>'
                          if value else "")  # fmt: skip
    number = f'<span class="{css}">{block.number}</span>' if block.number else ""
    box = f"{block.box}&ensp;" if block.box else ""
    if hanging and block.number:
        width = hang if not block.level else 34
        css = f"min-width:{width:.0f}px;flex:none;padding-right:.3em"
        return f'<div class="fx"><div class="nw" style="{css}">{number}</div>' \
               f'<div style="flex:1">{box}{body}</div></div>'  # fmt: skip
    if not caption and body.startswith("<p>"):
        return body.replace("<p>", f"<p>{number}&ensp;{box}", 1)
    return f"<div>{number}&ensp;{box}{body}</div>"


def running(sheet: ScheduleSheet, runs: Sequence[Run]) -> str:
    """A value as HTML: paragraphs and tables of long ones, one line of others."""
    if len(runs) == 1 and runs[0].tag and ("\n" in runs[0].text or len(runs[0].text) > 100):
        return sheet.prose(runs[0].tag, runs[0].text, runs[0].index)
    return inline(sheet, runs)


def scrawl(rng: Rng) -> str:
    """A signature by hand."""
    points = [f"{x} {between(rng, 2, 26):.0f}" for x in range(14, 150, int(rng.integers(9, 18)))]
    curve = " T ".join(points)
    start = f"M 4 {between(rng, 8, 22):.0f} Q 8 {between(rng, 0, 28):.0f}"
    return (
        f'<svg width="160" height="28" style="display:inline-block"><path d="{start} {curve}" '
        f'fill="none" stroke="#113" stroke-width="{between(rng, 0.8, 2):.1f}"/></svg>'
    )


def set_endings(sheet: ScheduleSheet) -> str:
    """Signatures, and the joint filing agreement on a page of its own."""
    rng = sheet.rng
    hand: Line = BY_HAND if chance(rng, 0.4) else (Run(html=scrawl(rng)),)
    habits = habits_of(rng, hand)
    place = pick(rng, ("right", "left", "pairs", "table"), (5, 2, 2, 1))
    css = "page" if chance(rng, 0.5) else "sg"
    signed = _ending(sheet, signatures(sheet, habits), place)
    made = f'<div class="{css}" style="break-inside:auto">{signed}</div>'
    note = sheet.content.texts.get("signatureComment", "")
    made += sheet.prose("signatureComment", note) if note else ""
    joint = agreement(sheet, habits)
    if joint:
        made += f'<div class="page">{_ending(sheet, joint, place)}</div>'
    return made


def _ending(sheet: ScheduleSheet, ending: Ending, place: str) -> str:
    rng = sheet.rng
    day = f"<p>{inline(sheet, ending.day)}</p>" if ending.day else ""
    exhibit = (
        f'<div style="text-align:{pick(rng, ("right", "center", "left"))}">{ending.exhibit}</div>'
    )
    head = pick(rng, ("b ce", "ce", "u ce", "b"), (4, 2, 1, 1))
    blocks = []
    broken = ' style="break-inside:auto"' if chance(rng, 0.3) else ""
    for block in ending.blocks:
        lines = "".join(f"<div>{inline(sheet, line)}</div>" for line in block)
        blocks.append(f'<div class="sg"{broken}>{lines}</div>')
    body = "".join(blocks)
    if place == "right":
        body = f'<div style="margin-left:{between(rng, 35, 55):.0f}%">{body}</div>'
    elif place in ("pairs", "table") and len(blocks) > 1:
        body = f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:0 3em">{body}</div>'
    text = f"<p>{html.escape(ending.text)}</p>"
    parts = [text, body, day] if ending.day_last else [text, day, body]
    return (exhibit if ending.exhibit else "") + f'<p class="{head}">{ending.title}</p>' \
        + "".join(parts)  # fmt: skip
