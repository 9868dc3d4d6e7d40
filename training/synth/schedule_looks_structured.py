"""The SEC's own rendering of the structured schedules that are filed since December 2024."""

from __future__ import annotations

import html
from collections.abc import Sequence

from models.forms._schedule13 import ISSUER_ADDRESS
from training.synth import schedule_wording as wording
from training.synth.schedule import Person
from training.synth.schedule_blocks import AMOUNTS, CODES, Run, address_runs, inline
from training.synth.schedule_cover import notice
from training.synth.schedule_extra import other_exhibits
from training.synth.schedule_sections import agreement, joined, pieces, section_manner
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.schedule_wording_typed import ITEM_1_13D, ITEM_1_13G, WHOLE_ITEMS_13D
from training.synth.style import (
    ARIAL_LIKE,
    SANS,
    TIMES_LIKE,
    Grid,
    Marks,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
)

LETTERS = "abcdefghijk"
ROMAN = ("i", "ii", "iii", "iv")


def structured_style(rng: Rng) -> Style:
    """The rendering's face and size as a browser prints it; boxes are drawn."""
    font = pick(rng, pick(rng, (ARIAL_LIKE, TIMES_LIKE, SANS), (5, 3, 1)))
    size = between(rng, 10.0, 14.0)
    width, colour = pick(rng, (0.7, 1.0, 1.4)), pick(rng, ("#000", "#777", "#aaa"), (4, 1, 1))
    margin = between(rng, 0.35, 0.8)
    corners: tuple[tuple[str, str], ...] = ()
    if chance(rng, 0.3):
        corners = (("bottom-right", "counter(page) '/' counter(pages);font:8px 'Nimbus Sans';"),)
    return Style(
        label_font=font,
        data_font=font if chance(rng, 0.8) else pick(rng, ARIAL_LIKE),
        label_size=size,
        data_size=size * between(rng, 0.95, 1.15),
        data_color=pick(rng, ("#000", "#00008b", "#222"), (6, 1, 1)),
        note_size=size,
        line_height=between(rng, 1.1, 1.45),
        marks=Marks(box=pick(rng, ("square", "glyph", "checked"), (5, 3, 2)),
                    yes=pick(rng, ("X", "x", "✓", "✗")), box_size=between(rng, 0.8, 1.1)),
        paper=Paper(pick(rng, ("letter", "A4"), (5, 1)), margins=(margin, margin, margin, margin),
                    corners=corners),
        grid=Grid(f"border:{width}px solid {colour}",
                  padding=(between(rng, 1.0, 5.0), between(rng, 3.0, 8.0))),
        column_spread=between(rng, 0.0, 1.0),
        data_weight=pick(rng, (400, 700), (5, 1)),
    )  # fmt: skip


def structured_css(style: Style) -> str:
    """Tables of number, caption and value; the value under its caption or beside it."""
    shade = "background:#e6e6e6;" if style.column_spread > 0.5 else ""
    return (
        ".cs{text-align:center}.cs u{text-underline-offset:2px}.pr{margin:.7em 0;text-align:center}"
        f".rt,.st{{width:100%;border-collapse:collapse;margin:.5em 0}}.rt td{{{style.grid.cell};"
        f"{style.grid.padding_css};vertical-align:top}}.rt .no{{width:2.8em;text-align:center}}"
        f".own{{width:{9 + 5 * style.column_spread:.1f}em}}.v{{min-height:1.2em}}"
        f".bar{{{shade}font-weight:bold;text-align:center;margin-top:.8em;padding:3px}}"
        ".q{width:100%;margin:.15em 0}.q td{vertical-align:top;padding:1px 5px}"
        ".q .no{width:4.5em;white-space:nowrap}.q tr,.tx tr{break-inside:auto}.q p{margin:.2em 0}"
        ".st td{padding:2px 6px;vertical-align:top}.st .no{width:11em}"
        ".et{text-align:center}.ps{display:flex;flex-wrap:wrap}.pc{width:48%}.ac{margin-right:.4em}"
    )


