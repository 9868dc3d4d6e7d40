"""Look a: EDGAR's own rendering of an ownership filing, in the versions of several years."""

from __future__ import annotations

import html

from training.synth.looks_columns import columns, table_title
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import table, table_css
from training.synth.style import (
    ARIAL_LIKE,
    TIMES_LIKE,
    Grid,
    Marks,
    Numbers,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
    stack,
)  # fmt: skip

OMB = {"3": ("3235-0104", "0.5"), "4": ("3235-0287", "0.5"), "5": ("3235-0362", "1.0")}
NOT_SUBJECT = (
    "Check this box if no longer subject to Section 16. Form 4 or Form 5 obligations may continue. "
    "<i>See</i> Instruction 1(b)."
)
PLAN = (
    "Check this box to indicate that a transaction was made pursuant to a contract, instruction or "
    "written plan for the purchase or sale of equity securities of the issuer that is intended to "
    "satisfy the affirmative defense conditions of Rule 10b5-1(c). See Instruction 10."
)
PERIODS = {
    "3": ("2", "Date of Event Requiring Statement (Month/Day/Year)"),
    "4": ("3", "Date of Earliest Transaction (Month/Day/Year)"),
    "5": ("3", "Statement for Issuer's Fiscal Year Ended (Month/Day/Year)"),
}
ROLES = (
    ("isDirector", "Director"), ("isTenPercentOwner", "10% Owner"),
    ("isOfficer", "Officer (give title below)"), ("isOther", "Other (specify below)"),
)  # fmt: skip
NOTICES = (
    "Reminder: Report on a separate line for each class of securities beneficially owned directly "
    "or indirectly.",
    "* If the form is filed by more than one reporting person, <i>see</i> Instruction {} (b)(v).",
    "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations "
    "<i>See</i> 18 U.S.C. 1001 and 15 U.S.C. 78ff(a).",
    "Note: File three copies of this Form, one of which must be manually signed. If space is "
    "insufficient, <i>see</i> Instruction 6 for procedure.",
    "<b>Persons who respond to the collection of information contained in this form are not "
    "required to respond unless the form displays a currently valid OMB Number.</b>",
)
NO_SECURITIES = (
    "No securities are beneficially owned.", "No securities beneficially owned.",
    "No securities are beneficially owned",
    "The reporting person does not own any securities of the issuer.",
)  # fmt: skip


def sec_style(rng: Rng) -> Style:
    """Near to what a browser makes of the SEC's style sheet; printed at some zoom."""
    zoom = pick(rng, (0.62, 0.7, 0.78, 0.85, 0.92, 1.0), (1, 2, 4, 4, 3, 2))
    zoom *= between(rng, 0.97, 1.03)
    blue = pick(rng, ("#00f", "#000", "#00c", "#333"), (7, 2, 1, 0.5))
    margin = pick(rng, (0.25, 0.4, 0.5, 0.75))
    corners = pick(rng, ((), _browser_corners(rng)), (6, 4)) if margin >= 0.4 else ()
    border = pick(rng, ("1px solid #000", "1px solid #808080", "1px inset #808080"))
    return Style(
        label_font=pick(rng, ARIAL_LIKE),
        data_font=pick(rng, TIMES_LIKE),
        label_size=10 * zoom,
        data_size=13 * zoom,
        head_size=pick(rng, (9, 10)) * zoom,
        cell_size=13 * zoom,
        derivative_size=10 * zoom,
        note_size=10 * zoom,
        data_color=blue,
        note_color="#008000" if blue.startswith("#00") and blue != "#000" else blue,
        marks=Marks(box="bare", box_size=1.1),
        numbers=Numbers(),
        paper=Paper(
            pick(rng, ("letter", "A4", "legal"), (8, 3, 1)), chance(rng, 0.25),
            (margin, margin, margin, margin), corners,
        ),
        grid=Grid(border, border, padding=(4 * zoom, 4 * zoom), collapse=chance(rng, 0.25),
                  head="font-weight:bold" if chance(rng, 0.8) else ""),
        repeat_heads=chance(rng, 0.75),
        head_align=pick(rng, ("left", "left", "center")),
        column_spread=0.06,
    )  # fmt: skip


