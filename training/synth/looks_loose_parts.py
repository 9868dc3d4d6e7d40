"""The parts of a loose look around the tables: title, header boxes, footnotes, signatures."""

from __future__ import annotations

import html

from training.synth.looks_columns import table_title
from training.synth.looks_paper_boxes import owner_lines
from training.synth.looks_sec import (
    PERIODS,
    ROLES,
    corner_boxes,
    data,
    form_number,
    no_securities,
    owner_data,
)
from training.synth.looks_sheet import Sheet
from training.synth.style import chance, pick

LABELS: dict[str, tuple[str, ...]] = {
    "owner": ("Name and Address of Reporting Person", "Name and Address of Reporting Person*",
              "Reporting Person"),
    "issuer": ("Issuer Name and Ticker or Trading Symbol", "Issuer Name and Trading Symbol",
               "Issuer"),
    "amended": ("If Amendment, Date of Original Filed (Month/Day/Year)",
                "If Amendment, Date Original Filed", "Date of Original"),
    "relation": ("Relationship of Reporting Person(s) to Issuer (Check all applicable)",
                 "Relationship of Reporting Person to Issuer", "Relationship to Issuer"),
    "joint": ("Individual or Joint/Group Filing (Check Applicable Line)",
              "Individual or Joint/Group Filing", "Filing"),
}  # fmt: skip


def heading(sheet: Sheet) -> str:
    """Form number, title and the boxes in the corner, in one of several arrangements."""
    rng = sheet.rng
    title = html.escape(pick(rng, (sheet.form.title, sheet.form.title.title())))
    number = form_number(sheet, pick(rng, ("FORM ", "Form ", "SEC FORM ")))
    agency = pick(rng, (
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION<br>Washington, D.C. 20549",
        "U.S. Securities and Exchange Commission", "",
    ))  # fmt: skip
    boxes = "".join(f"<div>{sheet.box(name)} {text}</div>" for name, text in corner_boxes(sheet))
    boxes = f'<div class="small">{boxes}</div>'
    if chance(rng, 0.5):
        centred = f"<h1>{number}</h1>{agency}<h2>{title}</h2>"
        return f'<div style="text-align:center">{centred}</div>{boxes}'
    return (
        f'<table class="w"><tr><td style="width:28%"><h1>{number}</h1>{boxes}</td>'
        f'<td style="text-align:center">{agency}<h2>{title}</h2></td></tr></table>'
    )


def top_boxes(sheet: Sheet) -> str:
    """The header boxes of the first page and those of further owners."""
    rng = sheet.rng
    columns = pick(rng, ("1fr", "1fr 1fr", "1.2fr 1fr 1fr", "35fr 35fr 30fr"), (1, 3, 3, 2))
    place = pick(rng, ("above", "left", "below"), (6, 2, 1))
    numbered = chance(rng, 0.7)
    owners = sheet.count("reportingOwner")
    together = chance(rng, 0.3)
    kinds = [("owner", 1), *((("owner", n) for n in range(2, owners + 1)) if together else ())]
    kinds += [(kind, 1) for kind in ("issuer", "period", "amended", "relation", "joint")]
    found = "".join(
        _top_box(sheet, kind, index, place, str(order) if numbered else "")
        for order, (kind, index) in enumerate(kinds, 1)
    )
    more = "" if together else "".join(
        _top_box(sheet, "owner", index, place, "1" if numbered else "")
        for index in range(2, owners + 1)
    )  # fmt: skip
    grid = f'style="grid-template-columns:{columns}"'
    return "".join(f'<div class="hg" {grid}>{each}</div>' for each in (found, more) if each)


