"""The items of an examiner's Schedule 13D, in wordings of its own."""

from __future__ import annotations

import random

from eval.schedule import Schedule
from eval.schedule_texts import Item, Line, Part, Piece, Wish, address_lines, spoken
from models.forms._schedule13 import ISSUER_ADDRESS

HEADINGS_D = {
    1: "Security and Issuer",
    2: "Identity and Background",
    3: "Source and Amount of Funds or Other Consideration",
    4: "Purpose of Transaction",
    5: "Interest in Securities of the Issuer",
    6: "Contracts, Arrangements, Understandings or Relationships with Respect to Securities "
    "of the Issuer",
    7: "Material to be Filed as Exhibits",
}
LEADS = (
    "This Amendment No. {{number}} supplements the Schedule 13D filed by the reporting "
    "persons with respect to the "
    "{title} of {issuer}. Terms defined there have the same meaning here; what is not amended "
    "below is unchanged.",
    "The Statement on Schedule 13D relating to securities of {issuer} is amended as set forth "
    "below by this Amendment "
    "No. {{number}}. Unless otherwise stated, the information given earlier remains in effect.",
)
AMENDED = (
    "Item {n} is hereby amended and supplemented by adding the following:",
    "Item {n} of the Statement is amended to read in full as follows.",
    "The information previously given in Item {n} is supplemented as set out below:",
)
ISSUERS = (
    'This statement relates to the {title} (the "Shares") of {issuer} (the "Company"). '
    "The Company's principal "
    "executive offices are located at {address}.",
    "The class of equity securities to which this Schedule 13D relates is the {title} of "
    "{issuer}, whose principal "
    "executive office is at {address}.",
)
FUNDS = {
    "PF": "The shares were bought with personal funds of {last} for an aggregate price of "
    "about ${cost}, commissions "
    "included.",
    "WC": "The source of the approximately ${cost} used to purchase the shares was working "
    "capital of {first}. No "
    "borrowed money was used.",
    "OO": "{first} received the shares in exchange for its interest in a predecessor of the "
    "Company; no cash was paid.",
    "AF": "Capital contributed by affiliates of {first} paid for the shares, in the total "
    "amount of ${cost}.",
}
PURPOSES = (
    "The shares were acquired for investment. Depending on market conditions, price and the "
    "availability of funds, the "
    "reporting persons may buy additional shares or sell some or all of those they hold.",
    "On {day}, {last} sent a letter to the Company's board of directors asking it to review "
    "strategic alternatives, "
    "including a sale of the Company. The reporting persons expect to talk with management "
    "and other holders about "
    "these matters.",
    "{last} serves on the Company's board and in that capacity takes part in decisions about "
    "the matters listed in "
    "paragraphs (a) to (j) of Item 4. Otherwise there are no plans or proposals of that kind "
    "at present.",
    "The reporting persons believe that the shares are undervalued and represent an "
    "attractive opportunity. They "
    "reserve the right to change their purpose at any time.",
)
TRADES = (
    "During the past sixty days no transactions in the shares were effected by any reporting "
    "person.",
    "On {day}, {first} purchased {small} shares in the open market at an average price of $ "
    "{price} per share.",
    "Except as reported in Item 3, nobody named in Item 2 has traded in the class within the "
    "last 60 days.",
)
OTHERS = (
    "No other person is known to have the right to receive dividends from, or the proceeds of "
    "a sale of, the shares.",
    "Not applicable.",
    "None.",
)
CONTRACTS = (
    "Other than the joint filing agreement filed as an exhibit, there are no contracts, "
    "arrangements or understandings "
    "with respect to securities of the Company.",
    "{first} is party to a registration rights agreement with the Company dated {day}, under "
    "which it may demand "
    "registration of its shares on Form S-3.",
    "None.",
)
EXHIBITS_D = (
    "Exhibit 1 Joint Filing Agreement dated {signed}",
    "99.1 Letter to the Board of Directors dated {day}",
    "Exhibit 2: Power of Attorney",
    "Exhibit 99.2 - Registration Rights Agreement",
)
JOBS = (
    "The principal business of {first} is to invest in securities. {last} is a private investor.",
    "{first} is engaged in the business of managing private investment funds.",
    "{last}'s present principal occupation is serving as a director of several technology "
    "companies.",
)
CLEAN = (
    "During the last five years, none of the reporting persons has been convicted in a "
    "criminal proceeding, traffic "
    "violations and similar misdemeanors excepted.",
    "No reporting person has, in the past five years, been convicted in any criminal proceeding.",
)
CIVIL = (
    "None of them was, in the same period, a party to a civil proceeding that led to a "
    "judgment or order concerning "
    "violations of securities laws.",
    "No.",
    "Nor was any reporting person subject to a decree enjoining future violations of federal "
    "or state securities laws.",
)


