"""The cover sheet of a Schedule 13G or 13D in modern looks."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth import schedule_wording as wording
from training.synth.schedule_notice import notice_lines
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import Rng, between, chance, pick

RULE_WORDS = ("Rule 13d-1({})", "Rule 13d – 1({})", "Rule 13d-1 ({})", "Rule 13d-l({})")
FRAMES = ("({})", "({})", "{}", "[{}]")
OMB = (
    "OMB APPROVAL", "OMB Number: 3235-0145", "Expires: {}",
    "Estimated average burden hours per response . . . {}",
)  # fmt: skip
EXPIRIES = ("February 28, 2009", "December 31, 2005", "October 31, 2002", "November 30, 2026",
            "August 31, 1999")  # fmt: skip


@dataclass(frozen=True)
class CoverManner:
    """How the cover sheet is set: captions below values or above them, in what frame, ruled how.

    `label` is the CSS class of a pair of value and caption: `u` underlines the value, `hr` rules
    between them, `pl` neither, `col` sets them beside each other.
    """

    below: bool
    frame: str
    rule: str
    align: str
    gap: float
    bold: bool
    size: float
    separators: int
    rules_align: str


def cover_manner(rng: Rng) -> CoverManner:
    """A manner, drawn at random."""
    return CoverManner(
        below=chance(rng, 0.85),
        frame=pick(rng, FRAMES, (10, 5, 1.5, 0.5)),
        rule=pick(rng, ("hr", "u", "pl", "col"), (5, 3, 3, 1)),
        align=pick(rng, ("center", "left"), (12, 1)),
        gap=pick(rng, (between(rng, 0.1, 1.0), between(rng, 0.8, 2.4))),
        bold=chance(rng, 0.6),
        size=between(rng, 1.0, 1.35),
        separators=int(rng.integers(4)),
        rules_align=pick(rng, ("left", "indented", "center", "row"), (4, 4, 1, 1)),
    )


def cover_sheet(sheet: ScheduleSheet, manner: CoverManner) -> str:
    """Everything before the first person's rows."""
    parts = [_omb(sheet.rng), _top(sheet, manner)]
    parts += [_pair(manner, value, caption) for value, caption in _pairs(sheet)]
    if sheet.content.family == "13D":
        parts += [_previously(sheet), _copies(sheet.rng)]
    else:
        parts += [_rules(sheet, manner)]
    parts += [_separator(manner), _notices(sheet)]
    if chance(sheet.rng, 0.25):
        parts.append('<p style="text-align:center">(Continued on following pages)</p>')
    return "".join(parts)


def _omb(rng: Rng) -> str:
    if not chance(rng, 0.15):
        return ""
    lines = [OMB[0], OMB[1], OMB[2].format(pick(rng, EXPIRIES)),
             OMB[3].format(pick(rng, ("11", "14.90", "10.4")))]  # fmt: skip
    cells = "".join(f'<div style="border-bottom:1px solid #000">{line}</div>' for line in lines)
    return f'<div class="omb">{cells}</div><div style="clear:both"></div>'


def _separator(manner: CoverManner) -> str:
    return ("", "<hr>", '<hr style="width:25%">', '<hr style="height:3px;background:#000">')[
        manner.separators
    ]


def _top(sheet: ScheduleSheet, manner: CoverManner) -> str:
    rng = sheet.rng
    name = "<br>".join(wording.COMMISSION) if chance(rng, 0.8) else " ".join(wording.COMMISSION)
    strong = ("<b>", "</b>") if manner.bold else ("", "")
    top = f'<div style="font-size:{manner.size:.2f}em">{strong[0]}{name}{strong[1]}</div>'
    city = pick(rng, wording.CITY)
    title = f'<div class="tt" style="font-size:{manner.size:.2f}em">{sheet.title_word()}</div>'
    act = f"{strong[0]}{pick(rng, wording.UNDER_ACT)}{strong[1]}"
    lines = [top, f"<div>{strong[0]}{city}{strong[1]}</div>", _separator(manner), title]
    lines += [f"<div>{act}</div>"]
    amended = sheet.amendment_line()
    lines += [f"<div>{amended}</div>"] if amended else []
    gap = f'style="margin:{manner.gap / 2:.2f}em 0"'
    return '<div class="cs">' + "".join(f"<div {gap}>{line}</div>" for line in lines) + "</div>"


