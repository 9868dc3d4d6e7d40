"""What an examiner's Schedule says: issuer, reporting persons, positions, dates.

Issuers, people and addresses come from the real ownership filings of one group and split; who
holds how much is made up, but adds up: percentages follow from one number of shares outstanding.
"""

from __future__ import annotations

import csv
import random
import re
import string
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from xml.etree import ElementTree

from models.form import FormType
from models.values import check_digit

_ENTITY = re.compile(r"\b(?:LP|LLC|INC|CORP|LTD|TRUST)\b", re.IGNORECASE)
STATES = {
    "CA": "California", "NY": "New York", "TX": "Texas", "KY": "Kentucky", "MD": "Maryland",
    "MA": "Massachusetts", "NC": "North Carolina", "FL": "Florida", "PA": "Pennsylvania",
    "WA": "Washington", "NE": "Nebraska", "MT": "Montana", "IL": "Illinois", "CO": "Colorado",
    "A1": "British Columbia",
}  # fmt: skip
NATIONS = (
    "United States", "United States", "United States", "U.S.", "United States of America", "U.S.A.",
    "USA", "Canada",
    "United Kingdom", "Israel", "Germany", "France",
)  # fmt: skip
CLASSES = (
    "Common Stock", "Common Stock, par value $0.001 per share", "Common Stock, $.01 par value",
    "Class A Common Stock, $0.0001 par value per share", "Common Shares, without par value",
    "Ordinary Shares", "Class A Ordinary Shares, par value $0.0001 per share", "Common Stock, "
                                                                               "no par value",
    "American Depositary Shares, each representing one ordinary share",
)  # fmt: skip
BASES = {
    "dev": ("Oyster Point", "Harbor Lane", "Redleaf", "Tamarack", "Quarry Hill", "Long Meadow",
            "Gulfstone", "Northgate", "Binney Square", "Sandhurst", "Kestrel Bay", "Altamira"),
    "test": ("Farnam Street", "Clearview", "Wilshire Oak", "Pinnacle Ridge", "Yukon River",
             "Stonebridge", "Larkspur", "Blue Heron", "Eastgate", "Concar", "Ironwood", "Meridian"),
}  # fmt: skip
"""Names that entities of a split are called after; the splits share none."""


@dataclass(frozen=True)
class Address:
    """Lines of street, then city, state (or province) and code, as the page prints them."""

    streets: tuple[str, ...]
    city: str
    state: str
    code: str

    @property
    def line(self) -> str:
        """In one line."""
        return f"{', '.join(self.streets)}, {self.city}, {self.state} {self.code}"


@dataclass(frozen=True)
class Issuer:
    """The company whose securities are held; `cusip` is canonical."""

    name: str
    address: Address
    title: str
    cusip: str


@dataclass(frozen=True)
class Person:
    """A reporting person; `powers` are sole and shared votes, sole and shared dispositions."""

    name: str
    kind: str
    place: str
    types: tuple[str, ...]
    address: Address
    signer: str
    title: str
    powers: tuple[int, int, int, int] = (0, 0, 0, 0)
    aggregate: int = 0
    group: str = ""
    funds: str = "OO"
    legal: bool = False
    excludes: bool = False

    @property
    def natural(self) -> bool:
        """Whether it is a human being."""
        return self.kind == "natural"

    def percent(self, outstanding: int, places: int) -> Decimal:
        """Of the class, rounded to `places` decimals."""
        share = Decimal(100 * self.aggregate) / outstanding
        return share.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True)
class Notice:
    """Whom to call about a Schedule 13D."""

    name: str
    firm: str
    address: Address
    phone: str


