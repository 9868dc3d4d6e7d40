"""Which filings people are to look at, and at which of their fields: planned when one is read."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from models.errors import FileMissing
from models.extraction import READ, Extraction, Field
from service import database
from service.database import filings
from service.database import reviews as table
from service.filings import DONE, PARTIAL
from service.review_kept import carry_over
from service.review_rows import (
    AUDIT,
    DOUBT,
    OPEN,
    VOID,
    Review,
    add,
    by_chance,
    extraction_of,
    id_of,
    is_printed,
)
from service.review_steps import keep
from service.settings import Settings
from service.storage import Files

READABLE = (DONE, PARTIAL)
MOST_ENTERED = 50
"""Filings of an earlier version that one look at the queue enters."""

Share = dict[str, Any]
"""Some fields: `fields` (ids), `errors` (how many are expected to be wrong), `reasons` (codes)."""
Todo = dict[str, Share]
"""What people are to look at in a filing, as JSON: fields in `doubt`, and some for an `audit`."""


def todo_of(extraction: Extraction, identifier: str, settings: Settings) -> Todo:
    """What would be looked at: fields in doubt, and some of the others by chance."""
    doubtful = [field for field in extraction.fields if field.review]
    picked: list[Field] = []
    if not extraction.review and by_chance(identifier, AUDIT, settings.audit_share):
        values = [field for field in extraction.fields
                  if field.state == READ and is_printed(extraction.form, field)]  # fmt: skip
        count = min(settings.audit_fields, len(values))
        picked = random.Random(f"{AUDIT} {identifier}").sample(values, count)
    return {"doubt": _share(doubtful), "audit": _share(picked)}


def _share(chosen: list[Field]) -> Share:
    codes = dict.fromkeys(reason.code for field in chosen for reason in field.reasons)
    return {"fields": [field.id for field in chosen], "errors": expected(chosen),
            "reasons": list(codes)}  # fmt: skip


def expected(chosen: list[Field]) -> float:
    """How many of the fields are expected to be wrong; an illegible one is."""
    sure = [field.confidence or 0.0 for field in chosen]
    return round(len(sure) - sum(sure), 4)


def plan(
    connection: Connection, files: Files, settings: Settings, identifier: str, todo: Todo
) -> None:
    """Enter the review of a filing that was just read, within the transaction that ends it.

    What people have decided about an earlier reading is carried over to this one.
    """
    own = filings.c.id == identifier
    filing = connection.execute(sa.select(filings).where(own)).one()
    edited, kept = carry_over(connection, files, filing)
    void(connection, identifier)
    left = [each for each in todo["doubt"]["fields"] if each not in kept]
    # A filing can be in doubt without a doubtful field, as when a page could not be read.
    doubtful = filing.review and bool(left or not todo["doubt"]["fields"])
    # What somebody has decided of a filing that is not settled yet, somebody must finish.
    doubtful = doubtful or (bool(kept) and not filing.reviewed)
    if doubtful:
        _enter(connection, filing, DOUBT, _only(todo["doubt"], left))
    elif todo["audit"]["fields"] and not filing.reviewed:
        _enter(connection, filing, AUDIT, todo["audit"] | _usual(connection, filing, todo["audit"]))
    if edited and filing.reviewed:
        # Served from now on, with the doubts that are new.
        keep(files, filing, replace(edited, review=doubtful))
        connection.execute(sa.update(filings).where(own).values(confidence=edited.confidence))
    connection.execute(sa.update(filings).where(own).values(review=doubtful))


def _only(share: Share, left: list[str]) -> Share:
    """The share with these of its fields."""
    part = len(left) / max(len(share["fields"]), 1)
    return share | {"fields": left, "errors": share["errors"] * part}


def _enter(connection: Connection, filing: Row[Any], purpose: str, share: Share) -> None:
    add(connection, Review(
        id_of(filing.id, filing.reading, purpose), filing.tenant, filing.id, filing.reading,
        purpose, OPEN, tuple(share["fields"]), tuple(share["reasons"]), share["errors"],
        filing.priority, database.now(),
    ))  # fmt: skip


def _usual(connection: Connection, filing: Row[Any], audit: Share) -> Share:
    """The errors that were expected in the tenant's last doubtful filing.

    By those of its own, an audit would always be the last in the queue, and known for one.
    """
    own = (table.c.tenant == filing.tenant) & (table.c.purpose == DOUBT)
    last = sa.select(table.c.errors).where(own).order_by(table.c.created.desc(), table.c.id)
    usual = connection.scalar(last.limit(1))
    most = float(len(audit["fields"]))
    return {"errors": audit["errors"] if usual is None else min(usual, most)}


def void(connection: Connection, identifier: str) -> None:
    """End what is open of a filing's earlier readings."""
    own = (table.c.filing == identifier) & (table.c.state == OPEN)
    connection.execute(sa.update(table).where(own).values(state=VOID))


def forsake(connection: Connection, identifier: str) -> None:
    """End the reviews of a document of which there is nothing to be reviewed any more."""
    void(connection, identifier)
    own = sa.update(filings).where(filings.c.id == identifier)
    connection.execute(own.values(reviewed=None))


def enter_missing(engine: Engine, files: Files, tenant: str, identifier: str = "") -> int:
    """Enter reviews of doubtful filings that have none, for an earlier version has read them.

    The answer is how many; of all, or of the one that is named.
    """
    none = ~sa.exists().where(table.c.filing == filings.c.id, table.c.reading == filings.c.reading)
    query = sa.select(filings).where(
        filings.c.tenant == tenant, filings.c.review.is_(True), filings.c.state.in_(READABLE), none
    )
    query = query.where(filings.c.id == identifier) if identifier else query
    with engine.connect() as connection:
        missing = connection.execute(query.limit(MOST_ENTERED)).all()
    return sum(_entered(engine, files, each) for each in missing)


def _entered(engine: Engine, files: Files, filing: Row[Any]) -> bool:
    """Enter the review of one filing, unless another process just has."""
    try:
        share = _share([field for field in extraction_of(files, filing.id, filing.reading).fields
                        if field.review])  # fmt: skip
        with engine.begin() as connection:
            _enter(connection, filing, DOUBT, share)
    except (FileMissing, sa.exc.IntegrityError):
        return False
    return True
