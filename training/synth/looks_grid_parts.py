"""The cover of a form made in a spreadsheet: its facts as labels with their values."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from training.synth.looks_plain_parts import MONTHS, PERIODS, issuer_lines, joint_lines, role_lines
from training.synth.looks_sec import corner_boxes, data, owner_data
from training.synth.looks_sheet import Sheet
from training.synth.people import is_entity
from training.synth.style import between, chance, pick

OWNER = "reportingOwner"
LABELS: dict[str, tuple[str, ...]] = {
    "name": ("Name of Reporting Person", "Reporting Person", "Reporting Owner", "Filer Name",
             "Name", "Reporting Person Name", "Name (Last, First, Middle)", "Insider",
             "Reporting Owner Name", "Name of Filer"),
    "both": ("Name and Address of Reporting Person", "Name & Address of Reporting Person",
             "Reporting Person", "Reporting Owner Name / Address", "Filer"),
    "address": ("Address", "Address of Reporting Person", "Mailing Address", "Business Address",
                "Street Address", "Owner Address", "Address of Filer"),
    "street1": ("Street 1", "Street Address", "Address Line 1", "Address 1", "Street", "(Street)"),
    "street2": ("Street 2", "Street Address 2", "Address Line 2", "Address 2", "Suite / Floor", ""),
    "city": ("City", "City", "City / Town", "(City)"),
    "state": ("State", "State", "State / Country", "St.", "(State)"),
    "zip": ("Zip", "Zip Code", "ZIP", "Postal Code", "(Zip)", "ZIP Code"),
    "place": ("City, State, Zip", "City / State / Zip", "City, State & ZIP Code", "City/State/Zip"),
    "issuer": ("Issuer Name", "Name of Issuer", "Issuer", "Company", "Company Name", "Issuer Name"),
    "ticker": ("Ticker or Trading Symbol", "Trading Symbol", "Ticker", "Symbol", "Ticker Symbol",
               "Issuer Trading Symbol"),
    "company": ("Issuer Name and Ticker or Trading Symbol", "Issuer (Ticker)", "Issuer / Symbol",
                "Issuer Name and Trading Symbol", "Issuer", "Company (Symbol)"),
    "amended": ("If Amendment, Date of Original Filed", "Date of Original Filing",
                "If Amendment, Date Original Filed (MM/DD/YYYY)", "Original Filing Date",
                "Amendment: Date of Original", "Date Original Filed"),
    "relation": ("Relationship of Reporting Person(s) to Issuer", "Relationship to Issuer",
                 "Relationship of Reporting Person to Issuer (Check all applicable)",
                 "Relationship", "Role", "Capacity"),
    "isDirector": ("Director", "Director", "Director?", "DIRECTOR"),
    "isTenPercentOwner": ("10% Owner", "10% Owner", "Ten Percent Owner", "10% Holder",
                          ">10% Owner"),
    "isOfficer": ("Officer", "Officer (give title below)", "Officer (title)", "Officer"),
    "isOther": ("Other", "Other (specify below)", "Other (specify)", "Other"),
    "officerTitle": ("Officer Title", "Title", "Title of Officer", "Title, if Officer", "Position",
                     "Officer Title (if applicable)"),
    "otherText": ("Other (describe)", "Specify", "If Other, Specify", "Other Text", "Description",
                  "Other - Specify"),
    "joint": ("Individual or Joint/Group Filing", "Individual or Joint/Group Filing (Check "
              "Applicable Line)", "Filing Type", "Joint / Group Filing", "Filed By"),
    "one": ("Form filed by One Reporting Person", "One Reporting Person", "Individual",
            "Individual Filing"),
    "more": ("Form filed by More than One Reporting Person", "More than One Reporting Person",
             "Joint/Group", "Joint/Group Filing"),
    "aff10b5One": ("Rule 10b5-1(c) Transaction", "10b5-1 Plan", "Transaction pursuant to Rule "
                   "10b5-1(c) trading plan", "Made pursuant to a 10b5-1(c) plan (Instr. 10)"),
    "notSubjectToSection16": ("No Longer Subject to Section 16", "Check if no longer subject to "
                              "Section 16", "Section 16 Exit", "Not subject to Section 16"),
    "form3HoldingsReported": ("Form 3 Holdings Reported", "Form 3 Holdings"),
    "form4TransactionsReported": ("Form 4 Transactions Reported", "Form 4 Transactions"),
    "number": ("Form Type", "Form", "Document Type", "SEC Form"),
    "cik": ("CIK", "Issuer CIK", "IRS No.", "SEC File No.", "Phone", "Country", "Date Prepared"),
}  # fmt: skip
NUMBERS = {
    "3": {"name": 1, "both": 1, "period": 2, "issuer": 3, "company": 3, "relation": 4,
          "amended": 5, "joint": 6},
    "4": {"name": 1, "both": 1, "issuer": 2, "company": 2, "period": 3, "amended": 4,
          "relation": 5, "joint": 6},
}  # fmt: skip
ROLES = (
    ("isDirector", "isTenPercentOwner", "isOfficer", "isOther"),
    ("isDirector", "isOfficer", "isTenPercentOwner", "isOther"),
)
TOLD = {"isOfficer": "officerTitle", "isOther": "otherText"}


@dataclass(frozen=True)
class Pair:
    """A label and the lines of its value; a `wide` one has a row of its own, a new row `starts`."""

    label: str
    lines: tuple[str, ...]
    wide: bool = False
    starts: bool = False

    @property
    def value(self) -> str:
        """The lines as HTML."""
        return "<br>".join(self.lines)


@dataclass(frozen=True)
class Habits:
    """How one filer makes sheets.

    `cover` is `grid`, `list` or `beside`, a grid with the owner left of the roles. In a grid the
    label stands `left` of its value, in the row `above` or `over` it in one cell, `across` pairs in
    a row; `lines` are `full`, `rows` or `none`. In a list `across` is the number of columns.
    `address` is `apart`, `place` (city, state and zip in one), `block` or `both` (with the name);
    `roles` are `pairs`, `lines`, or rows of cells of their own: `row`, `column`, `matrix`. `owners`
    tells where further owners stand: `inside` the cover, `below` it or at the `end`; `listed` ones
    have a row each.
    """

    cover: str
    place: str
    across: int
    lines: str
    label: str
    align: str
    upper: bool
    colon: str
    numbered: bool
    share: float
    stretched: bool
    blanks: bool
    address: str
    issuer: str
    roles: str
    order: tuple[str, ...]
    box_first: bool
    owners: str
    listed: bool
    related: bool
    regions: bool
    words: dict[str, str]


def habits_of(sheet: Sheet) -> Habits:
    """The habits of this filing's maker."""
    rng = sheet.rng
    cover = pick(rng, ("grid", "list", "beside"), (6, 3, 3))
    listed = cover == "list"
    lines = pick(rng, ("full", "rows", "none"), (2, 3, 5) if listed else (5, 3, 3))
    across = pick(rng, (1, 2, 3, 4), (3, 6, 0, 0) if listed else (4, 5, 3, 2))
    answers = sheet.style.marks.box == "answer"
    roles = "pairs" if answers else pick(rng, ("pairs", "lines", "row", "column", "matrix"),
                 (3, 5, 0, 0, 0) if listed else (3, 2, 2, 2, 2))  # fmt: skip
    words = {kind: pick(rng, wordings) for kind, wordings in LABELS.items()}
    words["period"] = pick(rng, PERIODS[sheet.family])
    if sheet.date_formats.get("periodOfReport") in MONTHS:
        words["period"] = "Statement for Month/Year"
    return Habits(
        cover=cover,
        place=pick(rng, ("left", "above", "over"), (5, 3, 2)),
        across=across,
        lines=lines,
        label=pick(rng, ("", "b", "sh", "b sh", "i", "sm"), (5, 4, 3, 3, 0.6, 1.5)),
        align=pick(rng, ("left", "right", "center"), (8, 1, 0) if listed else (5, 4, 2)),
        upper=chance(rng, 0.12),
        colon=pick(rng, ("", ":"), (1, 9) if listed else (3, 2)),
        numbered=chance(rng, 0.2),
        share=between(rng, 0.22, 0.55),
        stretched=chance(rng, 0.5),
        blanks=chance(rng, 0.6),
        address=pick(rng, ("apart", "place", "block", "both"), (5, 3, 4, 2)),
        issuer=pick(rng, ("apart", "together"), (3, 2)),
        roles=roles,
        order=pick(rng, ROLES),
        box_first=chance(rng, 0.55),
        owners=pick(rng, ("inside", "below", "end"), (4, 3, 3)),
        listed=chance(rng, 0.4),
        related=chance(rng, 0.85),
        # Detectors find the boxes of a cover only where they are drawn.
        regions=chance(rng, {"full": 1.0, "rows": 0.6, "none": 0.25}[lines]),
        words=words,
    )