@dataclass(frozen=True)
class Schedule:
    """One filing; `amendment` is its number, `rules` the letters of the marked rules of 13G."""

    form: FormType
    group: str
    issuer: Issuer
    persons: tuple[Person, ...]
    outstanding: int
    places: int
    event: date
    signed: date
    amendment: str = ""
    rules: tuple[str, ...] = ()
    previously: bool = False
    notice: Notice | None = None
    joint: bool = False

    @property
    def is_d(self) -> bool:
        """Whether it is of the family of Schedule 13D."""
        return self.form.printed_as == "13D"

    @property
    def amended(self) -> bool:
        """Whether it is an amendment."""
        return self.form.name.endswith("/A")

    @property
    def gone(self) -> bool:
        """Whether nobody holds more than five percent any more."""
        return all(each.percent(self.outstanding, 2) <= 5 for each in self.persons)


@dataclass
class Group:
    """Issuers and people of linked filings."""

    name: str
    issuers: dict[str, list[Address]] = field(default_factory=dict)
    people: dict[str, list[Address]] = field(default_factory=dict)


def groups_of(filings: Path, split: str) -> list[Group]:
    """The groups of one split; `split.csv` lies beside their folder."""
    found: dict[str, Group] = {}
    with (filings.parent / "split.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    for row in sorted(rows, key=lambda row: row["filing"]):
        group = found.setdefault(row["group"], Group(row["group"]))
        _gather(group, ElementTree.parse(filings / row["filing"]).getroot())
    return [found[name] for name in sorted(found)]


def _gather(group: Group, root: ElementTree.Element) -> None:
    issuer = _cased((root.findtext("issuer/issuerName") or "").strip())
    at_issuer = group.issuers.setdefault(issuer, [])
    for owner in root.findall("reportingOwner"):
        name = (owner.findtext("reportingOwnerId/rptOwnerName") or "").strip()
        address = _address(owner)
        if address is not None:
            group.people.setdefault(person_name(name), []).append(address)
            at_issuer.append(address)


def _address(owner: ElementTree.Element) -> Address | None:
    parts = [
        (owner.findtext(f"reportingOwnerAddress/rptOwner{part}") or "").strip(" ,")
        for part in ("Street1", "Street2", "City", "State", "ZipCode")
    ]
    streets = [part for part in parts[:2] if part and not part.upper().startswith("C/O")]
    if not streets or parts[3] not in STATES or streets[0].upper().startswith("SUITE"):
        return None
    return Address(tuple(map(_cased, streets)), _cased(parts[2]), STATES[parts[3]], parts[4])


def _cased(text: str) -> str:
    """Capital letters at the beginning of words only, where all are capitals."""
    if not text.isupper():
        return text
    kept = re.sub(r"\d?[A-Z]+", lambda word: word[0].capitalize(), text)
    return re.sub(r"\b(?:Llc|Lp|Nw|Ne|Sw|Aar)\b", lambda word: word[0].upper(), kept)


def person_name(filed: str) -> str:
    """A filed name (`LEVCHIN MAX R`) as people write it (`Max R. Levchin`)."""
    if _ENTITY.search(filed):
        return re.sub(r"\b(?:Lp|Llc|Ugp|Gp|Ii)\b", lambda word: word[0].upper(), _cased(filed))
    surname, *others = _cased(filed).split()
    return " ".join([each + "." if len(each) == 1 else each for each in others] + [surname])


def make_cusip(chance: random.Random) -> str:
    """A number of nobody's with the right check digit."""
    base = "".join(chance.choice(string.digits) for _ in range(5))
    base += chance.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") + chance.choice(
        ("10", "10", "20", "30")
    )
    return base + check_digit(base)


