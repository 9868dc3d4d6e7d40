"""The cover sheet and the cover pages of a schedule in a fixed-pitch face."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.schedule_blocks import (
    Row,
    Run,
    Wording,
    cover_rows,
    inline,
    shown,
    unlabelled,
)  # fmt: skip
from training.synth.schedule_notice import notice_lines
from training.synth.schedule_typist import Typist, beside, padded
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
from training.synth.style import Rng, chance, pick

RULES = ("-", "=", "_", "- ", "*", "")
NUMBERINGS = ("{}", "{}.", "({})", "{})", "{}:", "Item {}:")
SIDE_WIDTH = 18
"""Columns of the words on the number of shares."""


@dataclass(frozen=True)
class Frame:
    """How one typist sets cover pages.

    `value` stands `below` the caption, `behind` it, after a `leader` or in a `column`; `rule` parts
    the rows and `outer` the whole from what is around it; `bar` stands at the edges of lines.
    """

    value: str
    rule: str
    outer: str
    bar: str
    number: str
    indent: int
    place: int
    leader: str
    side: bool
    options: str
    apart: bool
    quirk: bool


def frame_of(rng: Rng) -> Frame:
    """Draws it; `|` at the edges need rules above and below."""
    value = pick(rng, ("below", "behind", "leader", "column"), (5, 2, 2, 2))
    bar = pick(rng, ("", "|", ":", "!"), (7, 2.5, 0.3, 0.3))
    rule = pick(rng, RULES, (6, 1, 3, 1, 0.3, 0 if bar else 4))
    return Frame(
        value=value,
        rule=rule,
        outer=pick(rng, ("=", rule, "-", "_"), (1, 3, 1, 1)),
        bar=bar,
        number=pick(rng, NUMBERINGS, (5, 5, 4, 4, 0.4, 0.5)),
        indent=int(rng.integers(2, 7)),
        place=int(rng.integers(38, 52)),
        leader=pick(rng, (".", " .", "_", " ", "-"), (5, 1, 1, 2, 0.3)),
        side=value in ("below", "behind") and chance(rng, 0.75),
        options=pick(rng, ("line", "lines", "right", "behind"), (3, 2, 3, 1)),
        apart=not rule or chance(rng, 0.4),
        quirk=chance(rng, 0.2),
    )


def cover_page(typist: Typist, index: int, wording: Wording, frame: Frame) -> None:
    """The cover page of one reporting person."""
    rows = cover_rows(typist.sheet, index, wording)
    _rule(typist, frame, frame.outer)
    powers = [row for row in rows if row.is_power]
    for row in rows:
        if row.is_power and row is not powers[0]:
            continue
        if row is not rows[0]:
            _part(typist, frame)
        if row.is_power:
            _powers(typist, powers, frame)
        else:
            typist.lines(_barred(typist, frame, _row(typist, row, frame, _inner(typist, frame))))
    _rule(typist, frame, frame.outer)
    person = typist.sheet.content.persons[index - 1]
    if chance(typist.rng, 0.3):
        typist.line(pick(typist.rng, INSTRUCTIONS), pick(typist.rng, ("center", "left")))
    for note in person.comment:
        typist.blank()
        runs = (Run(note, "coverComment", index),)
        typist.lines(typist.wrapped(runs, typist.width - 2, 0, pick(typist.rng, (0, 4))), 1)


def _inner(typist: Typist, frame: Frame) -> int:
    return typist.width - (4 if frame.bar else 0)


def _rule(typist: Typist, frame: Frame, sign: str) -> None:
    if not sign:
        return
    # EDGAR put "- " before lines of dashes, as mail programs of the time did.
    start = "- " if frame.quirk and sign == "-" else ""
    line = start + html.escape((sign * typist.width)[: typist.width - len(start)])
    if frame.bar and sign in "-=_":
        line = f"{frame.bar}{line[1:-1]}{frame.bar}"
    typist.line(line)


def _part(typist: Typist, frame: Frame) -> None:
    if frame.rule:
        _rule(typist, frame, frame.rule)
    if frame.apart and not frame.bar:
        typist.blank()


def _barred(typist: Typist, frame: Frame, lines: Sequence[str]) -> list[str]:
    if not frame.bar:
        return list(lines)
    inner = typist.width - 4
    return [f"{frame.bar} {padded(line, inner)} {frame.bar}" for line in lines]


def _row(typist: Typist, row: Row, frame: Frame, width: int, narrow: bool = False) -> list[str]:
    """The lines of one row: number, caption and value."""
    number = frame.number.format(row.number)
    lead = max(len(number) + 1, frame.indent)
    room = width - lead
    if row.options:
        lines = _group(typist, row, frame, room)
    elif row.is_box:
        lines = _boxed(typist, row, room)
    elif frame.value == "below" or not row.value or (narrow and frame.value == "column"):
        lines = _below(typist, row, frame, room)
    elif frame.value == "behind" or "\n" in row.caption:
        mark = "" if row.caption.endswith((":", ".")) else pick(typist.rng, (":", ":", "", "  "))
        lines = typist.wrapped((Run(row.caption + mark + " "), *row.value), room)
    else:
        lines = _column(typist, row, frame, room)
    head = [padded(number, lead)] + [" " * lead] * (len(lines) - 1)
    return [first + line for first, line in zip(head, lines, strict=True)]


def _below(typist: Typist, row: Row, frame: Frame, room: int) -> list[str]:
    lines = typist.wrapped(unlabelled(row.caption), room)
    if not row.value:
        return lines
    indent = frame.indent if frame.place % 2 else 0
    return [*lines, *([""] if frame.place % 3 == 0 else []),
            *typist.wrapped(row.value, room, indent, indent)]  # fmt: skip


def _column(typist: Typist, row: Row, frame: Frame, room: int) -> list[str]:
    """Value at a place of its own, where dots may lead to it."""
    place = min(frame.place, room - 12)
    captions = typist.wrapped(unlabelled(row.caption), place - 2)
    if frame.value == "leader" and len(shown(captions[-1])) < place - 3:
        lack = place - len(shown(captions[-1])) - 2
        glued = frame.quirk and bool(frame.leader.strip())
        captions[-1] += " " + (frame.leader * (lack + 1))[: lack + glued]
    values = typist.wrapped(row.value, room - place)
    above = [""] * (len(captions) - 1) if frame.value == "leader" else []
    return beside(((captions, place), (above + values, room - place)))


def _group(typist: Typist, row: Row, frame: Frame, room: int) -> list[str]:
    """Row 2 with its boxes: behind the caption, below it, or at the right on one or two lines."""
    boxes = row.boxes
    caption = typist.wrapped(unlabelled(row.caption), room)
    wide = max(len(shown(box)) for box in boxes)
    if frame.options == "line":
        return [*caption, " " * frame.indent + (" " * (2 + frame.place % 5)).join(boxes)]
    if frame.options == "lines":
        indent = frame.indent + (frame.place if frame.place % 2 else 0)
        return [*caption, *(" " * min(indent, room - wide) + box for box in boxes)]
    if frame.options == "right":
        left = typist.wrapped(unlabelled(row.caption), room - wide - 4)
        return beside(((left, room - wide - 2), (boxes, wide)))
    return typist.wrapped((Run(row.caption + " "), Run(html="  ".join(boxes))), room)


def _boxed(typist: Typist, row: Row, room: int) -> list[str]:
    """A row with one box, behind its caption or at the right edge."""
    box = inline(typist.sheet, row.value)
    wide = len(shown(box))
    if chance(typist.rng, 0.5):
        return typist.wrapped((Run(row.caption + " "), Run(html=box)), room) if box else \
            typist.wrapped(unlabelled(row.caption), room)  # fmt: skip
    caption = typist.wrapped(unlabelled(row.caption), room - wide - 4)
    above = [""] * (len(caption) - 1)
    return beside(((caption, room - wide - 2), ([*above, box], wide)))


def _powers(typist: Typist, rows: Sequence[Row], frame: Frame) -> None:
    """The four rows of power, beside the words that say whose they are or below them."""
    width = _inner(typist, frame)
    words = pick(typist.rng, OWNED_BY)
    words = words.upper() if rows[0].caption.isupper() else words
    if not frame.side:
        if chance(typist.rng, 0.6):
            typist.lines(_barred(typist, frame, typist.wrapped(unlabelled(words), width)))
        for row in rows:
            if row is not rows[0] or frame.apart:
                _part(typist, frame) if chance(typist.rng, 0.8) else None
            typist.lines(_barred(typist, frame, _row(typist, row, frame, width)))
        return
    right: list[str] = []
    for row in rows:
        if right:
            right += [html.escape((frame.rule * width)[: width - SIDE_WIDTH])] if frame.rule else []
            right += [""] if frame.apart else []
        right += _row(typist, row, frame, width - SIDE_WIDTH, narrow=True)
    left = [padded(line, SIDE_WIDTH - 4, "center") for line in
            typist.wrapped(unlabelled(words), SIDE_WIDTH - 4)]  # fmt: skip
    start = max(len(right) - len(left), 0) // 2 if chance(typist.rng, 0.5) else 0
    typist.lines(_barred(typist, frame, beside((([""] * start + left, SIDE_WIDTH),
                                                (right, width - SIDE_WIDTH)))))  # fmt: skip


def cover_sheet(typist: Typist) -> None:
    """The first page: agency, title, issuer, class, number, day, boxes, notices."""
    sheet, rng = typist.sheet, typist.rng
    gap = pick(rng, (0, 1), (1, 3))
    for line in (*COMMISSION[chance(rng, 0.2) :], pick(rng, CITY)):
        typist.line(line, "center")
    typist.blank(1 + gap)
    typist.line(sheet.title_word(), "center")
    act = [pick(rng, UNDER_ACT)]
    amendment = [sheet.amendment_line()]
    for line in act + amendment if chance(rng, 0.8) else amendment + act:
        if line:
            typist.blank(gap)
            typist.line(line, "center")
    typist.blank(1 + gap)
    _entries(typist, gap)
    typist.blank(gap)
    _asked(typist)
    _notices(typist)


def _entries(typist: Typist, gap: int) -> None:
    """What the sheet asks for, each value above its caption, ruled or not, or behind it."""
    sheet, rng = typist.sheet, typist.rng
    content = sheet.content
    brackets = pick(rng, ("({})", "{}"), (4, 1))
    behind = chance(rng, 0.15)
    rule = pick(rng, ("", "-", "_", "="), (3, 3, 4, 0.3))
    short = chance(rng, 0.5)
    entries = [
        (pick(rng, CAPTION_ISSUER), [sheet.words("issuerName", content.issuer)]),
        (
            pick(rng, CAPTION_CLASS),
            typist.wrapped((Run(content.class_title, "securitiesClassTitle"),), typist.width - 10),
        ),
        (pick(rng, CAPTION_CUSIP), [sheet.words("issuerCusip", content.cusip)]),
    ]
    if content.family == "13D":
        entries.append((pick(rng, CAPTION_NOTICE), notice_lines(sheet)))
    entries.append((pick(rng, CAPTION_EVENT), [sheet.date("dateOfEvent", content.event)]))
    for caption, lines in entries:
        if behind and len(lines) == 1:
            typist.line(f"{caption}: {lines[0]}")
            typist.blank(gap)
            continue
        for line in lines:
            typist.line(line, "center")
        if rule:
            typist.rule(rule, typist.width // 2 if short else 0, "center")
        for line in typist.wrapped(unlabelled(brackets.format(caption)), typist.width - 8):
            typist.line(line, "center")
        typist.blank(gap)


def _asked(typist: Typist) -> None:
    """The boxes of the cover sheet."""
    sheet, rng = typist.sheet, typist.rng
    content = sheet.content
    if content.family == "13D":
        box = sheet.tick(content.previously_filed, "previouslyFiledFlag")
        typist.lines(typist.wrapped(told(pick(rng, PREVIOUSLY), pick(rng, PREVIOUS_RULES), box),
                                    typist.width))  # fmt: skip
    elif content.rules or chance(rng, 0.6):
        typist.lines(typist.wrapped(unlabelled(pick(rng, RULES_ASKED)), typist.width))
        typist.blank()
        before, indent = chance(rng, 0.7), int(rng.integers(2, 20))
        for rule in "bcd":
            box = sheet.tick(rule in content.rules, f"designateRule.{rule}")
            text = f"Rule 13d-1({rule})"
            typist.line(" " * indent + (f"{padded(box, 4)} {text}" if before
                                        else f"{text}  {box}"))  # fmt: skip
    if content.event.year < 2000 and chance(rng, 0.4):
        typist.blank()
        runs = unlabelled(pick(rng, FEE_NOTICE).format("[ ]"))
        typist.lines(typist.wrapped(runs, typist.width))
    typist.blank()


def told(text: str, rules: str, box: str) -> tuple[Run, ...]:
    """The question on earlier filings with its box at the place of `{1}`."""
    before, _, after = text.partition("{1}")
    return (Run(before.format(rules)), *((Run(html=box),) if box else ()), Run(after))


def _notices(typist: Typist) -> None:
    rng = typist.rng
    if typist.sheet.content.family == "13D" and chance(rng, 0.6):
        copies = pick(rng, (*PAPER_COPIES, OLD_COPIES))
        typist.lines(typist.wrapped(unlabelled(copies), typist.width))
        typist.blank()
    if chance(rng, 0.85):
        for place, text in enumerate((pick(rng, REMAINDER), pick(rng, NOT_FILED))):
            star = "*" if not place and chance(rng, 0.8) else ""
            typist.lines(typist.wrapped(unlabelled(plain(star + text)), typist.width))
            typist.blank()


def plain(text: str) -> str:
    """Text as old machines have it, without typographic quotation marks."""
    return text.translate(str.maketrans("“”‘’–—", "\"\"''--"))
