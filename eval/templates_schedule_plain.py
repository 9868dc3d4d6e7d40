"""Two looks without tables: dotted lines from captions to values, typed text of the 1990s."""

from __future__ import annotations

import html

from eval.printing import ANCHOR_CSS
from eval.schedule_sheet import BOX_CSS, ScheduleSheet
from eval.schedule_texts import Item
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

DOTTED = """
body{margin:0;color:black;background:white;font:SIZEpx/1.25 'LABEL'} p{margin:.5em 0}
.middle{text-align:center} .right{text-align:right} .page,.exhibit{break-before:page}
.row{display:flex;align-items:flex-end;margin:.62em 0;break-inside:avoid} .row .c{max-width:60%}
.row .dots{flex:1;border-bottom:1.6px dotted black;margin:0 .4em .3em .4em;min-width:1.5em}
.row .n{width:2.4em;flex:none;align-self:flex-start} .deep{margin-left:3.5em}
.v{font-family:'DATA'} .bar{border-top:2px solid black}
h3,.middle{break-after:avoid} h3{font-size:1em;text-decoration:underline;margin:1em 0 .3em 0;
font-weight:normal}
.in{margin-left:3em} .sign{position:relative;break-inside:avoid;margin-top:1.4em}
.block{margin-top:1.4em;break-inside:avoid} .note{margin-top:1em}
"""
TYPED = """
body{margin:0;color:black;background:white;font:SIZEpx/1.16 'DATA';font-variant-ligatures:none}
p{margin:.9em 0} .middle{text-align:center} .right{text-align:right}
.page,.exhibit{break-before:page}
.dash{border-top:1px dashed black;margin:.35em 0} .row{margin:.3em 0;display:flex;
break-inside:avoid}
.row .n{width:5ch;flex:none} .row .rest{flex:1;position:relative} .half{display:flex;
break-inside:avoid} .middle{break-after:avoid}
.half .side{width:17ch;flex:none} .half .powers{flex:1} .value{padding-left:5ch;min-height:1.2em}
.in{margin-left:5ch} .sign{position:relative;break-inside:avoid;margin:1.6em 0 0 30ch}
.block{margin:1.6em 0 0 30ch;break-inside:avoid} .head{display:flex;justify-content:space-between}
"""


def _styled(sheet: ScheduleSheet, css: str, body: str) -> str:
    fonts = sheet.setting.fonts
    css = (
        css.replace("SIZE", str(sheet.setting.size))
        .replace("LABEL", fonts.label)
        .replace("DATA", fonts.data)
    )
    return f"<style>{ANCHOR_CSS}{BOX_CSS}{css}</style>{body}"


def render_dotted(sheet: ScheduleSheet) -> str:
    """Captions on the left, values on the right, dots between them."""
    pages = "".join(
        f'<div class="{breaks(sheet)}">{_dotted_head(sheet, index + 1)}'
        f"{''.join(map(_dotted_row, rows_of(sheet, index, sheet.setting.variant % 4, '*')))}"
        f'<div class="note">{comment(sheet, index, "*")}</div></div>'
        for index in range(1, len(sheet.schedule.persons) + 1)
    )
    items = "".join(_dotted_item(sheet, item) for item in sheet.items)
    signs = "".join(
        _dotted_signature(sheet, index) for index in range(1, len(sheet.schedule.persons) + 1)
    )
    body = (
        f'{_dotted_cover(sheet)}{pages}<div class="{breaks(sheet)}">{items}</div><p '
        f'class="middle"><b>SIGNATURES</b></p>'
        f"<p>{CERTIFY[sheet.setting.variant % 2]}</p>{signs}{agreement(sheet)}"
    )
    return _styled(sheet, DOTTED, body)


def _dots(caption: str, value: str, number: str = "", deep: bool = False) -> str:
    lead = f'<span class="n">{number}</span>' if number else ""
    return (
        f'<div class="row{" deep" if deep else ""}">{lead}<span class="c">{caption}</span>'
        f'<span class="dots"></span><span class="v">{value}</span></div>'
    )


def _dotted_head(sheet: ScheduleSheet, page: int) -> str:
    left, name, right = head_line(sheet, page if sheet.setting.heads == "page" else 0)
    return (
        f'<div>{left}<br>{name}{" &ndash; " if right else ""}{right}</div><div class="bar"></div>'
    )


def _dotted_row(row: Row) -> str:
    value = row.value.replace("|", "&nbsp;&nbsp;")
    first = row.kind == "power" and row.caption.lower().startswith("sole vot")
    lead = f"<p>{NUMBER_OF}:</p>" if first else ""
    return lead + _dots(
        row.caption.replace("\n", " "), value, f"({row.number})", row.kind == "power"
    )