_KINDS: dict[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "fund": (
        ("{} Partners Fund {}, L.P.", ("PN",), "Delaware"),
        ("{} Opportunities Fund {}, Ltd.", ("CO",), "Cayman Islands"),
        ("{} Master Fund {} L.P.", ("PN",), "Cayman Islands"),
        ("{} Ventures {}, LP", ("PN",), "Delaware"),
    ),
    "partner": (
        ("{} GP {}, LLC", ("OO",), "Delaware"),
        ("{} Associates {} LLC", ("HC", "OO"), "Delaware"),
        ("{} General Partner {} Limited", ("CO",), "Guernsey"),
    ),
    "adviser": (
        ("{} Capital Management, L.P.", ("IA", "PN"), "Delaware"),
        ("{} Asset Management LLC", ("IA",), "New York"),
        ("{} Investment Advisors, Inc.", ("IA", "CO"), "Maryland"),
        ("{} Advisors LP", ("PN", "IA"), "Texas"),
    ),
    "holding": (
        ("{} Holdings Inc.", ("CO",), "Nevada"),
        ("{} International B.V.", ("CO",), "Netherlands"),
        ("{} Group plc", ("HC", "CO"), "England and Wales"),
        ("{} Investments Limited", ("CO",), "British Virgin Islands"),
        ("{} Bank, National Association", ("BK",), "United States"),
    ),
}  # fmt: skip
_TITLES = {
    "fund": ("Authorized Signatory", "Managing Member of its General Partner", "Director"),
    "partner": ("Managing Member", "Manager", "its Managing Member"),
    "adviser": ("Chief Compliance Officer", "General Counsel", "Managing Director"),
    "holding": ("Vice President and Secretary", "Director", "Chief Financial Officer"),
    "trust": ("Trustee", "Co-Trustee"),
}
_CHAINS: dict[int, tuple[tuple[str, ...], ...]] = {
    1: (("natural",), ("adviser",), ("holding",), ("trust",)),
    2: (("adviser", "natural"), ("natural", "trust"), ("fund", "partner"), ("holding", "natural")),
    3: (("fund", "partner", "natural"), ("adviser", "partner", "natural"),
        ("trust", "natural", "natural")),
    4: (("fund", "partner", "adviser", "natural"), ("fund", "fund", "partner", "natural")),
    5: (("fund", "fund", "partner", "adviser", "natural"),),
    6: (("fund", "fund", "fund", "partner", "adviser", "natural"),),
    12: (("fund",) * 6 + ("partner", "partner", "adviser", "holding", "natural", "natural"),),
}  # fmt: skip


def compose(
    form: FormType,
    group: Group,
    split: str,
    count: int,
    years: tuple[int, int],
    chance: random.Random,
) -> Schedule:
    """A filing of `count` reporting persons about an issuer of the group, signed in `years`."""
    issuer = _issuer(group, chance)
    outstanding = chance.randrange(8_000_000, 300_000_000)
    signed = date(
        chance.randrange(years[0], years[1] + 1), chance.randrange(1, 12), chance.randrange(1, 28)
    )
    is_d, amended = form.printed_as == "13D", form.name.endswith("/A")
    persons = _holding(
        _people(group, split, count, chance), outstanding, not is_d and amended, chance
    )
    rules: tuple[str, ...] = (
        ("d",)
        if persons[0].kind in ("natural", "trust", "fund") and chance.random() < 0.6
        else ("c",)
    )
    if any("IA" in each.types or "BK" in each.types for each in persons) and chance.random() < 0.8:
        rules = ("b",) if chance.random() < 0.85 else ("b", "c")
    return Schedule(
        form, group.name, issuer, persons, outstanding, chance.choice((1, 1, 2)),
        event=signed - timedelta(days=chance.randrange(2, 46)), signed=signed,
        amendment=str(chance.choice((1, 1, 2, 3, 4, 7, 12))) if amended else "",
        rules=() if is_d else rules, previously=is_d and chance.random() < 0.25,
        notice=_notice(group, split, chance) if is_d else None,
        joint=count > 1 and chance.random() < 0.6,
    )  # fmt: skip


def _issuer(group: Group, chance: random.Random) -> Issuer:
    name = chance.choice([each for each, addresses in group.issuers.items() if addresses])
    address = chance.choice(group.issuers[name])
    if chance.random() < 0.3:
        name = name.upper()
    return Issuer(name, address, chance.choice(CLASSES), make_cusip(chance))


