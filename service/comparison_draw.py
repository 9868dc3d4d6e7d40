"""Which stored filings are read again: drawn by chance, and reproducibly so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models.errors import FileMissing, FilingNotFound
from service import database
from service.filings import DONE, Filings, Record
from service.intake import source_of
from service.storage import Files

MOST_LOOKED = 10
"""Filings looked at for each that is wanted: where documents are lost, it must have an end."""


@dataclass(frozen=True)
class Sample:
    """Which filings are drawn; what is empty lets everything through."""

    count: int = 50
    seed: int = 0
    form: str = ""
    tenant: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class NotCompared:
    """A filing that could not be, for a reason; `by` is who could not read it so, if anyone."""

    filing: str
    reason: str
    by: str = ""


@dataclass(frozen=True)
class Document:
    """A document that is still kept: its own record, and the drawn filings in it."""

    whole: Record
    drawn: tuple[Record, ...]


@dataclass(frozen=True)
class Drawn:
    """The documents of a sample, and the filings whose document is gone."""

    documents: tuple[Document, ...] = ()
    gone: tuple[NotCompared, ...] = ()

    @property
    def count(self) -> int:
        """Filings to be compared."""
        return sum(len(each.drawn) for each in self.documents)


def chosen_ids(engine: Engine, sample: Sample) -> list[str]:
    """Ids of the filings that fit, in the order in which they are drawn.

    The order is by chance and by the seed alone: filings that come later or go leave the others as
    they were.
    """
    table = database.filings
    query = sa.select(table.c.id).where(table.c.state == DONE, table.c.reading > 0)
    if sample.form:
        query = query.where(table.c.form == sample.form)
    if sample.tenant:
        query = query.where(table.c.tenant == sample.tenant)
    if sample.since:
        query = query.where(table.c.received >= sample.since)
    with engine.connect() as connection:
        found = connection.scalars(query).all()
    return sorted(found, key=lambda each: hashlib.sha256(f"{sample.seed} {each}".encode()).digest())


def draw(filings: Filings, files: Files, ids: Iterable[str], count: int) -> Drawn:
    """The first filings whose document is there, and those before them whose is not."""
    drawn: dict[str, list[Record]] = {}
    wholes: dict[str, Record] = {}
    gone: list[NotCompared] = []
    for identifier in ids:
        if sum(map(len, drawn.values())) == count or len(gone) >= MOST_LOOKED * count:
            break
        try:
            record = filings.record(identifier)
            whole = filings.record(record.part_of) if record.part_of else record
        except FilingNotFound:  # while this was going on
            continue
        if not files.exists(source_of(whole.id)):
            gone.append(NotCompared(identifier, FileMissing.code))
            continue
        wholes[whole.id] = whole
        drawn.setdefault(whole.id, []).append(record)
    documents = (Document(wholes[each], tuple(parts)) for each, parts in drawn.items())
    return Drawn(tuple(documents), tuple(gone))