def _dotted_cover(sheet: ScheduleSheet) -> str:
    schedule, say = sheet.schedule, sheet.say
    number = amendment(sheet, "Amendment No. {}") if schedule.amended else ""
    name = title(sheet, f"SCHEDULE {schedule.form.name.split()[-1]}")
    lines = _dots("Name of issuer", say("issuerName", schedule.issuer.name))
    lines += _dots(
        "Title of class of securities", say("securitiesClassTitle", schedule.issuer.title)
    )
    lines += _dots("CUSIP number", say("issuerCusip", cusip_text(sheet)))
    lines += _dots(
        "Date of event which requires filing of this statement",
        say("dateOfEvent", day(sheet, schedule.event)),
    )
    if schedule.is_d:
        lines += (
            "<p>Name, address and telephone number of person authorized to receive notices "
            "and communications:</p>"
        )
        lines += f'<div class="in v">{"<br>".join(notice_lines(sheet))}</div>'
        lines += (
            f"<p>{PREVIOUS}&nbsp;{sheet.box('previouslyFiledFlag', schedule.previously)}</p>"
            f"<p>{PAPER}</p>"
        )
    else:
        boxes = [each.partition(" Rule") for each in rule_boxes(sheet)]
        lines += f"<p>{RULES}</p>" + "".join(
            _dots(f"Rule{rule}", box, deep=True) for box, _, rule in boxes
        )
    return (
        f'<p class="right">OMB APPROVAL</p><p class="middle">SECURITIES AND EXCHANGE '
        f"COMMISSION<br>WASHINGTON, D.C. 20549"
        f"<br><br><b>{name}</b><br>Under the Securities Exchange Act of "
        f'1934<br>{number}</p><div class="bar"></div>{lines}'
        f'<div class="bar"></div><p>{html.escape(REMAINDER)}</p><p>{html.escape(NOT_FILED)}</p>'
    )


def _dotted_item(sheet: ScheduleSheet, item: Item) -> str:
    made = f"<h3>{f'ITEM {item.number}. ' if item.number else ''}{item.heading}</h3>"
    for part in item.parts:
        letter, lines = f"({part.letter})" if part.letter else "", sheet.block(part)
        if part.caption and len(lines) == 1 and len(lines[0]) < 190:
            made += _dots(part.caption, lines[0], letter)
        else:
            caption = f"{part.caption}: " if part.caption else ""
            made += "".join(
                f'<p class="in">{each}</p>' for each in [f"{letter} {caption}".strip()] if each
            )
            made += "".join(f'<p class="in v">{line}</p>' for line in lines)
    return made


def _dotted_signature(sheet: ScheduleSheet, index: int) -> str:
    name, mark, human, position = signer_lines(sheet, index)
    dated, region = signed_date(sheet, index), sheet.markup.region("signature")
    rows = [_dots("Date", dated)] if dated else []
    rows += [f'<div class="v">{name}</div>'] if human else []
    rows.append(_dots("Signature" if not human else "By", mark))
    rows += [_dots("Name and title", f"{human}, {position}")] if human else [_dots("Name", name)]
    return f'<div class="sign">{"".join(rows)}{region}</div>'


def render_typed(sheet: ScheduleSheet) -> str:
    """Text as it was sent to EDGAR in the 1990s: one face, dashes, brackets."""
    pages = "".join(
        f'<div class="{breaks(sheet)}">{_typed_head(sheet, index + 1)}'
        f"{_typed_rows(rows_of(sheet, index, 2))}<p>{comment(sheet, index)}</p></div>"
        for index in range(1, len(sheet.schedule.persons) + 1)
    )
    items = "".join(_typed_item(sheet, item) for item in sheet.items)
    signs = "".join(
        _typed_signature(sheet, index) for index in range(1, len(sheet.schedule.persons) + 1)
    )
    body = (
        f'{_typed_cover(sheet)}{pages}<div class="{breaks(sheet)}">{items}</div><p '
        f'class="middle">SIGNATURE</p>'
        f"<p>{CERTIFY[sheet.setting.variant % 2]}</p>{signs}{agreement(sheet)}"
    )
    return _styled(sheet, TYPED, body)


def _typed_head(sheet: ScheduleSheet, page: int) -> str:
    left, name, right = head_line(sheet, page if sheet.setting.heads == "page" else 0)
    return (
        f'<div class="head"><span>{left.upper()}</span><span>{name}</span><span>{right}'
        f"</span></div>"
    )


