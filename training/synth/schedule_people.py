"""Who files a synthetic schedule: names, kinds, holdings and signatures of reporting persons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from models.forms._schedule13 import PERSON_TYPES
from models.forms._schedule13d import FUNDS
from training.synth import draw, people, wording
from training.synth import schedule_places as places
from training.synth.schedule import Person, Place, Signer


@dataclass(frozen=True)
class Kind:
    """A kind of person: how its name ends, what it is called, the types it ticks."""

    ends: tuple[str, ...]
    nouns: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]


KINDS = {
    "human": Kind((), (), (("IN",), ("IN",), ("IN",), ("IN",), ("IN", "HC"), ("HC", "IN"),
                           ("IN", "IA"), ("IN", "OO"))),
    "partnership": Kind((", L.P.", " LP", ", LP", " L.P.", " Limited Partnership", " (Cayman) LP",
                         " & Co. KG"),
                        ("limited partnership", "exempted limited partnership", "partnership"),
                        (("PN",), ("PN",), ("PN",), ("PN", "IA"), ("IA", "PN"), ("PN", "HC"))),
    "company": Kind((" LLC", ", LLC", ", L.L.C.", " GP, LLC", " (GP) LLC", " L.L.C."),
                    ("limited liability company", "LLC", "limited company"),
                    (("OO",), ("OO",), ("OO",), ("IA", "OO"), ("HC", "OO"), ("OO", "HC"), ("IA",))),
    "corporation": Kind((", Inc.", " Inc.", " Corp.", " Corporation", " Co.", " & Co.", " INC",
                         " Group, Inc.", " Holdings Corp", ", Incorporated"),
                        ("corporation", "company"),
                        (("CO",), ("CO",), ("HC", "CO"), ("CO", "HC"), ("IA", "CO"), ("HC",))),
    "foreign": Kind((", Ltd.", " Ltd", " plc", " S.A.", " AG", " GmbH", " N.V.", " B.V.", " AB",
                     " S.\u00e0 r.l.", " Limited", " S.p.A.", " K.K.", " A/S", " (Bermuda) Ltd."),
                    ("company", "public limited company", "exempted company", "corporation"),
                    (("CO",), ("OO",), ("FI",), ("CO", "FI"), ("HC", "FI"), ("OO", "HC"))),
    "trust": Kind((" Family Trust", " Revocable Trust", " Irrevocable Trust", " {year} GRAT",
                   " Charitable Foundation", " Living Trust dated {date}", " Trust"),
                  ("trust", "statutory trust", "irrevocable trust"), (("OO",), ("OO",), ("EP",))),
    "bank": Kind((" Bank, N.A.", " Bank", " National Association", " Trust Company", " Bancorp"),
                 ("bank", "national banking association", "trust company"),
                 (("BK",), ("BK",), ("BK", "HC"), ("HC", "BK"), ("BK", "IA"))),
    "insurer": Kind((" Life Insurance Company", " Insurance Co.", " Mutual Insurance Company"),
                    ("insurance company", "mutual company"), (("IC",), ("IC", "CO"), ("IC", "IA"))),
    "fund": Kind((" Fund, Inc.", " Growth Fund", " Series Trust", " Equity Fund", " Funds plc"),
                 ("investment company", "statutory trust"), (("IV",), ("IV",), ("IV", "CO"))),
    "broker": Kind((" Securities LLC", " & Co. Incorporated", " Brokerage Inc."),
                   ("broker-dealer", "corporation"), (("BD",), ("BD", "IA"), ("BD", "OO", "IA"))),
    "plan": Kind((" Employee Stock Ownership Plan", " Retirement System", " Pension Plan",
                  " 401(k) Plan"), ("plan", "trust"), (("EP",), ("EP", "OO"))),
    "savings": Kind((" Savings Bank, F.S.B.", " Federal Savings"), ("savings association",),
                    (("SA",),)),
    "church": Kind((" Church Pension Fund", " Board of Pensions"), ("church plan",),
                   (("CP",), ("CP", "EP"))),
}  # fmt: skip
ALONE = {"human": 22, "partnership": 14, "company": 13, "corporation": 16, "foreign": 10,
         "trust": 6, "bank": 5, "insurer": 3, "fund": 4, "broker": 2, "plan": 2, "savings": 1.5,
         "church": 1.5}  # fmt: skip
CHAIN = ("partnership", "company", "partnership", "corporation", "human", "human")
"""Who stands above whom: a fund, its general partner, its manager, the manager's owner, people."""
NOUNS = (
    "Capital", "Partners", "Capital Partners", "Ventures", "Asset Management", "Advisors",
    "Master Fund", "Opportunities Fund", "Growth Equity", "Investment Management", "Holdings",
    "Special Situations", "Investors", "Offshore Fund", "Value", "Associates", "Life Sciences",
    "Global", "Management", "Private Equity", "Strategic Investments", "Co-Invest", "Financial",
)  # fmt: skip
TITLES = (
    "Managing Member", "General Partner", "President", "Chief Financial Officer", "Director",
    "Authorized Signatory", "Managing Director", "Chief Compliance Officer", "General Counsel",
    "Vice President", "Secretary", "Trustee", "Attorney-in-Fact", "Authorized Person", "Manager",
    "Chief Operating Officer", "Senior Vice President", "Partner", "Chief Executive Officer",
    "Attorney-In-Fact", "Sole Member", "Executive Vice President & Treasurer", "its Manager",
    "Global General Counsel", "Vice President and Assistant Secretary", "Co-President", "Member",
    "Under Power of Attorney dated {date}", "Director of Compliance", "Portfolio Manager",
)  # fmt: skip
CAPACITIES = (
    "Investment Manager", "General Partner", "general partner", "Managing Member", "manager",
    "investment adviser", "sole member", "Trustee", "attorney-in-fact", "Investment Advisor",
)  # fmt: skip
PLAIN_TITLES = tuple(title for title in TITLES if "{" not in title)
OWN_TITLES = ("", "", "", "", "", "", "Individually", "Reporting Person", "an individual")
MANY = {1: 50.0, 2: 17.0, 3: 13.0, 4: 6.0, 5: 4.5, 6: 3.5, 8: 3.0, 11: 2.0, 25: 1.0}
"""Persons of a filing: at most so many, and more than the number before."""