def _top_box(sheet: Sheet, kind: str, index: int, place: str, number: str) -> str:
    rng = sheet.rng
    label = PERIODS[sheet.family][1] if kind == "period" else pick(rng, LABELS[kind])
    label = html.escape(f"{number}. {label}" if number else label)
    related = chance(rng, 0.4)
    inner = {
        "owner": lambda: _owner(sheet, index, index > 1 and related),
        "issuer": lambda: _issuer(sheet),
        "period": lambda: data(sheet, "periodOfReport"),
        "amended": lambda: data(sheet, "dateOfOriginalSubmission"),
        "relation": lambda: _roles(sheet, 1),
        "joint": lambda: _joint(sheet),
    }[kind]()
    body = {
        "above": f'<div class="lbl">{label}</div><div>{inner}</div>',
        "below": f'<div>{inner or "&nbsp;"}</div><div class="lbl">{label}</div>',
        "left": '<table class="w"><tr><td style="width:40%">'
        f"{label}</td><td>{inner}</td></tr></table>",
    }[place]
    return f'<div class="hx keep">{sheet.markup.region("header")}{body}</div>'


def _owner(sheet: Sheet, index: int, related: bool) -> str:
    """Name and address as lines, or over their labels; further owners with their relationship."""
    below = f"<div>{_roles(sheet, index)}</div>" if related else ""
    if chance(sheet.rng, 0.25):
        return owner_lines(sheet, index, chance(sheet.rng, 0.5)) + below
    name, one, two, city, state, code = owner_data(sheet, index)
    comma = pick(sheet.rng, (", ", " ", "&emsp;"))
    lines = [name, one, two, f"{city}{comma}{state} {code}"]
    return "".join(f"<div>{line}</div>" for line in lines) + below


def _issuer(sheet: Sheet) -> str:
    name, ticker = data(sheet, "issuerName"), data(sheet, "issuerTradingSymbol")
    shape = pick(sheet.rng, ("{} [ {} ]", "{} [{}]", "{} ({})", "{}<br>{}", "{} / {}"))
    return shape.format(name, ticker) if sheet.value("issuerTradingSymbol") else name


def _roles(sheet: Sheet, index: int) -> str:
    owner = "reportingOwner"
    shape = pick(sheet.rng, ("{0} {1}", "{1} {0}"), (5, 1))
    lines = [shape.format(sheet.box(name, owner, index), text) for name, text in ROLES]
    extra = "".join(
        f"<div>{data(sheet, name, owner, index)}</div>" for name in ("officerTitle", "otherText")
    )
    if chance(sheet.rng, 0.5):
        return "".join(f"<div>{line}</div>" for line in lines) + extra
    cells = [f"<td>{line}</td>" for line in lines]
    rows = f"<tr>{cells[0]}{cells[1]}</tr><tr>{cells[2]}{cells[3]}</tr>"
    return f'<table class="w">{rows}</table>{extra}'


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    return (
        f"<div>{sheet.tick(not several)} Form filed by One Reporting Person</div>"
        f"<div>{sheet.tick(several)} Form filed by More than One Reporting Person</div>"
    )


def table_head(sheet: Sheet, number: int) -> tuple[str, str]:
    """The table's title: before the table, or inside as its first row; one of both is empty."""
    title, subtitle = table_title(sheet.content.form, number)
    title = title.replace(" - ", pick(sheet.rng, (" - ", " – ", " — ", ": ")))
    if chance(sheet.rng, 0.2):
        title = _own_title(sheet, number, title)
    text = html.escape(title) + (f"<br>{html.escape(subtitle)}" if subtitle else "")
    text = f"<b>{text}</b>" if chance(sheet.rng, 0.7) else text
    if chance(sheet.rng, 0.5):
        align = pick(sheet.rng, ("left", "center"))
        return f'<div style="text-align:{align};break-after:avoid;margin-top:.6em">{text}</div>', ""
    return "", text


SECTIONS = (("Part", "C", "D"), ("Section", "3", "4"), ("Item", "III", "IV"), ("", "", ""))
"""How makers of their own forms number the two tables."""


