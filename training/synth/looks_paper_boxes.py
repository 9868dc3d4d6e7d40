"""The parts of a paper form around its tables: head, boxes 1 to 7, attached owners, signature."""

from __future__ import annotations

import html
from collections.abc import Sequence

from training.synth.looks_sec import OMB, PERIODS, ROLES, corner_boxes, data, form_number
from training.synth.looks_sheet import Sheet
from training.synth.people import is_entity
from training.synth.style import HAND, chance, pick, stack

Arrangement = Sequence[Sequence[str | tuple[str, ...]]]
"""Columns of boxes from the left, each from the top; a tuple stands side by side."""

OWNER_LINES = ("rptOwnerStreet1", "rptOwnerStreet2")
CITY_LINE = ("rptOwnerCity", "rptOwnerState", "rptOwnerZipCode")
LABELS = {
    "owner": "Name and Address of Reporting Person*",
    "issuer": "Issuer Name and Ticker or Trading Symbol",
    "irs": "I.R.S. Identification Number of Reporting Person, if an entity (Voluntary)",
    "amended": "If Amendment, Date Original Filed (Month/Day/Year)",
    "relation": "Relationship of Reporting Person(s) to Issuer (Check all applicable)",
    "joint": "Individual or Joint/Group Filing (Check Applicable Line)",
}
ACTS = (
    "Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934, Section 17(a) of the "
    "Public Utility Holding Company Act of 1935 or Section 30(h) of the Investment Company Act of "
    "1940"
)


def masthead(sheet: Sheet) -> str:
    """Form number with the boxes to tick, agency and title, the approval box."""
    boxes = "".join(
        f'<div style="padding-left:1.6em;text-indent:-1.6em">{sheet.box(name)} {text}</div>'
        for name, text in corner_boxes(sheet)
    )
    number, hours = OMB[sheet.family]
    weight = "bold" if chance(sheet.rng, 0.6) else "normal"
    approval = (
        '<div class="o" style="text-align:center">OMB APPROVAL</div><div class="o xx">OMB Number: '
        f"{number}<br>Estimated average burden<br>hours per response . . . {hours}</div>"
    )
    return (
        f'<table class="w"><tr><td style="width:30%"><div class="f">{form_number(sheet)}</div>'
        f'<div style="font-weight:{weight}">{boxes}</div></td><td style="text-align:center">'
        '<div class="m">UNITED STATES SECURITIES AND EXCHANGE COMMISSION</div>'
        f'<div>Washington, D.C. 20549</div><div class="m">{html.escape(sheet.form.title)}</div>'
        f'<div class="xx">{ACTS}</div></td><td style="width:20%">{approval}</td></tr></table>'
        '<div class="xx">(Print or Type Responses)</div>'
    )


def header_boxes(sheet: Sheet, boxes: Arrangement, numbers: Sequence[str]) -> str:
    """The ruled boxes, numbered in the order of `numbers`."""
    apart = chance(sheet.rng, 0.65)

    def box(kind: str) -> str:
        return header_box(sheet, kind, numbers.index(kind) + 1, apart)

    columns = "".join(
        "<div>"
        + "".join(
            box(each)
            if isinstance(each, str)
            else f'<div class="hs">{"".join(box(kind) for kind in each)}</div>'
            for each in column
        )
        + "</div>"
        for column in boxes
    )
    return f'<div class="hc keep">{columns}</div>'


def header_box(sheet: Sheet, kind: str, number: int, apart: bool) -> str:
    """One box with its label and what is typed in it."""
    inner = {
        "owner": lambda: owner_lines(sheet, 1, apart),
        "issuer": lambda: _issuer(sheet),
        "irs": lambda: _tax_number(sheet),
        "period": lambda: data(sheet, "periodOfReport"),
        "amended": lambda: data(sheet, "dateOfOriginalSubmission"),
        "relation": lambda: _roles(sheet, 1),
        "joint": lambda: _joint(sheet),
    }[kind]()
    label = _label(sheet, kind)
    region = sheet.markup.region("header")
    return f'<div class="hx">{region}<div>{number}. {label}</div><div>{inner}</div></div>'


def _label(sheet: Sheet, kind: str) -> str:
    """What is printed in the box; older forms ask for months where newer ask for days."""
    monthly = bool(sheet.date_formats)
    if kind == "period":
        return "Statement for Month/Year" if monthly else PERIODS[sheet.family][1]
    if kind == "amended" and monthly:
        return "If Amendment, Date of Original (Month/Year)"
    return LABELS[kind]


def owner_lines(sheet: Sheet, index: int, apart: bool) -> str:
    """Name, street and city over the lines that say what they are."""
    owner = "reportingOwner"
    name = (
        _name_apart(sheet, index)
        if apart
        else f"<div>{data(sheet, 'rptOwnerName', owner, index)}</div>"
    )
    streets = "".join(f"<div>{data(sheet, line, owner, index)}</div>" for line in OWNER_LINES)
    city = "".join(f"<div>{data(sheet, line, owner, index)}</div>" for line in CITY_LINE)
    return (
        f'<div class="ln">{name}</div>{_below("(Last)", "(First)", "(Middle)")}'
        f'<div class="ln" style="display:block">{streets}</div>{_below("", "(Street)", "")}'
        f'<div class="ln">{city}</div>{_below("(City)", "(State)", "(Zip)")}'
    )


def _below(*labels: str) -> str:
    return f'<div class="lb xx">{"".join(f"<div>{label}</div>" for label in labels)}</div>'