def human_name(rng: np.random.Generator, last: str = "") -> str:
    """A natural person as people are called, of this family if one is given."""
    name = people.owner_name(rng)
    while people.is_entity(name) or len(name.split()) < len(("first", "last")):
        name = people.owner_name(rng)
    given = people.natural_name(name)
    if last:
        return " ".join([*given.split()[:-1], last])
    return given if draw.chance(rng, 0.93) else given.upper()


def entity_name(rng: np.random.Generator, kind: str, word: str) -> str:
    """A company's, fund's or trust's name around the word."""
    ends = wording.expanded(rng, draw.one_of(rng, KINDS[kind].ends))
    if kind in ("trust", "bank", "insurer", "plan", "savings", "church") or draw.chance(rng, 0.15):
        return word + ends
    roman = f" {draw.one_of(rng, people.ROMAN)}" if draw.chance(rng, 0.3) else ""
    return f"{word} {draw.one_of(rng, NOUNS)}{roman}{ends}"


def persons(rng: np.random.Generator, family: str) -> tuple[Person, ...]:
    """The reporting persons, still without holdings, each of another name."""
    kinds = kinds_of(rng, how_many(rng))
    word = family_word(rng)
    together = draw.chance(rng, 0.75)
    home = places.address(rng)
    group = group_box(rng, len(kinds))
    shouted = draw.chance(rng, 0.12)
    found: dict[str, Person] = {}
    while len(found) < len(kinds):
        kind = kinds[len(found)]
        stem = word if draw.chance(rng, 0.85 if together else 0.2) else family_word(rng)
        person = random_person(rng, family, kind, stem, home)
        name = person.name.upper() if shouted else person.name
        found.setdefault(name, replace(person, name=name, group=group))
    return tuple(found.values())


def family_word(rng: np.random.Generator) -> str:
    """What the names of a family of funds begin with."""
    word = people.random_word(rng) if draw.chance(rng, 0.2) else people.surname(rng)
    return f"{word} {people.surname(rng)}" if draw.chance(rng, 0.12) else word


def how_many(rng: np.random.Generator) -> int:
    """Persons of a filing: one mostly, sixty at most."""
    upto = draw.weighted(rng, MANY)
    if upto == max(MANY) and draw.chance(rng, 0.4):
        return draw.between(rng, 26, 60)
    below = max((step for step in MANY if step < upto), default=0)
    return draw.between(rng, below + 1, upto)


