"""The people and companies of synthetic filings: issuers, owners, addresses, signatures."""

from __future__ import annotations

import re
import string

import numpy as np

from training.synth import draw

ENTITY = re.compile(
    r"\b(LLC|L\.?P\.?|INC|CORP|TRUST|FUND|LTD|PARTNERS|CAPITAL|HOLDINGS|GROUP|BANK|CO|FOUNDATION|"
    r"PARTNERSHIP|GMBH|PLC|S\.A|N\.V|AG|MANAGEMENT|COMPANY|ADVISORS|VENTURES)\b|\d|&",
    re.IGNORECASE,
)
SYMBOL_LENGTH = 10
ENTITY_NOUNS = (
    "Capital Partners", "Ventures", "Management Group", "Investment Fund", "Holdings",
    "Growth Equity", "Master Fund", "Advisors", "Opportunities Fund", "Family Investments",
    "Asset Management", "Offshore Fund",
)  # fmt: skip
ENTITY_ENDS = (
    ", L.P.", " LP", " LLC", ", LLC", ", Ltd.", ", Inc.", " GmbH", " S.\u00e0 r.l.", " plc",
    " L L C", " GP, L.L.C.", " /DE/", " CORP", " & Co. KG", " (Cayman) Ltd",
)  # fmt: skip
TRUSTS = ("Family Trust", "Revocable Trust", "Living Trust", "GRAT", "Foundation", "Trust")
SUFFIXES = ("Jr.", "JR", "III", "Jr", "II", "Sr.", "IV", "MD", "Ph.D.", "Esq.")
SUFFIX_WORDS = frozenset(("JR", "SR", "II", "III", "IV", "V", "MD", "PHD", "PH.D", "ESQ"))
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
ISSUER_ENDS = (
    " INC", " Inc.", ", Inc.", " CORP", " Corp", " plc", " Ltd", " HOLDINGS, INC.", " N.V.",
    " Bancorp", " /DE/", " Trust", " S.A.", " Therapeutics, Inc.", " & CO",
)  # fmt: skip
OTHER_TEXTS = (
    "See Remarks", "Former 10% owner", "Member of 10% owner group", "See Explanation of Responses",
    "Advisory Director", "See footnote (1)", "Trustee", "Former Director", "Director Emeritus",
    "Affiliate of Investment Adviser", "Portfolio Manager", "Member of Section 13(d) group",
    "Possible Member of 13D Group", "Director by Deputization", "see general remarks",
)  # fmt: skip
ELSEWHERE = ("See Remarks", "see remarks", "See Remarks below", "See Explanation of Responses")
"""Titles that say where the title is told."""
CARE_OF = ("C/O", "c/o", "C/O", "c/o", "ATTN:", "Attn:", "%")


def random_word(rng: np.random.Generator) -> str:
    """Letters that are nobody's name, sometimes with digits, so that spelling must be read."""
    length = draw.between(rng, 2, 11)
    if draw.chance(rng, 0.2):
        return draw.letters(rng, length, string.ascii_uppercase + string.digits)
    if draw.chance(rng, 0.3):
        return draw.letters(rng, length)
    accents = "\u00e9\u00f6\u00fc\u00f1\u00e7\u00e1" if draw.chance(rng, 0.15) else ""
    return draw.letters(rng, length, string.ascii_lowercase + accents).capitalize()


def in_some_case(rng: np.random.Generator, text: str) -> str:
    """The text as it is, or now and then in capitals."""
    return text.upper() if draw.chance(rng, 0.2) else text


def issuer(rng: np.random.Generator) -> tuple[str, str]:
    """An issuer's name and trading symbol; the symbol is empty for a few."""
    if draw.chance(rng, 0.15):
        words = [random_word(rng) for _ in range(draw.between(rng, 1, 3))]
        number = str(draw.between(rng, 1, 999)) if draw.chance(rng, 0.15) else ""
        name = number + " ".join(words) + draw.one_of(rng, ISSUER_ENDS)
        return in_some_case(rng, name), draw.letters(rng, draw.between(rng, 1, 5))
    name, _, symbol = draw.one_of(rng, draw.lines("issuers.tsv.gz")).partition("\t")
    if draw.chance(rng, 0.12):
        symbol = symbol_style(rng, symbol)
    return in_some_case(rng, name)[:150], symbol if len(symbol) <= SYMBOL_LENGTH else ""


def symbol_style(rng: np.random.Generator, symbol: str) -> str:
    """A trading symbol the ways filers write it."""
    random = draw.letters(rng, draw.between(rng, 1, 5))
    styles = (
        random,
        f"{symbol[:4]}.A",
        "NONE",
        "N/A",
        symbol.lower(),
        f"NYSE:{random}",
        "",
        "[NONE]",
    )
    return draw.one_of(rng, styles)


