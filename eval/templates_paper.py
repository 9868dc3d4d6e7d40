"""The look of the paper forms SEC 1473, 1474 and 2270: landscape, ruled, typed in by hand."""

from __future__ import annotations

import html
import re

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
from eval.templates_sheet import EMPTY_LINE, SHAPES_CSS, Sheet
from models.forms._ownership import TABLE_I, TABLE_II

FORM_NUMBER = {"3": "SEC 1473", "4": "SEC 1474", "5": "SEC 2270"}
CSS = """
body{margin:0;background:white;color:black;font:11px LABEL;font-variant-ligatures:none}
table{border-collapse:collapse;width:100%} td,th{vertical-align:top;text-align:left}
tr,.keep{break-inside:avoid} th{font:9.5px LABEL}
.relative{position:relative} .typed{font:12px DATA} .late{break-before:page}
.grid>tbody>tr>td{border:1px solid black;padding:4px 6px;position:relative}
.ruled th,.ruled td{border:1px solid black;padding:3px 5px;position:relative}
.ruled td{font:11px DATA;height:16px} .ruled td.center{text-align:center}
.ruled.two td{font-size:9.5px;padding:3px} .ruled.two th{font-size:9px;padding:3px}
th.leaf{text-align:center} sup.mark{font-size:8px;line-height:0}
.title{font:bold 15px LABEL;text-align:center} .name{font:bold 20px LABEL}
.box{display:inline-block;position:relative;border:1px solid black;box-sizing:border-box;
text-indent:0;width:12px;height:12px;font:10px/10px DATA;text-align:center;vertical-align:middle}
.third{display:inline-block;width:32%} .line{border-bottom:1px solid black}
.caption{font:bold 13px LABEL;padding:10px 0 5px} .omb{border:1px solid black;width:170px;
margin-left:auto}
"""
_COMPANY = re.compile(
    r"[\d&/]|\b(inc|corp|llc|l\.?p|ltd|trust|fund|holdings?|partners|capital|co|group|gp|n\.?v|plc|sa|"
    r"management|ventures?|company)\b",
    re.IGNORECASE,
)


def render(sheet: Sheet) -> str:
    """The HTML body and its style, as the printed form typed in."""
    fonts = sheet.setting.fonts
    css = CSS.replace("DATA", f"'{fonts.data}'").replace("LABEL", f"'{fonts.label}'")
    if not sheet.setting.repeat_heads:
        css += "thead{display:table-row-group}"
    late = "" if sheet.setting.dense else "late"
    body = (
        _title(sheet)
        + (_header_three(sheet) if sheet.family == "3" else _header(sheet))
        + f"<div>* If the form is filed by more than one reporting person, see Instruction "
        f"{INSTRUCTION[sheet.family]}.</div>"
        + f'<div class="{late}">{_table(sheet, TABLE_I)}<div>{REMINDER}</div></div>'
        + f'<div class="late">{_table(sheet, TABLE_II)}</div>'
        + _explanation(sheet)
        + _further_owners(sheet)
        + _signatures(sheet)
    )
    return f"<style>{ANCHOR_CSS}{css}{SHAPES_CSS}</style>{body}"


def _title(sheet: Sheet) -> str:
    number, hours = OMB[sheet.family]
    boxes = "".join(
        f'<div style="font-weight:bold;padding:3px 0 3px 18px;text-indent:-18px">'
        f"{sheet.box(name)} {html.escape(text)}</div>"
        for name, text in BOXES.items()
        if sheet.has(name)
    )
    return (
        f'<table><tr><td style="width:30%"><div class="name">FORM '
        f"{sheet.title_word(sheet.family)}</div>{boxes}</td>"
        '<td style="width:46%;padding:14px 20px"><div class="title">UNITED STATES SECURITIES AND '
        'EXCHANGE COMMISSION<br>Washington, D.C. 20549</div><div class="title" style="padding:8px">'
        f'{TITLES[sheet.family]}</div><div style="text-align:center;font-size:12px">Filed pursuant '
        "to Section 16(a) of the Securities Exchange Act of 1934, Section 17(a) of the Public "
        "Utility Holding Company Act of 1935 or Section 30(h) of the Investment Company Act of 1940"
        f'</div></td><td><div class="omb"><div class="line" style="text-align:center">OMB APPROVAL'
        f"</div>OMB Number: {number}<br>Estimated average burden<br>hours per response .... {hours}"
        f"</div></td></tr></table><div>{FORM_NUMBER[sheet.family]} (Print or Type Responses)</div>"
    )