def written(habits: Habits, text: str) -> str:
    """A caption's words as HTML, in capitals if that is the maker's habit."""
    return html.escape(text.upper() if habits.upper else text)


def caption(sheet: Sheet, habits: Habits, kind: str) -> str:
    """A label in the maker's words."""
    text = written(habits, habits.words[kind])
    number = NUMBERS["3" if sheet.family == "3" else "4"].get(kind, 0)
    prefix = f"{number}. " if habits.numbered and number else ""
    return f"{prefix}{text}{habits.colon}" if text else ""


def pair(sheet: Sheet, habits: Habits, kind: str, *lines: str, wide: bool = False) -> Pair:
    """A labelled value."""
    return Pair(caption(sheet, habits, kind), tuple(line for line in lines if line), wide)


def owner_pairs(sheet: Sheet, habits: Habits, index: int) -> list[Pair]:
    """Name and address of an owner."""
    rng = sheet.rng
    name, one, two, city, state, code = owner_data(sheet, index)
    comma = pick(rng, (", ", " ", ",&nbsp;&nbsp;", " / "), (8, 3, 1, 1))
    place = f"{city}{comma if city and (state or code) else ''}{state} {code}"
    if habits.address == "both":
        wide = habits.cover == "grid" and chance(rng, 0.5)
        return [pair(sheet, habits, "both", name, one, two, place, wide=wide)]
    found = _name_pairs(sheet, habits, name, index)
    if habits.address == "block":
        lines = [one, two, place]
        if chance(rng, 0.25):
            lines = [pick(rng, (", ", "; ", " - ")).join(line for line in lines if line)]
        return [*found, pair(sheet, habits, "address", *lines, wide=chance(rng, 0.3))]
    found.append(replace(pair(sheet, habits, "street1", one), wide=chance(rng, 0.15)))
    if two or habits.blanks:
        found.append(pair(sheet, habits, "street2", two))
    if habits.address == "place":
        return [*found, pair(sheet, habits, "place", place)]
    parts = (("city", city), ("state", state), ("zip", code))
    ends = [pair(sheet, habits, kind, value) for kind, value in parts]
    return [*found, replace(ends[0], starts=habits.across == len(parts)), *ends[1:]]


