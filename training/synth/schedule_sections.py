"""Items, signatures and exhibits of a schedule arranged as modern HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth import schedule_ends, schedule_items
from training.synth.schedule_blocks import Block, Run, inline
from training.synth.schedule_ends import Ending
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import Rng, between, chance, pick

HAND = "@hand@"
"""Stands where somebody signed by hand until a scrawl is drawn there."""
ARRANGEMENTS = ("block", "inline", "table", "columns")
LONG = 160
"""Characters of a text that has no place in a narrow column."""


@dataclass(frozen=True)
class SectionManner:
    """How items and signatures are arranged.

    `number` and `caption` are HTML around them; `signed` is where signature blocks stand: `right`,
    `left`, in two columns (`pairs`) or in a ruled `table`.
    """

    arrangement: str
    number: str
    caption: str
    indent: float
    step: float
    signed: str
    signed_gap: float
    kept: bool
    title: str
    own_page: bool
    items: schedule_items.Manner
    habits: schedule_ends.Habits


def section_manner(rng: Rng) -> SectionManner:
    """A manner, drawn at random."""
    number = pick(rng, ("{}", "<b>{}</b>", "<u>{}</u>", "<b><u>{}</u></b>"), (3, 6, 1, 1))
    caption = pick(rng, ("{}", "<b>{}</b>", "<u>{}</u>", "<i>{}</i>", number), (4, 3, 3, 0.5, 2))
    return SectionManner(
        arrangement=pick(rng, ARRANGEMENTS, (5, 2, 4, 2)),
        number=number,
        caption=caption,
        indent=pick(rng, (0.0, between(rng, 10, 50), between(rng, 50, 110)), (3, 4, 2)),
        step=between(rng, 10, 45),
        signed=pick(rng, ("right", "left", "pairs", "table"), (5, 3, 2, 1.5)),
        signed_gap=between(rng, 0.6, 3.0),
        kept=chance(rng, 0.7),
        title=pick(rng, ("<b>{}</b>", "{}", "<b><u>{}</u></b>", "<u>{}</u>"), (6, 2, 1, 1)),
        own_page=chance(rng, 0.45),
        items=schedule_items.manner_of(rng),
        habits=schedule_ends.habits_of(rng, (Run(html=HAND),)),
    )


def items(sheet: ScheduleSheet, manner: SectionManner) -> str:
    """Every item, in the manner's arrangement."""
    return "".join(
        _block(sheet, block, manner) for block in schedule_items.items(sheet, manner.items)
    )


def pieces(sheet: ScheduleSheet, runs: Sequence[Run]) -> list[str]:
    """Runs as paragraphs and tables; runs of several labels are one paragraph."""
    if len(runs) == 1 and runs[0].tag:
        return sheet.paragraphs(runs[0].tag, runs[0].text, runs[0].index)
    text = inline(sheet, runs)
    return [text] if text else []


def joined(found: Sequence[str], css: str = "") -> str:
    """Pieces as HTML blocks."""
    return "".join(
        piece if piece.startswith("<table") else f'<p class="{css}">{piece}</p>' for piece in found
    )


def _block(sheet: ScheduleSheet, block: Block, manner: SectionManner) -> str:
    number = manner.number.format(block.number) if block.number else ""
    caption = html.escape(block.caption)
    if block.caption and not block.box and not block.tail:
        caption = manner.caption.format(caption)
    caption += f" {block.tail}" if block.tail else ""
    found = pieces(sheet, block.runs)
    left = block.level * manner.step
    arrangement = manner.arrangement
    if arrangement == "columns":
        long = sum(len(run.text) for run in block.runs) > LONG
        arrangement = "block" if long else arrangement if block.caption else "table"
    if block.box:
        return _boxed(number, block.box, caption, left, arrangement)
    if arrangement == "table":
        inner = caption + ("<br>" if caption and found and found[0].startswith("<a") else "")
        return _line(number, inner + joined(found), left)
    if arrangement == "columns" and found:
        return (
            f'<table class="it" style="margin-left:{left:.0f}px"><tr><td class="in">{number}</td>'
            f'<td class="ic">{caption}</td><td>{joined(found)}</td></tr></table>'
        )
    head = " ".join(part for part in (number, caption) if part)
    if arrangement == "inline" and found and not found[0].startswith("<table"):
        first = f'<p style="margin-left:{left:.0f}px">{head}&nbsp; {found[0]}</p>'
        return first + f'<div style="margin-left:{left:.0f}px">{joined(found[1:], "tx1")}</div>'
    css = f"margin-left:{left:.0f}px"
    above = f'<div class="ih" style="{css}">{head}</div>' if head else ""
    below = f"margin-left:{left + manner.indent:.0f}px"
    return above + (f'<div style="{below}">{joined(found, "tx1")}</div>' if found else "")