def items_13d(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Item, ...]:
    """Items 1 to 7; of an amendment those that are amended."""
    numbers = set(range(1, 8))
    if schedule.amended and not wish.structured:
        numbers = {5, *chance.sample((1, 2, 3, 4, 6, 7), chance.choice((1, 2, 3)))}
        numbers |= {3, 4} if chance.random() < 0.4 else {4}
    made = {
        1: _issuer,
        2: _background,
        3: _funds,
        4: _purpose,
        5: _interest,
        6: _contracts,
        7: _exhibits,
    }
    items = tuple(
        Item(number, HEADINGS_D[number], made[number](schedule, wish, chance))
        for number in sorted(numbers)
    )
    if schedule.amended and not wish.structured and chance.random() < 0.6:
        # What is said before the first item belongs to no field.
        text = _filled(chance.choice(LEADS), schedule, chance).replace(
            "{number}", schedule.amendment
        )
        items = (Item(0, "", (Part("", "", ((Piece("", text),),)),)), *items)
    return items


def _filled(text: str, schedule: Schedule, chance: random.Random) -> str:
    issuer, persons = schedule.issuer, schedule.persons
    filled = text.format(
        title=issuer.title,
        issuer=issuer.name,
        address=issuer.address.line,
        first=persons[0].name,
        last=persons[-1].name,
        cost=f"{max(persons[0].aggregate, 5000) * 7 // 3:,}",
        day=spoken(schedule),
        signed=f"{schedule.signed:%B} {schedule.signed.day}, {schedule.signed.year}",
        small=f"{1000 + persons[0].aggregate // 40:,}",
        price=f"{chance.uniform(2, 90):.2f}",
        out=f"{schedule.outstanding:,}",
    )
    return filled.replace("..", ".")


def _texts(
    tag: str, texts: tuple[str, ...], schedule: Schedule, chance: random.Random, number: int = 0
) -> tuple[Line, ...]:
    """One or two paragraphs, in an amendment often with a sentence about it before."""
    lines = [(Piece(tag, _filled(chance.choice(texts), schedule, chance)),)]
    if number and schedule.amended and chance.random() < 0.7:
        lines.insert(0, (Piece(tag, chance.choice(AMENDED).format(n=number)),))
    return tuple(lines)


