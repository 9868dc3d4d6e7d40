"""The head and the items above the tables of a form without boxes."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.looks_paper_boxes import ACTS
from training.synth.looks_sec import corner_boxes, data, form_number, owner_data
from training.synth.looks_sheet import Sheet
from training.synth.people import is_entity
from training.synth.style import between, chance, character_width, pick

OWNER = "reportingOwner"
LABELS: dict[str, tuple[str, ...]] = {
    "owner": ("Name and Address of Reporting Person", "Name and Address of Reporting Person*",
              "Reporting Person", "Reporting Owner", "Name & Address of Reporting Person",
              "Filer"),
    "issuer": ("Issuer Name and Ticker or Trading Symbol", "Issuer Name and Trading Symbol",
               "Name of Issuer and Ticker Symbol", "Issuer", "Company and Symbol"),
    "irs": ("I.R.S. Identification Number of Reporting Person, if an entity (Voluntary)",
            "IRS or Social Security Number of Reporting Person (Voluntary)", "IRS Number"),
    "amended": ("If Amendment, Date of Original Filed (Month/Day/Year)",
                "If Amendment, Date of Original", "Date of Original Filing (if amendment)",
                "Date Original Filed"),
    "relation": ("Relationship of Reporting Person(s) to Issuer (Check all applicable)",
                 "Relationship of Reporting Person to Issuer", "Relationship to Issuer",
                 "Relationship"),
    "joint": ("Individual or Joint/Group Filing (Check Applicable Line)",
              "Individual or Joint/Group Reporting", "Type of Filing", "Filing by"),
}  # fmt: skip
PERIODS = {
    "3": ("Date of Event Requiring Statement (Month/Day/Year)", "Date of Event", "Event Date",
          "Date of Event Requiring Statement"),
    "4": ("Date of Earliest Transaction (Month/Day/Year)", "Statement for (Month/Day/Year)",
          "Date of Earliest Transaction", "Statement for Month/Day/Year", "Period of Report",
          "Earliest Transaction Date"),
    "5": ("Statement for Issuer's Fiscal Year Ended (Month/Day/Year)", "Fiscal Year Ended",
          "Statement for Fiscal Year Ended", "Period of Report"),
}  # fmt: skip
MONTHS = ("%m/%Y", "%B %Y", "%-m/%y", "%B, %Y")
"""How statements for a month were dated until 2003."""

RULES = ("", "=", "-", "_", "*", "- ", "1px solid", "1px dashed", "1px dotted", "3px double")
NUMBERINGS = ("", "{}. ", "{}.&nbsp;&nbsp;", "({}) ", "{}) ", "Item {}. ", "{}&nbsp;&nbsp;")


@dataclass(frozen=True)
class Manner:
    """One writer's habits, the same from the head to the signature.

    `items` is how the header's items are set: value `below` its label, `inline` behind it,
    `aligned` in a column of values, in `columns` side by side. `owners` is where further owners
    stand: each as an item (`together`), in `blocks` side by side, or in a list `after` all else.
    """

    rule: str
    items: str
    numbering: str
    label: str
    upper: bool
    indent: float
    colon: str
    owners: str
    regions: bool


def manner_of(sheet: Sheet) -> Manner:
    """The habits of this filing's writer."""
    rng = sheet.rng
    fixed = sheet.style.label_font == sheet.style.data_font
    items = pick(rng, ("below", "inline", "aligned", "columns"), (5, 3, 2, 4))
    return Manner(
        rule=pick(rng, RULES, (8, 3, 4, 2, 1, 1, 3, 1, 1, 1)),
        items=items,
        numbering=pick(rng, NUMBERINGS, (4, 6, 2, 1, 1, 1, 1)),
        label=pick(rng, ("", "b", "u", "b u"), (6, 3 if fixed else 5, 1, 0.5)),
        upper=chance(rng, 0.2),
        indent=pick(rng, (0.0, between(rng, 1, 4)), (1, 2)),
        colon=pick(rng, ("", ":", " ....."), (2, 2, 0) if items == "below" else (2, 9, 1)),
        owners=pick(rng, ("together", "blocks", "after")),
        # Detectors do not always find a column of items that nothing frames.
        regions=items == "columns" and chance(rng, 0.6),
    )


def typed_rule(sheet: Sheet, manner: Manner, share: float = 1.0) -> str:
    """The writer's line between two parts: typed characters, a drawn rule or nothing."""
    if not manner.rule:
        return '<div style="height:.6em"></div>'
    if "px" in manner.rule:
        return f'<div style="border-top:{manner.rule} #000;margin:.4em 0;width:{100 * share}%">' \
               "</div>"  # fmt: skip
    style = sheet.style
    width = style.label_size * character_width(style.label_font) * len(manner.rule)
    count = int(0.97 * share * style.paper.width / width)
    return f'<div class="rule">{manner.rule * count}</div>'