def _browser_corners(rng: Rng) -> tuple[tuple[str, str], ...]:
    """What browsers print into the margins: date, title, address, page of pages."""
    year, month, day = int(rng.integers(2004, 2027)), rng.integers(1, 13), rng.integers(1, 29)
    address = f"https://www.sec.gov/Archives/edgar/data/{rng.integers(10**5, 2 * 10**6)}/" \
              f"{rng.integers(10**17, 10**18)}/xslF345X0{rng.integers(1, 6)}/doc4.xml"  # fmt: skip
    clock = f", {rng.integers(1, 13)}:{rng.integers(10, 60)} PM" if chance(rng, 0.6) else ""
    title = pick(rng, ("SEC FORM 4", "SEC Form 4", "Untitled", "www.sec.gov"))
    font = f"font:8px {stack(pick(rng, (*ARIAL_LIKE, *TIMES_LIKE)))};color:#000;"
    return (
        ("top-left", f"'{month}/{day}/{year}{clock}';{font}"),
        ("top-center", f"'{title}';{font}"),
        ("bottom-left", f"'{address}';{font}"),
        ("bottom-right", f"counter(page) '/' counter(pages);{font}"),
    )  # fmt: skip


def sec_css(style: Style) -> str:
    """The classes of the SEC's style sheet, scaled."""
    unit = style.label_size / 10
    rule = style.grid.cell.removeprefix("border:")
    return table_css(style) + (
        f"body{{padding:{8 * unit:.1f}px}}"
        f".grid th.title{{font-weight:bold;font-size:{13 * unit:.1f}px}}"
        f"sup{{color:{style.note_color}}}"
        f".m{{font-size:{16 * unit:.1f}px;font-weight:bold}}"
        f".f{{font-size:{18 * unit:.1f}px;font-weight:bold}}"
        f".xx{{font-size:{9 * unit:.1f}px}}.big .d{{font-size:{16 * unit:.1f}px}}"
        f".gap{{padding:{4 * unit:.1f}px 0}}.under .d{{text-decoration:underline}}"
        "table.w{width:100%}hr{width:98%;border:0;border-top:1px solid #888;margin:2px auto}"
        ".w td{vertical-align:top;padding:1px}.o{border:1px solid #777}"
        f"td.hb{{border:{rule};{style.grid.padding_css};vertical-align:top}}"
    )


def sec(sheet: Sheet) -> str:
    """The body of the document."""
    family = sheet.family
    tables = [_table(sheet, number) for number in (0, 1)]
    owners = "".join(
        f'<table class="grid0 keep" style="width:40%;border-spacing:0"><tr><td class="hb">'
        f"{sheet.markup.region('header')}{owner_box(sheet, index)}</td></tr></table>"
        for index in range(1, sheet.count("reportingOwner") + 1)
        if sheet.count("reportingOwner") > 1
    )
    return (
        f"<div>SEC Form {family}</div>{_masthead(sheet)}{_boxes(sheet)}{''.join(tables)}{owners}"
        f"{explanations(sheet)}{signatures(sheet)}"
    )


def _table(sheet: Sheet, number: int) -> str:
    title, subtitle = table_title(sheet.content.form, number)
    if subtitle:
        title = f"{title}<br>{subtitle}"
    kept = columns(sheet.content.form, number)
    return table(sheet, number, kept, sheet.rows(number), title=title)


def form_number(sheet: Sheet, prefix: str = "FORM ") -> str:
    """`FORM 4`, of an amendment sometimes `FORM 4/A`, the number labelled."""
    shown = sheet.content.form if chance(sheet.rng, 0.6) else sheet.family
    return prefix + sheet.words(shown, "documentType", sheet.path("documentType"))


def corner_boxes(sheet: Sheet) -> list[tuple[str, str]]:
    """Name and text of the boxes below the form's number that this filing's form has."""
    found = [("notSubjectToSection16", NOT_SUBJECT)] if sheet.has("notSubjectToSection16") else []
    if sheet.family == "5":
        found += [("form3HoldingsReported", "Form 3 Holdings Reported."),
                  ("form4TransactionsReported", "Form 4 Transactions Reported.")]  # fmt: skip
    if sheet.has("aff10b5One"):
        found.append(("aff10b5One", PLAN))
    return found


def _square(sheet: Sheet, name: str) -> str:
    """The bordered table with nothing or an X inside that the SEC uses as a box."""
    checked = sheet.value(name) == "1"
    spec = sheet.spec(name)
    region = sheet.markup.region(
        "checkbox", checked=checked, tag=spec.tag if spec else "", path=sheet.path(name)
    )
    ink = f'<span class="d">{sheet.style.marks.yes}</span>' if checked else "&nbsp;&nbsp;"
    return f'<div class="o pos" style="text-align:center">{region}{ink}</div>'


