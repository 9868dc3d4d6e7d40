"""Which filings people are to look at, and at which of their fields: planned when one is read."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from models.errors import DamagedResult, FileMissing
from models.extraction import READ, Extraction, Field
from service import database
from service.database import filings
from service.database import reviews as table
from service.filings import DONE, PARTIAL, new_id
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
        chance = random.Random(f"{AUDIT} {identifier}")
        # Always as many would tell audits from doubts; the mean is what was asked for.
        count = min(chance.randint(1, 2 * settings.audit_fields - 1), len(values))
        picked = chance.sample(values, count)
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

    What people have decided about an earlier reading is carried over to this one. Where something
    of it does not fit, what was read is served until somebody has looked at it again.
    """
    own = filings.c.id == identifier
    filing = connection.execute(sa.select(filings).where(own)).one()
    kept = carry_over(connection, files, filing)
    void(connection, identifier)
    left = [each for each in todo["doubt"]["fields"] if each not in kept.ids]
    # A filing can be in doubt without a doubtful field, as when a page could not be read.
    doubtful = filing.review and bool(left or not todo["doubt"]["fields"])
    # What somebody has decided of a filing that is not settled yet, somebody must finish.
    doubtful = doubtful or (bool(kept.ids) and not filing.reviewed) or kept.lost is not None
    reviewed = None if kept.lost is not None else filing.reviewed
    if doubtful:
        share = _only(todo["doubt"], left)
        share["fields"] = list(dict.fromkeys((*left, *(kept.lost or ()))))
        _enter(connection, filing, DOUBT, share)
    elif todo["audit"]["fields"] and not filing.reviewed:
        _enter(connection, filing, AUDIT, todo["audit"] | _usual(connection, filing, todo["audit"]))
    if kept.edited and reviewed:
        # Served from now on, with the doubts that are new.
        keep(files, filing, replace(kept.edited, review=doubtful))
        sure = kept.edited.confidence
        connection.execute(sa.update(filings).where(own).values(confidence=sure))
    connection.execute(sa.update(filings).where(own).values(review=doubtful, reviewed=reviewed))


def _only(share: Share, left: list[str]) -> Share:
    """The share with these of its fields."""
    part = len(left) / max(len(share["fields"]), 1)
    return share | {"fields": left, "errors": share["errors"] * part}


def _enter(connection: Connection, filing: Row[Any], purpose: str, share: Share) -> None:
    add(connection, Review(
        # No name of its own: it would tell an audit from a doubt.
        new_id(), filing.tenant, filing.id, filing.reading,
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
    count, after = 0, ""
    # On past those that cannot be entered, or fifty damaged ones would keep the others out.
    while count < MOST_ENTERED:
        some = query.where(filings.c.id > after).order_by(filings.c.id).limit(MOST_ENTERED)
        with engine.connect() as connection:
            missing = connection.execute(some).all()
        if not missing:
            break
        count += sum(_entered(engine, files, each) for each in missing)
        after = missing[-1].id
    return count


def _entered(engine: Engine, files: Files, filing: Row[Any]) -> bool:
    """Enter the review of one filing, unless another process just has."""
    try:
        share = _share([field for field in extraction_of(files, filing.id, filing.reading).fields
                        if field.review])  # fmt: skip
    except (FileMissing, DamagedResult):
        return False
    own = (filings.c.id == filing.id) & (filings.c.reading == filing.reading)
    none = ~sa.exists().where(table.c.filing == filing.id, table.c.reading == filing.reading)
    with engine.begin() as connection:
        # An update, that others wait for, and only then the look at what is there.
        hold = sa.update(filings).where(own).values(reading=filings.c.reading)
        free = connection.execute(hold).rowcount and connection.scalar(sa.select(none))
        if free:
            _enter(connection, filing, DOUBT, share)
    return bool(free)