def spaced(sheet: Sheet, most: int = 4) -> str:
    """One space or some."""
    return "&nbsp;" * int(sheet.rng.integers(1, most + 1)) if chance(sheet.rng, 0.5) else " "


def written(manner: Manner, text: str) -> str:
    """A label's words as HTML, in capitals if that is the writer's habit."""
    return html.escape(text.upper() if manner.upper else text)


def heading(sheet: Sheet, manner: Manner) -> str:
    """Form number, agency, title, act and boxes, each on its lines."""
    rng = sheet.rng
    number = form_number(sheet, pick(rng, ("FORM ", "Form ", "SEC FORM ", "SEC Form ")))
    title = pick(rng, (sheet.form.title, sheet.form.title.title()), (2, 1))
    agency = pick(rng, (
        "UNITED STATES<br>SECURITIES AND EXCHANGE COMMISSION<br>Washington, D.C. 20549",
        "U.S. SECURITIES AND EXCHANGE COMMISSION<br>WASHINGTON, DC 20549",
        "SECURITIES AND EXCHANGE COMMISSION", "U.S. Securities and Exchange Commission", "",
    ))  # fmt: skip
    act = pick(rng, (ACTS, "Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934",
                     ""))  # fmt: skip
    lines = [f'<div class="{pick(rng, ("", "b"))}">{number}</div>', f"<div>{agency}</div>",
             f'<div class="{pick(rng, ("", "b", "u"))}">{html.escape(title)}</div>']  # fmt: skip
    if chance(rng, 0.4):
        lines = [lines[1], lines[0], lines[2]]
    lines.append(f"<div>{act}</div>")
    if chance(rng, 0.4):
        lines.insert(int(rng.integers(1, 3)), typed_rule(sheet, manner))
    shape = pick(rng, ("{0} {1}", "{1} {0}"), (5, 1))
    boxes = "".join(
        f"<div>{shape.format(sheet.box(name), text)}</div>" for name, text in corner_boxes(sheet)
    )
    align = pick(rng, ("center", "left"), (2, 1))
    head = f'<div style="text-align:{align}">{"".join(lines)}</div>'
    return head + boxes if chance(rng, 0.8) else boxes + head


def _order(sheet: Sheet) -> list[tuple[str, int]]:
    """Kind and owner of each item, in this writer's order."""
    rng = sheet.rng
    rest = ["period", "amended", "relation", "joint"]
    if chance(rng, 0.35):
        rest = [rest[place] for place in rng.permutation(len(rest))]
    kinds = ["owner", "issuer", *rest]
    if chance(rng, 0.2):
        kinds[:2] = ["issuer", "owner"]
    elif sheet.family == "3" and chance(rng, 0.5):
        kinds = ["owner", "period", "issuer", *(kind for kind in rest if kind != "period")]
    if chance(rng, 0.25):
        kinds.insert(kinds.index("owner") + 1, "irs")
    if not sheet.content.form.endswith("/A") and chance(rng, 0.3):
        kinds.remove("amended")
    return [(kind, 1) for kind in kinds]


def header_items(sheet: Sheet, manner: Manner) -> str:
    """The items that other forms have in boxes, further owners among them or below."""
    rng = sheet.rng
    order = _order(sheet)
    others = [("owner", index) for index in range(2, sheet.count(OWNER) + 1)]
    if manner.owners == "together":
        place = order.index(("owner", 1)) + 1
        order[place:place] = others
    found = "".join(
        item(sheet, manner, kind, index, place) for place, (kind, index) in enumerate(order, 1)
    )
    if manner.items == "columns":
        tracks = pick(rng, ("1fr 1fr", "1fr 1fr 1fr", "1.4fr 1fr 1fr", "1fr 1.3fr"), (4, 2, 1, 1))
        found = f'<div class="side" style="grid-template-columns:{tracks}">{found}</div>'
    if manner.owners == "blocks" and others:
        blocks = "".join(item(sheet, manner, kind, index, 1) for kind, index in others)
        found += f'<div class="side" style="grid-template-columns:1fr 1fr">{blocks}</div>'
    return found