def kinds_of(rng: np.random.Generator, count: int) -> list[str]:
    """What they are: a chain from a fund to the people behind it, or any."""
    if count == 1 or draw.chance(rng, 0.3):
        return [draw.weighted(rng, ALONE) for _ in range(count)]
    kept = sorted(int(place) for place in rng.choice(len(CHAIN), min(count, len(CHAIN)), False))
    funds = ["partnership" if draw.chance(rng, 0.7) else "foreign"] * max(count - len(CHAIN), 0)
    chain = funds + [CHAIN[place] for place in kept]
    return chain[::-1] if draw.chance(rng, 0.2) else chain


def random_person(
    rng: np.random.Generator, family: str, kind: str, word: str, home: Place
) -> Person:
    """A person of this kind; its numbers are all nothing."""
    human = kind == "human"
    last = word.split()[0].title() if human and draw.chance(rng, 0.6) else ""
    name = human_name(rng, last) if human else entity_name(rng, kind, word)
    noun = "" if human else draw.one_of(rng, KINDS[kind].nouns)
    return Person(
        name=name[:150].strip(),
        is_natural=human,
        citizenship=places.citizenship(rng, noun),
        address=home if draw.chance(rng, 0.7) else places.address(rng, name),
        job=job(rng, human, word),
        group="",
        funds=funds(rng) if family == "13D" else (),
        legal=family == "13D" and draw.chance(rng, 0.06),
        sole_voting="0", shared_voting="0", sole_dispositive="0", shared_dispositive="0",
        aggregate="0",
        excludes=draw.chance(rng, 0.07),
        percent="0",
        types=person_types(rng, kind, family),
    )  # fmt: skip


def person_types(rng: np.random.Generator, kind: str, family: str) -> tuple[str, ...]:
    """Row 12 or 14: what the kind ticks, at times anything."""
    types = draw.one_of(rng, KINDS[kind].types)
    if draw.chance(rng, 0.05):
        count = draw.between(rng, 1, 4)
        types = tuple(str(code) for code in rng.choice(PERSON_TYPES, count, replace=False))
    if family == "13D":
        types = tuple(dict.fromkeys("OO" if code == "FI" else code for code in types))
    return types


def funds(rng: np.random.Generator) -> tuple[str, ...]:
    """Source of funds, one code mostly."""
    count = draw.weighted(rng, {1: 80, 2: 16, 3: 4})
    return tuple(str(code) for code in rng.choice(FUNDS, count, replace=False))


def group_box(rng: np.random.Generator, count: int) -> str:
    """Which box of row 2 is ticked, the same for all."""
    alone = {"": 74, "b": 17, "a": 9}
    return draw.weighted(rng, alone if count == 1 else {"": 40, "b": 32, "a": 28})


def job(rng: np.random.Generator, human: bool, word: str) -> str:
    """What the person does, as item 2(c) says."""
    firm = f"{word} {draw.one_of(rng, NOUNS)}{draw.one_of(rng, KINDS['company'].ends)}"
    if human:
        title = (
            draw.one_of(rng, PLAIN_TITLES) if draw.chance(rng, 0.4) else people.officer_title(rng)
        )
        return f"{title} of {firm}"
    return draw.one_of(rng, (
        "investing in securities", "serving as the general partner of {}", "making investments",
        "serving as investment adviser to {} and its affiliates", "the insurance business",
        "acting as the managing member of {}", "acquiring, holding and disposing of investments",
        "private equity investing", "banking and asset management", "holding shares of the Issuer",
    )).format(firm)  # fmt: skip


def signers(rng: np.random.Generator, filers: tuple[Person, ...], day: date) -> tuple[Signer, ...]:
    """Who signs for each person; now and then one signature stands for all."""
    officer, title = human_name(rng), officer_title(rng, filers)
    by_hand, one_officer = draw.chance(rng, 0.13), draw.chance(rng, 0.65)
    shouted, same_day = draw.chance(rng, 0.35), draw.chance(rng, 0.9)
    all_shouted = shouted and draw.chance(rng, 0.5)
    signing = filers[:1] if draw.chance(rng, 0.04) else filers
    found = []
    for person in signing:
        own = person.is_natural and draw.chance(rng, 0.88)
        if not own and not one_officer:
            officer, title = human_name(rng), officer_title(rng, filers)
        name, role = (person.name, draw.one_of(rng, OWN_TITLES)) if own else (officer, title)
        when = day if same_day else day + timedelta(days=draw.between(rng, 0, 6))
        loud = all_shouted or (shouted and not person.is_natural)
        shown = person.name.upper() if loud else person.name
        found.append(Signer(shown, signature(rng, name, by_hand), role, when, name))
    return tuple(found)


