"""The cover sheet and the cover pages of a schedule as word processors set them, without boxes."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.schedule_blocks import Row, Wording, cover_rows, inline, shown
from training.synth.schedule_notice import notice_lines
from training.synth.schedule_sheet import ScheduleSheet
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
from training.synth.style import Rng, between, chance, pick

RULES = ("", "border-bottom:1px solid #000", "border-bottom:2px solid #000",
         "border-bottom:1px dotted #000", "border-bottom:1px solid #999",
         "border-bottom:1px dashed #000")  # fmt: skip
NUMBERINGS = ("{}", "{}.", "({})", "{})", "Item {}", "Row {}.")


GLUE = (".", "\u2026", "_")
"""Leaders that a value stands right behind."""


@dataclass(frozen=True)
class Setting:
    """How one writer sets cover pages: value `below`, `behind` or in a `column` of its own."""

    value: str
    rule: str
    ends: str
    gap: float
    number: str
    number_width: float
    column: float
    align: str
    side: str
    options: str
    caption: str
    bold: bool
    indent: float
    colon: str


def setting_of(rng: Rng) -> Setting:
    """Draws it."""
    rule = pick(rng, RULES, (6, 5, 0.5, 0.7, 1, 0.5))
    value = pick(rng, ("below", "behind", "column"), (4, 2, 4))
    return Setting(
        value=value,
        rule=rule,
        ends=pick(rng, ("", "border-top:1px solid #000;border-bottom:1px solid #000",
                        "border-top:3px double #000;border-bottom:3px double #000",
                        "border-top:2px solid #000;border-bottom:2px solid #000"), (4, 3, 1, 1)),
        gap=between(rng, 2, 7) if rule else between(rng, 3, 14),
        number=pick(rng, NUMBERINGS, (3, 5, 4, 2, 0.3, 0.3)),
        number_width=between(rng, 28, 56),
        column=between(rng, 42, 68),
        align=pick(rng, ("left", "right", "center"), (5, 2, 1)),
        side=pick(rng, ("side", "above", ""), (5, 3, 1)),
        options=pick(rng, ("line", "lines", "right", "behind"), (3, 3, 3, 1)),
        caption=pick(rng, ("", "font-weight:bold", "font-size:85%", "font-style:italic"),
                     (6, 1, 2, 0.5)),
        bold=chance(rng, 0.15),
        indent=pick(rng, (0.0, between(rng, 1, 6))),
        colon=pick(rng, (":", "", "  ", " -", " ....... ", "....", " . . . . . ", "\u2026", "____"),
                   (4, 2, 2, 0.3, 0.6, 0.5, 0.4, 0.3, 0.3)),
    )  # fmt: skip


def cover_page(sheet: ScheduleSheet, index: int, wording: Wording, setting: Setting) -> str:
    """The cover page of one reporting person."""
    rows = cover_rows(sheet, index, wording)
    powers = [row for row in rows if row.is_power]
    first = rows.index(powers[0])
    parts = [_row(sheet, row, setting) for row in rows[:first]]
    parts += _powers(sheet, powers, setting)
    parts += [_row(sheet, row, setting) for row in rows[first + len(powers) :]]
    body = "".join(f'<div class="rw" style="{setting.rule}">{part}</div>' for part in parts)
    notes = "".join(
        f'<p class="n">{sheet.words("coverComment", note, index)}</p>'
        for note in sheet.content.persons[index - 1].comment
    )
    if chance(sheet.rng, 0.2):
        notes = f'<p class="ce">{pick(sheet.rng, INSTRUCTIONS)}</p>' + notes
    return f'<div class="cp" style="{setting.ends}">{body}</div>{notes}'


def _row(sheet: ScheduleSheet, row: Row, setting: Setting) -> str:
    """Number, caption, value in the setting's columns."""
    number = f'<div class="no" style="min-width:{setting.number_width:.0f}px">' \
             f"{setting.number.format(row.number)}</div>"  # fmt: skip
    caption = html.escape(row.caption).replace("\n", "<br>")
    caption = f'<span style="{setting.caption}">{caption}</span>'
    if row.options:
        return _flex(number + _group(row, caption, setting))
    value = inline(sheet, row.value)
    if value:
        value = f'<span class="d"{" style=font-weight:bold" if setting.bold else ""}>{value}</span>'
    if row.is_box:
        return _flex(number + _boxed(caption, value, setting))
    if not value:
        return _flex(f"{number}<div>{caption}</div>")
    if setting.value == "behind":
        colon = "" if row.caption.endswith((":", ".")) else setting.colon
        gap = "" if colon.endswith(GLUE) else " "
        return _flex(f"{number}<div>{caption}{colon.replace(' ', '&ensp;')}{gap}{value}</div>")
    if setting.value == "below":
        below = f'<div style="padding-left:{setting.indent:.1f}em">{value}</div>'
        return _flex(f"{number}<div style='flex:1'>{caption}{below}</div>")
    cells = f'<div style="width:{setting.column:.0f}%;flex:none;padding-right:1em">{caption}</div>'
    return _flex(f'{number}<div class="fx" style="flex:1">{cells}'
                 f'<div style="flex:1;text-align:{setting.align}">{value}</div></div>')  # fmt: skip


