"""Two looks: the SEC's page of the structured form, and a word processor's captions below lines."""

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

EDGAR = """
body{margin:0;color:black;background:white;font:SIZEpx/1.25 'LABEL'} p{margin:.5em 0}
.middle{text-align:center} .right{text-align:right} .v{font-family:'DATA'}
.exhibit{break-before:page}
table{border-collapse:collapse;width:100%;margin:.5em 0} td{vertical-align:top;padding:4px 6px;
position:relative}
.cover td{border:1px solid #777} .cover .n{width:2.6em;background:#e9e9e9} tr{break-inside:avoid}
.cover td.side{width:16%;vertical-align:middle;font-weight:bold} .bar{background:#dcdcdc;
font-weight:bold;padding:4px}
.item td.no{width:5.5em;font-weight:bold} .item td.let{width:3.2em} .block{margin:1em 0}
.sign td{border-bottom:1px solid #bbb} .sign td.c{width:28%;font-weight:bold}
.sign{break-inside:avoid}
.lined{text-decoration:underline;text-underline-offset:2px}
"""
CAPTIONED = """
body{margin:0;color:black;background:white;font:SIZEpx/1.3 'LABEL'} p{margin:.6em 0;
text-align:justify}
.middle,p.middle{text-align:center} .right,p.right{text-align:right} .v{font-family:'DATA'}
.page,.exhibit{break-before:page}
.under{border-bottom:1px solid black;padding:0 1.5em 1px 1.5em} .small{font-size:.82em}
.row{margin:.75em 0;break-inside:avoid}
.row .c{font-weight:bold} .row .f{margin-left:4em;margin-top:.25em} .deep{margin-left:7em}
.two{display:flex;gap:2em} .sign{position:relative;break-inside:avoid;width:62%;margin:1.3em 0}
.block{margin:1.3em 0;break-inside:avoid} h4,.middle,.bar{break-after:avoid} h4{font-size:1em;
margin:1em 0 .3em 0} .letter{display:inline-block;width:2.4em}
.notes{border-top:1px solid black;width:40%;margin-top:1.2em} .notes + p{font-size:.85em}
"""


def _styled(sheet: ScheduleSheet, css: str, body: str) -> str:
    fonts = sheet.setting.fonts
    css = (
        css.replace("SIZE", str(sheet.setting.size))
        .replace("LABEL", fonts.label)
        .replace("DATA", fonts.data)
    )
    return f"<style>{ANCHOR_CSS}{BOX_CSS}{css}</style>{body}"


def render_edgar(sheet: ScheduleSheet) -> str:
    """The SEC's own page: tables with shaded numbers, every answer below or beside its name."""
    schedule = sheet.schedule
    notices = notice_lines(sheet) if schedule.is_d else []
    signs = "".join(_edgar_signed(sheet, index) for index in range(1, len(schedule.persons) + 1))
    return edgar_page(sheet, notices, signs + agreement(sheet))


def edgar_page(sheet: ScheduleSheet, notices: list[str], signs: str, css: str = "") -> str:
    """The SEC's page with the lines of those to be notified, its signatures and more style."""
    schedule = sheet.schedule
    pages = "".join(_edgar_person(sheet, index) for index in range(1, len(schedule.persons) + 1))
    items = "".join(_edgar_item(sheet, item) for item in sheet.items)
    certified = f'<p class="bar">SIGNATURE</p><p>{CERTIFY[0]}</p>'
    heading = f'<p class="middle bar">SCHEDULE {schedule.form.printed_as}</p>'
    cover = _edgar_cover(sheet, notices)
    body = f"{cover}{heading}{pages}{heading}{items}{certified}{signs}"
    return _styled(sheet, EDGAR + css, body)


def _edgar_cover(sheet: ScheduleSheet, notices: list[str]) -> str:
    schedule, say = sheet.schedule, sheet.say
    number = amendment(sheet, "(Amendment No. {})") if schedule.amended else ""
    head = title(sheet)
    line = '<p class="middle"><span class="lined v">{}</span><br>({})</p>'
    lines = line.format(say("issuerName", schedule.issuer.name), "Name of Issuer")
    lines += line.format(
        say("securitiesClassTitle", schedule.issuer.title), "Title of Class of Securities"
    )
    lines += line.format(say("issuerCusip", schedule.issuer.cusip), "CUSIP Number")
    when = day(sheet, schedule.event)
    if schedule.is_d:
        told = (
            "Name, Address and Telephone Number of Person Authorized to Receive Notices and "
            "Communications"
        )
        lines += line.format("</span><br><span class='v'>".join(notices), told)
    lines += line.format(
        say("dateOfEvent", when), "Date of Event Which Requires Filing of This Statement"
    )
    if schedule.is_d:
        lines += f"<p>{PREVIOUS} {sheet.box('previouslyFiledFlag', schedule.previously)}</p>"
    else:
        lines += f"<p>{RULES}</p>" + "".join(f"<p>{each}</p>" for each in rule_boxes(sheet))
    return (
        f'<p class="middle"><b>UNITED STATES<br>SECURITIES AND EXCHANGE '
        f"COMMISSION</b><br>Washington, D.C. 20549</p><p "
        f'class="middle"><b style="font-size:1.25em">{head}</b></p><p class="middle"><b>UNDER '
        f"THE SECURITIES EXCHANGE ACT "
        f"OF 1934</b><br>{number}</p>{lines}<p>{html.escape(REMAINDER)}</p>"
        f"<p>{html.escape(NOT_FILED)}</p>"
    )


