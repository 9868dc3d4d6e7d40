"""The items of an examiner's Schedule 13G, in wordings of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass

from eval.schedule import Address, Person, Schedule
from models.forms._schedule13 import ISSUER_ADDRESS
from models.forms._schedule13g import FILER_TYPES


@dataclass(frozen=True)
class Piece:
    """Words of one tag (none for what belongs to no field), or a box: `tag=variant`, checked."""

    tag: str
    text: str = ""
    checked: bool | None = None


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Part:
    """A lettered part of an item, or all of it; `asks` are fields it has a place for."""

    letter: str
    caption: str
    lines: tuple[Line, ...]
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An item; the exhibits' list has number 0."""

    number: int
    heading: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Wish:
    """How the items are to be put: `structured` is the SEC's own page of the XML."""

    structured: bool = False
    short: bool = True


FILER_TEXTS = {
    "BD": "Broker or dealer registered under Section 15 of the Act;",
    "BK": "Bank as defined in Section 3(a)(6) of the Act;",
    "IC": "Insurance company as defined in Section 3(a)(19) of the Act;",
    "IV": "Investment company registered under Section 8 of the Investment Company Act of 1940;",
    "IA": "An investment adviser in accordance with Rule 13d-1(b)(1)(ii)(E);",
    "EP": "An employee benefit plan or endowment fund in accordance with Rule 13d-1(b)(1)(ii)(F);",
    "HC": "A parent holding company or control person in accordance with Rule 13d-1(b)(1)(ii)(G);",
    "SA": "A savings association as defined in Section 3(b) of the Federal Deposit Insurance Act;",
    "CP": "A church plan that is excluded from the definition of an investment company under "
          "Section 3(c)(14) of the Investment Company Act;",
    "FI": "A non-U.S. institution in accordance with Rule 13d-1(b)(1)(ii)(J);",
    "OO": "Group, in accordance with Rule 13d-1(b)(1)(ii)(K).",
}  # fmt: skip
HEADINGS = {
    1: "", 2: "", 4: "Ownership.", 5: "Ownership of Five Percent or Less of a Class.",
    3: "If this statement is filed pursuant to Rule 13d-1(b), or 13d-2(b) or (c), check "
       "whether the person filing is a:",
    6: "Ownership of More than Five Percent on Behalf of Another Person.",
    7: "Identification and Classification of the Subsidiary Which Acquired the Security Being "
       "Reported on by the "
       "Parent Holding Company or Control Person.",
    8: "Identification and Classification of Members of the Group.",
    9: "Notice of Dissolution of Group.", 10: "Certification.",
}  # fmt: skip
NO = (
    "Not applicable.",
    "Not Applicable",
    "N/A",
    "Not applicable",
    "None.",
    "Inapplicable.",
    "NOT APPLICABLE",
)
CEASED = (
    "If this statement is being filed to report the fact that as of the date hereof the "
    "reporting person has ceased "
    "to be the beneficial owner of more than five percent of the class of securities, check "
    "the following"
)  # fmt: skip
BEHALF = (
    "Clients of {name} have the right to receive, or the power to direct the receipt of, "
    "dividends from, and the "
    "proceeds from the sale of, the securities reported here. No single client's interest "
    "exceeds five percent of "
    "the class.",
    "The limited partners of the fund are entitled to a share of dividends on, and sale "
    "proceeds of, these shares "
    "according to the fund's partnership agreement.",
    "See the response to Item 4 above.",
)
SUBSIDIARY = (
    "{name} is the relevant entity for which {last} may be considered a control person.",
    "See Exhibit B attached hereto.",
)
MEMBERS = (
    "See Exhibit A for the identity of each member; the filing persons do not concede that a "
    "group exists.",
    "The persons named on the cover pages may be regarded as members of a group within the "
    "meaning of Section "
    "13(d)(3). Membership in such a group is disclaimed.",
)
CERTIFIED = {
    "b": "By signing below I certify that, to the best of my knowledge and belief, the "
         "securities referred to above "
         "were acquired and are held in the ordinary course of business and were not acquired "
         "and are not held for "
         "the purpose of or with the effect of changing or influencing the control of the "
         "issuer of the securities "
         "and were not acquired and are not held in connection with or as a participant in "
         "any transaction having "
         "that purpose or effect.",
    "c": "By signing below I certify that, to the best of my knowledge and belief, the "
         "securities referred to above "
         "were not acquired and are not held for the purpose of or with the effect of "
         "changing or influencing the "
         "control of the issuer of the securities and were not acquired and are not held in "
         "connection with or as a "
         "participant in any transaction having that purpose or effect, other than activities "
         "solely in connection "
         "with a nomination under Rule 14a-11.",
}  # fmt: skip
EXHIBITS = (
    "Exhibit 99.1: Joint Filing Agreement", "Exhibit A - Agreement of Joint Filing",
    "99.1 Joint Filing Agreement by and among the Reporting Persons", "Exhibit 24 Power of "
                                                                      "Attorney (previously filed)",
)  # fmt: skip
NOTES = (
    "Based on {out} shares outstanding as of {day}, as stated in the Issuer's most recent "
    "quarterly report.",
    "The percentage assumes a total of {out} shares, the number the Issuer disclosed on {day}.",
    "Includes {part} shares issuable upon exercise of warrants that are exercisable within 60 "
    "days. There were {out} "
    "shares outstanding on {day}.",
    "Shares are held of record by {name}. The calculation uses {out} outstanding shares.",
)