def _flex(inner: str) -> str:
    return f'<div class="fx">{inner}</div>'


def _group(row: Row, caption: str, setting: Setting) -> str:
    boxes = [f'<span class="nw">{box}</span>' for box in row.boxes]
    if setting.options == "line":
        return f"<div>{caption}<div>{'&emsp;&emsp;'.join(boxes)}</div></div>"
    if setting.options == "lines":
        listed = "".join(f"<div>{box}</div>" for box in boxes)
        return (
            f"<div>{caption}<div style='padding-left:{setting.indent:.1f}em'>{listed}</div></div>"
        )
    if setting.options == "right":
        listed = "".join(f"<div>{box}</div>" for box in boxes)
        return f"<div style='flex:1'>{caption}</div><div style='width:6em;flex:none'>{listed}</div>"
    return f"<div>{caption}&emsp;{'&ensp;'.join(boxes)}</div>"


def _boxed(caption: str, value: str, setting: Setting) -> str:
    if setting.options in ("right", "lines"):
        return f"<div style='flex:1'>{caption}</div><div style='width:6em;flex:none'>{value}</div>"
    if setting.options == "line":
        return f"<div>{caption}<div>{value}</div></div>"
    return f"<div>{caption}&ensp;{value}</div>"


def _powers(sheet: ScheduleSheet, rows: Sequence[Row], setting: Setting) -> list[str]:
    words = pick(sheet.rng, OWNED_BY)
    words = words.upper() if rows[0].caption.isupper() else words
    made = [_row(sheet, row, setting) for row in rows]
    if setting.side == "side":
        width = between(sheet.rng, 15, 24)
        align = pick(sheet.rng, ("center", "left"))
        right = "".join(
            f'<div class="rw" style="{setting.rule if row is not rows[-1] else ""}">{part}</div>'
            for row, part in zip(rows, made, strict=True)
        )
        left = f'<div class="ow" style="width:{width:.0f}%;text-align:{align}">{words}</div>'
        return [f'<div class="fx ac">{left}<div style="flex:1">{right}</div></div>']
    return [f"<div>{words}</div>", *made] if setting.side else made


def person_head(sheet: ScheduleSheet, index: int, cusip: str, parts: str) -> str:
    """What writers who set no running heads put on top of a cover page.

    `parts` are three letters for left, middle, right: c the number of the class, f the schedule,
    p the page.
    """
    page = f"Page {index + 1}" + (" of ___ Pages" if chance(sheet.rng, 0.3) else "")
    words = {"c": cusip, "f": sheet.content.family, "p": page, " ": ""}
    cells = "".join(
        f'<div style="flex:1;text-align:{align}">{words[part]}</div>'
        for align, part in zip(("left", "center", "right"), parts, strict=True)
    )
    return f'<div class="fx" style="margin-bottom:1em">{cells}</div>'


