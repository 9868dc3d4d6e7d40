"""Where the people of synthetic schedules live and are citizens of, in many wordings."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np

from models.places import TABLE
from training.synth import draw, people
from training.synth.schedule import Place

STATES = 51
"""The first names of the table are the states of the Union, the district among them."""
HAVENS = (
    "Cayman Islands", "British Virgin Islands", "Bermuda", "Luxembourg", "Ireland", "Jersey",
    "Guernsey", "Switzerland", "England and Wales", "United Kingdom", "Netherlands", "Hong Kong",
    "Singapore", "Japan", "Canada", "Israel", "Germany", "France", "People's Republic of China",
    "Marshall Islands", "Liechtenstein", "Bahamas", "Mauritius", "Republic of Korea", "Scotland",
    "The Netherlands", "Ontario", "Quebec", "Norway", "Sweden", "Australia", "Saudi Arabia",
)  # fmt: skip
"""Where those who file schedules are at home, apart from Delaware."""
CITIZENS_OF_USA = (
    "United States", "United States", "USA", "U.S.A.", "United States of America", "U.S.",
    "U.S. Citizen", "United States citizen", "Citizen of the United States", "US", "UNITED STATES",
    "United States Citizen", "the United States of America", "U.S. citizen",
)  # fmt: skip
NOUNS_OF_STATE = ("State of {}", "the State of {}", "{} State")
ORGANISED = (
    "Organized under the laws of {}", "Organized in {}", "{}, incorporated", "Incorporated in {}",
    "Organized under the laws of the State of {}", "laws of {}",
)  # fmt: skip
PHONES = (
    "({}) {}-{}", "({}) {}-{}", "({}) {}-{}", "{}-{}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}",
    "1-{}-{}-{}", "({}){}-{}", "{}/{}-{}", "({}) {} - {}", "({}) {} {}", "+1 ({}) {}-{}",
    "+44 {} {} {}", "011-{}-{}-{}", "{} {} {}", "+1-{}-{}-{}",
)  # fmt: skip

LONG_PLACES = (
    ("New York", "New York", "10022"), ("New York", "New York", "10105"),
    ("New York", "NY", "10019"), ("Winston Salem", "North Carolina", "27101"),
    ("Charlotte", "North Carolina", "28202"), ("Chapel Hill", "North Carolina", "27517"),
    ("Research Triangle Park", "North Carolina", "27709"), ("Raleigh", "North Carolina", "27601"),
    ("Myrtle Beach", "South Carolina", "29577"), ("Charleston", "South Carolina", "29401"),
    ("Hilton Head Island", "South Carolina", "29928"), ("Princeton", "New Jersey", "08540"),
    ("Short Hills", "New Jersey", "07078"), ("Jersey City", "New Jersey", "07310"),
    ("Santa Fe", "New Mexico", "87501"), ("Manchester", "New Hampshire", "03101"),
    ("Portsmouth", "New Hampshire", "03801"), ("Charleston", "West Virginia", "25301"),
    ("White Sulphur Springs", "West Virginia", "24986"), ("Providence", "Rhode Island", "02903"),
    ("East Greenwich", "Rhode Island", "02818"), ("Fargo", "North Dakota", "58102"),
    ("Grand Forks", "North Dakota", "58201"), ("Sioux Falls", "South Dakota", "57104"),
    ("Rapid City", "South Dakota", "57701"), ("Salt Lake City", "Utah", "84111"),
    ("San Francisco", "California", "94111"), ("San Francisco", "CA", "94105"),
    ("Los Angeles", "California", "90067"), ("Menlo Park", "California", "94025"),
    ("South San Francisco", "California", "94080"), ("Palo Alto", "CA", "94301"),
    ("Corona del Mar", "California", "92625"), ("Rancho Santa Fe", "CA", "92067"),
    ("Fort Lauderdale", "Florida", "33301"), ("West Palm Beach", "Florida", "33401"),
    ("Palm Beach Gardens", "FL", "33410"), ("Coral Gables", "Florida", "33134"),
    ("St. Louis", "Missouri", "63102"), ("Kansas City", "Missouri", "64106"),
    ("Fort Worth", "Texas", "76102"), ("The Woodlands", "Texas", "77380"),
    ("San Antonio", "TX", "78205"), ("Baton Rouge", "Louisiana", "70801"),
    ("New Orleans", "Louisiana", "70130"), ("Las Vegas", "Nevada", "89169"),
    ("Old Greenwich", "Connecticut", "06870"), ("New Canaan", "CT", "06840"),
    ("King of Prussia", "Pennsylvania", "19406"), ("West Conshohocken", "PA", "19428"),
    ("Lake Forest", "Illinois", "60045"), ("Colorado Springs", "Colorado", "80903"),
    ("Washington", "District of Columbia", "20004"), ("Cold Spring Harbor", "NY", "11724"),
    ("Vancouver", "British Columbia, Canada", "V6C 2X8"), ("St. John's", "Newfoundland", "A1C 6K4"),
    ("North Vancouver", "British Columbia", "V7M 1A5"), ("Toronto", "Ontario, Canada", "M5J 2T3"),
    ("Halifax", "Nova Scotia", "B3J 3N2"), ("Saint John", "New Brunswick", "E2L 4Z6"),
    ("Charlottetown", "Prince Edward Island", "C1A 4P3"), ("George Town", "Cayman Islands",
    "KY1-1104"), ("Grand Cayman", "Cayman Islands", "KY1-9005"), ("George Town", "E9", "KY1-9008"),
    ("Road Town", "British Virgin Islands", "VG1110"), ("St. Peter Port", "Guernsey", "GY1 2HT"),
    ("St. Helier", "Jersey", "JE2 3RA"), ("London", "United Kingdom", "W1J 8DJ"),
    ("London", "X0", "SW1Y 6DF"), ("Central", "Hong Kong", ""), ("Tel Aviv", "Israel", "6701101"),
    ("Tel Aviv", "L3", "6789141"), ("Sao Paulo", "Brazil", "04538-133"), ("Seoul", "South Korea",
    "06164"), ("The Hague", "Netherlands", "2514"), ("Cape Town", "South Africa", "8001"),
    ("Auckland", "New Zealand", "1010"), ("Abu Dhabi", "United Arab Emirates", ""),
    ("Dublin 2", "Ireland", ""), ("Buenos Aires", "Argentina", "C1001"),
    ("Hamilton", "D0", "HM 11"),
)  # fmt: skip
"""City, state or country and post code, names of several words among them."""


@cache
def names() -> dict[str, str]:
    """EDGAR's names of states and countries → their codes, as in the list."""
    return dict(tomllib.loads(TABLE.read_text(encoding="utf-8")))