def spoken(schedule: Schedule) -> str:
    """The event's day in words."""
    return f"{schedule.event:%B} {schedule.event.day}, {schedule.event.year}"


def note_of(schedule: Schedule, person: Person, chance: random.Random) -> str:
    """A footnote below the rows of a cover page, without its mark."""
    text = chance.choice(NOTES if person.aggregate else NOTES[:2])
    return text.format(
        out=f"{schedule.outstanding:,}", day=spoken(schedule), part=f"{person.aggregate // 9:,}",
        name=person.name,
    ).replace("..", ".")  # fmt: skip


def address_lines(address: Address, tags: tuple[str, ...], single: bool) -> tuple[Line, ...]:
    """An address with a tag for each part; commas stay with the part before them."""
    streets, rest = list(address.streets[:2]), ", " if single else ""
    line = [Piece(tag, text + rest.strip()) for tag, text in zip(tags[:2], streets, strict=False)]
    last = (
        Piece(tags[2], f"{address.city},"),
        Piece(tags[3], address.state),
        Piece(tags[4], address.code),
    )
    return ((*line, *last),) if single else (*((piece,) for piece in line), last)


def _no(tag: str, chance: random.Random) -> Line:
    return (Piece(tag, chance.choice(NO)),)


def items_13g(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Item, ...]:
    """Items 1 to 10."""
    items = (
        Item(1, "", _issuer(schedule, wish, chance)),
        Item(2, "", _who(schedule, wish, chance)),
        Item(3, HEADINGS[3], _filer(schedule, wish, chance)),
        Item(4, HEADINGS[4], _owned(schedule, wish, chance)),
        Item(5, HEADINGS[5], (_ceased(schedule, wish, chance),)),
        *_long(schedule, wish, chance),
        Item(10, HEADINGS[10], (_certified(schedule, wish, chance),)),
    )
    if schedule.joint and chance.random() < 0.6:
        lines = tuple((Piece("exhibitInfo", text),) for text in _exhibits(chance))
        items += (Item(0, "Exhibits", (Part("", "", lines, ("exhibitInfo",)),)),)
    return items


def _exhibits(chance: random.Random) -> list[str]:
    found = [chance.choice(EXHIBITS[:3])]
    return [*found, EXHIBITS[3]] if chance.random() < 0.3 else found


