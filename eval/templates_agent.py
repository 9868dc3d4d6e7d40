"""The look of a filing agent's proof: portrait, shaded heads, squares to tick, hairline columns."""

from __future__ import annotations

import html

from eval.printing import ANCHOR_CSS
from eval.templates_columns import (
    BOXES,
    CRIMINAL,
    EXAMPLES,
    NOTHING_OWNED,
    PERIOD,
    ROLES,
    TITLES,
    body_rows,
    columns,
    head_rows,
    heading,
    widths,
)
from eval.templates_sheet import SHAPES_CSS, Sheet
from models.forms._ownership import TABLE_I, TABLE_II

CSS = """
body{margin:0;background:white;color:black;font:10px LABEL;font-variant-ligatures:none}
table{border-collapse:collapse;width:100%} td,th{vertical-align:top;text-align:left}
tr,.keep{break-inside:avoid} .relative{position:relative} .typed{font:bold 11px DATA}
.banner{display:flex;align-items:center;border-bottom:3px solid black;padding-bottom:6px}
.number{border:2px solid black;font:bold 22px LABEL;padding:4px 14px}
.parts{display:grid;gap:0 14px;border-bottom:1px solid black}
.part{position:relative;padding:5px 4px;border-top:1px solid #666;min-height:30px}
.ruled th{background:#e4e4e4;font:bold 8.5px LABEL;padding:3px;border:1px solid #999}
.ruled td{font:10px DATA;padding:4px 3px;height:13px;border-bottom:1px solid #444}
.ruled td+td{border-left:1px solid #bbb} .ruled.two td{font-size:9px} .ruled.two th{font-size:8px}
.ruled th,.ruled td{position:relative} .ruled{border:1px solid #444}
td.center,th.leaf{text-align:center} sup.mark{font-size:7.5px;line-height:0}
.box{display:inline-block;position:relative;border:1px solid black;box-sizing:border-box;
width:11px;height:11px;font:bold 10px/9px DATA;text-align:center;vertical-align:-2px;
margin-right:5px}
.title{font:bold 14px LABEL} .bar{font:bold 11px LABEL;padding:8px 0 3px}
.signed{font:11px DATA} .under{border-top:1px solid black}
.label{color:#222}
"""


def render(sheet: Sheet) -> str:
    """The HTML body and its style, as a filing agent lays the form out."""
    fonts = sheet.setting.fonts
    css = CSS.replace("DATA", f"'{fonts.data}'").replace("LABEL", f"'{fonts.label}'")
    if not sheet.setting.repeat_heads:
        css += "thead{display:table-row-group}"
    body = (
        _title(sheet)
        + _header(sheet)
        + _table(sheet, TABLE_I)
        + _table(sheet, TABLE_II)
        + _explanation(sheet)
        + _signatures(sheet)
        + _joint_filers(sheet)
    )
    return f"<style>{ANCHOR_CSS}{css}{SHAPES_CSS}</style>{body}"


def _title(sheet: Sheet) -> str:
    boxes = "".join(
        f'<div style="padding:2px 0">{sheet.box(name)}{html.escape(text)}</div>'
        for name, text in BOXES.items()
        if sheet.has(name)
    )
    return (
        f'<div class="banner"><div class="number">FORM {sheet.title_word(sheet.form.name)}</div>'
        '<div style="flex:1;padding-left:18px"><b>U.S. SECURITIES AND EXCHANGE COMMISSION</b>, '
        f'Washington, D.C. 20549<div class="title">{TITLES[sheet.family]}</div>'
        "Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934 or Section 30(h) "
        f'of the Investment Company Act of 1940</div></div><div style="padding:5px 0">{boxes}</div>'
    )


def _part(sheet: Sheet, label: str, content: str, place: str = "") -> str:
    """One box of the first page, under a line of its own."""
    return (
        f'<div class="part" style="{place}"><div class="label">{label}</div>{content}'
        f"{sheet.markup.region('header')}</div>"
    )


def _header(sheet: Sheet) -> str:
    three = sheet.family == "3"
    period, issuer, relation, amended = (2, 3, 4, 5) if three else (3, 2, 5, 4)
    original = "dateOfOriginalSubmission"
    parts = (
        _part(sheet, "1. Name and Address of Reporting Person *", _owner(sheet, 1),
              "grid-row:span 2"),
        _part(sheet, f"{issuer}. Issuer Name and Ticker or Trading Symbol", _issuer(sheet)),
        _part(sheet, f"{period}. {PERIOD[sheet.family]} (Month/Day/Year)",
              _typed(sheet.say("periodOfReport"))),
        _part(sheet, f"{amended}. If Amendment, Date of Original Filed (Month/Day/Year)",
              _typed(sheet.say(original) if sheet.has(original) else "")),
        _part(sheet, "6. Individual or Joint/Group Filing", _joint(sheet)),
        _part(sheet, f"{relation}. Relationship of Reporting Person(s) to Issuer (Check all "
              "applicable)", _relation(sheet, 1), "grid-column:1/-1"),
    )  # fmt: skip
    return f'<div class="parts" style="grid-template-columns:38% 1fr 1fr">{"".join(parts)}</div>'