def _line(number: str, inner: str, left: float) -> str:
    return (
        f'<table class="it" style="margin-left:{left:.0f}px"><tr><td class="in">{number}</td>'
        f"<td>{inner}</td></tr></table>"
    )


def _boxed(number: str, box: str, text: str, left: float, arrangement: str) -> str:
    """A line of item 3: letter, box, what the person is."""
    if arrangement in ("table", "columns"):
        return (
            f'<table class="it" style="margin-left:{left:.0f}px"><tr><td class="in">{number}</td>'
            f'<td class="ib">{box}</td><td>{text}</td></tr></table>'
        )
    return f'<div class="ih" style="margin-left:{left:.0f}px">{number} {box} {text}</div>'


def signatures(sheet: ScheduleSheet, manner: SectionManner) -> str:
    """The signature page, its comment below."""
    ending = schedule_ends.signatures(sheet, manner.habits)
    comment = sheet.content.texts.get("signatureComment", "")
    below = sheet.prose("signatureComment", comment) if comment else ""
    css = "page" if manner.own_page else ""
    return f'<div class="{css}">{_ending(sheet, ending, manner)}{below}</div>'


def agreement(sheet: ScheduleSheet, manner: SectionManner) -> str:
    """The joint filing agreement on a page of its own, if there is one."""
    ending = schedule_ends.agreement(sheet, manner.habits)
    return f'<div class="page">{_ending(sheet, ending, manner)}</div>' if ending else ""


def _ending(sheet: ScheduleSheet, ending: Ending, manner: SectionManner) -> str:
    side = pick(sheet.rng, ("right", "center", "left"), (3, 2, 1))
    exhibit = f'<p style="text-align:{side}"><b>{ending.exhibit}</b></p>' if ending.exhibit else ""
    title = f'<p class="et">{manner.title.format(ending.title)}</p>'
    text = f"<p>{html.escape(ending.text)}</p>"
    day = f"<p>{inline(sheet, ending.day)}</p>" if ending.day else ""
    blocks = [
        '<div class="sb">'
        + "".join(f"<div>{inline(sheet, line)}</div>" for line in lines)
        + "</div>"
        for lines in ending.blocks
    ]
    signed = _signed(blocks, manner)
    while HAND in signed:
        signed = signed.replace(HAND, scrawl(sheet.rng), 1)
    body = signed + day if ending.day_last else day + signed
    return exhibit + title + text + body


def _signed(blocks: Sequence[str], manner: SectionManner) -> str:
    gap, keep = f"margin-top:{manner.signed_gap:.2f}em", "keep" if manner.kept else ""
    if manner.signed in ("right", "left"):
        left = "50%" if manner.signed == "right" else "0"
        inner = "".join(f'<div class="{keep}" style="{gap}">{block}</div>' for block in blocks)
        return f'<div style="margin-left:{left}">{inner}</div>'
    if manner.signed == "pairs":
        inner = "".join(f'<div class="{keep} pc" style="{gap}">{block}</div>' for block in blocks)
        return f'<div class="ps">{inner}</div>'
    rows = "".join(f"<tr><td>{block}</td></tr>" for block in blocks)
    return f'<table class="st">{rows}</table>'


def scrawl(rng: Rng) -> str:
    """A line to sign on, with a signature drawn by hand on it or without."""
    line = "border-bottom:1px solid #000;display:inline-block;width:15em"
    if chance(rng, 0.3):
        return f'<span style="{line}">&nbsp;</span>'
    width, height = between(rng, 90, 190), between(rng, 18, 40)
    places = [(width * step / 9, height * between(rng, 0, 1)) for step in range(10)]
    curve = " ".join(
        f"Q{x - width / 18 + between(rng, -9, 9):.0f},{between(rng, -0.4, 1.4) * height:.0f} "
        f"{x:.0f},{y:.0f}" for x, y in places[1:]
    )  # fmt: skip
    path = f'<path d="M0,{height / 2:.0f} {curve}" fill="none" stroke="#000" stroke-width="1.3"/>'
    ink = f'<svg width="{width:.0f}" height="{height:.0f}" style="overflow:visible">{path}</svg>'
    return f'<span style="{line}">{ink}</span>' if chance(rng, 0.6) else ink
