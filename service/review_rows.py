"""Reviews as the database has them: what they are for, what was decided in them, who may have them.

A filing that was read has one open review at the most. One of `doubt` or, by chance, `audit` comes
first. A share of those is done once more by somebody else (`second`), and where the two differ
somebody decides (`adjudication`). `kept` is no work for anybody: it holds what people had decided
about an earlier reading and what still goes for the newer one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from models.errors import DamagedResult
from models.extraction import Extraction, Field
from models.form import FIXED, forms
from models.stored import from_json
from service import database
from service.database import corrections, keys
from service.database import reviews as table
from service.edits import ADD, Edit, applied, edit_of
from service.intake import result_of
from service.keys import LOCAL, Caller
from service.storage import Files

DOUBT, AUDIT, SECOND, ADJUDICATION, KEPT = "doubt", "audit", "second", "adjudication", "kept"
FIRST = (DOUBT, AUDIT)
OPEN, FINISHED, SENT_BACK, VOID = "open", "done", "sent-back", "void"


@dataclass(frozen=True)
class Review:
    """A reading of a filing that somebody is to look at, or has; `fields` are to be decided.

    `holder` is the key of whoever has it open, until `lease` at least; None is nobody, and empty
    the caller of this machine. `errors` is how many of the fields are expected to be wrong.
    """

    id: str
    tenant: str
    filing: str
    reading: int
    purpose: str
    state: str
    fields: tuple[str, ...]
    reasons: tuple[str, ...]
    errors: float
    priority: int
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    holder: str | None = None
    lease: datetime | None = None
    reviewer: str | None = None
    reviewer_name: str = ""
    seconds: float = 0.0
    comment: str = ""

    def held(self, at: datetime) -> bool:
        """Whether somebody has it open at this moment."""
        return self.holder is not None and self.lease is not None and at <= self.lease


COLUMNS = tuple(each.name for each in fields(Review))


def review_of(row: Row[Any]) -> Review:
    """The review of a row."""
    values = {name: getattr(row, name) for name in COLUMNS}
    return Review(**values | {name: tuple(values[name]) for name in ("fields", "reasons")})


def found(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[Review]:
    """Reviews, those of an earlier reading first, and each before those that go on from it."""
    # In the order in which they follow each other, also where they were made at one moment.
    order = {KEPT: 0, DOUBT: 1, AUDIT: 1, SECOND: 2, ADJUDICATION: 3}
    rows = connection.execute(sa.select(table).where(*conditions))
    return sorted(map(review_of, rows), key=lambda each: (each.reading, order[each.purpose]))


def add(connection: Connection, review: Review) -> None:
    """Enter a review."""
    values = vars(review) | {"fields": list(review.fields), "reasons": list(review.reasons)}
    connection.execute(sa.insert(table).values(**values))


def by_chance(identifier: str, purpose: str, share: float) -> bool:
    """Whether this is one of the share that is looked at; always the same for the same id."""
    digits = sha256(f"{purpose} {identifier}".encode()).hexdigest()[:13]
    return int(digits, 16) < share * 16**13


def edits_in(connection: Connection, *reviews: str) -> list[Edit]:
    """The edits of these reviews, one review after the other, without those undone."""
    return [edit_of(row.edit) for row in corrections_in(connection, *reviews)]


def corrections_in(connection: Connection, *reviews: str) -> list[Row[Any]]:
    """The rows of those edits."""
    own = corrections.c.review.in_(reviews) & corrections.c.undone.is_(None)
    rows = connection.execute(sa.select(corrections).where(own)).all()
    return sorted(rows, key=lambda row: (reviews.index(row.review), row.number))


def trail(connection: Connection, review: Review) -> list[str]:
    """Ids of the reviews whose edits make up what is seen in this one, itself the last."""
    purposes = (KEPT, *FIRST) if review.purpose == ADJUDICATION else (KEPT,)
    before = found(
        connection, table.c.filing == review.filing, table.c.reading == review.reading,
        table.c.purpose.in_(purposes), table.c.state == FINISHED,
    )  # fmt: skip
    return [*(each.id for each in before), review.id]


def extraction_of(files: Files, filing: str, reading: int) -> Extraction:
    """What was read of a filing; raises FileMissing, DamagedResult."""
    raw = files.get(result_of(filing, reading, "result.json"))
    try:
        return from_json(json.loads(raw))
    except ValueError as error:
        raise DamagedResult("The result is no JSON.") from error


def current_of(
    connection: Connection, machine: Extraction, review: Review, more: Edit | None = None,
    by: str = "",
) -> Extraction:  # fmt: skip
    """What was read, with every edit of the review and those it goes on from, and one `more`."""
    *before, own = trail(connection, review)
    earlier, rows = corrections_in(connection, *before), corrections_in(connection, own)
    edits = [edit_of(row.edit) for row in earlier]
    if review.purpose == ADJUDICATION:
        edits += _lacking(connection, machine, review, edits)
    edits += [edit_of(row.edit) for row in rows]
    names = dict.fromkeys([*(row.name for row in (*earlier, *rows)), *([by] if more else [])])
    return applied(machine, [*edits, *([more] if more else [])], ", ".join(names))


def _lacking(
    connection: Connection, machine: Extraction, review: Review, edits: Sequence[Edit]
) -> list[Edit]:
    """Edits that add the rows which only the second of two reviews has, empty.

    Who decides between the two sees them so, and fills or deletes them.
    """
    seconds = found(connection, table.c.filing == review.filing, table.c.state == FINISHED,
                    table.c.reading == review.reading, table.c.purpose == SECOND)  # fmt: skip
    there = _rows_in(applied(machine, edits))
    rows = {row for each in seconds for row in _rows_in(current_of(connection, machine, each))}
    return [Edit(ADD, group=group, index=index) for group, index in sorted(rows - there)]


def _rows_in(extraction: Extraction) -> set[tuple[str, int]]:
    """Paths of groups, each with the number of a row that it has."""
    form = forms()[extraction.form]
    places = (form.locate(field.path) for field in extraction.fields)
    return {(at[0].path, at[1]) for at in places if at and at[0]}


def reviewers(connection: Connection, tenant: str) -> dict[str, bool]:
    """Ids of the tenant's living keys that may review, and whether they are an admin's."""
    own = (keys.c.tenant == tenant) & keys.c.revoked.is_(None)
    rows = connection.execute(sa.select(keys.c.id, keys.c.scopes).where(own))
    return {row.id: "admin" in row.scopes for row in rows
            if {"review", "admin"} & set(row.scopes)}  # fmt: skip


def may_have(caller: Caller, before: Collection[str], able: Mapping[str, bool]) -> bool:
    """Whether a review is for this caller, when these keys decided `before`.

    Nobody reviews twice, unless nobody else is able to: then an admin may, and where there is none
    everybody, or the filing would wait for ever.
    """
    if caller.key not in before:
        return True
    return not set(able) - set(before) and (caller.may("admin") or not any(able.values()))


def decided_before(connection: Connection, reviews: Iterable[Review]) -> dict[str, set[str]]:
    """Keys of who has reviewed the same reading before, by review; of first ones there are none."""
    later = [each for each in reviews if each.purpose in (SECOND, ADJUDICATION)]
    done = found(connection, table.c.filing.in_({each.filing for each in later}),
                 table.c.state == FINISHED, table.c.purpose.in_((*FIRST, SECOND)))  # fmt: skip
    who: dict[tuple[str, int], set[str]] = {}
    for each in done:
        who.setdefault((each.filing, each.reading), set()).add(each.reviewer or "")
    return {each.id: who.get((each.filing, each.reading), set()) for each in later}


def name_of(connection: Connection, key: str) -> str:
    """The name of a key; this machine's caller is called `local`."""
    return connection.scalar(sa.select(keys.c.name).where(keys.c.id == key)) or LOCAL.tenant


def is_printed(form: str, field: Field) -> bool:
    """Whether the field tells of the page: the others are filled in without it."""
    at = forms()[form].locate(field.path)
    return at is not None and at[2].source != FIXED


def is_shown(form: str, field: Field) -> bool:
    """Whether a reviewer sees the field: what is the same on every form nobody has to."""
    at = forms()[form].locate(field.path)
    return at is not None and (at[2].source != FIXED or at[2].reference is not None)


def forget(connection: Connection, filings: Sequence[str]) -> None:
    """Erase all that people said about filings, within the caller's transaction."""
    for each in (table, corrections, database.snippets):
        connection.execute(sa.delete(each).where(each.c.filing.in_(filings)))
