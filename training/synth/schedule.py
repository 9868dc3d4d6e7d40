"""What a synthetic Schedule 13G or 13D says; `schedule_content` draws one, the looks print it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Place:
    """A postal address; `street2` may be empty, `state` is as printed: a code or a name."""

    street1: str
    street2: str
    city: str
    state: str
    zip_code: str


@dataclass(frozen=True)
class Person:
    """A reporting person and the rows of its cover page, numbers as plain decimals.

    `group` is `a`, `b` or nothing; `funds` are of 13D only; `comment` is the text of the notes
    below the rows, one line each with its mark, (1) say; `marks` are the marks printed at rows, by
    the tag of the row.
    """

    name: str
    is_natural: bool
    citizenship: str
    address: Place
    job: str
    group: str
    funds: tuple[str, ...]
    legal: bool
    sole_voting: str
    shared_voting: str
    sole_dispositive: str
    shared_dispositive: str
    aggregate: str
    excludes: bool
    percent: str
    types: tuple[str, ...]
    comment: tuple[str, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signer:
    """A signature: for whom, by whom (`/s/ …` or empty for one by hand), as what, when.

    `officer` is the name of the human being who signs.
    """

    person: str
    signature: str
    title: str
    day: date
    officer: str = ""


@dataclass(frozen=True)
class Schedule:
    """One filing.

    `texts` are the items' running text by tag; a tag that is not there is not asked or left out.
    Paragraphs are parted by a line feed, the cells of a table's rows by tabs.
    """

    form: str
    amendment: str
    issuer: str
    issuer_address: Place
    class_title: str
    cusip: str
    event: date
    rules: tuple[str, ...]
    previously_filed: bool
    notice_name: str
    notice_address: Place
    notice_phone: str
    persons: tuple[Person, ...]
    filer_types: tuple[str, ...]
    not_applicable: frozenset[int]
    five_percent_or_less: bool
    outstanding: int
    texts: dict[str, str]
    signers: tuple[Signer, ...]
    parties: tuple[str, ...]
    agreed: date | None

    @property
    def family(self) -> str:
        """`13G` or `13D`."""
        return self.form.split()[1].removesuffix("/A")