def item(sheet: Sheet, manner: Manner, kind: str, index: int, place: int) -> str:
    """One item: its label and its lines, set in the writer's way."""
    rng = sheet.rng
    related = index > 1 and chance(rng, 0.4)
    monthly = kind == "period" and sheet.date_formats.get("periodOfReport") in MONTHS
    label = pick(rng, PERIODS[sheet.family] if kind == "period" else LABELS[kind])
    label = "Statement for Month/Year" if monthly else label
    number = manner.numbering.format(place)
    label = f'<span class="{manner.label}">{number}{written(manner, label)}{manner.colon}</span>'
    lines = item_lines(sheet, kind, index)
    if related:
        lines += role_lines(sheet, index)
    region = sheet.markup.region("header") if manner.regions else ""
    body = _set(sheet, manner, label, lines, kind in ("relation", "joint"))
    return f'<div class="hx it keep">{region}{body}</div>'


def _set(sheet: Sheet, manner: Manner, label: str, lines: Sequence[str], listed: bool) -> str:
    divs = [f"<div>{line}</div>" for line in lines]
    indent = f'style="padding-left:{manner.indent:.1f}em"'
    if manner.items == "aligned":
        return (
            '<div class="side" style="grid-template-columns:35% 1fr">'
            f"<div>{label}</div><div>{''.join(divs)}</div></div>"
        )
    if manner.items == "inline" and lines and not listed:
        gap = spaced(sheet, 3)
        return f"<div>{label}{gap}{lines[0]}</div><div {indent}>{''.join(divs[1:])}</div>"
    return f"<div>{label}</div><div {indent}>{''.join(divs)}</div>"


def item_lines(sheet: Sheet, kind: str, index: int) -> list[str]:
    """The lines of an item's value."""
    if kind == "owner":
        return owner_lines(sheet, index)
    if kind == "issuer":
        return issuer_lines(sheet)
    if kind == "relation":
        return role_lines(sheet, 1)
    if kind == "joint":
        return joint_lines(sheet)
    if kind == "irs":
        return []
    name = "periodOfReport" if kind == "period" else "dateOfOriginalSubmission"
    found = data(sheet, name)
    return [found] if found else [pick(sheet.rng, ("", "N/A", "____________", "Not applicable"))]


def owner_lines(sheet: Sheet, index: int) -> list[str]:
    """Name and address: as on an envelope, on labelled lines, or over the words of the form."""
    rng = sheet.rng
    name, one, two, city, state, code = owner_data(sheet, index)
    kind = pick(rng, ("envelope", "labelled", "short", "under"), (6, 2, 1, 2))
    if kind == "labelled":
        return _labelled(sheet, index, (name, one, two, city, state, code))
    if kind == "under":
        return _under(sheet, (name, one, two, city, state, code))
    comma = pick(rng, (",", "")) + spaced(sheet)
    last = f"{city}{comma}{state}{spaced(sheet)}{code}"
    streets = [line for line in (one, two) if line]
    if kind == "short":
        joint = pick(rng, (", ", "; ", " / "))
        return [name, joint.join([*streets, last])]
    return [name, *streets, last]


def _labelled(sheet: Sheet, index: int, values: Sequence[str]) -> list[str]:
    """Each part of name and address behind a label of its own."""
    rng = sheet.rng
    name, one, two, city, state, code = values
    gap = spaced(sheet)
    mark = pick(rng, (":", ""), (5, 1)) + gap
    street = pick(rng, (("Street", "Street 2"), ("Address", ""), ("Street1", "Street2")))
    lines = [f"Name{mark}{name}"]
    parts = sheet.content.text(sheet.path("rptOwnerName", OWNER, index)).split()
    if chance(rng, 0.3) and len(parts) in (2, 3) and not is_entity(" ".join(parts)):
        lines = [_name_apart(sheet, index, parts, mark)]
    lines.append(f"{street[0]}{mark}{one}")
    if two or chance(rng, 0.3):
        lines.append(f"{street[1]}{mark if street[1] else ''}{two}")
    last = [f"City{mark}{city}", f"State{mark}{state}",
            f"{pick(rng, ('Zip', 'Zip Code', 'ZIP'))}{mark}{code}"]  # fmt: skip
    return [*lines, "&nbsp;&nbsp; ".join(last)] if chance(rng, 0.5) else [*lines, *last]


def _name_apart(sheet: Sheet, index: int, parts: Sequence[str], mark: str) -> str:
    path = sheet.path("rptOwnerName", OWNER, index)
    named = zip(("Last", "First", "Middle"), parts, strict=False)
    return "&nbsp;&nbsp; ".join(
        f'{word}{mark}<span class="d">{sheet.words(part, "rptOwnerName", path)}</span>'
        for word, part in named
    )