def officer_title(rng: np.random.Generator, filers: tuple[Person, ...]) -> str:
    """As what an officer signs, at times for another entity that acts for the person."""
    title = people.officer_title(rng)
    if draw.chance(rng, 0.7):
        title = wording.expanded(rng, draw.one_of(rng, TITLES))
    if draw.chance(rng, 0.05):
        return ""
    if not draw.chance(rng, 0.18):
        short = len(title.split()) < len(["two", "or", "three", "words"])
        return f"its {title}" if short and draw.chance(rng, 0.08) else title
    others = [person.name for person in filers if not person.is_natural]
    firm = draw.one_of(rng, others) if others else people.entity_name(rng)
    return f"{title} of {firm}, its {draw.one_of(rng, CAPACITIES)}"[:150].strip()


def signature(rng: np.random.Generator, name: str, by_hand: bool) -> str:
    """`/s/ Name` in one of the ways, the name alone, or nothing for ink."""
    if by_hand:
        return "" if draw.chance(rng, 0.9) else f"/s/ {name}"
    styles = {f"/s/ {name}": 78.0, f"/s/{name}": 5.0, f"/S/ {name}": 3.0, name: 11.0, "": 3.0}
    return draw.weighted(rng, styles)


def with_holdings(
    rng: np.random.Generator, filers: tuple[Person, ...], outstanding: int, target: float
) -> tuple[Person, ...]:
    """The persons with rows 5 to 9 and 11; in four of five filings the numbers agree."""
    agree = draw.chance(rng, 0.8)
    decimals = draw.weighted(rng, {0: 6, 1: 62, 2: 24, 3: 8})
    alike = len(filers) > 1 and draw.chance(rng, 0.6)
    whole = max(int(outstanding * target / 100), 1)
    nothing = draw.chance(rng, 0.07)
    scheme = holding_scheme(rng)
    found = []
    for person in filers:
        amount = whole if alike else max(int(whole * rng.uniform(0.02, 1)), 1)
        own = scheme if draw.chance(rng, 0.75) else holding_scheme(rng)
        numbers = (0, 0, 0, 0) if nothing else powers(rng, own, amount)
        aggregate = max(numbers[0] + numbers[1], numbers[2] + numbers[3])
        share = 100 * aggregate / outstanding
        if not agree:
            numbers, aggregate, share = disagreeing(rng, numbers, aggregate, share)
        texts = [plain(rng, number, agree) for number in numbers]
        shown = percent(share, decimals if draw.chance(rng, 0.9) else draw.between(rng, 0, 3))
        found.append(
            replace(
                person,
                sole_voting=texts[0],
                shared_voting=texts[1],
                sole_dispositive=texts[2],
                shared_dispositive=texts[3],
                aggregate=str(aggregate),
                percent=shown,
            )
        )
    return tuple(found)


def holding_scheme(rng: np.random.Generator) -> str:
    """How power over the shares is parted."""
    return draw.weighted(rng, {"shared": 42, "sole": 27, "split": 14, "less": 13, "none": 4})


def powers(rng: np.random.Generator, scheme: str, amount: int) -> tuple[int, int, int, int]:
    """The four powers over so many shares."""
    part, other = (int(amount * rng.random()) for _ in range(2))
    return {
        "shared": (0, amount, 0, amount),
        "sole": (amount, 0, amount, 0),
        "split": (part, amount - part, part, amount - part),
        "less": (part, min(other, amount - part), amount, 0),
        "none": (0, 0, 0, 0),
    }[scheme]


def disagreeing(
    rng: np.random.Generator, numbers: tuple[int, int, int, int], aggregate: int, share: float
) -> tuple[tuple[int, int, int, int], int, float]:
    """Numbers that contradict each other, so that each is read where it stands."""
    odd = [int(10 ** rng.uniform(0, 8)) if draw.chance(rng, 0.4) else number for number in numbers]
    total = int(10 ** rng.uniform(1, 9)) if draw.chance(rng, 0.5) else aggregate
    percent_ = float(rng.uniform(0, 100)) if draw.chance(rng, 0.5) else share
    return (odd[0], odd[1], odd[2], odd[3]), total, percent_


def plain(rng: np.random.Generator, number: int, whole: bool) -> str:
    """A number of shares; a few have fractions where they need not add up."""
    if whole or not number or not draw.chance(rng, 0.06):
        return str(number)
    return f"{number}.{draw.between(rng, 1, 999)}"


def percent(share: float, decimals: int) -> str:
    """The percentage with so many decimals, `0` for nothing at times."""
    return "0" if not share and decimals > 1 else f"{min(share, 100):.{decimals}f}"