def owner_name(rng: np.random.Generator) -> str:
    """A person's name, last name first, mostly a name of the table."""
    if draw.chance(rng, 0.13):
        words = [random_word(rng) for _ in range(draw.between(rng, 2, 3))]
        return in_some_case(rng, " ".join(words))
    name = draw.one_of(rng, draw.lines("owners.txt.gz"))
    if not is_entity(name) and draw.chance(rng, 0.3):
        # Another person's first names: the pair must be read, not remembered.
        other = draw.one_of(rng, draw.lines("owners.txt.gz"))
        name = " ".join([name.split()[0], *other.split()[1:]]) if not is_entity(other) else name
    if not is_entity(name) and draw.chance(rng, 0.1):
        name = compounded(rng, name)
    if not is_entity(name) and draw.chance(rng, 0.09):
        name = f"{name} {draw.one_of(rng, SUFFIXES)}"
    return in_some_case(rng, name)


def compounded(rng: np.random.Generator, name: str) -> str:
    """The name with a hyphen, an apostrophe or a further given name: `O'Hara`, `Per-Olof`."""
    last, *given = name.split()
    others = [word for word in draw.one_of(rng, draw.lines("owners.txt.gz")).split()
              if word.isalpha() and len(word) > 2] or [last]  # fmt: skip
    others = [word.upper() if name.isupper() else word.title() for word in others]
    other = others[-1]
    kind = draw.weighted(rng, {"given": 35, "last": 20, "prefix": 25, "third": 20})
    if kind == "given" and given:
        return " ".join([last, f"{given[0].strip('.')}-{other}", *given[1:]])
    if kind == "last":
        return " ".join([f"{last}-{others[0]}", *given])
    if kind == "prefix":
        prefix = draw.one_of(rng, ("O'", "O'", "D'", "O\u2019", "Mc", "St. "))
        return " ".join([prefix + last, *given])
    return " ".join([last, *given, other])


def is_entity(name: str) -> bool:
    """Whether the name is a company's, fund's or trust's."""
    return ENTITY.search(name) is not None


def natural_name(name: str) -> str:
    """First names first and suffixes last, as people sign; an entity's name stays."""
    parts = name.split()
    if is_entity(name) or len(parts) < len(("last", "first")):
        return name
    ends = [part for part in parts[2:] if part.strip(".").upper() in SUFFIX_WORDS]
    given = [part for part in parts[1:] if part not in ends]
    natural = " ".join([*given, parts[0]])
    return " ".join([natural.title() if natural.isupper() else natural, *ends])


def surname(rng: np.random.Generator) -> str:
    """A last name as it stands in running text."""
    last = owner_name(rng).split()[0].strip(",")
    return last.title() if last.isupper() else last


def entity_name(rng: np.random.Generator) -> str:
    """A fund, company or trust as an owner."""
    word = surname(rng)
    if draw.chance(rng, 0.35):
        day = f"{draw.between(rng, 1, 12)}/{draw.between(rng, 1, 28)}/{draw.between(rng, 80, 99)}"
        dated = f" dated {day}" if draw.chance(rng, 0.3) else ""
        return f"{word} {draw.one_of(rng, TRUSTS)}{dated}"
    roman = f" {draw.one_of(rng, ROMAN)}" if draw.chance(rng, 0.35) else ""
    name = f"{word} {draw.one_of(rng, ENTITY_NOUNS)}{roman}{draw.one_of(rng, ENTITY_ENDS)}"
    return in_some_case(rng, name)


def address(rng: np.random.Generator, company: str) -> dict[str, str]:
    """The address lines of an owner by element name; absent lines are left out."""
    city, state, postcode = place(rng)
    street = draw.one_of(rng, draw.lines("streets.txt.gz"))
    first, second = street_lines(rng, street, company)
    found = {
        "rptOwnerStreet1": first[:40].strip(),
        "rptOwnerStreet2": second[:40].strip(),
        "rptOwnerCity": city[:30].strip(),
        "rptOwnerState": state,
        "rptOwnerZipCode": zip_code(rng, postcode),
    }
    if draw.chance(rng, 0.4):
        found = {name: value.upper() for name, value in found.items()}
    missing = {"rptOwnerZipCode"} if draw.chance(rng, 0.03) else set()
    return {name: value for name, value in found.items() if value and name not in missing}


POSTCODES = ("00000", "0000", "AA0 0AA", "A0A 0A0", "AA 00", "A-0000", "000000", "00-000")
"""Shapes of post codes: a letter for A, a digit for 0."""


