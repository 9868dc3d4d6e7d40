"""The queue of filings to review: the most valuable first, filtered, counted, timed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from models.errors import BadRequest
from service import database
from service.database import corrections, filings
from service.database import reviews as table
from service.edits import decided, edit_of
from service.keys import Caller
from service.review_plan import READABLE
from service.review_rows import (
    OPEN,
    Review,
    decided_before,
    may_have,
    name_of,
    review_of,
    reviewers,
)
from service.sent_back import reopenable

USUAL_SECONDS = 6.0
"""For a field, as long as nobody has decided any."""
LAST = 1_000
"""Edits of the tenant, the newest, whose median says how long a field takes."""


@dataclass(frozen=True)
class QueueFilters:
    """Which of the filings are shown; empty ones let everything through.

    `reason` is a code of those that fields in doubt have; `mine` are those the caller has open.
    """

    form: str = ""
    reason: str = ""
    batch: str = ""
    mine: bool = False


@dataclass(frozen=True)
class QueueItem:
    """A filing to review; nothing tells whether it is by chance, or for the second time.

    `fields` of it are left to decide, `errors` of all its fields are expected to be wrong. `holder`
    is the name of whoever has it open, or empty; `mine` whether that is the caller.
    """

    review: str
    filing: str
    name: str
    form: str
    received: datetime
    fields: int
    errors: float
    reasons: tuple[str, ...]
    priority: int
    holder: str
    mine: bool
    batch: str


@dataclass(frozen=True)
class QueueCounts:
    """Of all that the caller may review, whatever the filters; names to numbers in order of names.

    `sent_back` is how many filings somebody has sent back that the caller may reopen.
    """

    filings: int
    mine: int
    held: int
    sent_back: int
    forms: dict[str, int]
    reasons: dict[str, int]
    batches: dict[str, int]


@dataclass(frozen=True)
class QueuePage:
    """Some of the queue; `next` is the cursor of what follows, or empty.

    `seconds_left` is how long all that the filters let through will take one person.
    """

    items: list[QueueItem]
    counts: QueueCounts
    seconds_left: float
    next: str


Place = tuple[int, float, str, str]


@dataclass(frozen=True)
class Queue:
    """The open reviews of a database, as their reviewers see them."""

    engine: Engine

    def page(
        self, caller: Caller, filters: QueueFilters, cursor: str = "", limit: int = 50
    ) -> QueuePage:
        """What the caller may review, the most valuable first; raises BadRequest."""
        after = _place_of(cursor) if cursor else None
        with self.engine.connect() as connection:
            every = self._items(connection, caller)
            sent_back = len(reopenable(connection, caller))
            pace = seconds_each(connection, caller.tenant)
        kept = [item for item in every if _lets(filters, item)]
        rest = [item for item in kept if after is None or _place(item) > after]
        more = _cursor_of(rest[limit - 1]) if len(rest) > limit else ""
        left = sum(item.fields for item in kept) * pace
        return QueuePage(rest[:limit], _counted(every, sent_back), round(left, 1), more)

    def _items(self, connection: Connection, caller: Caller) -> list[QueueItem]:
        """All that the caller may review, in order."""
        query = sa.select(
            table, filings.c.name, filings.c.form, filings.c.received, filings.c.batch
        ).where(
            table.c.tenant == caller.tenant, table.c.state == OPEN,
            filings.c.id == table.c.filing, filings.c.state.in_(READABLE),
        )  # fmt: skip
        rows = connection.execute(query).all()
        reviews = [review_of(row) for row in rows]
        before = decided_before(connection, reviews)
        able = reviewers(connection, caller.tenant)
        left = _left(connection, reviews)
        names = {each: name_of(connection, each) for each in {each.holder for each in reviews}
                 if each is not None}  # fmt: skip
        at = database.now()
        items = [
            _item(row, review, left[review.id], caller, names.get(review.holder or "", ""), at)
            for row, review in zip(rows, reviews, strict=True)
            if may_have(caller, before.get(review.id, ()), able)
        ]
        return sorted(items, key=_place)


def seconds_each(connection: Connection, tenant: str) -> float:
    """How long a field takes: the median of the tenant's newest edits."""
    own = (corrections.c.tenant == tenant) & (corrections.c.seconds > 0)
    newest = sa.select(corrections.c.seconds).where(own).order_by(corrections.c.at.desc())
    spent = connection.scalars(newest.limit(LAST)).all()
    return median(spent) if spent else USUAL_SECONDS


def _item(
    row: Row[Any], review: Review, left: int, caller: Caller, holder: str, at: datetime
) -> QueueItem:
    held = review.held(at)
    return QueueItem(
        review.id, review.filing, row.name, row.form, row.received, left, review.errors,
        review.reasons, review.priority, holder if held else "",
        held and review.holder == caller.key, row.batch,
    )  # fmt: skip


def _left(connection: Connection, reviews: Sequence[Review]) -> dict[str, int]:
    """How many fields of each review nobody has decided yet."""
    query = sa.select(corrections.c.review, corrections.c.edit).where(
        corrections.c.undone.is_(None),
        corrections.c.review.in_([each.id for each in reviews if each.started]),
    ).order_by(corrections.c.number)  # fmt: skip
    edits: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        edits.setdefault(row.review, []).append(edit_of(row.edit))
    return {each.id: len(set(each.fields) - decided(edits.get(each.id, []))) for each in reviews}


def _lets(filters: QueueFilters, item: QueueItem) -> bool:
    return (
        filters.form in ("", item.form)
        and filters.batch in ("", item.batch)
        and (not filters.reason or filters.reason in item.reasons)
        and (item.mine or not filters.mine)
    )


def _counted(items: Sequence[QueueItem], sent_back: int) -> QueueCounts:
    return QueueCounts(
        filings=len(items),
        mine=sum(item.mine for item in items),
        held=sum(bool(item.holder) and not item.mine for item in items),
        sent_back=sent_back,
        forms=_numbers(item.form for item in items),
        reasons=_numbers(reason for item in items for reason in item.reasons),
        batches=_numbers(item.batch for item in items if item.batch),
    )


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _place(item: QueueItem) -> Place:
    """Where in the queue: by priority, expected errors, age."""
    return -item.priority, -item.errors, item.received.isoformat(), item.review


def _cursor_of(item: QueueItem) -> str:
    return urlsafe_b64encode(json.dumps(_place(item)).encode()).decode()


def _place_of(cursor: str) -> Place:
    """The place that a cursor stands for; raises BadRequest."""
    try:
        priority, errors, received, review = json.loads(urlsafe_b64decode(cursor.encode()))
        return int(priority), float(errors), str(received), str(review)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadRequest("The cursor is none that the queue gave.") from error
