"""Two looks of filing agents: cover pages as a ruled table, and unruled columns."""

from __future__ import annotations

import html

from eval.printing import ANCHOR_CSS
from eval.schedule_sheet import BOX_CSS, ScheduleSheet
from eval.schedule_texts import Item, Part
from eval.templates_schedule_parts import (
    CERTIFY,
    NOT_FILED,
    NUMBER_OF,
    PAPER,
    PREVIOUS,
    REMAINDER,
    RULES,
    Row,
    agreement,
    amendment,
    breaks,
    comment,
    cusip_text,
    day,
    head_line,
    notice_lines,
    rows_of,
    rule_boxes,
    signed_date,
    signer_lines,
    title,
)

CSS = """
body{margin:0;color:black;background:white;font:SIZEpx/1.22 'LABEL'} p{margin:.55em 0}
.middle{text-align:center} .right{text-align:right} div.middle{margin:.55em 0}
h4,.middle{break-after:avoid} .v{font-family:'DATA'}
.page{break-before:page} table{border-collapse:collapse;width:100%}
td{vertical-align:top;padding:2px 5px;position:relative} tr{break-inside:avoid}
.caption{font-size:.86em} .exhibit{break-before:page} .block{margin:1.5em 0 0 45%;
break-inside:avoid}
.rule{border-top:1.5px solid black;margin:.6em auto} .short{width:28%}
.head td{padding:2px 4px} .sign{position:relative;break-inside:avoid;margin:1.2em 0 0 46%}
.scrawl{vertical-align:bottom} .line{border-bottom:1px solid black;display:inline-block;
min-width:15em}
.note{font-size:.88em;margin-top:.7em}
"""
RULED = """
.cover td{border:1.2px solid black;padding:3px 6px} .cover td.n{width:1.6em;text-align:center}
.cover td.side{width:23%;vertical-align:middle;text-align:center} .item td{padding:.25em .4em}
.item .no{width:4.5em;font-weight:bold} .item .let{width:2.2em}
.head td{border-bottom:1.2px solid black} .narrow{width:5.5em;white-space:nowrap}
"""
COLUMNS = """
.cover td{padding:.42em .4em} .cover .n{width:2em} .cover .cap{width:52%}
.thick td{border-bottom:1px solid black} .indent{padding-left:3em!important}
.item h4{margin:1em 0 .2em 0;font-size:1em} .item .part{margin:.35em 0 .35em 2.2em;text-indent:-2em}
"""


def render_ruled(sheet: ScheduleSheet) -> str:
    """Cover pages as a table with rules all over."""
    persons = range(1, len(sheet.schedule.persons) + 1)
    pages = "".join(
        f'<div class="{breaks(sheet)}">{_head(sheet, index + 1)}<table class="cover">'
        f"{_ruled_rows(rows_of(sheet, index, sheet.setting.variant % 4))}"
        f"</table>{_note(sheet, index)}</div>"
        for index in persons
    )
    items = "".join(_item_table(sheet, item) for item in sheet.items)
    return _styled(sheet, RULED, _cover(sheet) + pages + _body(sheet, items))


def render_columns(sheet: ScheduleSheet) -> str:
    """Cover pages as columns without rules: number, caption, value."""
    pages = "".join(
        f'<div class="{breaks(sheet)}">{_head(sheet, index + 1)}<table '
        f'class="cover{_thick(sheet)}">'
        f"{''.join(map(_column_row, rows_of(sheet, index, sheet.setting.variant % 4)))}</table>"
        f"{_note(sheet, index)}</div>"
        for index in range(1, len(sheet.schedule.persons) + 1)
    )
    items = "".join(_item_run(sheet, item) for item in sheet.items)
    return _styled(sheet, COLUMNS, _cover(sheet) + pages + _body(sheet, items))


def _styled(sheet: ScheduleSheet, more: str, body: str) -> str:
    fonts = sheet.setting.fonts
    css = (CSS + more).replace("SIZE", str(sheet.setting.size)).replace("LABEL", fonts.label)
    return f"<style>{ANCHOR_CSS}{BOX_CSS}{css.replace('DATA', fonts.data)}</style>{body}"