def place(rng: np.random.Generator) -> tuple[str, str, str]:
    """City, state or country code and post code; some are nowhere, so that they must be read."""
    city, state, postcode = draw.one_of(rng, draw.lines("places.tsv.gz")).split("\t")
    if not draw.chance(rng, 0.12):
        return city, state, postcode
    words = [random_word(rng).capitalize() for _ in range(draw.between(rng, 1, 2))]
    shape = draw.one_of(rng, POSTCODES)
    drawn = (draw.letters(rng, 1, {"A": string.ascii_uppercase, "0": string.digits}[sign])
             if sign in "A0" else sign for sign in shape)  # fmt: skip
    return " ".join(words), state, "".join(drawn)


BOXES = (
    "P.O. BOX",
    "PO Box",
    "PO BOX",
    "P. O. Box",
    "P.O. Box",
    "POB",
    "Postfach",
    "Box",
    "Apartado",
    "BP",
    "Casilla",
)
BUILDINGS = ("House", "Building", "Centre", "Tower", "Hall", "Plaza", "Annex", "Court", "Chambers",
             "Center", "Square", "Park", "Place")  # fmt: skip
COUNTED = ("One", "Two", "Three", "Four", "Five", "1", "2")
"""What buildings are counted by: `One Lincoln Centre`."""


def street_lines(rng: np.random.Generator, street: str, company: str) -> tuple[str, str]:
    """The two street lines; many owners are reached in care of the company."""
    shares = {"plain": 38, "care": 31, "suite": 17, "box": 6, "second": 5, "house": 7, "random": 4}
    kind = draw.weighted(rng, shares)
    if kind == "care":
        return f"{draw.one_of(rng, CARE_OF)} {company}", street
    if kind == "suite":
        room = draw.one_of(rng, ("SUITE", "Suite", "Floor", "Apt.", "Unit", "STE", "#"))
        return street, f"{room} {draw.between(rng, 1, 4200)}"
    box = f"{draw.one_of(rng, BOXES)} {draw.between(rng, 1, draw.one_of(rng, (99, 9999, 99999)))}"
    if kind == "box":
        return box, street if draw.chance(rng, 0.35) else ""
    if kind == "second":
        return street, box
    if kind == "house":
        house = f"{surname(rng)} {draw.one_of(rng, BUILDINGS)}"
        if draw.chance(rng, 0.5):
            house = f"{draw.one_of(rng, COUNTED)} {house}"
            return in_some_case(rng, house), draw.one_of(rng, (street, "", box))
        return (house, street) if draw.chance(rng, 0.5) else (f"{house}, {street}", box)
    if kind == "random":
        return f"{draw.between(rng, 1, 99999)} {random_word(rng)} {random_word(rng)}", ""
    return street, ""


def zip_code(rng: np.random.Generator, postcode: str) -> str:
    """The post code, a few American ones with the four further digits."""
    if re.fullmatch(r"\d{5}", postcode) and draw.chance(rng, 0.12):
        return f"{postcode}-{draw.between(rng, 1, 9999):04d}"
    return postcode[:10]


def relationship(rng: np.random.Generator, entity: bool) -> dict[str, str]:
    """The relationship boxes, with the officer's title and the other text where they apply."""
    kinds = {"isTenPercentOwner": 75, "isOther": 15, "isDirector": 10}
    if not entity:
        kinds = {"isOfficer": 48, "isDirector": 40, "isTenPercentOwner": 7, "isOther": 5}
    held = {draw.weighted(rng, kinds)}
    if draw.chance(rng, 0.18):
        held.add(draw.weighted(rng, kinds))
    flags = ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")
    found = {flag: "1" if flag in held else "0" for flag in flags}
    if "isOfficer" in held:
        found["officerTitle"] = officer_title(rng)
    if "isOther" in held:
        found["otherText"] = draw.one_of(rng, OTHER_TEXTS)[:30].strip()
    return found


def officer_title(rng: np.random.Generator) -> str:
    """An officer's title of at most 30 characters."""
    if draw.chance(rng, 0.05):
        return f"{random_word(rng)} {random_word(rng)}"
    if draw.chance(rng, 0.04):
        return draw.one_of(rng, ELSEWHERE)
    return in_some_case(rng, draw.frequent("positions.tsv.gz").draw(rng))[:30].strip()


def signature(rng: np.random.Generator, owner: str) -> str:
    """A signature line for the owner, by the owner or by someone with power of attorney."""
    pattern = (
        draw.frequent("signatures.tsv.gz").draw(rng) if draw.chance(rng, 0.7) else "/s/ {name}"
    )
    name = natural_name(owner)
    count = pattern.count("{name}")
    owner_place = 0 if count == 1 and "ttorney" not in pattern else count - 1
    for place in range(count):
        shown = name if place == owner_place else natural_name(owner_name(rng))
        pattern = pattern.replace("{name}", shown, 1)
    return " ".join(pattern.split())[:255].strip()
