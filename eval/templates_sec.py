"""The look of the SEC's own rendering: black labels, blue typed values, green footnotes."""

from __future__ import annotations

import html

from eval.printing import ANCHOR_CSS
from eval.templates_columns import (
    BOXES,
    COPIES,
    CRIMINAL,
    EXAMPLES,
    INSTRUCTION,
    NOTHING_OWNED,
    OMB,
    PERIOD,
    PERSONS,
    REMINDER,
    ROLES,
    TITLES,
    body_rows,
    columns,
    head_rows,
    heading,
    widths,
)
from eval.templates_sheet import Sheet
from models.forms._ownership import TABLE_I, TABLE_II

CSS = """
body{margin:0;background:white;font:16px DATA;font-variant-ligatures:none}
table{border-collapse:separate;border-spacing:0}
table.wide{width:100%} .ruled{border:1px outset #777}
.ruled>*>tr>td,.ruled>*>tr>th{border:1px inset #777;padding:4px;position:relative}
tr{break-inside:avoid} th{font-weight:normal;text-align:left;vertical-align:top}
th.leaf{text-align:center;vertical-align:bottom} td.center{text-align:center}
.middle{text-align:center} .apart{border-spacing:4px}
td{vertical-align:middle} td.top{vertical-align:top} .relative{position:relative}
.value{color:blue;font-size:13px;font-family:DATA} .owner{color:#0000ee;text-decoration:underline}
.note{color:green;font-size:10px;font-family:DATA} .small{font:10px LABEL} .tiny,th{font:9px LABEL}
.label{font:13px LABEL;color:black} .name{font:bold 18px LABEL} .title{font:bold 16px LABEL}
sup.mark{color:green;font-size:9px;line-height:0} hr{width:98%;margin:4px auto}
.data{color:blue;font-size:13px;font-family:DATA} .data.two{font-size:10px}
.box{display:block;position:relative;border:1px inset #555;outline:1px outset #777;
width:14px;height:15px;font:12px DATA;text-align:center;color:blue}
"""


def render(sheet: Sheet) -> str:
    """The HTML body and its style, as the SEC's site shows a filing."""
    css = CSS.replace("DATA", f"'{sheet.setting.fonts.data}'").replace(
        "LABEL", f"'{sheet.setting.fonts.label}'"
    )
    if not sheet.setting.repeat_heads:
        css += "thead{display:table-row-group}"
    body = (
        f"SEC Form {sheet.family}"
        + _title(sheet)
        + (_header_three(sheet) if sheet.family == "3" else _header(sheet))
        + _table(sheet, TABLE_I)
        + _table(sheet, TABLE_II)
        + _further_owners(sheet)
        + _explanation(sheet)
        + _signatures(sheet)
    )
    return f"<style>{ANCHOR_CSS}{css}</style>{body}"


def _title(sheet: Sheet) -> str:
    number, hours = OMB[sheet.family]
    boxes = "".join(
        f'<tr><td>{sheet.box(name)}</td><td class="tiny">{html.escape(text)}</td></tr>'
        for name, text in BOXES.items()
        if sheet.has(name)
    )
    return (
        '<table class="wide" style="margin-bottom:4px"><tr>'
        f'<td class="top" style="width:20%;padding:4px"><div class="name middle">'
        f'FORM {sheet.title_word(sheet.form.name)}</div><table class="apart">{boxes}</table></td>'
        '<td style="width:60%;text-align:center"><span class="title">UNITED STATES SECURITIES AND '
        'EXCHANGE COMMISSION</span><br><span class="small">Washington, D.C. 20549</span><br><br>'
        f'<span class="title">{TITLES[sheet.family]}</span><br><br><span class="small">Filed '
        "pursuant to Section 16(a) of the Securities Exchange Act of 1934<br>or Section 30(h) of "
        "the Investment Company Act of 1940</span></td>"
        '<td class="top" style="width:20%"><table class="wide ruled"><tr><td class="label" '
        'style="text-align:center">OMB APPROVAL</td></tr><tr><td class="tiny">'
        f'OMB Number:<span style="float:right">{number}</span><br>Estimated average burden<br>'
        f'hours per response:<span style="float:right">{hours}</span></td></tr></table></td>'
        "</tr></table>"
    )