def _name_pairs(sheet: Sheet, habits: Habits, name: str, index: int) -> list[Pair]:
    """The name, in a few sheets with its parts in cells of their own."""
    path = sheet.path("rptOwnerName", OWNER, index)
    text = sheet.content.text(path)
    parts = text.split()
    if habits.cover == "list" or len(parts) not in (2, 3) or is_entity(text) \
            or not chance(sheet.rng, 0.2):  # fmt: skip
        return [replace(pair(sheet, habits, "name", name), starts=True)]
    words = zip(("Last Name", "First Name", "Middle"), parts, strict=False)
    return [
        Pair(written(habits, word),
             (f'<span class="d">{sheet.words(part, "rptOwnerName", path)}</span>',),
             starts=word == "Last Name")
        for word, part in words
    ]  # fmt: skip


def issuer_pairs(sheet: Sheet, habits: Habits) -> list[Pair]:
    """Name and ticker of the issuer, apart or together."""
    if habits.issuer == "apart":
        name, ticker = (data(sheet, each) for each in ("issuerName", "issuerTradingSymbol"))
        return [pair(sheet, habits, "issuer", name), pair(sheet, habits, "ticker", ticker)]
    if not sheet.value("issuerTradingSymbol") or chance(sheet.rng, 0.7):
        return [pair(sheet, habits, "company", *issuer_lines(sheet))]
    shape = pick(sheet.rng, ("{} / {}", "{} ({})", "{} [{}]", "{}, {}", "{} - {}"))
    names = [data(sheet, each) for each in ("issuerName", "issuerTradingSymbol")]
    return [pair(sheet, habits, "company", shape.format(*names))]