def cover_sheet(sheet: ScheduleSheet) -> str:
    """The first page."""
    rng, content = sheet.rng, sheet.content
    agency = [*COMMISSION[chance(rng, 0.2) :], pick(rng, CITY)]
    bold = "b " if chance(rng, 0.6) else ""
    made = [f'<div class="{bold}ce">{"<br>".join(agency)}</div>']
    size = between(rng, 100, 160)
    title = f'<div class="{bold}ce ga" style="font-size:{size:.0f}%">{sheet.title_word()}</div>'
    act = f'<div class="{bold}ce ga">{pick(rng, UNDER_ACT)}</div>'
    amendment = sheet.amendment_line()
    number = f'<div class="{bold}ce ga">{amendment}</div>' if amendment else ""
    made += [title, act, number] if chance(rng, 0.8) else [title, number, act]
    made += [_entries(sheet), _asked(sheet)]
    for text in (pick(rng, REMAINDER), pick(rng, NOT_FILED)) if chance(rng, 0.85) else ():
        star = "*" if "remainder of this cover page shall be filled" in text else ""
        made.append(f'<p class="sm">{star}{html.escape(text)}</p>')
    if content.family == "13D" and chance(rng, 0.6):
        made.insert(-2, f'<p class="sm">{html.escape(pick(rng, (*PAPER_COPIES, OLD_COPIES)))}</p>')
    return "".join(made)


def _entries(sheet: ScheduleSheet) -> str:
    """Values above their captions, underlined or ruled, or behind them."""
    rng, content = sheet.rng, sheet.content
    brackets = pick(rng, ("({})", "{}"), (4, 1))
    kind = pick(rng, ("under", "ruled", "short", "row", "bare"), (3, 2, 2, 1, 3))
    bold = "b" if chance(rng, 0.5) else ""
    entries = [
        (CAPTION_ISSUER, sheet.words("issuerName", content.issuer)),
        (CAPTION_CLASS, sheet.words("securitiesClassTitle", content.class_title)),
        (CAPTION_CUSIP, sheet.words("issuerCusip", content.cusip)),
    ]
    if content.family == "13D":
        entries.append((CAPTION_NOTICE, "<br>".join(notice_lines(sheet))))
    entries.append((CAPTION_EVENT, sheet.date("dateOfEvent", content.event)))
    made = []
    for captions, value in entries:
        caption = brackets.format(pick(rng, captions))
        if kind == "row":
            made.append(f'<div class="fx ga"><div style="width:45%">{caption.strip("()")}:</div>'
                        f'<div class="d {bold}" style="flex:1">{value}</div></div>')  # fmt: skip
            continue
        inner = f'<span class="d {bold}">{value}</span>'
        if kind == "under" and "<br>" not in value:
            inner = f"<u>{inner}</u>"
        width = {"ruled": "100%", "short": "55%"}.get(kind, "auto")
        rule = "border-bottom:1px solid #000" if kind in ("ruled", "short") else ""
        made.append(f'<div class="ce ga"><div style="width:{width};margin:0 auto;{rule}">{inner}'
                    f"</div>{caption}</div>")  # fmt: skip
    return "".join(made)


def _asked(sheet: ScheduleSheet) -> str:
    rng, content = sheet.rng, sheet.content
    made = []
    if content.family == "13D":
        box = sheet.tick(content.previously_filed, "previouslyFiledFlag")
        text = html.escape(pick(rng, PREVIOUSLY)).format(pick(rng, PREVIOUS_RULES), box)
        made.append(f"<p>{text}</p>")
    elif content.rules or chance(rng, 0.6):
        made.append(f"<p>{html.escape(pick(rng, RULES_ASKED))}</p>")
        before, indent = chance(rng, 0.7), between(rng, 0, 40)
        for rule in "bcd":
            box = sheet.tick(rule in content.rules, f"designateRule.{rule}")
            pair = (box, f"Rule 13d-1({rule})")
            inner = "&emsp;".join(pair if before else reversed(pair))
            made.append(f'<div style="padding-left:{indent:.0f}%">{inner}</div>')
    if content.event.year < 2000 and chance(rng, 0.4):
        made.append(f"<p>{pick(rng, FEE_NOTICE).format('[ ]')}</p>")
    return "".join(made)


def is_short(sheet_html: str, limit: int = 60) -> bool:
    """Whether a piece fits behind its caption."""
    return len(shown(sheet_html)) < limit and "<br>" not in sheet_html