def _typed_cover(sheet: ScheduleSheet) -> str:
    schedule, say = sheet.schedule, sheet.say
    line = (
        '<div class="middle">{}<br>---------------------------------------------<br>({})</div><br>'
    )
    number = amendment(sheet, "(AMENDMENT NO. {})*")
    name = title(sheet)
    lines = line.format(
        say(
            "issuerName",
            schedule.issuer.name.upper() if sheet.setting.capitals else schedule.issuer.name,
        ),
        "NAME OF ISSUER",
    )
    lines += line.format(
        say("securitiesClassTitle", schedule.issuer.title), "TITLE OF CLASS OF SECURITIES"
    )
    lines += line.format(say("issuerCusip", cusip_text(sheet)), "CUSIP NUMBER")
    if schedule.is_d:
        told = (
            "NAME, ADDRESS AND TELEPHONE NUMBER OF PERSON AUTHORIZED TO RECEIVE NOTICES AND "
            "COMMUNICATIONS"
        )
        lines += line.format("<br>".join(notice_lines(sheet)), told)
    lines += line.format(
        say("dateOfEvent", day(sheet, schedule.event)),
        "DATE OF EVENT WHICH REQUIRES FILING OF THIS STATEMENT",
    )
    if schedule.is_d:
        lines += f"<p>{PREVIOUS}&nbsp;{sheet.box('previouslyFiledFlag', schedule.previously)}</p>"
    elif schedule.signed.year >= 1998:
        # Cover sheets of before 1998 have no boxes for the rules.
        lines += f"<p>{RULES}</p>" + "".join(
            f'<div class="in">{each}</div>' for each in rule_boxes(sheet)
        )
    return (
        f'<div class="middle">SECURITIES AND EXCHANGE COMMISSION<br>WASHINGTON, D.C. '
        f"20549<br><br>{name}<br><br>UNDER THE "
        f"SECURITIES EXCHANGE ACT OF "
        f"1934<br>{number}<br><br></div>{lines}<p>*{html.escape(REMAINDER)}</p>"
        f"<p>{html.escape(NOT_FILED)}</p>"
    )


def _typed_rows(rows: list[Row]) -> str:
    dash = '<div class="dash"></div>'
    made, powers = dash, ""
    for row in rows:
        group = row.value.split("|") if row.kind == "group" else []
        beside = (
            "&nbsp;&nbsp;&nbsp;".join(group) if group else (row.value if row.kind == "box" else "")
        )
        below = f'<div class="value">{row.value}</div>' if row.kind in ("text", "power") else ""
        caption = row.caption.replace("\n", "<br>")
        text = (
            f'<div class="row"><span class="n">{row.number}</span><div class="rest">{caption} '
            f"&nbsp; {beside}{below}</div></div>"
        )
        if row.kind == "power":
            powers += text
            continue
        if powers:
            side = NUMBER_OF.upper().replace(" BENEFICIALLY", "<br>BENEFICIALLY")
            made += (
                f'<div class="half"><div class="side">{side}</div><div '
                f'class="powers">{powers}</div></div>{dash}'
            )
            powers = ""
        made += text + dash
    return made


def _typed_item(sheet: ScheduleSheet, item: Item) -> str:
    heading = item.heading.upper() if sheet.setting.capitals else item.heading
    made = f"<p>{f'ITEM {item.number}.' if item.number else ''}&nbsp; {heading}</p>"
    for part in item.parts:
        letter = f"({part.letter})&nbsp; " if part.letter else ""
        caption = f"{part.caption}: " if part.caption else ""
        lines = sheet.block(part)
        if letter or caption:
            lines = [
                f"{letter}{caption}{'<br>' if len(lines) > 1 else ''}{lines[0] if lines else ''}",
                *lines[1:],
            ]
        made += "".join(f'<p class="in">{line}</p>' for line in lines)
    return made


def _typed_signature(sheet: ScheduleSheet, index: int) -> str:
    dated = signed_date(sheet, index)
    name, mark, human, position = signer_lines(sheet, index)
    region, rule = sheet.markup.region("signature"), "-" * 34
    before = f"<p>DATED: {dated}</p>" if dated else ""
    if not human:
        return f'{before}<div class="sign">{mark}<br>{rule}<br>{name}{region}</div>'
    return (
        f'{before}<div class="sign">{name}<br><br>By: {mark}<br>{rule}<br>{human}'
        f"<br>{position}{region}</div>"
    )