def structured_body(sheet: ScheduleSheet) -> str:
    """Cover, a table for each person, items, signatures, as the rendering has them."""
    sheet.date_format, sheet.upper_dates = "%m/%d/%Y", False
    sheet.cents, sheet.percent_shape = True, "{} %"
    rng, persons = sheet.rng, sheet.content.persons
    beside, broken = chance(rng, 0.3), chance(rng, 0.4)
    parts = [_cover(sheet)]
    for index in range(1, len(persons) + 1):
        css = "page" if broken or index == 1 else "gap"
        parts.append(f'<div class="{css}">{_bar(sheet)}{_person(sheet, index, beside)}</div>')
    items = _items_13g(sheet) if sheet.content.family == "13G" else _items_13d(sheet)
    css = "page" if chance(rng, 0.5) else "gap"
    parts += [f'<div class="{css}">{_title(sheet)}{items}</div>', _signatures(sheet)]
    if chance(rng, 0.3):
        parts.append(agreement(sheet, section_manner(rng)))
    return "".join(parts) + other_exhibits(sheet)


def _title(sheet: ScheduleSheet) -> str:
    return f'<div class="bar">SCHEDULE {sheet.content.family}</div>'


def _bar(sheet: ScheduleSheet) -> str:
    cusip = html.escape(sheet.content.cusip)
    return _title(sheet) + _line("CUSIP No.", cusip)


def _value(inner: str) -> str:
    return f'<span class="d">{inner}</span>'


def _line(lead: str, inner: str) -> str:
    return f'<table class="q"><tr><td class="no">{lead}</td><td>{inner}</td></tr></table>'


def _cover(sheet: ScheduleSheet) -> str:
    content = sheet.content
    amended = sheet.amendment_line()
    top = [
        "<b>UNITED STATES<br>SECURITIES AND EXCHANGE COMMISSION</b>", "Washington, D.C. 20549",
        f"<h2>{sheet.title_word()}</h2>", "<b>UNDER THE SECURITIES EXCHANGE ACT OF 1934</b>",
        amended,
    ]  # fmt: skip
    pairs = [
        (sheet.words("issuerName", content.issuer), wording.CAPTION_ISSUER[0]),
        (sheet.words("securitiesClassTitle", content.class_title), wording.CAPTION_CLASS[0]),
        (sheet.words("issuerCusip", content.cusip), wording.CAPTION_CUSIP[0]),
    ]
    if content.family == "13D":
        pairs.append((notice(sheet), wording.CAPTION_NOTICE[0]))
    pairs.append((sheet.date("dateOfEvent", content.event), wording.CAPTION_EVENT[0]))
    body = "".join(f"<div>{line}</div>" for line in top if line)
    for value, caption in pairs:
        body += f'<div class="pr"><u>{_value(value)}</u><br>({caption})</div>'
    return f'<div class="cs">{body}</div>{_rules(sheet)}{_notices(sheet)}'


def _rules(sheet: ScheduleSheet) -> str:
    content = sheet.content
    if content.family == "13D":
        box = sheet.tick(content.previously_filed, "previouslyFiledFlag")
        asked = wording.PREVIOUSLY[0].format(wording.PREVIOUS_RULES[0], box)
        return f"<p>{asked}</p>"
    boxes = {rule: sheet.tick(rule in content.rules, f"designateRule.{rule}") for rule in "bcd"}
    lines = "".join(f"<div>{box} Rule 13d-1({rule})</div>" for rule, box in boxes.items())
    return f"<p>{wording.RULES_ASKED[0]}</p>{lines}"


def _notices(sheet: ScheduleSheet) -> str:
    if not chance(sheet.rng, 0.6):
        return ""
    return f"<p>{wording.REMAINDER[1]}</p><p>{wording.NOT_FILED[0]}</p>"


def _person(sheet: ScheduleSheet, index: int, beside: bool) -> str:
    """The rows of one person; captions above their values or `beside` them."""
    person = sheet.content.persons[index - 1]
    tags = wording.ROWS_13D if sheet.content.family == "13D" else wording.ROWS_13G
    aggregate = tags.index("aggregateAmountOwned") + 1
    printed = []
    for number, tag in enumerate(tags, 1):
        caption = html.escape(wording.ROW_CAPTIONS[tag][0].format(aggregate))
        value = _value(_row_value(sheet, tag, index, person))
        power = tag in wording.POWERS
        block = ""
        if tag == wording.POWERS[0]:
            block = f'<td class="own" colspan="2" rowspan="4">{wording.OWNED_BY[1]}</td>'
        span = 1 if power else 3
        cell = f'{caption}<div class="v">{value}</div>'
        if beside:
            cell = f'{caption}</td><td style="width:40%">{value}'
        lead = f'<td class="no">{number}</td>'
        printed.append(f'<tr>{block}{lead}<td colspan="{span}">{cell}</td></tr>')
    columns = '<colgroup><col class="no"><col class="own"><col class="no"><col></colgroup>'
    table = f'<table class="rt">{columns}{"".join(printed)}</table>'
    return table + _comment(sheet, index, person)