@cache
def names_by_code() -> dict[str, str]:
    """The first name of each code."""
    found: dict[str, str] = {}
    for name, code in names().items():
        found.setdefault(code, name)
    return found


def is_state(name: str) -> bool:
    """Whether it is one of the United States."""
    return name in list(names())[:STATES] and name != "United States"


def country(rng: np.random.Generator) -> str:
    """Where a company is organised: Delaware often, every place on the list sometimes."""
    kind = draw.weighted(rng, {"delaware": 32, "state": 22, "haven": 28, "any": 18})
    if kind == "delaware":
        return "Delaware"
    if kind == "haven":
        return draw.one_of(rng, HAVENS)
    listed = [name for name in names() if not set(",(&") & set(name)]
    return draw.one_of(rng, listed[: STATES - 1] if kind == "state" else listed)


def citizenship(rng: np.random.Generator, noun: str) -> str:
    """Row 4 or 6 as printed; `noun` is what an entity is, empty for a human."""
    return organised(rng, country(rng), noun) if noun else citizen(rng)


def citizen(rng: np.random.Generator) -> str:
    """A human's citizenship, at times two."""
    if draw.chance(rng, 0.66):
        return draw.one_of(rng, CITIZENS_OF_USA)
    land = country(rng)
    land = draw.one_of(rng, HAVENS) if is_state(land) else land
    styles = {land: 70.0, f"Citizen of {land}": 12.0, land.upper(): 10.0, f"{land} citizen": 4.0,
              f"{land} and the United States": 4.0}  # fmt: skip
    return draw.weighted(rng, styles)


def organised(rng: np.random.Generator, land: str, noun: str) -> str:
    """Where an entity was organised, in one of the wordings."""
    article = "an" if land[0] in "AEIO" else "a"
    styles = {
        land: 50.0,
        f"{article} {land} {noun}": 6.0,
        f"{land} {noun}": 5.0,
        land.upper(): 8.0,
        f"({land})": 1.0,
        draw.one_of(rng, ORGANISED).format(land): 5.0,
    }
    if is_state(land):
        styles[draw.one_of(rng, NOUNS_OF_STATE).format(land)] = 11.0
        styles[f"{land}, {draw.one_of(rng, ('USA', 'U.S.A.', 'United States'))}"] = 8.0
        styles[names()[land]] = 3.0
    return draw.weighted(rng, styles)


def address(rng: np.random.Generator, company: str = "") -> Place:
    """A postal address; the state or country as a code or by name."""
    city, state, postcode = people.place(rng)
    several = draw.chance(rng, 0.3)
    if several:
        city, state, postcode = draw.one_of(rng, LONG_PLACES)
    street = draw.one_of(rng, draw.lines("streets.txt.gz"))
    first, second = people.street_lines(rng, street, company or people.surname(rng))
    parts = (first[:40].strip(), second[:40].strip(), city[:30].strip())
    if draw.chance(rng, 0.15):
        parts = (parts[0].upper(), parts[1].upper(), parts[2].upper())
    shown = state if several and len(state) > len("NY") else state_shown(rng, state)
    if several and draw.chance(rng, 0.2):
        shown = shown.upper()
    return Place(*parts, shown, _zip_code(rng, postcode))


def _zip_code(rng: np.random.Generator, postcode: str) -> str:
    """The post code; some American ones have the four further digits."""
    if postcode.isdigit() and len(postcode) == len("10022") and draw.chance(rng, 0.15):
        return f"{postcode}-{draw.between(rng, 1, 9999):04d}"
    return people.zip_code(rng, postcode)


def state_shown(rng: np.random.Generator, code: str) -> str:
    """A state's code or name, a country's name or, in a few schedules, its code."""
    name = names_by_code().get(code, code)
    if name.endswith("(Country)") or "," in name:
        name = name.split("(")[0].split(",")[0].strip()
    by_code = 0.6 if is_state(names_by_code().get(code, "")) else 0.1
    return code if draw.chance(rng, by_code) else name


def in_one_line(place: Place) -> str:
    """The address with commas: `399 Park Avenue, New York, NY 10022`."""
    end = f"{place.state} {place.zip_code}".strip()
    return ", ".join(part for part in (place.street1, place.street2, place.city, end) if part)


def in_lines(place: Place) -> str:
    """The address in two or three lines."""
    end = f"{place.city}, {place.state} {place.zip_code}".strip()
    return "\n".join(part for part in (place.street1, place.street2, end) if part)


def phone(rng: np.random.Generator) -> str:
    """A telephone number as printed."""
    parts = (draw.between(rng, 201, 989), draw.between(rng, 200, 999), draw.between(rng, 0, 9999))
    return draw.one_of(rng, PHONES).format(parts[0], parts[1], f"{parts[2]:04d}")