def _box(sheet: Sheet, content: str, span: str = "") -> str:
    """One ruled box of the first page."""
    return f'<td class="top" {span}>{content}{sheet.markup.region("header")}</td>'


def _header(sheet: Sheet) -> str:
    return (
        '<table class="wide ruled" style="table-layout:fixed"><col style="width:35%"><col style='
        f'"width:35%"><col style="width:30%"><tr>{_box(sheet, _owner(sheet, 1), "rowspan=3")}'
        f"{_box(sheet, _issuer(sheet, 2))}{_box(sheet, _relation(sheet, 5), 'rowspan=2')}</tr>"
        f"<tr>{_box(sheet, _date(sheet, 3, PERIOD[sheet.family], 'periodOfReport'))}</tr>"
        f"<tr>{_box(sheet, _amended(sheet, 4))}{_box(sheet, _joint(sheet))}</tr></table>"
    )


def _header_three(sheet: Sheet) -> str:
    period = _date(sheet, 2, PERIOD["3"], "periodOfReport")
    return (
        '<table class="wide ruled" style="table-layout:fixed"><col style="width:32%"><col style='
        '"width:16%"><col style="width:30%"><col style="width:22%"><tr>'
        f"{_box(sheet, _owner(sheet, 1), 'rowspan=3')}{_box(sheet, period, 'rowspan=3')}"
        f"{_box(sheet, _issuer(sheet, 3), 'colspan=2')}</tr>"
        f"<tr>{_box(sheet, _relation(sheet, 4), 'rowspan=2')}{_box(sheet, _amended(sheet, 5))}</tr>"
        f"<tr>{_box(sheet, _joint(sheet))}</tr></table>"
    )


def _owner(sheet: Sheet, index: int) -> str:
    def say(name: str, kind: str = "value") -> str:
        return f'<span class="{kind}">{sheet.say(name, "reportingOwner", index)}</span>'

    def thirds(cells: tuple[str, ...], kind: str = "") -> str:
        inside = "".join(f'<td class="{kind}" style="width:33%">{cell}</td>' for cell in cells)
        return f'<table class="wide"><tr>{inside}</tr></table>'

    return (
        '<span class="small">1. Name and Address of Reporting Person<sup>*</sup></span><br>'
        f'<div style="padding:2px 3px 0">{say("rptOwnerName", "owner")}</div><hr>'
        f"{thirds(('(Last)', '(First)', '(Middle)'), 'small')}"
        f'<div style="padding:2px 3px;min-height:17px">{say("rptOwnerStreet1")}</div>'
        f'<div style="padding:2px 3px;min-height:17px">{say("rptOwnerStreet2")}</div><hr>'
        '<span class="small">(Street)</span>'
        f"{thirds((say('rptOwnerCity'), say('rptOwnerState'), say('rptOwnerZipCode')))}<hr>"
        f"{thirds(('(City)', '(State)', '(Zip)'), 'small')}"
    )


def _issuer(sheet: Sheet, number: int) -> str:
    return (
        f'<span class="small">{number}. Issuer Name <b>and</b> Ticker or Trading Symbol</span><br>'
        f'<span class="owner">{sheet.say("issuerName")}</span> '
        f'[ <span class="value">{sheet.say("issuerTradingSymbol")}</span> ]'
    )


def _date(sheet: Sheet, number: int, label: str, name: str) -> str:
    value = sheet.say(name) if sheet.has(name) else ""
    return (
        f'<span class="small">{number}. {label} (Month/Day/Year)</span><br>'
        f'<span class="value">{value}</span>'
    )


def _amended(sheet: Sheet, number: int) -> str:
    return _date(sheet, number, "If Amendment, Date of Original Filed", "dateOfOriginalSubmission")