def _masthead(sheet: Sheet) -> str:
    width = pick(sheet.rng, ("15%", "8%", "1px"))
    boxes = "".join(
        f'<tr><td style="width:{width}">{_square(sheet, name)}</td><td class="xx">{text}</td></tr>'
        for name, text in corner_boxes(sheet)
    )
    number, hours = OMB[sheet.family]
    acts = "or Section 30(h) of the Investment Company Act of 1940"
    return (
        '<table class="w"><tr><td style="width:20%"><div class="f" style="text-align:center">'
        f'{form_number(sheet)}</div><table class="w">{boxes}</table></td>'
        '<td style="width:60%;text-align:center;vertical-align:middle">'
        '<div class="m">UNITED STATES SECURITIES AND EXCHANGE COMMISSION</div>'
        f'<div>Washington, D.C. 20549</div><br><div class="m">{html.escape(sheet.form.title)}</div>'
        "<br><div>Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934</div>"
        f'<div>{acts}</div></td><td style="width:20%"><div class="o" style="text-align:center">'
        'OMB APPROVAL</div><table class="w o xx"><tr><td>OMB Number:</td>'
        f'<td style="text-align:right">{number}</td></tr><tr><td colspan="2">Estimated average '
        f"burden</td></tr><tr><td>hours per response:</td><td style='text-align:right'>{hours}</td>"
        "</tr></table></td></tr></table>"
    )


def data(sheet: Sheet, name: str, group: str = "", index: int = 1) -> str:
    """A field's print in the data font."""
    inner = sheet.field(name, group, index)
    return f'<span class="d">{sheet.typed(inner, sideways=False)}</span>' if inner else ""


def owner_data(sheet: Sheet, index: int) -> tuple[str, str, str, str, str, str]:
    """The prints of an owner's name, two streets, city, state and post code."""
    return (
        data(sheet, "rptOwnerName", "reportingOwner", index),
        data(sheet, "rptOwnerStreet1", "reportingOwner", index),
        data(sheet, "rptOwnerStreet2", "reportingOwner", index),
        data(sheet, "rptOwnerCity", "reportingOwner", index),
        data(sheet, "rptOwnerState", "reportingOwner", index),
        data(sheet, "rptOwnerZipCode", "reportingOwner", index),
    )


def owner_box(sheet: Sheet, index: int) -> str:
    """Box 1: name, street, city over the lines with (Last), (Street), (City)."""
    linked = chance(sheet.rng, 0.6)

    def line(*cells: str) -> str:
        inner = "".join(f'<td style="width:33%">{cell}</td>' for cell in cells)
        return f'<table class="w"><tr>{inner}</tr></table>'

    owner = "reportingOwner"
    streets = "".join(
        f"<div>{data(sheet, name, owner, index)}&nbsp;</div>"
        for name in ("rptOwnerStreet1", "rptOwnerStreet2")
    )
    city = [data(sheet, name, owner, index)
            for name in ("rptOwnerCity", "rptOwnerState", "rptOwnerZipCode")]  # fmt: skip
    return (
        "<div>1. Name and Address of Reporting Person<sup>*</sup></div>"
        f'<div class="gap {"big under" if linked else ""}">'
        f"{data(sheet, 'rptOwnerName', owner, index)}</div><hr>"
        f"{line('(Last)', '(First)', '(Middle)')}{streets}<hr><div>(Street)</div>{line(*city)}<hr>"
        f"{line('(City)', '(State)', '(Zip)')}"
    )


def _boxes(sheet: Sheet) -> str:
    """Boxes 1 to 6 as one ruled table, arranged as on the form's family."""
    box = _contents(sheet)
    style = 'style="width:100%;border-spacing:0"'
    outer = f'<table class="keep" {style}>'
    if sheet.family == "3":
        return (
            f"{outer}<tr>{_box(sheet, box[1], 'rowspan=3 width=30%')}"
            f"{_box(sheet, box[2], 'rowspan=3 width=15%')}{_box(sheet, box[3], 'colspan=2')}</tr>"
            f"<tr>{_box(sheet, box[4], 'rowspan=2 width=30%')}{_box(sheet, box[5])}</tr>"
            f"<tr>{_box(sheet, box[6])}</tr></table>"
        )
    return (
        f"{outer}<tr>{_box(sheet, box[1], 'rowspan=3 width=35%')}{_box(sheet, box[2], 'width=35%')}"
        f"{_box(sheet, box[5], 'rowspan=2')}</tr><tr>{_box(sheet, box[3])}</tr>"
        f"<tr>{_box(sheet, box[4])}{_box(sheet, box[6])}</tr></table>"
    )


def _box(sheet: Sheet, inner: str, more: str = "") -> str:
    return f'<td class="hb" {more}>{sheet.markup.region("header")}{inner}</td>'


