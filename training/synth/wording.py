"""The running text of synthetic filings, composed of the clauses with random slots."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np

from training.synth import draw
from training.synth.clauses import CHOICES, FOOTNOTES, REMARKS
from training.synth.people import natural_name, owner_name, random_word, surname

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DECIMALS = ("", "", "", ".5", ".25", ".33", ".0")
FOOTNOTE_LENGTH, REMARK_LENGTH = 1000, 2000

SLOTS: dict[str, Callable[[np.random.Generator], str]] = {
    "surname": surname,
    "random": random_word,
    "person": lambda rng: natural_name(owner_name(rng)),
    "date": lambda rng: long_date(any_day(rng)),
    "usdate": lambda rng: short_date(rng, any_day(rng)),
    "year": lambda rng: str(draw.between(rng, 1994, 2026)),
    "letter": lambda rng: draw.letters(rng, 1),
    "small": lambda rng: str(draw.between(rng, 1, 12)),
    "months": lambda rng: str(draw.between(rng, 2, 60)),
    "percent": lambda rng: f"{draw.between(rng, 1, 200)}{draw.one_of(rng, DECIMALS)}%",
    "price": lambda rng: f"${draw.price(rng):,.{draw.one_of(rng, (2, 2, 2, 3, 4))}f}",
    "cents": lambda rng: f"$0.{draw.between(rng, 1, 99):04d}".rstrip("0"),
    "decimal": lambda rng: f"{rng.uniform(0.01, 9):.4f}",
    "shares": lambda rng: f"{int(10 ** rng.uniform(0.5, 7.5)):,}",
    "position": lambda rng: draw.frequent("positions.tsv.gz").draw(rng),
}


def any_day(rng: np.random.Generator) -> date:
    """Some day, of the past thirty years or the next few."""
    return draw.date_between(rng, date(1994, 1, 1), date(2032, 12, 31))


def long_date(day: date) -> str:
    """`March 3, 2021`."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_date(rng: np.random.Generator, day: date) -> str:
    """A date in one of the other ways people write them."""
    styles = (
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%m/%d/%Y}",
        f"{day:%m/%d/%y}",
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        day.isoformat(),
    )
    return draw.one_of(rng, styles)


def expanded(rng: np.random.Generator, clause: str) -> str:
    """The clause with every slot filled."""

    def fill(match: re.Match[str]) -> str:
        slot = match.group(1).lower()
        known = CHOICES.get(slot)
        text = expanded(rng, draw.one_of(rng, known)) if known else SLOTS[slot](rng)
        return text if match.group(1) == slot else capitalised(text)

    return re.sub(r"\{(\w+)\}", fill, clause)


def sentences(rng: np.random.Generator, clause: str, extra: int, limit: int) -> str:
    """The clause and up to `extra` further sentences, as many as the limit of characters allows."""
    text = capitalised(expanded(rng, clause))[:limit].strip()
    for _ in range(extra):
        longer = f"{text} {expanded(rng, draw.one_of(rng, CHOICES['also']))}"
        if len(longer) > limit:
            break
        text = longer
    return text


def capitalised(text: str) -> str:
    """The text with its first letter made a capital."""
    return text[:1].upper() + text[1:]


def footnote(rng: np.random.Generator, topic: str) -> str:
    """A footnote about a topic of `FOOTNOTES`: a sentence, at times up to 1,000 characters."""
    extra = draw.weighted(rng, {0: 50, 1: 22, 2: 14, 4: 9, 9: 5})
    return sentences(rng, draw.one_of(rng, FOOTNOTES[topic]), extra, FOOTNOTE_LENGTH)


def remark(rng: np.random.Generator) -> str:
    """The text of the remarks, of at most 2,000 characters."""
    extra = draw.weighted(rng, {0: 75, 2: 17, 8: 8})
    return sentences(rng, draw.one_of(rng, REMARKS), extra, REMARK_LENGTH)