def _pairs(sheet: ScheduleSheet) -> list[tuple[str, str]]:
    """Values of the cover sheet with their captions."""
    content, rng = sheet.content, sheet.rng
    starred = pick(rng, ("", "", "", "**"))
    pairs = [
        (sheet.words("issuerName", content.issuer), pick(rng, wording.CAPTION_ISSUER)),
        (
            sheet.words("securitiesClassTitle", content.class_title),
            pick(rng, wording.CAPTION_CLASS),
        ),
        (sheet.words("issuerCusip", content.cusip) + starred, pick(rng, wording.CAPTION_CUSIP)),
    ]
    if content.family == "13D":
        pairs.append((notice(sheet), pick(rng, wording.CAPTION_NOTICE)))
    event = sheet.date("dateOfEvent", content.event)
    return [*pairs, (event, pick(rng, wording.CAPTION_EVENT))]


def notice(sheet: ScheduleSheet) -> str:
    """Who is to be called: name, address, telephone, in lines; now and then with copies to."""
    return "<br>".join(notice_lines(sheet, pick(sheet.rng, (60, 110))))


def _pair(manner: CoverManner, value: str, caption: str) -> str:
    words = manner.frame.format(html.escape(caption))
    bold = f"<b>{value}</b>" if manner.bold else value
    if manner.rule == "col":
        return f'<div class="pr col"><span>{words}</span><span>{bold}</span></div>'
    inner = f"<u>{bold}</u>" if manner.rule == "u" else bold
    pair = [f'<div class="{manner.rule}">{inner}</div>', f"<div>{words}</div>"]
    ordered = pair if manner.below else pair[::-1]
    style = f"text-align:{manner.align};margin:{manner.gap:.2f}em 0"
    return f'<div class="pr" style="{style}">{"".join(ordered)}</div>'


def _rules(sheet: ScheduleSheet, manner: CoverManner) -> str:
    rng, content = sheet.rng, sheet.content
    word, before = pick(rng, RULE_WORDS, (10, 0.5, 2, 0.3)), chance(rng, 0.9)
    lines = []
    for rule in "bcd":
        box = sheet.tick(rule in content.rules, f"designateRule.{rule}")
        pair = (box, word.format(rule)) if before else (word.format(rule), box)
        lines.append("&nbsp;&nbsp;".join(pair))
    asked = f"<p>{pick(rng, wording.RULES_ASKED)}</p>" if chance(rng, 0.95) else ""
    if manner.rules_align == "row":
        return asked + f"<p>{'&emsp;&emsp;'.join(lines)}</p>"
    css = {"left": "", "indented": "padding-left:4em", "center": "padding-left:38%"}
    gap = between(rng, 0.0, 0.8)
    inner = "".join(f'<div style="margin:{gap:.2f}em 0">{line}</div>' for line in lines)
    return f'{asked}<div style="{css[manner.rules_align]}">{inner}</div>'


def _previously(sheet: ScheduleSheet) -> str:
    box = sheet.tick(sheet.content.previously_filed, "previouslyFiledFlag")
    rules = pick(sheet.rng, wording.PREVIOUS_RULES)
    return f"<p>{pick(sheet.rng, wording.PREVIOUSLY).format(rules, box)}</p>"


def _copies(rng: Rng) -> str:
    if not chance(rng, 0.8):
        return ""
    lead = pick(rng, ("<b>Note:</b> ", "<b><i>Note</i></b>. ", "Note. ", "NOTE: "))
    return f"<p>{lead}{pick(rng, wording.PAPER_COPIES)}</p>"


def _notices(sheet: ScheduleSheet) -> str:
    rng = sheet.rng
    star = pick(rng, ("*", "* ", "*&emsp;", ""))
    texts: Sequence[str] = (star + pick(rng, wording.REMAINDER), pick(rng, wording.NOT_FILED))
    size = between(rng, 0.75, 1.0)
    return "".join(f'<p style="font-size:{size:.2f}em">{text}</p>' for text in texts)