def _relation(sheet: Sheet, number: int) -> str:
    def cells(name: str) -> str:
        mark = sheet.mark(name, "reportingOwner")
        return (
            f'<td style="width:15%;text-align:center"><span class="value">{mark}</span></td>'
            f'<td class="small" style="width:35%">{ROLES[name]}</td>'
        )

    title = sheet.say("officerTitle", "reportingOwner")
    other = sheet.say("otherText", "reportingOwner")
    named = "".join(f'<td></td><td class="value">{each}</td>' for each in (title, other))
    return (
        f'<span class="small">{number}. Relationship of Reporting Person(s) to Issuer<br>(Check '
        f'all applicable)</span><table class="wide"><tr>{cells("isDirector")}'
        f"{cells('isTenPercentOwner')}</tr><tr>{cells('isOfficer')}{cells('isOther')}</tr>"
        f"<tr>{named}</tr></table>"
    )


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    lines = "".join(
        f'<tr><td class="middle" style="width:15%"><span class="value">{"X" if on else ""}'
        f'</span></td><td class="small">Form filed by {who}</td></tr>'
        for on, who in ((not several, "One Reporting Person"),
                        (several, "More than One Reporting Person"))
    )  # fmt: skip
    return (
        '<span class="small">6. Individual or Joint/Group Filing (Check Applicable Line)</span>'
        f'<table class="wide">{lines}</table>'
    )


def _table(sheet: Sheet, table: str) -> str:
    specs = columns(table, sheet.family)
    number = (TABLE_I, TABLE_II).index(table)
    examples = f"<br><b>{EXAMPLES}</b>" if number else ""
    top = (
        f'<tr><th class="label" style="text-align:center" colspan="{len(specs)}">'
        f"<b>{heading(table, sheet.family)}</b>{examples}"
        f"{sheet.markup.region('cell', table=number, row=-3, column=0)}</th></tr>"
    )
    # The SEC's table II is typed smaller than its table I.
    size = "data two" if number else "data"
    return (
        f'<div class="relative"><table class="wide ruled">{widths(specs)}<thead>{top}'
        f'{head_rows(sheet, table, specs)}</thead><tbody class="{size}">'
        f"{body_rows(sheet, table, specs, dollar='label')}</tbody></table>"
        f"{sheet.markup.region('table', table=number)}</div>"
    )


def _further_owners(sheet: Sheet) -> str:
    owners = range(2, sheet.count("reportingOwner") + 1)
    rows = "".join(f"<tr>{_box(sheet, _owner(sheet, index))}</tr>" for index in owners)
    return f'<table class="ruled" style="width:40%">{rows}</table>' if rows else ""


def _explanation(sheet: Sheet) -> str:
    lines = ""
    for path in sheet.notes:
        head, text = sheet.note(path, "{}.")
        lines += f'<div class="note" style="padding:2px">{head} {text}</div>'
    if sheet.has("noSecuritiesOwned"):
        lines += f'<div class="note">{sheet.sentence("noSecuritiesOwned", NOTHING_OWNED)}</div>'
    return (
        f'<div class="relative"><div class="small" style="padding:2px"><b>Explanation of '
        f"Responses:</b></div>{lines}{sheet.markup.region('footnotes')}</div>"
        '<div class="label" style="padding:2px"><b>Remarks:</b></div>'
        f'<div class="note" style="padding:2px">{sheet.say("remarks")}</div>'
    )


def _signatures(sheet: Sheet) -> str:
    rows = ""
    for index in range(1, sheet.count("ownerSignature") + 1):
        name = sheet.say("signatureName", "ownerSignature", index)
        date = sheet.say("signatureDate", "ownerSignature", index)
        rows += (
            '<div class="relative" style="margin-left:58%;break-inside:avoid"><table class="wide">'
            f'<tr><td style="width:50%"><u class="value">{name}</u></td>'
            f'<td><u class="value">{date}</u></td></tr>'
            '<tr><td class="small">** Signature of Reporting Person</td><td class="small">Date</td>'
            f"</tr></table>{sheet.markup.region('signature')}</div>"
        )
    closing = (
        REMINDER,
        "* If the form is filed by more than one reporting person, see Instruction "
        f"{INSTRUCTION[sheet.family]}.",
        CRIMINAL,
        COPIES,
    )
    lines = "".join(f'<div class="small" style="padding:2px">{each}</div>' for each in closing)
    return f'{rows}{lines}<div class="small" style="padding:2px"><b>{PERSONS}</b></div>'