def _typed(value: str) -> str:
    return f'<div class="typed" style="padding-top:3px">{value}</div>'


def _owner(sheet: Sheet, index: int) -> str:
    def say(name: str) -> str:
        return sheet.say(name, "reportingOwner", index)

    city, state, postcode = say("rptOwnerCity"), say("rptOwnerState"), say("rptOwnerZipCode")
    town = f"{city}{',' if city and state else ''} {state} {postcode}"
    lines = (say("rptOwnerName"), say("rptOwnerStreet1"), say("rptOwnerStreet2"), town)
    return "".join(_typed(line) for line in lines if line.strip())


def _issuer(sheet: Sheet) -> str:
    ticker = sheet.say("issuerTradingSymbol")
    return _typed(sheet.say("issuerName")) + _typed(f"[{ticker}]" if ticker else "")


def _relation(sheet: Sheet, index: int) -> str:
    boxes = "".join(
        f'<span style="display:inline-block;width:25%">'
        f"{sheet.box(name, 'reportingOwner', index)}{label}</span>"
        for name, label in ROLES.items()
    )
    title = sheet.say("officerTitle", "reportingOwner", index)
    other = sheet.say("otherText", "reportingOwner", index)
    half = '<span style="display:inline-block;width:50%">'
    return (
        f'<div style="padding-top:4px">{boxes}</div><div style="padding-top:3px">'
        f'{half}Title: <span class="typed">{title}</span></span>'
        f'<span>Other: <span class="typed">{other}</span></span></div>'
    )


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    return (
        f'<div style="padding-top:3px">{sheet.square(not several)}Form filed by One Reporting '
        f'Person</div><div style="padding-top:2px">{sheet.square(several)}Form filed by More than '
        "One Reporting Person</div>"
    )


def _table(sheet: Sheet, table: str) -> str:
    specs = columns(table, sheet.family)
    number = (TABLE_I, TABLE_II).index(table)
    if sheet.setting.dense and not sheet.rows(table):
        return f'<div class="bar">{heading(table, sheet.family)}: none</div>'
    examples = f' <span style="font-weight:normal">{EXAMPLES}</span>' if number else ""
    return (
        f'<div class="bar" style="break-after:avoid">{heading(table, sheet.family)}{examples}</div>'
        f'<div class="relative"><table class="ruled {"two" if number else ""}">'
        f"{widths(specs, 0 if number else 10)}<thead>{head_rows(sheet, table, specs)}</thead>"
        f"<tbody>{body_rows(sheet, table, specs, empty=1)}</tbody></table>"
        f"{sheet.markup.region('table', table=number)}</div>"
    )


def _explanation(sheet: Sheet) -> str:
    rows = ""
    for path in sheet.notes:
        head, text = sheet.note(path, "({})" if sheet.setting.dense else "{}.")
        rows += (
            '<div style="display:grid;grid-template-columns:24px 1fr;padding:1px 0">'
            f"<span>{head}</span><span>{text}</span></div>"
        )
    if sheet.has("noSecuritiesOwned"):
        rows += f"<div>{sheet.sentence('noSecuritiesOwned', NOTHING_OWNED)}</div>"
    remarks = sheet.say("remarks")
    said = f'<div class="bar">Remarks:</div><div>{remarks}</div>' if remarks else ""
    return (
        '<div class="relative"><div class="bar">Explanation of Responses:</div>'
        f"{rows}{sheet.markup.region('footnotes')}</div>{said}"
    )


def _signatures(sheet: Sheet) -> str:
    blocks = ""
    for index in range(1, sheet.count("ownerSignature") + 1):
        name = sheet.say("signatureName", "ownerSignature", index)
        date = sheet.say("signatureDate", "ownerSignature", index)
        blocks += (
            '<div class="relative keep" style="width:62%;padding:14px 0 2px"><div style="display:'
            f'grid;grid-template-columns:72% 1fr;gap:0 3%"><span class="signed">{name}</span>'
            f'<span class="signed">{date}</span><span class="under">** Signature of Reporting '
            'Person</span><span class="under">Date</span></div>'
            f"{sheet.markup.region('signature')}</div>"
        )
    return f'{blocks}<div style="padding-top:10px">{CRIMINAL}</div>'


def _joint_filers(sheet: Sheet) -> str:
    """A sheet of joint filer information: every further owner with an own relationship."""
    blocks = ""
    for index in range(2, sheet.count("reportingOwner") + 1):
        blocks += '<div class="keep" style="padding-bottom:8px">'
        blocks += _part(sheet, "Name and Address of Reporting Person", _owner(sheet, index))
        blocks += _part(sheet, "Relationship to Issuer", _relation(sheet, index)) + "</div>"
    heading = '<div class="bar" style="break-before:page">Joint Filer Information</div>'
    return heading + blocks if blocks else ""