def _thick(sheet: ScheduleSheet) -> str:
    return " thick" if sheet.setting.variant % 3 == 1 else ""


def _head(sheet: ScheduleSheet, page: int) -> str:
    if sheet.setting.heads != "page":
        return ""
    left, name, right = head_line(sheet, page)
    return (
        f'<table class="head" style="margin-bottom:1em"><tr><td>{left}</td><td '
        f'class="middle">{name}</td>'
        f'<td class="right">{right}</td></tr></table>'
    )


def _note(sheet: ScheduleSheet, index: int) -> str:
    text = comment(sheet, index)
    return f'<div class="note">{text}</div>' if text else ""


def _asterisk(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _cover(sheet: ScheduleSheet) -> str:
    """The cover sheet, centred, captions in brackets below the values."""
    schedule, say = sheet.schedule, sheet.say
    rule, wide = '<div class="rule short"></div>', '<div class="rule"></div>'
    whole = schedule.form.name if sheet.setting.variant % 5 == 2 else ""
    number = amendment(sheet) if schedule.amended or sheet.setting.variant % 2 else ""
    values = [
        (say("issuerName", schedule.issuer.name), "(Name of Issuer)"),
        (say("securitiesClassTitle", schedule.issuer.title), "(Title of Class of Securities)"),
        (say("issuerCusip", cusip_text(sheet)), "(CUSIP Number)"),
    ]
    if schedule.is_d:
        person = (
            "(Name, Address and Telephone Number of Person Authorized to Receive Notices and "
            "Communications)"
        )
        values.append(("<br>".join(notice_lines(sheet)), person))
    values.append(
        (
            say("dateOfEvent", day(sheet, schedule.event)),
            "(Date of Event Which Requires Filing of this Statement)",
        )
    )
    centred = "".join(
        f'<div class="middle"><b '
        f'class="v">{value}</b>{rule if sheet.setting.variant % 3 else "<br>"}{caption}</div>'
        for value, caption in values
    )
    if schedule.is_d:
        box = sheet.box("previouslyFiledFlag", schedule.previously)
        boxes = f"<p>{PREVIOUS} {box}</p><p>{PAPER}</p>"
    else:
        rules = (f'<p style="margin-left:5em">{each}</p>' for each in rule_boxes(sheet))
        boxes = f"<p>{RULES}</p>{''.join(rules)}"
    return (
        f'<p class="middle"><b>UNITED STATES<br>SECURITIES AND EXCHANGE '
        f"COMMISSION</b><br>Washington, D.C. 20549</p>{wide}"
        f'<p class="middle"><b style="font-size:1.3em">{title(sheet, whole)}</b></p><p '
        f'class="middle">Under the Securities '
        f"Exchange Act of "
        f"1934<br>{number}</p>{centred}{boxes}{_asterisk(REMAINDER)}{_asterisk(NOT_FILED)}"
    )


def _ruled_rows(rows: list[Row]) -> str:
    made, powers = "", 0
    for row in rows:
        number = f'<td class="n">{row.number}{"." if rows[0].number else ""}</td>'
        caption = f'<span class="caption">{row.caption.replace(chr(10), "<br>")}</span>'
        if row.kind == "power":
            side = (
                f'<td rowspan="4" colspan="2" class="side caption">{NUMBER_OF.upper()}</td>'
                if not powers
                else ""
            )
            made += (
                f'<tr>{side}{number}<td colspan="2">{caption}<br><span class="v">{row.value}'
                f"</span></td></tr>"
            )
            powers += 1
        elif row.kind == "group":
            a, b = row.value.split("|")
            made += (
                f'<tr>{number}<td colspan="3">{caption}</td><td class="narrow">{a}<br>{b}</td></tr>'
            )
        elif row.kind == "box":
            made += (
                f'<tr>{number}<td colspan="3">{caption}</td><td class="narrow '
                f'middle">{row.value}</td></tr>'
            )
        else:
            value = f'<br><span class="v">{row.value}</span>' if row.value else "<br>&nbsp;"
            made += f'<tr>{number}<td colspan="4">{caption}{value}</td></tr>'
    return made


def _column_row(row: Row) -> str:
    caption, indent = row.caption.replace("\n", "<br>"), ' indent"' if row.kind == "power" else '"'
    value = row.value.replace("|", "&nbsp;&nbsp;&nbsp;")
    lead = (
        f'<tr><td></td><td class="cap" colspan="2">{NUMBER_OF}:</td></tr>'
        if row.kind == "power" and row.caption.lower().startswith("sole vot")
        else ""
    )
    return (
        f'{lead}<tr><td class="n">{row.number}.</td><td class="cap{indent}>{caption}</td><td '
        f'class="v">{value}</td></tr>'
    )


def _paragraphs(part: Part, sheet: ScheduleSheet) -> str:
    lines = sheet.block(part)
    caption = f"<i>{part.caption}</i>: " if part.caption else ""
    if len(lines) == 1:
        return f'{caption}<span class="v">{lines[0]}</span>'
    return caption + "".join(f'<div class="v">{line}</div>' for line in lines)


def _item_table(sheet: ScheduleSheet, item: Item) -> str:
    name = f"Item {item.number}." if item.number else ""
    rows = (
        f'<tr><td class="no">{name}</td><td colspan="2"><b>{item.heading}</b></td></tr>'
        if item.heading
        else ""
    )
    for place, part in enumerate(item.parts):
        first = name if not item.heading and not place else ""
        letter = f"({part.letter})" if part.letter else ""
        rows += (
            f'<tr><td class="no">{first}</td><td class="let">{letter}</td>'
            f"<td>{_paragraphs(part, sheet)}</td></tr>"
        )
    return f'<table class="item">{rows}</table>'


def _item_run(sheet: ScheduleSheet, item: Item) -> str:
    heading = f"Item {item.number}.&nbsp;&nbsp;{item.heading}" if item.number else item.heading
    parts = "".join(
        f'<div class="part">{f"({part.letter}) &nbsp;" if part.letter else ""}'
        f"{_paragraphs(part, sheet)}</div>"
        for part in item.parts
    )
    return f'<div class="item"><h4>{heading}</h4>{parts}</div>'


def _body(sheet: ScheduleSheet, items: str) -> str:
    """Items below a head that is repeated on every page, then the signatures and the exhibit."""
    if sheet.setting.heads == "page" and sheet.setting.variant % 2:
        items = (
            f"<table><thead><tr><th>{_head(sheet, 0)}</th></tr></thead><tbody><tr "
            f"style='break-inside:auto'><td style='padding:0'>{items}</td></tr></tbody></table>"
        )
    signs = "".join(_signature(sheet, index) for index in range(1, len(sheet.schedule.persons) + 1))
    start = breaks(sheet) if sheet.setting.variant % 3 else ""
    return (
        f'<div class="{breaks(sheet)}">{items}</div><div class="{start}"><p '
        f'class="middle"><b>SIGNATURE</b></p>'
        f"<p>{CERTIFY[sheet.setting.variant % 2]}</p>{signs}</div>{agreement(sheet)}"
    )


def _signature(sheet: ScheduleSheet, index: int) -> str:
    dated = signed_date(sheet, index)
    name, mark, human, position = signer_lines(sheet, index)
    before = f"<p>Dated: {dated}</p>" if dated else ""
    region = sheet.markup.region("signature")
    line = f'<span class="line">{mark}</span>'
    if not human:
        return f'{before}<div class="sign">{line}<br>{name}{region}</div>'
    typed = (
        f"Name: {human}<br>Title: {position}"
        if sheet.setting.variant % 2
        else f"{human}, {position}"
    )
    return f'{before}<div class="sign">{name}<br><br>By: {line}<br>{typed}{region}</div>'