def _issuer(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    tags = ("item1.securityTitle", "item1.issuerName", *ISSUER_ADDRESS, "item1.text")
    if not wish.structured and chance.random() < 0.7:
        return (Part("", "", _texts("item1.text", ISSUERS, schedule, chance, 1), tags),)
    comment: tuple[Part, ...] = ()
    if wish.structured and chance.random() < 0.5:
        comment = (Part("", "Item 1 Comment", _texts("item1.text", ISSUERS, schedule, chance)),)
    return (
        Part(
            "a",
            "Title of Class of Securities",
            ((Piece("item1.securityTitle", schedule.issuer.title),),),
            tags,
        ),
        Part("b", "Name of Issuer", ((Piece("item1.issuerName", schedule.issuer.name),),)),
        Part(
            "c",
            "Address of Issuer's Principal Executive Offices",
            address_lines(
                schedule.issuer.address, ISSUER_ADDRESS, wish.structured or chance.random() < 0.5
            ),
        ),
        *comment,
    )


def _background(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    tags = tuple(
        f"item2.{each}"
        for each in (
            "filingPersonName",
            "address",
            "principalJob",
            "hasBeenConvicted",
            "convictionDescription",
            "citizenship",
        )
    )
    persons = schedule.persons
    named = f"This statement is filed by {' and '.join(each.name for each in persons[:3])}."
    if len(persons) > 3:
        named = f"The reporting persons are {', '.join(each.name for each in persons)}."
    where = f"The business address of each reporting person is {persons[0].address.line}."
    homes = "; ".join(f"{each.name}: {each.place}" for each in persons)
    if not wish.structured and chance.random() < 0.3:
        running = (
            named,
            where,
            _filled(chance.choice(JOBS), schedule, chance),
            chance.choice(CLEAN),
        )
        return (Part("", "", tuple((Piece(tags[0], text),) for text in running), tags),)
    texts = (
        named if len(persons) > 1 else persons[0].name,
        where if len(persons) > 1 else persons[0].address.line,
        _filled(chance.choice(JOBS), schedule, chance),
        chance.choice(CLEAN),
        chance.choice(CIVIL),
        homes if len(persons) > 1 else persons[0].place,
    )
    return tuple(
        Part(letter, "", ((Piece(tag, text),),), tags)
        for letter, tag, text in zip("abcdef", tags, texts, strict=True)
    )


def _funds(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    return (
        Part(
            "", "", _texts("item3.text", (FUNDS[schedule.persons[0].funds],), schedule, chance, 3)
        ),
    )


def _purpose(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    lines = _texts("item4.text", PURPOSES[:2], schedule, chance, 4)
    if not wish.short or chance.random() < 0.5:
        lines += _texts("item4.text", PURPOSES[2:], schedule, chance)
    return (Part("", "", lines),)


def _interest(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    tags = tuple(
        f"item5.{each}"
        for each in (
            "percentageOfClassSecurities",
            "numberOfShares",
            "transactionDesc",
            "listOfShareholders",
            "date5PercentOwnership",
        )
    )
    owned = " ".join(
        f"{each.name} beneficially owns {each.aggregate:,} shares, or "
        f"{each.percent(schedule.outstanding, 2)}% of the class."
        for each in schedule.persons[:4]
    )
    owned += f" The percentages rest on {schedule.outstanding:,} shares outstanding."
    sole = schedule.persons[0].powers[0] > 0
    power = (
        f"{schedule.persons[0].name} has {'sole' if sole else 'shared'} power to vote "
        f"and to dispose of the shares "
        "set out above."
    )
    trades = _filled(chance.choice(TRADES), schedule, chance)
    if not wish.structured and chance.random() < 0.35:
        lead = (Piece("", "(a), (b)"),) if chance.random() < 0.5 else ()
        lines: tuple[Line, ...] = ((*lead, Piece(tags[0], f"{owned} {power}")),)
        if not lead:
            return (Part("", "", (*lines, (Piece(tags[0], trades),)), tags),)
        return (Part("", "", lines, tags), Part("c", "", ((Piece(tags[2], trades),),)))
    texts = (
        owned,
        power,
        trades,
        chance.choice(OTHERS),
        chance.choice(("Not applicable.", "N/A", f"{spoken(schedule)}")),
    )
    return tuple(
        Part(letter, "", ((Piece(tag, text),),), tags)
        for letter, tag, text in zip("abcde", tags, texts, strict=True)
    )


def _contracts(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    return (Part("", "", _texts("item6.contractDescription", CONTRACTS, schedule, chance, 6)),)


def _exhibits(schedule: Schedule, wish: Wish, chance: random.Random) -> tuple[Part, ...]:
    kept = sorted(chance.sample(range(len(EXHIBITS_D)), 2))
    lines = tuple(
        (Piece("item7.filedExhibits", _filled(EXHIBITS_D[each], schedule, chance)),)
        for each in kept
    )
    return (Part("", "", lines),)