def _name_apart(sheet: Sheet, index: int) -> str:
    """Last, first and middle name over their words; an entity's name in one piece."""
    spec = sheet.spec("rptOwnerName", "reportingOwner")
    path = sheet.path("rptOwnerName", "reportingOwner", index)
    name = sheet.content.text(path)
    words = name.split()
    tag = spec.tag if spec else ""
    if len(words) < 2 or len(words) > 4 or is_entity(name):
        pieces = [name]
    else:
        pieces = [words[0], words[1], " ".join(words[2:])]
    return "".join(
        f'<div class="d">{sheet.typed(sheet.words(piece, tag, path))}</div>' for piece in pieces
    )


def _issuer(sheet: Sheet) -> str:
    name, ticker = data(sheet, "issuerName"), data(sheet, "issuerTradingSymbol")
    shape = pick(sheet.rng, ("{} [{}]", "{} ({})", "{}<br>{}", "{} / {}", "{}&emsp;{}", "{}; {}"))
    return shape.format(name, ticker) if ticker else name


def _tax_number(sheet: Sheet) -> str:
    if chance(sheet.rng, 0.7):
        return ""
    left, right = sheet.rng.integers(10, 99), sheet.rng.integers(10**6, 10**7)
    return f'<span class="d">{sheet.typed(f"{left}-{right}")}</span>'


def _roles(sheet: Sheet, index: int) -> str:
    owner = "reportingOwner"
    lines = [f"{sheet.box(name, owner, index)} {text}" for name, text in ROLES]
    titles = " ".join(data(sheet, name, owner, index) for name in ("officerTitle", "otherText"))
    below = f'<div class="ln" style="min-height:1.4em;margin:2px 12px">{titles}</div>'
    if chance(sheet.rng, 0.5):
        return "".join(f"<div>{line}</div>" for line in lines) + below
    pairs = (lines[:2], lines[2:])
    return "".join(_below(*pair).replace(" xx", "") for pair in pairs) + below


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    return (
        f"<div>{sheet.tick(not several)} Form filed by One Reporting Person</div>"
        f"<div>{sheet.tick(several)} Form filed by More than One Reporting Person</div>"
    )


def attached_owners(sheet: Sheet) -> str:
    """The further owners on an attached sheet: boxes as on the form, or a typed list."""
    indices = range(2, sheet.count("reportingOwner") + 1)
    if chance(sheet.rng, 0.5):
        apart = chance(sheet.rng, 0.5)
        return "".join(
            f'<div class="hc keep" style="width:60%;margin-bottom:4px"><div><div class="hx">'
            f"{sheet.markup.region('header')}<div>1. Name and Address of Reporting Person*</div>"
            f"{owner_lines(sheet, index, apart)}</div></div></div>"
            for index in indices
        )
    title = pick(
        sheet.rng, ("Joint Filer Information", "ATTACHMENT - ADDITIONAL REPORTING PERSONS")
    )
    return f"<div><b>{title}</b></div>" + "".join(_listed(sheet, index) for index in indices)


def _listed(sheet: Sheet, index: int) -> str:
    owner = "reportingOwner"
    streets = ", ".join(
        data(sheet, line, owner, index) for line in OWNER_LINES if sheet.value(line, owner, index)
    )
    city, state, code = (data(sheet, line, owner, index) for line in CITY_LINE)
    issuer = html.escape(sheet.content.text(sheet.path("issuerName")))
    return (
        f'<div class="pos keep" style="margin:.8em 0">{sheet.markup.region("header")}'
        f"<div>Name: {data(sheet, 'rptOwnerName', owner, index)}</div>"
        f"<div>Address: {streets}<br>{city}, {state} {code}</div>"
        f'<div>Issuer: <span class="d">{issuer}</span></div>'
        f"<div>Relationship: {_roles(sheet, index)}</div></div>"
    )


def signature_lines(sheet: Sheet) -> str:
    """Signatures above their line, the date beside."""
    hand = f"font-family:{stack(HAND)};font-size:1.5em" if chance(sheet.rng, 0.15) else ""
    lines = "".join(
        '<tr><td style="width:45%"></td><td style="width:32%">'
        f'<span style="{hand}">{data(sheet, "signatureName", "ownerSignature", index)}</span></td>'
        f"<td>{data(sheet, 'signatureDate', 'ownerSignature', index)}</td></tr>"
        '<tr><td></td><td class="sig">**Signature of Reporting Person</td>'
        '<td class="sig">Date</td></tr>'
        for index in range(1, sheet.count("ownerSignature") + 1)
    )
    region = sheet.markup.region("signature")
    return (
        f'<div class="pos keep" style="margin-top:1em">{region}<table class="w" '
        f'style="border-spacing:10px 0">{lines}</table></div>'
    )


def notices(sheet: Sheet) -> str:
    """The small print at the foot."""
    instruction = "5(b)(v)" if sheet.family == "3" else "4(b)(v)"
    return (
        '<div class="xx">Reminder: Report on a separate line for each class of securities '
        f"beneficially owned directly or indirectly.<br>* If the form is filed by more than one "
        f"reporting person, <i>see</i> Instruction {instruction}.<br>** Intentional misstatements "
        "or omissions of facts constitute Federal Criminal Violations. <i>See</i> 18 U.S.C. 1001 "
        "and 15 U.S.C. 78ff(a).<br>Note: File three copies of this Form, one of which must be "
        "manually signed. If space is insufficient, <i>see</i> Instruction 6 for procedure.</div>"
    )