def _contents(sheet: Sheet) -> dict[int, str]:
    """The inner HTML of each box by its number on this form's family."""
    first = sheet.family == "3"
    number, period = PERIODS[sheet.family]
    issuer = (
        f"<div>{3 if first else 2}. Issuer Name <b>and</b> Ticker or Trading Symbol</div>"
        f'<span class="{"big under" if chance(sheet.rng, 0.6) else ""}">'
        f"{data(sheet, 'issuerName')}</span> [ {data(sheet, 'issuerTradingSymbol')} ]"
    )
    relation = f"<div>{4 if first else 5}. Relationship of Reporting Person(s) to Issuer</div>"
    relation += f"<div>(Check all applicable)</div>{roles(sheet)}"
    date = f"<div>{number}. {period}</div>{data(sheet, 'periodOfReport')}"
    amended = "If Amendment, Date of Original Filed (Month/Day/Year)"
    amended = f"<div>{5 if first else 4}. {amended}</div>{data(sheet, 'dateOfOriginalSubmission')}"
    ordered = (date, issuer, relation, amended) if first else (issuer, date, amended, relation)
    joint = _joint(sheet)
    return {1: owner_box(sheet, 1), **dict(enumerate(ordered, 2)), 6: joint}


def roles(sheet: Sheet) -> str:
    """The relationship boxes with the title and other text below."""
    owner = "reportingOwner"
    cells = [
        f'<td style="width:15%;text-align:center"><span class="d">{sheet.box(name, owner)}</span>'
        f'</td><td style="width:35%">{text}</td>'
        for name, text in ROLES
    ]
    below = (
        f"<td></td><td>{data(sheet, 'officerTitle', owner)}</td>"
        f"<td></td><td>{data(sheet, 'otherText', owner)}</td>"
    )
    return (
        f'<table class="w"><tr>{cells[0]}{cells[1]}</tr><tr>{cells[2]}{cells[3]}</tr>'
        f"<tr>{below}</tr></table>"
    )


def _joint(sheet: Sheet) -> str:
    several = sheet.count("reportingOwner") > 1
    lines = "".join(
        f'<tr><td style="width:15%;text-align:center"><span class="d">{sheet.tick(checked)}</span>'
        f"</td><td>Form filed by {text} Reporting Person</td></tr>"
        for checked, text in ((not several, "One"), (several, "More than One"))
    )
    title = "6. Individual or Joint/Group Filing (Check Applicable Line)"
    return f'<div>{title}</div><table class="w">{lines}</table>'


def explanations(sheet: Sheet) -> str:
    """Explanation of Responses, the sentence of an empty Form 3, Remarks."""
    count = sheet.count("footnotes/footnote")
    notes = "".join(_note(sheet, index) for index in range(1, count + 1))
    if sheet.value("noSecuritiesOwned") == "1":
        notes += no_securities(sheet)
    remarks = sheet.field("remarks")
    body = f"<div><b>Explanation of Responses:</b></div><div class='n'>{notes}</div>"
    if remarks or chance(sheet.rng, 0.3):
        body += f"<div><b>Remarks:</b></div><div class='n'>{remarks}</div>"
    region = sheet.markup.region("footnotes")
    return f'<div class="pos" style="padding:6px 2px">{region}{body}</div>'


def no_securities(sheet: Sheet) -> str:
    """The sentence of a Form 3 without holdings."""
    path = sheet.path("noSecuritiesOwned")
    return f"<div>{sheet.words(pick(sheet.rng, NO_SECURITIES), 'noSecuritiesOwned', path)}</div>"


def _note(sheet: Sheet, index: int) -> str:
    path = sheet.path("", "footnotes/footnote", index)
    head = sheet.markup.words(f"{index}.", "footnote.id", path, ref=index)
    text = sheet.words(sheet.content.text(path), "footnote", path)
    return f"<div>{head} {text}</div>"


def signatures(sheet: Sheet) -> str:
    """The signature block and the notices below it."""
    rows = "".join(
        f"<tr><td></td><td><u>{data(sheet, 'signatureName', 'ownerSignature', index)}</u></td>"
        f"<td><u>{data(sheet, 'signatureDate', 'ownerSignature', index)}</u></td></tr>"
        for index in range(1, sheet.count("ownerSignature") + 1)
    )
    rows += "<tr><td></td><td>** Signature of Reporting Person</td><td>Date</td></tr>"
    instruction = "5" if sheet.family == "3" else "4"
    notices = "".join(f"<div>{text.format(instruction)}</div>" for text in NOTICES)
    return (
        f'<div class="pos">{sheet.markup.region("signature")}<table class="w"><colgroup>'
        '<col style="width:60%"><col style="width:20%"><col style="width:20%"></colgroup>'
        f"{rows}</table></div><div>{notices}</div>"
    )