def _edgar_person(sheet: ScheduleSheet, index: int) -> str:
    rows, powers = "", 0
    for row in rows_of(sheet, index, 0, ""):
        value = row.value.replace("|", "<br>")
        if row.kind == "power":
            side = (
                f'<td rowspan="4" colspan="2" class="side">{NUMBER_OF}:</td>' if not powers else ""
            )
            number = f'<td class="n">{row.number}</td>'
            rows += f'<tr>{side}{number}<td>{row.caption}<div class="v">{value}</div></td></tr>'
            powers += 1
        else:
            rows += (f'<tr><td class="n">{row.number}</td><td colspan="3">{row.caption}'
                     f'<div class="v">{value}</div></td></tr>')  # fmt: skip
    said = comment(sheet, index, "")
    below = (
        f"<table><tr><td><b>Comment for Type of Reporting Person:</b></td><td "
        f"class='v'>{said}</td></tr></table>"
    )
    number = f"<p><b>CUSIP No.</b> &nbsp; {sheet.schedule.issuer.cusip}</p>"
    return f'{number}<table class="cover">{rows}</table>{below if said else ""}'


def _edgar_item(sheet: ScheduleSheet, item: Item) -> str:
    name = f"Item {item.number}." if item.number else ""
    rows = (
        f'<tr><td class="no">{name}</td><td colspan="2"><b>{item.heading}</b></td></tr>'
        if item.heading
        else ""
    )
    for place, part in enumerate(item.parts):
        first = name if not item.heading and not place else ""
        letter = f"({part.letter})" if part.letter else ""
        caption = f"<b>{part.caption}:</b><br>" if part.caption else ""
        lines = "<br>".join(f'<span class="v">{line}</span>' for line in sheet.block(part))
        rows += (
            f'<tr><td class="no">{first}</td><td class="let">{letter}</td>'
            f"<td>{caption}{lines}</td></tr>"
        )
    return f'<table class="item">{rows}</table>'


def _edgar_signed(sheet: ScheduleSheet, index: int) -> str:
    name, mark, _, position = signer_lines(sheet, index)
    return edgar_signature(sheet, name, mark, position, signed_date(sheet, index))


def edgar_signature(sheet: ScheduleSheet, name: str, mark: str, position: str, dated: str) -> str:
    """A signature's table of the SEC's page."""
    rows = (
        f'<tr><td colspan="2"><b>{name}</b></td></tr><tr><td class="c">Signature:</td><td '
        f'class="v">{mark}</td></tr>'
    )
    rows += f'<tr><td class="c">Name/Title:</td><td class="v">{position}</td></tr>'
    rows += f'<tr><td class="c">Date:</td><td class="v">{dated}</td></tr>'
    return (
        f'<div style="position:relative"><table class="sign">{rows}'
        f"</table>{sheet.markup.region('signature')}</div>"
    )


def render_captioned(sheet: ScheduleSheet) -> str:
    """A word processor's document: underlined values, captions below them in small type."""
    schedule, wording = sheet.schedule, sheet.setting.variant % 4
    pages = "".join(
        f'<div class="{breaks(sheet)}">{_captioned_head(sheet, index + 1)}'
        f"{''.join(map(_captioned_row, rows_of(sheet, index, wording, '<sup>1</sup>')))}"
        f"{_captioned_note(sheet, index)}</div>"
        for index in range(1, len(schedule.persons) + 1)
    )
    items = "".join(_captioned_item(sheet, item) for item in sheet.items)
    signs = "".join(
        _captioned_signature(sheet, index) for index in range(1, len(schedule.persons) + 1)
    )
    body = (
        f'{_captioned_cover(sheet)}{pages}<div class="{breaks(sheet)}">{items}</div><h4 '
        f'class="middle">SIGNATURES</h4>'
        f"<p>{CERTIFY[sheet.setting.variant % 2]}</p>{signs}{agreement(sheet)}"
    )
    return _styled(sheet, CAPTIONED, body)


