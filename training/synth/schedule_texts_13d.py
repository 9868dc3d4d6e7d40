"""The running text of synthetic Schedules 13D, by tag; amendments have some of the items."""

from __future__ import annotations

import numpy as np

from training.synth import draw, people, wording
from training.synth import schedule_clauses_13d as clauses
from training.synth import schedule_places as places
from training.synth.schedule_case import MANY, Case, near, paragraph, random_prose, told
from training.synth.schedule_clauses import SIGNATURE_NOTES
from training.synth.schedule_texts import addresses, citizenships, exhibits, filing_names

ITEMS = (1, 2, 3, 4, 5, 6, 7)
AMENDED_SHARES = {1: 0.4, 2: 0.3, 3: 0.4, 4: 0.75, 5: 0.8, 6: 0.4, 7: 0.5}
"""How many amendments have the item."""
LENGTH = 5500
"""Characters of a page and a half."""
DEALS = ("Purchase", "Sale", "Buy", "Sell", "Open Market Purchase", "(Sale)", "BUY", "Bought")


def texts_13d(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """Every item's text that is there: by letters, with several letters in one, or running."""
    amends = case.form.endswith("/A")
    there = set(ITEMS)
    if amends and draw.chance(rng, 0.85):
        there = {item for item, share in AMENDED_SHARES.items() if draw.chance(rng, share)}
        there = there or {draw.between(rng, 3, 5)}
    texts: dict[str, str] = {}
    for item in sorted(there):
        found = WRITERS[item](rng, case)
        first = next(iter(found))
        if amends and draw.chance(rng, 0.7) and not first.startswith("item1.s"):
            lead = told(rng, case, draw.one_of(rng, clauses.AMENDED).replace("{item}", str(item)))
            found[first] = f"{lead}\n{found[first]}"
        texts |= found
    if draw.chance(rng, 0.1):
        texts["signatureComment"] = told(rng, case, draw.one_of(rng, SIGNATURE_NOTES))
    return texts


def with_places(rng: np.random.Generator, case: Case, clause: str) -> str:
    """The clause with addresses, countries and occupations put in, then told."""
    article = draw.one_of(rng, ("a citizen of {}", "a company organized in {}", "a {} trust"))
    own = draw.one_of(rng, case.persons)
    known = {
        "{place}": places.in_one_line(own.address),
        "{elsewhere}": places.in_one_line(places.address(rng)),
        "{job}": own.job,
        "{Job}": wording.capitalised(own.job),
        "{land}": article.format(places.country(rng)),
        "{country}": places.country(rng),
        "{event_}": "the closing of {event}",
    }
    for slot, text in known.items():
        clause = clause.replace(slot, text)
    return told(rng, case, clause)


def one(rng: np.random.Generator, case: Case, known: tuple[str, ...]) -> str:
    """One of the clauses, with more prose behind it at times."""
    text = with_places(rng, case, draw.one_of(rng, known))
    return (
        f"{text} {random_prose(rng, case)}" if draw.chance(rng, 0.07) and "\n" not in text else text
    )


def several(rng: np.random.Generator, case: Case, known: tuple[str, ...], limit: int = 1500) -> str:
    """Paragraphs of clauses, of up to so many characters."""
    wanted = int(limit * rng.random() ** 2)
    text = with_places(rng, case, paragraph_clause(rng, known))
    while len(text) < wanted:
        text += "\n" + with_places(rng, case, paragraph_clause(rng, known))
    return text


def paragraph_clause(rng: np.random.Generator, known: tuple[str, ...]) -> str:
    """One to five clauses as one."""
    count = min(draw.between(rng, 1, 5), len(known))
    return " ".join(known[int(place)] for place in rng.choice(len(known), count, replace=False))


def item_one(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """The title and issuer, their address beside them, or a running paragraph."""
    if draw.chance(rng, 0.5):
        return {"item1.securityTitle": case.class_title,
                "item1.issuerName": people.in_some_case(rng, case.issuer)}  # fmt: skip
    offices = places.in_one_line(case.issuer_address)
    clause = draw.one_of(rng, clauses.SECURITY).replace("{place}", offices)
    return {"item1.text": told(rng, case, clause)}


def item_two(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """Who they are: by the letters (a) to (f), with some letters in one, or running."""
    background = several(rng, case, clauses.BACKGROUND)
    style = draw.weighted(rng, {"letters": 46, "running": 14, "persons": 15, "joined": 25})
    if style == "persons":
        return {"item2.filingPersonName": each_person(rng, case)}
    own = draw.chance(rng, 0.5)
    found = {
        "item2.filingPersonName": filing_names(rng, case) if own else background,
        "item2.address": addresses(rng, case) if own else one(rng, case, clauses.OFFICES),
        "item2.principalJob": one(rng, case, clauses.JOBS),
        "item2.hasBeenConvicted": one(rng, case, clauses.CONVICTIONS),
        "item2.convictionDescription": one(rng, case, clauses.JUDGMENTS),
        "item2.citizenship": citizenships(rng, case) if own else one(rng, case, clauses.CITIZENS),
    }
    if style == "running":
        between = draw.one_of(rng, (" ", "\n"))
        return {"item2.filingPersonName": between.join(found.values())}
    if style == "joined":
        return joined(found, draw.one_of(rng, TOGETHER_2))
    return found


TOGETHER_2 = (
    ((0, 1),), ((0, 1, 2),), ((1, 2),), ((3, 4),), ((0, 1, 2), (3, 4)), ((0, 1), (3, 4)),
    ((3, 4, 5),), ((0, 1, 2), (3, 4, 5)), ((1, 2), (3, 4)), ((4, 5),),
)  # fmt: skip
TOGETHER_5 = (((0, 1),), ((3, 4),), ((0, 1), (3, 4)), ((0, 1, 2),), ((1, 2),), ((2, 3),))
"""Parts of items 2 and 5 that share a text."""


def each_person(rng: np.random.Generator, case: Case) -> str:
    """Item 2 in one: who each is, where and what for, then of all what else is asked."""
    clause = draw.one_of(rng, clauses.PERSONS)
    told_of = []
    for person in case.persons[:MANY]:
        if draw.chance(rng, 0.25):
            clause = draw.one_of(rng, clauses.PERSONS)
        words = {"{own}": person.name, "{at}": places.in_one_line(person.address),
                 "{of}": person.citizenship, "{does}": person.job}  # fmt: skip
        text = clause
        for slot, word in words.items():
            text = text.replace(slot, word)
        told_of.append(told(rng, case, text))
    rest = [one(rng, case, known) for known in (clauses.CONVICTIONS, clauses.JUDGMENTS)]
    if draw.chance(rng, 0.4):
        rest = rest[:1]
    if draw.chance(rng, 0.3):
        told_of.insert(0, one(rng, case, clauses.BACKGROUND))
    return draw.one_of(rng, ("\n", "\n", " ")).join([*told_of, *rest])


def joined(texts: dict[str, str], groups: tuple[tuple[int, ...], ...]) -> dict[str, str]:
    """The texts with those at the places of each group in the first of them."""
    tags, found = list(texts), dict(texts)
    for group in groups:
        first, *others = (tags[place] for place in group)
        found[first] = "\n".join((found[first], *(found.pop(tag) for tag in others)))
    return found


def item_three(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """Source of the money."""
    long = draw.chance(rng, 0.6)
    text = several(rng, case, clauses.MONEY) if long else one(rng, case, clauses.MONEY)
    return {"item3.text": text}


def item_four(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """The purpose: a sentence, or up to a page and a half."""
    text = several(rng, case, clauses.PURPOSES, LENGTH)
    if case.form.endswith("/A") and draw.chance(rng, 0.15):
        text = f"{paragraph(rng, case, clauses.PREAMBLES, 1, 2)}\n{text}"
    return {"item4.text": text}


def item_five(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """What they own and how they dealt: by the letters (a) to (e), joined, or running."""
    style = draw.weighted(rng, {"letters": 52, "running": 18, "joined": 30})
    if style == "running":
        return {"item5.percentageOfClassSecurities": several(rng, case, clauses.INTERESTS)}
    found = {
        "item5.percentageOfClassSecurities": one(rng, case, clauses.INTERESTS),
        "item5.numberOfShares": one(rng, case, clauses.POWERS),
        "item5.transactionDesc": dealings(rng, case),
        "item5.listOfShareholders": one(rng, case, clauses.OTHERS),
        "item5.date5PercentOwnership": one(rng, case, clauses.SINCE),
    }
    return joined(found, draw.one_of(rng, TOGETHER_5)) if style == "joined" else found


def dealings(rng: np.random.Generator, case: Case) -> str:
    """Item 5(c): nothing, a sentence, or a table of transactions."""
    if draw.chance(rng, 0.5):
        return one(rng, case, clauses.NO_DEALINGS)
    head = draw.one_of(rng, clauses.HEADS)
    count = draw.between(rng, 2, draw.weighted(rng, {6: 70, 15: 22, 45: 8}))
    rows = [dealing(rng, case, head.split("\t")) for _ in range(count)]
    before = told(rng, case, draw.one_of(rng, clauses.DEALINGS_BEFORE))
    after = told(rng, case, draw.one_of(rng, clauses.DEALINGS_AFTER))
    return "\n".join(part for part in (before, head, *rows, after) if part)


def dealing(rng: np.random.Generator, case: Case, columns: list[str]) -> str:
    """A row of the table, a cell for each column by its heading."""
    cells = []
    for column in columns:
        if "Date" in column:
            cells.append(wording.short_date(rng, near(rng, case, 60)))
        elif "Price" in column or "Cost" in column:
            cells.append(f"{draw.price(rng):,.{draw.one_of(rng, (2, 2, 4))}f}")
        elif column in ("Transaction", "Buy/Sell"):
            cells.append(draw.one_of(rng, DEALS))
        elif column in ("Name", "Holder"):
            cells.append(draw.one_of(rng, case.persons).name)
        else:
            cells.append(f"{int(10 ** rng.uniform(0.5, 6.5)):,}")
    return "\t".join(cells)


def item_six(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """Contracts about the securities."""
    long = draw.chance(rng, 0.55)
    text = several(rng, case, clauses.CONTRACTS) if long else one(rng, case, clauses.CONTRACTS)
    return {"item6.contractDescription": text}


def item_seven(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """The list of exhibits."""
    none = draw.chance(rng, 0.15)
    text = one(rng, case, clauses.NO_EXHIBITS) if none else exhibits(rng, case, clauses.EXHIBITS)
    return {"item7.filedExhibits": text}


WRITERS = dict(zip(ITEMS, (item_one, item_two, item_three, item_four, item_five, item_six,
                           item_seven), strict=True))  # fmt: skip