def _under(sheet: Sheet, values: Sequence[str]) -> list[str]:
    """Values over the words in brackets that say what they are."""
    name, one, two, city, state, code = values
    tracks = pick(sheet.rng, ("1fr 1fr 1fr", "1.4fr .7fr 1fr"))

    def row(*cells: str) -> str:
        inner = "".join(f"<div>{cell}</div>" for cell in cells)
        return f'<div class="side" style="grid-template-columns:{tracks};column-gap:1em">' \
               f"{inner}</div>"  # fmt: skip

    lines = [name, row("(Last)", "(First)", "(Middle)"), one]
    lines += [two] if two else []
    return [*lines, "(Street)", row(city, state, code), row("(City)", "(State)", "(Zip)")]


def issuer_lines(sheet: Sheet) -> list[str]:
    """The issuer's name, its ticker behind it or on a line of its own."""
    rng = sheet.rng
    name, ticker = data(sheet, "issuerName"), data(sheet, "issuerTradingSymbol")
    if not sheet.value("issuerTradingSymbol"):
        return [name]
    word = pick(rng, ("Symbol:", "Ticker:", "Trading Symbol:", "Ticker Symbol"))
    shape = pick(
        rng,
        ("{0} ({1})", "{0} [{1}]", "{0} - {1}", "{0}&nbsp;&nbsp;&nbsp;{1}", "{0}, {1}",
         "{0} {2} {1}", "{0}&emsp;{2} {1}", "{0} [ {1} ]", "{0} ({2} {1})"),
    )  # fmt: skip
    if chance(rng, 0.3):
        return [name, pick(rng, ("{0}", "{1} {0}", "({0})")).format(ticker, word)]
    return [shape.format(name, ticker, word)]


def role_lines(sheet: Sheet, index: int) -> list[str]:
    """The four relationships with their boxes, title and other text beside or below."""
    rng = sheet.rng
    names = ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")
    words = ["Director", pick(rng, ("Officer (give title below)", "Officer", "Officer (title)")),
             pick(rng, ("10% Owner", "10% owner", "Ten Percent Owner")),
             pick(rng, ("Other (specify below)", "Other", "Other (specify)"))]  # fmt: skip
    title = _told(sheet, "officerTitle", index, ("Title:", "Officer Title:", "Officer title:"))
    other = _told(sheet, "otherText", index, ("Other:", "Specify:", "Other Text:"))
    beside = chance(rng, 0.4)
    shape = pick(rng, ("{0} {1}", "{1} {0}", "{0}&nbsp;&nbsp;{1}"), (6, 2, 2))
    lines = [
        f'<span class="nw">{shape.format(sheet.box(name, OWNER, index), word)}</span>'
        for name, word in zip(names, words, strict=True)
    ]
    after = []
    if beside:
        lines[1] += f" {title}"
        lines[3] += f" {other}"
    else:
        after = [line for line in (title, other) if line]
    order = pick(rng, ((0, 1, 2, 3), (0, 2, 1, 3)))
    ordered = [lines[place] for place in order]
    if chance(rng, 0.5) or beside:
        return ordered + after
    if chance(rng, 0.35):
        return ["&nbsp;&nbsp; ".join(ordered), *after]
    cells = "".join(f"<div>{line}</div>" for line in ordered)
    return [f'<div class="side" style="grid-template-columns:1fr 1fr">{cells}</div>', *after]


def _told(sheet: Sheet, name: str, index: int, words: Sequence[str]) -> str:
    """A title behind its word, in brackets, after a dash or alone; blank, at most its word."""
    rng = sheet.rng
    text, word = data(sheet, name, OWNER, index), pick(rng, words)
    if not text:
        return pick(rng, ("", word, f"{word} ________"), (6, 1, 1))
    return pick(rng, ("{1} {0}", "({0})", "- {0}", "{0}"), (4, 2, 1, 2)).format(text, word)


def joint_lines(sheet: Sheet) -> list[str]:
    """The two kinds of filing with their boxes."""
    rng = sheet.rng
    several = sheet.count(OWNER) > 1
    words = pick(rng, (
        ("Form filed by One Reporting Person", "Form filed by More than One Reporting Person"),
        ("Individual Filing", "Joint/Group Filing"), ("One person", "More than one person"),
    ))  # fmt: skip
    shape = pick(rng, ("{0} {1}", "{1} {0}"), (4, 1))
    lines = [shape.format(sheet.tick(checked), word)
             for checked, word in zip((not several, several), words, strict=True)]  # fmt: skip
    return lines if chance(rng, 0.75) else ["&nbsp;&nbsp; ".join(lines)]