def _comment(sheet: ScheduleSheet, index: int, person: Person) -> str:
    if not person.comment:
        return ""
    text = sheet.prose("coverComment", "\n".join(person.comment), index)
    return f'<table class="q"><tr><td style="width:9em">Comment for Type of Reporting Person:' \
           f"</td><td>{_value(text)}</td></tr></table>"  # fmt: skip


def _row_value(sheet: ScheduleSheet, tag: str, index: int, person: Person) -> str:
    if tag == "memberOfGroup":
        boxes = [
            f"{sheet.tick(person.group == letter, f'{tag}.{letter}', index)} ({letter})"
            for letter in "ab"
        ]
        return "<br>".join(boxes) if chance(sheet.rng, 0.7) else "&emsp;".join(boxes)
    if tag in ("legalProceedings", "isAggregateExcludeShares"):
        checked = person.legal if tag == "legalProceedings" else person.excludes
        return sheet.tick(checked, tag, index)
    if tag in AMOUNTS:
        return sheet.amount(tag, getattr(person, AMOUNTS[tag]), index)
    if tag in CODES:
        return sheet.words(tag, ", ".join(getattr(person, CODES[tag])), index)
    if tag == "percentOfClass":
        return sheet.percent(tag, person.percent, index)
    if tag == "citizenshipOrOrganization":
        return sheet.words(tag, person.citizenship.upper(), index)
    return sheet.words(tag, person.name, index) if tag == "reportingPersonName" else ""


# items


def _head(item: int, caption: str) -> str:
    return _line(f"<b>Item {item}.</b>", f"<b>{caption}</b>")


def _part(letter: str, caption: str, found: Sequence[str]) -> str:
    """A lettered part: caption, below it the value."""
    lead = f"({letter})" if letter else ""
    head = f"{caption}:<br>" if caption else ""
    inner = head + _value(joined(found))
    return _line(lead, inner)


def _text(sheet: ScheduleSheet, tag: str) -> list[str]:
    text = sheet.content.texts.get(tag, "")
    return pieces(sheet, (Run(text, tag),)) if text else []


def _issuer(sheet: ScheduleSheet) -> list[str]:
    name = sheet.content.texts.get("item1.issuerName", sheet.content.issuer)
    return [sheet.words("item1.issuerName", name)]


def _address(sheet: ScheduleSheet) -> list[str]:
    """The issuer's address in one line, its state in full."""
    runs = address_runs(sheet.rng, sheet.content.issuer_address, ISSUER_ADDRESS, lines=False)
    return [inline(sheet, runs)]


def _flag(sheet: ScheduleSheet, item: int) -> str:
    """The box that says that an item does not apply."""
    checked = item in sheet.content.not_applicable
    box = sheet.tick(checked, f"item{item}.notApplicable")
    return _line("", f"{box} Not Applicable")


def _items_13g(sheet: ScheduleSheet) -> str:
    content = sheet.content
    parts = [_head(1, ""), _part("a", ITEM_1_13G[0], _issuer(sheet)),
             _part("b", ITEM_1_13G[1], _address(sheet)), _head(2, "")]  # fmt: skip
    for letter, (tag, captions) in zip(LETTERS, wording.ITEM_2_13G, strict=False):
        parts.append(_part(letter, captions[0], _text(sheet, tag)))
    parts.append(_part("d", "Title of class of securities", [html.escape(content.class_title)]))
    parts.append(_part("e", "CUSIP No.", [html.escape(content.cusip)]))
    parts += [_head(3, wording.ITEM_3[0]), *_institutions(sheet), *_ownership(sheet)]
    parts += [_head(5, wording.ITEMS_13G[5][2]), _flag(sheet, 5)]
    box = sheet.tick(content.five_percent_or_less, "classOwnership5PercentOrLess")
    parts.append(_part("", "", [f"{box} Ownership of 5 percent or less of a class"]))
    for item in range(6, 11):
        parts += [_head(item, wording.ITEMS_13G[item][0]), _flag(sheet, item)]
        if item not in content.not_applicable:
            parts.append(_part("", "", _text(sheet, f"item{item}.text")))
    return "".join(parts)


