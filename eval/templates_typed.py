"""The look of the typewritten form of 2002 and 2003: one fixed face, brackets, no ruled boxes."""

from __future__ import annotations

import html

from eval.printing import ANCHOR_CSS
from eval.templates_columns import (
    BOXES,
    CRIMINAL,
    EXAMPLES,
    NOTHING_OWNED,
    PERIOD,
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
body{margin:0;background:white;color:black;font:13px DATA;font-variant-ligatures:none}
table{border-collapse:collapse;width:100%;table-layout:fixed} tr,.keep{break-inside:avoid}
td,th{vertical-align:top;text-align:left;font-weight:normal;padding:2px 5px 2px 0;position:relative;
overflow-wrap:break-word}
.relative,.item{position:relative} .item{padding:4px 0} .typed{padding-left:4ch}
.double{border-top:3px double black;margin:6px 0} .center{text-align:center}
.items{column-count:2;column-gap:5ch} .item{break-inside:avoid}
.ruled{border-top:1px dashed black;border-bottom:1px dashed black;font-size:12px}
.ruled thead{border-bottom:1px dashed black} .ruled.two{font-size:11px}
.ruled th{font-size:9px} .ruled.two th{font-size:8px} .lined tbody tr{border-bottom:1px dotted #444}
td.center{text-align:right;padding-right:1.5ch}
sup.mark{display:inline-block;vertical-align:baseline;font-size:inherit;line-height:inherit}
"""
IDENTITY = "I.R.S. Identification Number of Reporting Person, if an entity (Voluntary)"


def render(sheet: Sheet) -> str:
    """The HTML body and its style, as typed."""
    css = CSS.replace("DATA", f"'{sheet.setting.fonts.data}'")
    if not sheet.setting.repeat_heads:
        css += "thead{display:table-row-group}"
    body = (
        _title(sheet)
        + _header(sheet)
        + _table(sheet, TABLE_I)
        + f"<div>{REMINDER}</div>"
        + _table(sheet, TABLE_II)
        + _explanation(sheet)
        + _signatures(sheet)
        + _further_owners(sheet)
    )
    return f"<style>{ANCHOR_CSS}{css}</style>{body}"


def _bracket(mark: str) -> str:
    return f"[{mark or '&nbsp;'}]"


def _title(sheet: Sheet) -> str:
    boxes = "".join(
        f'<div style="padding:3px 0 3px 4ch;text-indent:-4ch">'
        f"{_bracket(sheet.mark(name))} {html.escape(text)}</div>"
        for name, text in BOXES.items()
        if sheet.has(name)
    )
    return (
        f'<div>FORM {sheet.title_word(sheet.form.name)}</div><div class="center">UNITED STATES '
        "SECURITIES AND EXCHANGE COMMISSION<br>Washington, D.C. 20549<br><br>"
        f"{TITLES[sheet.family]}<br><br>Filed pursuant to Section 16(a) of the Securities Exchange "
        "Act of 1934, Section 17(a) of the Public<br>Utility Holding Company Act of 1935 or "
        "Section 30(h) of the Investment Company Act of 1940</div>"
        f'{boxes}<div class="double"></div>'
    )


def _header(sheet: Sheet) -> str:
    """The numbered items, in the order of the form before mid-2003."""
    three = sheet.family == "3"
    period = "Statement for Month/Day/Year"
    if sheet.family != "4":
        period = f"{PERIOD[sheet.family]} (Month/Day/Year)"
    original = sheet.say("dateOfOriginalSubmission") if sheet.form.name.endswith("/A") else ""
    ticker = sheet.say("issuerTradingSymbol")
    issuer = (
        "Issuer Name and Ticker or Trading Symbol",
        f"{sheet.say('issuerName')}{' (' + ticker + ')' if ticker else ''}",
    )
    dated = (period, sheet.say("periodOfReport"))
    amended = ("If Amendment, Date of Original (Month/Day/Year)", original)
    related = ("Relationship of Reporting Person(s) to Issuer (Check all applicable)",
               _relation(sheet, 1))  # fmt: skip
    middle = (
        (dated, (IDENTITY, ""), issuer, related, amended) if three
        else (issuer, (IDENTITY, ""), dated, amended, related)
    )  # fmt: skip
    items = (
        ("Name and Address of Reporting Person *", _owner(sheet, 1)),
        *middle,
        ("Individual or Joint/Group Reporting (Check Applicable Line)", _joint(sheet)),
    )
    listed = "".join(_item(sheet, f"{n}. {label}", typed) for n, (label, typed) in
                     enumerate(items, start=1))  # fmt: skip
    return f'<div class="items">{listed}</div><div class="double"></div>'


def _item(sheet: Sheet, label: str, typed: str) -> str:
    return (
        f'<div class="item">{label}<div class="typed">{typed or "&nbsp;"}</div>'
        f"{sheet.markup.region('header')}</div>"
    )


def _owner(sheet: Sheet, index: int) -> str:
    def say(name: str) -> str:
        return sheet.say(name, "reportingOwner", index)

    town = "&nbsp; ".join((say("rptOwnerCity"), say("rptOwnerState"), say("rptOwnerZipCode")))
    lines = (say("rptOwnerName"), say("rptOwnerStreet1"), say("rptOwnerStreet2"), town)
    return "".join(f"<div>{line}</div>" for line in lines if line)


def _relation(sheet: Sheet, index: int) -> str:
    boxes = "".join(
        f'<div style="display:inline-block;width:50%">'
        f"{_bracket(sheet.mark(name, 'reportingOwner', index))} {label}</div>"
        for name, label in ROLES.items()
    )
    title = sheet.say("officerTitle", "reportingOwner", index)
    other = sheet.say("otherText", "reportingOwner", index)
    return (
        boxes
        + (f"<div>Title: {title}</div>" if title else "")
        + (f"<div>Other: {other}</div>" if other else "")
    )


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    return (
        f"{_bracket('' if several else 'X')} Individual Filing<br>"
        f"{_bracket('X' if several else '')} Joint/Group Filing"
    )


def _table(sheet: Sheet, table: str) -> str:
    specs = columns(table, sheet.family)
    number = (TABLE_I, TABLE_II).index(table)
    examples = f" {EXAMPLES}" if number else ""
    kind = f"ruled {'two' if number else ''} {'' if sheet.setting.dense else 'lined'}"
    return (
        f'<div class="center" style="padding:10px 0 4px;break-after:avoid">'
        f"{heading(table, sheet.family)}{examples}</div>"
        f'<div class="relative"><table class="{kind}">{widths(specs, 0 if number else 6)}'
        f"<thead>{head_rows(sheet, table, specs)}</thead>"
        f"<tbody>{body_rows(sheet, table, specs, empty=1)}</tbody></table>"
        f"{sheet.markup.region('table', table=number)}</div>"
    )


def _explanation(sheet: Sheet) -> str:
    lines = ""
    for path in sheet.notes:
        head, text = sheet.note(path, "({})")
        lines += f'<div style="padding-left:5ch;text-indent:-5ch">{head} {text}</div>'
    if sheet.has("noSecuritiesOwned"):
        lines += f"<div>{sheet.sentence('noSecuritiesOwned', NOTHING_OWNED)}</div>"
    remarks = sheet.say("remarks")
    return (
        '<div class="relative" style="padding:10px 0 4px">Explanation of Responses:'
        f"{lines}{sheet.markup.region('footnotes')}</div>"
        + (f'<div style="padding:4px 0">Remarks: {remarks}</div>' if remarks else "")
    )


def _signatures(sheet: Sheet) -> str:
    blocks = ""
    for index in range(1, sheet.count("ownerSignature") + 1):
        name = sheet.say("signatureName", "ownerSignature", index)
        date = sheet.say("signatureDate", "ownerSignature", index)
        blocks += (
            '<div class="relative keep" style="padding:12px 0 0 16ch"><div style="display:grid;'
            f'grid-template-columns:60ch 14ch;gap:0 3ch"><span>{name}</span><span>{date}</span>'
            '<span style="border-top:1px solid black">** Signature of Reporting Person</span>'
            f'<span style="border-top:1px solid black">Date</span></div>'
            f"{sheet.markup.region('signature')}</div>"
        )
    return f'{blocks}<div style="padding-top:12px">{CRIMINAL}</div>'


def _further_owners(sheet: Sheet) -> str:
    """Items 1 and 6 again for every further person of a joint filing."""
    owners = range(2, sheet.count("reportingOwner") + 1)
    blocks = "".join(
        _item(sheet, "Name and Address of Joint Reporting Person", _owner(sheet, index))
        + _item(sheet, "Relationship to Issuer", _relation(sheet, index))
        for index in owners
    )
    heading = '<div class="double"></div><div class="center">(Form continued)</div>'
    return f'{heading}<div class="items">{blocks}</div>' if blocks else ""