def _issuer(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    one = wish.structured or chance.random() < 0.4
    return (
        Part("a", "Name of Issuer", ((Piece("item1.issuerName", schedule.issuer.name),),)),
        Part("b", "Address of Issuer's Principal Executive Offices",
             address_lines(schedule.issuer.address, ISSUER_ADDRESS, one), ISSUER_ADDRESS),
    )  # fmt: skip


def _who(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    captions = (
        "Name of Person Filing",
        "Address of Principal Business Office or, if none, Residence",
        "Citizenship",
    )
    persons, names = (
        schedule.persons,
        ("item2.filingPersonName", "item2.address", "item2.citizenship"),
    )
    last = (
        Part("d", "Title of Class of Securities", ((Piece("", schedule.issuer.title),),)),
        Part("e", "CUSIP Number", ((Piece("", schedule.issuer.cusip),),)),
    )
    if len(persons) in (2, 3, 4) and not wish.structured and chance.random() < 0.4:
        lines = tuple(line for each in persons for line in (
            (Piece(names[0], each.name),), (Piece(names[1], each.address.line),),
            (Piece("", "Citizenship:"), Piece(names[2], each.place)),
        ))  # fmt: skip
        return (
            Part("a", f"{captions[0]}, (b) {captions[1]}, (c) {captions[2]}", lines, names),
            *last,
        )
    shared = tuple((Piece(names[1], text),) for text in (
        f"The address of each of the persons filing is "
        f"{persons[0].address.line}." if len(persons) > 1
        else persons[0].address.line,
    ))  # fmt: skip
    places = sorted({each.place for each in persons})
    if len(places) == 1:
        homes: tuple[Line, ...] = ((Piece(names[2], places[0]),),)
    else:
        homes = tuple((Piece(names[2], f"{each.name} - {each.place}"),) for each in persons)
    named: tuple[Line, ...] = tuple((Piece(names[0], each.name),) for each in persons)
    if len(persons) > 2 and chance.random() < 0.4:
        text = (
            f"This statement is filed by {', '.join(each.name for each in persons[:-1])} and "
            f"{persons[-1].name}."
        )
        named = ((Piece(names[0], text),),)
    return (
        Part("a", captions[0], named),
        Part("b", captions[1], shared),
        Part("c", captions[2], homes),
        *last,
    )


def _filer(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    under_b, no = "b" in schedule.rules, "item3.notApplicable"
    asks = (no, "typeOfPersonFiling", "otherTypeOfPersonFiling")
    if not under_b and (wish.short or chance.random() < 0.5) and not wish.structured:
        return (Part("", "", (_no(no, chance),), (no,)),)
    types = {each for person in schedule.persons for each in person.types} & set(FILER_TYPES) - {
        "OO"
    }
    lines: list[Line] = [] if under_b or wish.structured else [_no(no, chance)]
    for letter, code in zip("abcdefghijk", FILER_TYPES, strict=True):
        box = Piece(f"typeOfPersonFiling={code}", checked=under_b and code in types)
        lines.append((Piece("", f"({letter})"), box, Piece("", FILER_TEXTS[code])))
    if chance.random() < 0.5:
        ask = (
            "If filing as a non-U.S. institution in accordance with Rule 13d-1(b)(1)(ii)(J), "
            "please specify the type of institution:"
        )
        other = (
            "Foreign bank organized under the laws of the United Kingdom" if "FI" in types else ""
        )
        lines.append((Piece("", ask), Piece("otherTypeOfPersonFiling", other)))
    return (Part("", "", tuple(lines), asks if len(lines) > 11 else asks[:2]),)


_POWERS = (
    ("i", "Sole power to vote or to direct the vote", "item4.soleVote", "5"),
    ("ii", "Shared power to vote or to direct the vote", "item4.sharedVote", "6"),
    ("iii", "Sole power to dispose or to direct the disposition of", "item4.soleDispose", "7"),
    ("iv", "Shared power to dispose or to direct the disposition of", "item4.sharedDispose", "8"),
)


def _owned(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    intro = (
        "Provide the following information regarding the aggregate number and percentage of "
        "the class of securities of the issuer identified in Item 1."
    )
    way = chance.choice(
        ("row", "each", "each")
        if len(schedule.persons) > 1
        else ("number", "number", "row", "long")
    )
    asks = ("item4.amount", "item4.percent", *(each[2] for each in _POWERS))
    head = (
        (Part("", "", ((Piece("", intro),),), asks),)
        if chance.random() < 0.7
        else (Part("", "", (), asks),)
    )
    tagged = [
        ("a", "Amount beneficially owned", "item4.amount", "9"),
        ("b", "Percent of class", "item4.percent", "11"),
    ]
    parts = [
        Part(letter, caption, _figures(schedule, way, tag, row))
        for letter, caption, tag, row in tagged
    ]
    parts.append(Part("c", "Number of shares as to which such person has", ()))
    parts += [
        Part(letter, caption, _figures(schedule, way, tag, row))
        for letter, caption, tag, row in _POWERS
    ]
    return (*head, *parts)


def _figures(schedule: Schedule, way: str, tag: str, row: str) -> tuple[Line, ...]:
    """What a part of Item 4 says, the number of `row` of the cover pages."""
    if way == "row":
        return ((Piece(tag, f"See the response to Row {row} of each cover page."),),)
    lines = []
    for person in schedule.persons:
        text = figure(schedule, person, row)
        if way == "each":
            text = f"{person.name}: {text}"
        elif way == "long" and row == "9":
            text = (
                f"{text} shares, as of {spoken(schedule)}, of which none may be acquired "
                f"within 60 days."
            )
        elif way == "long" and row == "11":
            text += f", on the basis of {schedule.outstanding:,} shares of the class outstanding."
        lines.append((Piece(tag, text),))
    return tuple(lines)


def figure(schedule: Schedule, person: Person, row: str) -> str:
    """The number in a row of Schedule 13G's cover page; percentages here have two decimals."""
    if row == "11":
        return f"{person.percent(schedule.outstanding, 2)}%"
    return f"{person.aggregate if row == '9' else person.powers[int(row) - 5]:,}"


def _ceased(schedule: Schedule, wish: Wish, chance: random.Random) -> Part:
    tag, no = "classOwnership5PercentOrLess", "item5.notApplicable"
    lines: list[Line] = []
    if wish.structured and not schedule.gone:
        lines.append(_no(no, chance))
        return Part("", "", tuple(lines), (no,))
    end = chance.choice((".", ":", ""))
    lines.append((Piece("", CEASED + (":" if end == ":" else "")),
                  Piece(tag, checked=schedule.gone),
                  Piece("", "." if end == "." else "")))  # fmt: skip
    if not schedule.gone and chance.random() < 0.3:
        lines.append(_no(no, chance))
    return Part("", "", tuple(lines), (no, tag))


def _long(schedule: Schedule, wish: Wish, chance: random.Random) -> list[Item]:
    """Items 6 to 9, most of which do not apply."""
    applies = {
        6: BEHALF
        if schedule.persons[0].kind in ("adviser", "fund") and chance.random() < 0.6
        else (),
        7: SUBSIDIARY
        if any("HC" in each.types for each in schedule.persons) and chance.random() < 0.7
        else (),
        8: MEMBERS if schedule.persons[0].group and chance.random() < 0.5 else (),
        9: (),
    }
    items = []
    for number, texts in applies.items():
        tag, no = f"item{number}.text", f"item{number}.notApplicable"
        line = _no(no, chance)
        if texts:
            text = chance.choice(texts).format(
                name=schedule.persons[0].name, last=schedule.persons[-1].name
            )
            line = (Piece(tag, text),)
        items.append(Item(number, HEADINGS[number], (Part("", "", (line,), (no, tag)),)))
    return items


def _certified(schedule: Schedule, wish: Wish, chance: random.Random) -> Part:
    rule = next((each for each in schedule.rules if each in CERTIFIED), "")
    tag, no = "item10.text", "item10.notApplicable"
    line = (Piece(tag, CERTIFIED[rule]),) if rule else _no(no, chance)
    return Part("", "", (line,), (no, tag))