def _institutions(sheet: ScheduleSheet) -> list[str]:
    content = sheet.content
    if 3 in content.not_applicable and chance(sheet.rng, 0.5):
        return [_flag(sheet, 3)]
    parts = [_flag(sheet, 3)] if chance(sheet.rng, 0.7) or 3 in content.not_applicable else []
    for letter, (code, text) in zip(LETTERS, wording.INSTITUTIONS, strict=True):
        box = sheet.tick(code in content.filer_types, f"typeOfPersonFiling.{code}")
        parts.append(_part(letter, "", [f"{box} {text}"]))
    other = _text(sheet, "otherTypeOfPersonFiling")
    specify = "If filing as a non-U.S. institution, please specify the type of institution"
    return [*parts, _part("", specify, other)] if other else parts


def _ownership(sheet: ScheduleSheet) -> list[str]:
    parts = [_head(4, "Ownership")]
    lead = "Number of shares as to which the person has"
    for place, (tag, captions) in enumerate(wording.ITEM_4_PARTS):
        letter = LETTERS[place] if place < len("ab") else ROMAN[place - 2]
        if place == 2:
            parts.append(_part("c", lead, []))
        parts.append(_part(letter, captions[0], _text(sheet, tag)))
    return parts


def _items_13d(sheet: ScheduleSheet) -> str:
    content = sheet.content
    title = content.texts.get("item1.securityTitle", content.class_title)
    parts = [
        _head(1, wording.ITEMS_13D[1][1]),
        _part("a", ITEM_1_13D[0], [sheet.words("item1.securityTitle", title)]),
        _part("b", ITEM_1_13D[1], _issuer(sheet)),
        _part("c", ITEM_1_13D[2], _address(sheet)),
    ]
    comment = _text(sheet, "item1.text")
    parts += [_part("", "Item 1 Comment", comment)] if comment else []
    for item in range(2, 8):
        lettered = {2: wording.ITEM_2_13D, 5: wording.ITEM_5_13D}.get(item)
        tags = [tag for tag, _ in lettered] if lettered else [WHOLE_ITEMS_13D[item]]
        found = [(letter, _text(sheet, tag)) for letter, tag in zip(LETTERS, tags, strict=False)]
        filled = [(letter, text) for letter, text in found if text]
        if filled:
            parts.append(_head(item, wording.ITEMS_13D[item][-1]))
            parts += [_part(letter if lettered else "", "", text) for letter, text in filled]
    return "".join(parts)


def _signatures(sheet: ScheduleSheet) -> str:
    """A small table for each signature, and what is said beside them."""
    parts = ['<div class="bar">SIGNATURE</div>', f"<p>{wording.CERTIFIED[0]}</p>"]
    for index, signer in enumerate(sheet.content.signers, 1):
        rows = [
            ("Signature:", sheet.words("signature", signer.signature or signer.person, index)),
            ("Name/Title:", sheet.words("signatureTitle", signer.title, index)),
            ("Date:", sheet.date("signatureDate", signer.day, index)),
        ]
        name = _value(sheet.words("signatureReportingPerson", signer.person, index))
        cells = "".join(f'<tr><td class="no">{caption}</td><td>{_value(value)}</td></tr>'
                        for caption, value in rows)  # fmt: skip
        parts.append(f'<div class="keep"><p>{name}</p><table class="st">{cells}</table></div>')
    comment = _text(sheet, "signatureComment")
    parts += [_part("", "Comments accompanying signature", comment)] if comment else []
    exhibits = _text(sheet, "exhibitInfo")
    if exhibits:
        parts.append(f'<div class="bar">Exhibit Information</div>{_part("", "", exhibits)}')
    return "".join(parts)