def date_pairs(sheet: Sheet, habits: Habits) -> list[Pair]:
    """Period and date of the original, the latter often empty."""
    found = [pair(sheet, habits, "period", data(sheet, "periodOfReport"))]
    original = data(sheet, "dateOfOriginalSubmission")
    if original or habits.blanks:
        found.append(pair(sheet, habits, "amended", original or pick(
            sheet.rng, ("", "N/A", "n/a", "-"), (12, 2, 1, 1))))  # fmt: skip
    if chance(sheet.rng, 0.25):
        found.reverse()
    return found


def other_pairs(sheet: Sheet, habits: Habits) -> list[Pair]:
    """Things that some sheets ask for and that are no field of the form."""
    if not chance(sheet.rng, 0.2):
        return []
    number = pick(sheet.rng, ("", str(sheet.rng.integers(10**5, 10**7))))
    plain = habits.words["cik"] in ("Country", "Phone", "Date Prepared")
    return [pair(sheet, habits, "cik", "" if plain else number)]


def joint_pairs(sheet: Sheet, habits: Habits) -> list[Pair]:
    """Who files: one or several, as lines or each under a label."""
    several = sheet.count(OWNER) > 1
    if chance(sheet.rng, 0.5):
        lines = joint_lines(sheet)
        return [pair(sheet, habits, "joint", *lines, wide=chance(sheet.rng, 0.3))]
    ticks = (("one", not several), ("more", several))
    return [pair(sheet, habits, kind, sheet.tick(checked)) for kind, checked in ticks]


def box_pairs(sheet: Sheet, habits: Habits) -> list[Pair]:
    """The boxes of the form itself under short labels."""
    return [pair(sheet, habits, name, sheet.box(name)) for name, _ in corner_boxes(sheet)]


def box_lines(sheet: Sheet, habits: Habits) -> list[tuple[str, str]]:
    """The same boxes, each with its words, the form's own or short ones."""
    own = chance(sheet.rng, 0.4)
    return [
        (sheet.box(name), text if own else written(habits, habits.words[name]))
        for name, text in corner_boxes(sheet)
    ]


def role_pairs(sheet: Sheet, habits: Habits, index: int) -> list[Pair]:
    """Relationship boxes with title and other text, each under a label or as lines under one."""
    if habits.roles == "lines":
        lines = role_lines(sheet, index)
        return [pair(sheet, habits, "relation", *lines, wide=chance(sheet.rng, 0.5))]
    found = [pair(sheet, habits, name, sheet.box(name, OWNER, index)) for name in habits.order]
    told = [pair(sheet, habits, name, data(sheet, name, OWNER, index)) for name in TOLD.values()]
    shown = [each for each in told if each.lines or habits.blanks]
    if chance(sheet.rng, 0.4):
        return [replace(found[0], starts=True), *found[1:], *shown]
    mixed: list[Pair] = []
    for name, each in zip(habits.order, found, strict=True):
        mixed.append(each)
        mixed += [other for other in shown if other is told[0] and name == "isOfficer"]
        mixed += [other for other in shown if other is told[1] and name == "isOther"]
    return [replace(mixed[0], starts=True), *mixed[1:]]


def cell(sheet: Sheet, habits: Habits, inner: str, css: str = "v", more: str = "") -> str:
    """A cell with a value; it is a box of the cover where the maker drew it."""
    region = sheet.markup.region("header") if habits.regions else ""
    return f'<td class="{css}"{more}>{region}{inner}</td>'


def labelled(
    sheet: Sheet, habits: Habits, inner: str, more: str = "", css: str | None = None
) -> str:
    """A cell with a label, a box of its own like the value's."""
    region = sheet.markup.region("header") if habits.regions else ""
    css = habits.label if css is None else css
    return f'<td class="lab {css}"{more}>{region}{inner}</td>'