def _own_title(sheet: Sheet, number: int, title: str) -> str:
    """The title as a maker's own form has it: `Part C – Non-Derivative Securities`."""
    word, *counts = pick(sheet.rng, SECTIONS)
    kind = ("Non-Derivative Securities", "Derivative Securities")[number]
    more = pick(sheet.rng, ("", ": Transactions and Holdings", " Acquired or Held", " Reported"))
    sign = pick(sheet.rng, (" - ", " – ", ". ", ": ")) if word else ""
    named = title if chance(sheet.rng, 0.2) else kind + more
    return f"{word} {counts[number]}{sign}".lstrip() + named


def closing(sheet: Sheet) -> str:
    """Footnotes, remarks and signatures, in this or the other order."""
    blocks = [footnotes(sheet), _signatures(sheet)]
    return "".join(reversed(blocks) if chance(sheet.rng, 0.12) else blocks)


def footnotes(sheet: Sheet) -> str:
    """Footnotes, the sentence of an empty Form 3 and remarks under their headings."""
    rng = sheet.rng
    kind = pick(rng, ("paragraphs", "table", "hanging"))
    head = pick(rng, ("{}.", "({})", "{})", "[{}]", "{}"), (5, 5, 1, 1, 1))
    group = "footnotes/footnote"
    notes = "".join(_note(sheet, index, kind, head) for index in range(1, sheet.count(group) + 1))
    body = f'<table class="w">{notes}</table>' if kind == "table" and notes else notes
    if sheet.value("noSecuritiesOwned") == "1":
        body += no_securities(sheet)
    title = pick(rng, ("Explanation of Responses:", "EXPLANATION OF RESPONSES", "Footnotes:"))
    remarks = sheet.field("remarks")
    if remarks:
        word = pick(rng, ("Remarks:", "<b>Remarks</b>", "REMARKS:"))
        body += f"<div>{word}</div><div>{remarks}</div>"
    if not body and chance(rng, 0.5):
        return ""
    two = " two" if len(body) > 4000 and chance(rng, 0.15) else ""
    inner = f'<div><b>{title}</b></div><div class="n{two}">{body}</div>'
    inner = sheet.markup.region("footnotes") + inner
    return f'<div class="pos" style="padding:.4em 0">{inner}</div>'


def _note(sheet: Sheet, index: int, kind: str, head: str) -> str:
    path = sheet.path("", "footnotes/footnote", index)
    number = sheet.markup.words(head.format(index), "footnote.id", path, ref=index)
    text = sheet.words(sheet.content.text(path), "footnote", path)
    if kind == "table":
        return f'<tr><td style="width:3em">{number}</td><td>{text}</td></tr>'
    indent = ' style="padding-left:2em;text-indent:-2em"' if kind == "hanging" else ""
    return f"<div{indent}>{number} {text}</div>"


def _signatures(sheet: Sheet) -> str:
    rng = sheet.rng
    place = pick(rng, ("right", "left", "table"))
    blocks = "".join(
        _signature(sheet, index, place) for index in range(1, sheet.count("ownerSignature") + 1)
    )
    region = sheet.markup.region("signature")
    margin = {"right": "margin-left:50%", "left": "margin-right:45%", "table": ""}[place]
    return f'<div class="pos keep" style="margin-top:1em;{margin}">{region}{blocks}</div>'


def _signature(sheet: Sheet, index: int, place: str) -> str:
    name, date = (
        data(sheet, each, "ownerSignature", index) for each in ("signatureName", "signatureDate")
    )
    if place == "table":
        return (
            f'<table class="w"><tr><td class="ul">{name}</td><td style="width:5%"></td>'
            f'<td class="ul">{date}</td></tr><tr><td>**Signature of Reporting Person</td><td></td>'
            "<td>Date</td></tr></table>"
        )
    return (
        f"<div><span class='ul'>{name}</span></div><div>Signature of Reporting Person</div>"
        f"<div>Date: {date}</div>"
    )
