"""Reviews in numbers, for Prometheus."""

from __future__ import annotations

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.engine import Connection

from service import database
from service.database import reviews as table
from service.review_rows import ADJUDICATION, AUDIT, DOUBT, FINISHED, OPEN, SECOND, SENT_BACK

PURPOSES = (DOUBT, AUDIT, SECOND, ADJUDICATION)
SHOWN = (OPEN, FINISHED, SENT_BACK)


def review_metrics(connection: Connection) -> list[Metric]:
    """Reviews by purpose and state, and how long the oldest open one waits."""
    kept = GaugeMetricFamily(
        "filingscan_reviews", "Reviews by purpose and state.", labels=("purpose", "state")
    )
    query = sa.select(
        table.c.purpose, table.c.state, sa.func.count().label("number"),
        sa.func.min(table.c.created).label("first"),
    ).group_by(table.c.purpose, table.c.state)  # fmt: skip
    rows = connection.execute(query).all()
    counts = {(row.purpose, row.state): float(row.number) for row in rows}
    for purpose in PURPOSES:
        for state in SHOWN:
            kept.add_metric((purpose, state), counts.get((purpose, state), 0.0))
    at = database.now()
    waits = [(at - row.first).total_seconds() for row in rows if row.state == OPEN]
    oldest = GaugeMetricFamily(
        "filingscan_review_oldest_seconds", "How long the oldest open review waits.",
        max(waits, default=0.0),
    )  # fmt: skip
    return [kept, oldest]