def _box(sheet: Sheet, content: str, span: str = "") -> str:
    """One ruled box of the first page."""
    return f"<td {span}>{content}{sheet.markup.region('header')}</td>"


def _header(sheet: Sheet) -> str:
    period = f"3. {PERIOD[sheet.family]} (Month/Day/Year)"
    return (
        f'<table class="grid"><col style="width:34%"><col style="width:28%"><tr>'
        f"{_box(sheet, _owner(sheet, 1), 'rowspan=3')}{_box(sheet, _issuer(sheet, 2))}"
        f"{_box(sheet, _relation(sheet, 5), 'rowspan=2')}</tr>"
        f"<tr>{_box(sheet, _date(sheet, period, 'periodOfReport'))}</tr>"
        f"<tr>{_box(sheet, _amended(sheet, 4))}{_box(sheet, _joint(sheet))}</tr></table>"
    )


def _header_three(sheet: Sheet) -> str:
    period = f"2. {PERIOD['3']} (Month/Day/Year)"
    return (
        f'<table class="grid"><col style="width:32%"><col style="width:14%"><col style="width:29%">'
        f"<tr>{_box(sheet, _owner(sheet, 1), 'rowspan=3')}"
        f"{_box(sheet, _date(sheet, period, 'periodOfReport'), 'rowspan=3')}"
        f"{_box(sheet, _issuer(sheet, 3), 'colspan=2')}</tr>"
        f"<tr>{_box(sheet, _relation(sheet, 4), 'rowspan=2')}{_box(sheet, _amended(sheet, 5))}</tr>"
        f"<tr>{_box(sheet, _joint(sheet))}</tr></table>"
    )


def _thirds(*cells: str, kind: str = "") -> str:
    return "".join(f'<span class="third {kind}">{cell}</span>' for cell in cells)


def _owner(sheet: Sheet, index: int) -> str:
    """Box 1; a person's names stand apart above (Last) (First) (Middle)."""
    path, spec = sheet.place("rptOwnerName", "reportingOwner", index)
    name = sheet.value(path)
    parts = name.split(" ", 2)
    person = 2 <= len(name.split()) <= 4 and not _COMPANY.search(name)
    typed = sheet.apart(path, spec, parts if person else [name])
    names = _thirds(*typed, kind="typed") if person else f'<span class="typed">{typed[0]}</span>'

    def say(field: str) -> str:
        return sheet.say(field, "reportingOwner", index)

    streets = "".join(
        f'<div class="typed" style="min-height:15px">{say(field)}</div>'
        for field in ("rptOwnerStreet1", "rptOwnerStreet2")
    )
    town = _thirds(say("rptOwnerCity"), say("rptOwnerState"), say("rptOwnerZipCode"), kind="typed")
    return (
        f'1. Name and Address of Reporting Person*<div style="padding-top:8px">{names}</div>'
        f'<div class="line">{_thirds("(Last)", "(First)", "(Middle)")}</div>'
        f'<div style="padding-top:6px">{streets}</div>'
        f'<div class="line" style="text-align:center">(Street)</div>'
        f'<div style="padding-top:8px">{town}</div>{_thirds("(City)", "(State)", "(Zip)")}'
    )


def _issuer(sheet: Sheet, number: int) -> str:
    ticker = sheet.say("issuerTradingSymbol")
    return (
        f"{number}. Issuer Name <b>and</b> Ticker or Trading Symbol"
        f'<div class="typed" style="padding:5px 0">{sheet.say("issuerName")} '
        f"{'(' + ticker + ')' if ticker else ''}</div>"
    )


def _date(sheet: Sheet, label: str, name: str) -> str:
    value = sheet.say(name) if sheet.has(name) else ""
    return f'{label}<div class="typed" style="padding:5px 0;min-height:15px">{value}</div>'


def _amended(sheet: Sheet, number: int) -> str:
    label = f"{number}. If Amendment, Date Original Filed (Month/Day/Year)"
    return _date(sheet, label, "dateOfOriginalSubmission")