def _notice(group: Group, split: str, chance: random.Random) -> Notice:
    name = chance.choice([each for each in group.people if not _ENTITY.search(each)])
    firm = f"{chance.choice(BASES[split])} {chance.choice(('LLP', 'Legal Department', 'LLC'))}"
    digits = (
        chance.choice((212, 415, 650, 512, 617)),
        chance.randrange(200, 999),
        chance.randrange(1000, 9999),
    )
    look = chance.choice(("({}) {}-{}", "{}-{}-{}", "+1 {} {} {}", "({}) {}-{}"))
    return Notice(name[:30], firm, _place(group, chance), look.format(*digits))


def _place(group: Group, chance: random.Random) -> Address:
    return chance.choice([each for addresses in group.people.values() for each in addresses])


def _people(group: Group, split: str, count: int, chance: random.Random) -> list[Person]:
    """The persons of one chain, without their positions."""
    base = chance.choice(BASES[split])
    humans = [each for each in group.people if not _ENTITY.search(each)]
    chance.shuffle(humans)
    # A group of one person gets relatives, so that no name is printed for two persons.
    relatives = (
        f"{first} {humans[0].split()[-1]}" for first in ("Anna M.", "Peter", "Ruth", "Tom")
    )
    names = iter([*humans, *relatives])
    signer, here = humans[0], _place(group, chance)
    entities = [each for each in group.people if _ENTITY.search(each)]
    made: list[Person] = []
    types: tuple[str, ...]
    numerals: dict[str, int] = defaultdict(int)
    for kind in chance.choice(_CHAINS[count]):
        numerals[kind] += 1
        number = ("", "II", "III", "IV", "V", "VI")[numerals[kind] - 1]
        if kind == "natural":
            made.append(Person(next(names), kind, chance.choice(NATIONS), ("IN",), here, "", ""))
            continue
        if kind == "trust":
            name = (
                f"The {humans[0].split()[-1]} Family Trust dated "
                f"{chance.choice(('May 1, 2006', '2/14/1998'))}"
            )
            types, place = ("OO",), chance.choice(("California", "Nevada"))
        else:
            pattern, types, place = chance.choice(_KINDS[kind])
            name = re.sub(r"\s+(,|$)|\s+(?= )", r"\1", pattern.format(base, number))
            if kind == "fund" and entities and not number:
                name, types = chance.choice(entities), ("PN",)
        made.append(Person(name, kind, place, types, here, signer, chance.choice(_TITLES[kind])))
    return made


def _holding(
    people: list[Person], outstanding: int, may_leave: bool, chance: random.Random
) -> tuple[Person, ...]:
    """The persons with positions: who owns directly, and who is above them with the sum."""
    leaves = may_leave and chance.random() < 0.35
    share = chance.uniform(0.005, 0.049) if leaves else chance.uniform(0.052, 0.19)
    total = 0 if leaves and chance.random() < 0.5 else int(outstanding * share)
    kinds = {"fund", "trust"} & {each.kind for each in people} or {people[0].kind}
    owners = [each for each in people if each.kind in kinds]
    shared, clients = len(people) > len(owners), chance.random() < 0.4
    group = (
        chance.choice(("", "a", "a", "b", "b"))
        if len(people) > 1
        else chance.choice(("", "", "", "b"))
    )
    own = chance.choice((0, 0, total // 57))
    made = []
    for person in people:
        held = total // len(owners) if person in owners else total
        vote = held * 7 // 8 if "IA" in person.types and clients else held
        if person.natural and shared:
            powers, aggregate = (own, held, own, held), held + own
        elif shared:
            powers, aggregate = (0, vote, 0, held), held
        else:
            powers, aggregate = (vote, 0, held, 0), held
        made.append(Person(
            person.name, person.kind, person.place, person.types, person.address, person.signer,
            person.title, powers, aggregate, group,
            {"natural": "PF", "fund": "WC", "trust": "OO", "holding": "WC"}.get(person.kind, "AF"),
            legal=chance.random() < 0.06, excludes=chance.random() < 0.08,
        ))  # fmt: skip
    return tuple(made)
