"""Filings that a reviewer could not review and sent back, with what he said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from service.database import filings, reviews
from service.review_plan import READABLE
from service.review_rows import OPEN, SENT_BACK

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


def sent_back(engine: Engine, tenant: str) -> list[SentBack]:
    """Those of a tenant that nobody has reopened or had read again, the newest first."""
    again = reviews.alias()
    reopened = sa.exists().where(again.c.filing == filings.c.id, again.c.state == OPEN)
    query = (
        sa.select(filings.c.id, filings.c.name, filings.c.form, reviews.c.reviewer_name,
                  reviews.c.finished, reviews.c.comment)
        .where(filings.c.id == reviews.c.filing, filings.c.reading == reviews.c.reading,
               filings.c.tenant == tenant, filings.c.state.in_(READABLE),
               reviews.c.state == SENT_BACK, ~reopened)
        .order_by(reviews.c.finished.desc(), filings.c.id)
        .limit(MOST)
    )  # fmt: skip
    with engine.connect() as connection:
        return [SentBack(*row) for row in connection.execute(query)]