def _relation(sheet: Sheet, number: int) -> str:
    lines = "".join(
        f'<div style="padding-top:4px">'
        f'<span class="typed">{sheet.mark(name, "reportingOwner", blank=EMPTY_LINE)}</span> '
        f"{ROLES[name]}</div>"
        for name in ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")
    )
    title = sheet.say("officerTitle", "reportingOwner")
    other = sheet.say("otherText", "reportingOwner")
    return (
        f"{number}. Relationship of Reporting Person(s) to Issuer (Check all applicable){lines}"
        f'<div class="line typed" style="margin:8px 20px 0;min-height:15px">{title} {other}</div>'
    )


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    kinds = ((not several, "One Reporting Person"), (several, "More than One Reporting Person"))
    lines = "".join(
        f'<div style="padding-top:4px"><span class="typed">{"__X__" if on else EMPTY_LINE}</span> '
        f"Form filed by {who}</div>"
        for on, who in kinds
    )
    return f"6. Individual or Joint/Group Filing (Check Applicable Line){lines}"


def _table(sheet: Sheet, table: str) -> str:
    specs = columns(table, sheet.family)
    number = (TABLE_I, TABLE_II).index(table)
    examples = f"<br>{EXAMPLES}" if number else ""
    # The form has that many pre-printed lines; who needs more adds a sheet.
    printed = 6 if sheet.setting.dense else 11
    empty = max(printed - len(sheet.rows(table)), 0)
    return (
        f'<div class="caption"><span style="display:inline-block;'
        f'width:22%;vertical-align:top">FORM {sheet.family} (continued)</span><span style="'
        f'display:inline-block">{heading(table, sheet.family)}{examples}</span></div>'
        f'<div class="relative"><table class="ruled {"two" if number else ""}">'
        f"{widths(specs, 0 if number else 6)}<thead>{head_rows(sheet, table, specs)}</thead>"
        f"<tbody>{body_rows(sheet, table, specs, empty)}</tbody></table>"
        f"{sheet.markup.region('table', table=number)}</div>"
    )


def _explanation(sheet: Sheet) -> str:
    lines = ""
    for path in sheet.notes:
        head, text = sheet.note(path, "({})")
        lines += f'<div class="typed" style="padding:2px 0">{head} {text}</div>'
    if sheet.has("noSecuritiesOwned"):
        sentence = sheet.sentence("noSecuritiesOwned", NOTHING_OWNED)
        lines += f'<div class="typed">{sentence}</div>'
    remarks = sheet.say("remarks")
    said = f'<div class="typed" style="padding:6px 0"><u>Remarks</u>: {remarks}</div>'
    return (
        '<div class="relative" style="padding:8px 0"><div style="font-size:13px">Explanation of '
        f"Responses:</div>{lines}{sheet.markup.region('footnotes')}</div>"
        + (said if remarks else "")
    )


def _further_owners(sheet: Sheet) -> str:
    """A sheet for the other persons of a joint filing: their box 1."""
    owners = range(2, sheet.count("reportingOwner") + 1)
    cells = [_box(sheet, _owner(sheet, index)) for index in owners]
    if not cells:
        return ""
    rows = "".join(f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
    return (
        '<div class="late"><div style="font-size:13px;padding:6px 0">Additional Reporting Persons '
        f'(Form {sheet.family}, continued)</div><table class="grid" style="width:80%">{rows}'
        "</table></div>"
    )


def _signatures(sheet: Sheet) -> str:
    blocks = ""
    for index in range(1, sheet.count("ownerSignature") + 1):
        name = sheet.say("signatureName", "ownerSignature", index)
        date = sheet.say("signatureDate", "ownerSignature", index)
        blocks += (
            '<div class="relative" style="padding:10px 0 4px">'
            f'<div class="line typed"><span style="display:inline-block;width:74%">{name}</span>'
            f'<span>{date}</span></div><span style="display:inline-block;width:74%">**Signature of '
            f"Reporting Person</span><span>Date</span>{sheet.markup.region('signature')}</div>"
        )
    return (
        f'<table class="keep" style="margin-top:14px"><tr><td style="width:42%">{CRIMINAL}</td>'
        f'<td style="padding-left:40px">{blocks}</td></tr></table><div style="padding:8px 0">'
        f"{COPIES}</div><div>{PERSONS}</div>"
    )
