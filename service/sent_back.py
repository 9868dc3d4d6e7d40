"""Filings that a reviewer could not review and sent back, with what he said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from service.database import filings, reviews
from service.keys import Caller
from service.review_plan import READABLE
from service.review_rows import (
    OPEN,
    SENT_BACK,
    Review,
    decided_before,
    may_have,
    review_of,
    reviewers,
)

MOST = 100


@dataclass(frozen=True)
class SentBack:
    """One of them: who sent it back, when, and why."""

    filing: str
    name: str
    form: str
    reviewer: str
    finished: datetime
    comment: str


def sent_back(engine: Engine, caller: Caller) -> list[SentBack]:
    """Those that the caller may reopen, the newest first."""
    with engine.connect() as connection:
        ids = [each.id for each in reopenable(connection, caller)]
        query = (
            sa.select(filings.c.id, filings.c.name, filings.c.form, reviews.c.reviewer_name,
                      reviews.c.finished, reviews.c.comment)
            .where(filings.c.id == reviews.c.filing, reviews.c.id.in_(ids))
            .order_by(reviews.c.finished.desc(), filings.c.id)
            .limit(MOST)
        )  # fmt: skip
        return [SentBack(*row) for row in connection.execute(query)]


def reopenable(connection: Connection, caller: Caller) -> list[Review]:
    """Reviews sent back that nobody has reopened, of filings that nobody has had read again.

    Not those that the caller may not have: a second review shows the first one's reviewer nothing.
    """
    again = reviews.alias()
    reopened = sa.exists().where(again.c.filing == filings.c.id, again.c.state == OPEN)
    query = sa.select(reviews).where(
        filings.c.id == reviews.c.filing, filings.c.reading == reviews.c.reading,
        filings.c.tenant == caller.tenant, filings.c.state.in_(READABLE),
        reviews.c.state == SENT_BACK, ~reopened,
    )  # fmt: skip
    every = [review_of(row) for row in connection.execute(query)]
    before, able = decided_before(connection, every), reviewers(connection, caller.tenant)
    return [each for each in every if may_have(caller, before.get(each.id, ()), able)]