def _captioned_head(sheet: ScheduleSheet, page: int) -> str:
    left, name, right = head_line(sheet, page)
    return (
        f"<div>{left}<span "
        f'style="float:right">{right if sheet.setting.heads == "page" else name}</span></div>'
    )


def _captioned_note(sheet: ScheduleSheet, index: int) -> str:
    said = comment(sheet, index, "1")
    return f'<div class="notes"></div><p>{said}</p>' if said else ""


def _captioned_cover(sheet: ScheduleSheet) -> str:
    schedule, say = sheet.schedule, sheet.say
    line = (
        '<p class="middle"><span class="under v">{}</span><br><span class="small">({})</span></p>'
    )
    head = title(sheet, schedule.form.name if sheet.setting.variant % 2 else "")
    number = amendment(sheet, "(Amendment No. <u>&nbsp;{}&nbsp;</u>)*")
    lines = line.format(say("issuerName", schedule.issuer.name), "Name of Issuer")
    lines += line.format(
        say("securitiesClassTitle", schedule.issuer.title), "Title of Class of Securities"
    )
    lines += line.format(say("issuerCusip", cusip_text(sheet)), "CUSIP Number")
    if schedule.is_d:
        told = (
            "Name, Address and Telephone Number of Person Authorized to Receive Notices and "
            "Communications"
        )
        lines += line.format('</span><br><span class="under v">'.join(notice_lines(sheet)), told)
    lines += line.format(
        say("dateOfEvent", day(sheet, schedule.event)),
        "Date of Event Which Requires Filing of this Statement",
    )
    if schedule.is_d:
        lines += (
            f"<p>{PREVIOUS} {sheet.box('previouslyFiledFlag', schedule.previously)}</p>"
            f"<p>{PAPER}</p>"
        )
    else:
        lines += (
            f'<p>{RULES}</p><div class="two">'
            + "".join(f"<div>{each}</div>" for each in rule_boxes(sheet))
            + "</div>"
        )
    return (
        f'<p class="middle"><b>SECURITIES AND EXCHANGE COMMISSION</b><br>Washington, D.C. '
        f'20549</p><p class="middle">'
        f"<b>{head}</b></p><p class='middle'>Under the Securities Exchange Act of "
        f"1934<br>{number}</p>{lines}"
        f'<p class="small">* {html.escape(REMAINDER)}</p><p '
        f'class="small">{html.escape(NOT_FILED)}</p>'
    )


def _captioned_row(row: Row) -> str:
    lead = (
        f'<div class="row"><span class="c">{NUMBER_OF}:</span></div>'
        if row.kind == "power" and row.caption.lower().startswith("sole vot")
        else ""
    )
    caption, deep = row.caption.replace("\n", "<br>"), " deep" if row.kind == "power" else ""
    value = row.value.replace("|", "&nbsp;&nbsp;&nbsp;&nbsp;")
    if row.kind == "box":
        return f'<div class="row">{row.number}. <span class="c">{caption}</span> {value}</div>'
    filled = (
        f'<div class="f"><span class="under v">{value}</span></div>'
        if row.kind in ("text", "power")
        else f'<div class="f">{value}</div>'
    )
    return (
        f'{lead}<div class="row{deep}">{row.number}. <span class="c">{caption}</span>{filled}</div>'
    )


def _captioned_item(sheet: ScheduleSheet, item: Item) -> str:
    made = f"<h4>{f'Item {item.number}.' if item.number else ''} &nbsp; {item.heading}</h4>"
    return made + "".join(_captioned_part(sheet, part) for part in item.parts)


def _captioned_part(sheet: ScheduleSheet, part: Part) -> str:
    letter = f'<span class="letter">({part.letter})</span>' if part.letter else ""
    caption = f"<u>{part.caption}</u>. " if part.caption else ""
    lines = sheet.block(part)
    first = lines[0] if lines else ""
    return f"<p>{letter}{caption}{first}</p>" + "".join(f"<p>{line}</p>" for line in lines[1:])


def _captioned_signature(sheet: ScheduleSheet, index: int) -> str:
    name, mark, human, position = signer_lines(sheet, index)
    line, region = (
        '<div><span class="under v">{}</span><br><span class="small">{}</span></div>',
        sheet.markup.region("signature"),
    )
    rows = "" if not human else f"<div><b>{name}</b></div>"
    rows += line.format(mark, "Signature")
    rows += (
        line.format(f"{human}, {position}", "Name/Title") if human else line.format(name, "Name")
    )
    dated = signed_date(sheet, index)
    rows += line.format(dated, "Date") if dated else ""
    return f'<div class="sign">{rows}{region}</div>'