def role_table(sheet: Sheet, habits: Habits, index: int) -> str:
    """Relationship boxes in cells of their own, one row, one column or under their captions."""
    titles = {name: data(sheet, name, OWNER, index) for name in TOLD.values()}
    boxes = [
        (cell(sheet, habits, sheet.box(name, OWNER, index), "v bx"),
         labelled(sheet, habits, caption(sheet, habits, name), css=""))
        for name in habits.order
    ]  # fmt: skip
    relation = partial(labelled, sheet, habits, caption(sheet, habits, "relation"))
    told = [(name, text) for name, text in titles.items() if text or habits.blanks]
    if habits.roles == "matrix":
        return _matrix(sheet, habits, boxes, told)
    couples = [box + text if habits.box_first else text + box for box, text in boxes]
    if habits.roles == "row":
        head = relation() if chance(sheet.rng, 0.6) else ""
        wide = ' colspan="7"' if head else ' colspan="6"'
        rows = [head + "".join(couples)] + [
            labelled(sheet, habits, caption(sheet, habits, name), ' colspan="2"')
            + cell(sheet, habits, text, more=wide)
            for name, text in told
        ]
        narrow = ("6%", "") if habits.box_first else ("", "6%")
        first = ("18%",) if head else ()
        return piece(habits, rows, *first, *(narrow * 4 if habits.stretched else ()))
    beside = chance(sheet.rng, 0.5)
    rows = [
        couple + (cell(sheet, habits, titles.get(TOLD.get(name, ""), "")) if beside else "")
        for name, couple in zip(habits.order, couples, strict=True)
    ]
    widths: tuple[str, ...] = ("6%", "40%") if habits.box_first else ("40%", "6%")
    if chance(sheet.rng, 0.5):
        rows[0] = relation(' rowspan="4"') + rows[0]
        widths = (pick(sheet.rng, ("30%", "22%")), *(("6%", "") if habits.box_first else ()))
    else:
        rows.insert(0, relation(f' colspan="{2 + beside}"'))
    more = "" if beside else told_table(sheet, habits, told)
    return piece(habits, rows, *widths) + more


def told_table(sheet: Sheet, habits: Habits, told: Sequence[tuple[str, str]]) -> str:
    """Title and other text, a row each."""
    rows = [
        labelled(sheet, habits, caption(sheet, habits, name)) + cell(sheet, habits, text)
        for name, text in told
    ]
    return piece(habits, rows, f"{100 * habits.share:.0f}%") if rows else ""


def _matrix(
    sheet: Sheet, habits: Habits, boxes: Sequence[tuple[str, str]], told: Sequence[tuple[str, str]]
) -> str:
    """Captions in one row, what belongs to them in the next."""
    heads = "".join(text.replace('"lab "', f'"lab {habits.label}"') for _, text in boxes)
    heads += "".join(labelled(sheet, habits, caption(sheet, habits, name)) for name, _ in told)
    values = "".join(box for box, _ in boxes)
    values += "".join(cell(sheet, habits, text) for _, text in told)
    return piece(habits, [heads, values], *("12%",) * len(boxes))


def box_table(
    sheet: Sheet, habits: Habits, ticks: Sequence[tuple[str, str]], first: bool, width: str = "5%"
) -> str:
    """Boxes with their words beside them, a row each; `width` is that of boxes that come first."""
    both = [(cell(sheet, habits, box, "bx"), labelled(sheet, habits, text, css=""))
            for box, text in ticks]  # fmt: skip
    rows = [box + text if first else text + box for box, text in both]
    return piece(habits, rows, width if first else "92%") if rows else ""


def piece(habits: Habits, rows: Sequence[str], *widths: str) -> str:
    """A piece of the cover's grid: rows of cells, columns of these widths."""
    columns = "".join(f'<col style="width:{width}">' if width else "<col>" for width in widths)
    inner = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<table class="kv {habits.lines}"><colgroup>{columns}</colgroup><tbody>{inner}</tbody>'
        "</table>"
    )
