"""What follows when a review is finished: a second one, a decision between two, or the end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from models.errors import ReviewNotFound
from models.export import to_csv, to_json, to_xml
from models.extraction import Extraction, Field
from models.values import equal
from service import database, webhooks
from service.database import filings
from service.database import reviews as table
from service.filings import ERASED, new_id
from service.intake import result_of
from service.review_rows import (
    ADJUDICATION,
    FINISHED,
    FIRST,
    OPEN,
    SECOND,
    Review,
    add,
    by_chance,
    current_of,
    extraction_of,
    found,
    is_shown,
    reviewers,
)
from service.storage import Files

OVER = "The filing was read again meanwhile, or erased."


def locked(connection: Connection, review: Review) -> Row[Any]:
    """The filing of a review, held until the transaction ends; raises ReviewNotFound.

    Whoever changes reviews together with their filing takes the filing first, as reading does.
    """
    own = (filings.c.id == review.filing) & (filings.c.reading == review.reading)
    # An update, for SQLite locks nothing for a query.
    hold = sa.update(filings).where(own, filings.c.state != ERASED)
    if not connection.execute(hold.values(reading=filings.c.reading)).rowcount:
        raise ReviewNotFound(OVER)
    return connection.execute(sa.select(filings).where(own)).one()


def go_on(
    connection: Connection, files: Files, filing: Row[Any], review: Review, second_share: float
) -> None:
    """Do what follows from a review that was just finished, within the caller's transaction."""
    machine = extraction_of(files, review.filing, review.reading)
    if review.purpose == SECOND:
        (first,) = found(connection, table.c.filing == review.filing, table.c.state == FINISHED,
                         table.c.reading == review.reading, table.c.purpose.in_(FIRST))  # fmt: skip
        judge = replace(review, id="", purpose=ADJUDICATION)
        said = (current_of(connection, machine, each) for each in (first, review, judge))
        differing = _differing(*said)
        if differing:
            errors = float(len(differing))
            _follow(connection, review, ADJUDICATION, fields=differing, errors=errors)
            return
        review = first
    elif _needs_second(connection, review, second_share):
        _follow(connection, review, SECOND)
        return
    settle(connection, files, filing, current_of(connection, machine, review))
    announce(connection, filing.id)


def _needs_second(connection: Connection, review: Review, share: float) -> bool:
    """Whether somebody else is to review it too; where nobody can, it must not wait for ever."""
    # By an id of its own: that of the review, which its reviewer has, would tell him.
    chosen = review.purpose in FIRST and by_chance(new_id(), SECOND, share)
    return chosen and bool(set(reviewers(connection, review.tenant)) - {review.reviewer})


def _differing(
    ours: Extraction, theirs: Extraction, all_rows: Extraction
) -> tuple[str, ...]:  # fmt: skip
    """Ids of the fields about which two reviews do not agree; `all_rows` has the rows of both.

    Fields are known by their paths: rows that were added have ids of each review's own.
    """
    one, other = ({field.path: field for field in each.fields} for each in (ours, theirs))
    return tuple(field.id for field in all_rows.fields
                 if is_shown(all_rows.form, field)
                 and not _same(one.get(field.path), other.get(field.path)))  # fmt: skip


def _same(one: Field | None, other: Field | None) -> bool:
    """Whether two reviews have made the same of a field; one whose row is not there is None."""
    if one is None or other is None:
        return one is other
    links = [{link.id for link in each.footnotes} for each in (one, other)]
    return (
        one.path == other.path
        and one.state == other.state
        and equal(one.kind, one.value, other.value)
        and links[0] == links[1]
    )


def _follow(connection: Connection, review: Review, purpose: str, **changed: Any) -> None:
    """Enter the review that comes after this one."""
    add(connection, replace(
        review, id=new_id(), purpose=purpose, state=OPEN,
        created=database.now(), started=None, finished=None, holder=None, lease=None,
        reviewer=None, reviewer_name="", seconds=0.0, comment="", **changed,
    ))  # fmt: skip


def settle(connection: Connection, files: Files, filing: Row[Any], edited: Extraction) -> None:
    """Keep what people made of a filing beside what was read; from now on it is served."""
    # Should the files be kept and the row not, nobody looks for them.
    edited = replace(edited, review=False)
    keep(files, filing, edited)
    own = sa.update(filings).where(filings.c.id == filing.id)
    values = {"reviewed": database.now(), "review": False, "confidence": edited.confidence}
    connection.execute(own.values(**values))


def keep(files: Files, filing: Row[Any], edited: Extraction) -> None:
    """Write what people made of a filing, in each of its formats."""
    for kind, data in (
        ("reviewed.xml", to_xml(edited)),
        ("reviewed.csv", to_csv([(filing.name, edited)]).encode()),
        ("reviewed.json", json.dumps(to_json(edited, words=True)).encode()),
    ):
        files.put(result_of(filing.id, filing.reading, kind), data)


def announce(connection: Connection, identifier: str) -> None:
    """The webhook about a filing that was reviewed, to where the document's caller asked for it."""
    row = connection.execute(sa.select(filings).where(filings.c.id == identifier)).one()
    query = sa.select(filings.c.callback_url).where(filings.c.id == row.part_of)
    if url := row.callback_url or connection.scalar(query):
        webhooks.announce(connection, row.tenant, row.id, webhooks.EVENTS["reviewed"], url,
                          webhooks.payload_of(row) | {"parts": []})  # fmt: skip
