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
    "({}) {}-{}", "({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}", "1-{}-{}-{}", "({}){}-{}",
    "+44 {} {} {}", "011-{}-{}-{}", "{} {} {}", "Telephone: ({}) {}-{}",
)  # fmt: skip


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
    street = draw.one_of(rng, draw.lines("streets.txt.gz"))
    first, second = people.street_lines(rng, street, company or people.surname(rng))
    parts = (first[:40].strip(), second[:40].strip(), city[:30].strip())
    if draw.chance(rng, 0.15):
        parts = (parts[0].upper(), parts[1].upper(), parts[2].upper())
    return Place(*parts, state_shown(rng, state), people.zip_code(rng, postcode))


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
