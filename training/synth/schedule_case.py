"""What is known of a synthetic schedule before its texts, and how clauses are told of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from training.synth import draw, people, wording
from training.synth.clauses import CHOICES, FOOTNOTES
from training.synth.schedule import Person, Place
from training.synth.schedule_clauses import PHRASES

MANY = 12
"""So many persons are not told one by one in every item."""


@dataclass(frozen=True)
class Case:
    """The facts of a schedule that its texts tell again; `stock` is the class's short name."""

    form: str
    amendment: str
    issuer: str
    issuer_address: Place
    class_title: str
    stock: str
    event: date
    signed: date
    rules: tuple[str, ...]
    persons: tuple[Person, ...]
    outstanding: int

    @property
    def family(self) -> str:
        """`13G` or `13D`."""
        return self.form.split()[1].removesuffix("/A")

    @property
    def largest(self) -> Person:
        """The person that owns most."""
        return max(self.persons, key=lambda person: int(person.aggregate))


DOUBLE_POINT = re.compile(r"(?<!\.)\.\.(?!\.)")
Told = Callable[[np.random.Generator, Case], str]


def grouped(number: str) -> str:
    """`10,885,357`; the fraction stays."""
    whole, point, fraction = number.partition(".")
    return f"{int(whole):,}{point}{fraction}"


def names(case: Case) -> str:
    """All persons in running text."""
    found = [person.name for person in case.persons]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def persons_term(rng: np.random.Generator, case: Case) -> str:
    """What the text calls the persons."""
    if len(case.persons) == 1:
        return draw.one_of(rng, ("the Reporting Person", "the reporting person", "the Filer"))
    return draw.one_of(rng, ("the Reporting Persons", "the reporting persons", "the Filers"))


def near(rng: np.random.Generator, case: Case, before: int = 120) -> date:
    """A day not long before the signature."""
    return case.signed - timedelta(days=draw.between(rng, 0, before))


def some_name(rng: np.random.Generator, case: Case) -> str:
    """One of the persons."""
    return draw.one_of(rng, case.persons).name


KNOWN: dict[str, Told] = {
    "issuer": lambda rng, case: draw.one_of(rng, (case.issuer, "the Issuer", "the Company")),
    "issuername": lambda rng, case: case.issuer,
    "company": lambda rng, case: draw.one_of(rng, ("the Issuer", "the Company", "the Issuer")),
    "class": lambda rng, case: case.class_title,
    "stock": lambda rng, case: case.stock,
    "who": persons_term,
    "filers": persons_term,
    "filer": lambda rng, case: some_name(rng, case) if draw.chance(rng, 0.6)
    else persons_term(rng, case),
    "holder": some_name,
    "names": lambda rng, case: names(case) if len(case.persons) <= MANY
    else persons_term(rng, case),
    "amount": lambda rng, case: grouped(case.largest.aggregate),
    "pct": lambda rng, case: f"{case.largest.percent}%",
    "outstanding": lambda rng, case: f"{case.outstanding:,}",
    "event": lambda rng, case: wording.long_date(case.event),
    "recent": lambda rng, case: wording.long_date(near(rng, case)),
    "date": lambda rng, case: wording.long_date(near(rng, case, 3000)),
    "usdate": lambda rng, case: wording.short_date(rng, near(rng, case, 3000)),
    "year": lambda rng, case: str(case.signed.year - draw.between(rng, 0, 12)),
    "percent": lambda rng, case: f"{rng.uniform(0.1, 99):.{draw.between(rng, 0, 2)}f}%",
    "signed": lambda rng, case: wording.long_date(case.signed),
    "statement": lambda rng, case: f"Schedule {case.family}",
    "form": lambda rng, case: f"Schedule {case.form.split()[1]}",
    "amendment": lambda rng, case: f"Amendment No. {case.amendment}" if case.amendment
    else "this Amendment",
    "prose": lambda rng, case: random_prose(rng, case),
}  # fmt: skip
"""Slots that the case fills; they come before those of `wording`."""


def told(rng: np.random.Generator, case: Case, clause: str) -> str:
    """The clause with every slot filled and a capital in front."""
    # A name that ends with a point ends its sentence too.
    return DOUBLE_POINT.sub(".", wording.capitalised(filled(rng, case, clause)))


def filled(rng: np.random.Generator, case: Case, clause: str) -> str:
    """The clause with slots filled from the case, the phrases here or those of footnotes."""

    def fill(match: re.Match[str]) -> str:
        slot = match.group(1).lower()
        if slot in KNOWN:
            text = KNOWN[slot](rng, case)
        elif slot in PHRASES or slot in CHOICES:
            text = filled(rng, case, draw.one_of(rng, PHRASES.get(slot) or CHOICES[slot]))
        else:
            text = wording.SLOTS[slot](rng)
        opens = match.group(1) != slot or match.string[: match.start()].endswith((". ", "\n"))
        return wording.capitalised(text) if opens else text

    return re.sub(r"\{(\w+)\}", fill, clause)


def paragraph(
    rng: np.random.Generator, case: Case, clauses: tuple[str, ...], least: int, most: int
) -> str:
    """Several different clauses in one paragraph, a random sentence among them at times."""
    count = min(draw.between(rng, least, most), len(clauses))
    chosen = [clauses[int(place)] for place in rng.choice(len(clauses), count, replace=False)]
    found = [told(rng, case, clause) for clause in chosen]
    if draw.chance(rng, 0.2):
        found.insert(draw.between(rng, 0, len(found)), random_prose(rng, case))
    return " ".join(found)


SMALL_WORDS = (
    "of", "the", "and", "to", "in", "by", "for", "with", "as", "any", "such", "or", "its", "which",
    "that", "from", "on", "upon", "under", "not", "has", "been", "may", "be", "is", "are", "shall",
)  # fmt: skip
TOPICS = ("nature", "other", "shares", "conversion")
SOURCES = ("positions.tsv.gz", "natures.tsv.gz", "titles_derivative.tsv.gz")


def random_prose(rng: np.random.Generator, case: Case) -> str:
    """A sentence or two that mean nothing, so that texts are read and not remembered."""
    if draw.chance(rng, 0.4):
        clause = draw.one_of(rng, FOOTNOTES[draw.one_of(rng, TOPICS)])
        return told(rng, case, clause + " {also}" * draw.weighted(rng, {0: 6, 1: 3, 3: 1}))
    words: list[str] = []
    for _ in range(draw.between(rng, 3, 12)):
        table = draw.frequent(draw.one_of(rng, SOURCES))
        piece = people.random_word(rng) if draw.chance(rng, 0.15) else table.draw(rng)
        words += [*piece.split()[:3], draw.one_of(rng, SMALL_WORDS)]
    # A few titles of real filings have braces typed by mistake, which stand for slots here.
    return wording.capitalised(re.sub("[{}]", "", " ".join(words[:-1]))) + "."
