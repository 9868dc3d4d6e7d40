"""What is measured, for Prometheus.

HTTP requests are counted by the process that answers them. What concerns filings is counted in the
database when it is asked for: workers are other processes, perhaps on other machines, and every
process that serves /metrics says the same of them. Those numbers are of the filings that are kept,
and fall when some are erased. To count all of them takes the longer the more there are (half a
second for 200,000): what was counted is told again until counting may be done anew. What waits is
found by an index, and counted every time.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from service.database import filings, now, workers
from service.filings import QUEUED, STATES, WAITING
from service.review_metrics import review_metrics

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STAGES = ("open", "read")
"""Of reading a filing: the keys of the column `seconds`."""
HTTP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
FILING_SECONDS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)
SHARE = 0.05
"""Of its time a process counts filings for no more than this, however often it is asked."""
CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)

logger = logging.getLogger("filingscan.metrics")

Row = sa.RowMapping


class Metrics:
    """The numbers of one app; `lease` is how long (seconds) a worker counts as alive."""

    def __init__(
        self, engine: Engine, lease: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "filingscan_http_requests", "HTTP requests answered by this process.",
            ("method", "route", "status"), registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "filingscan_http_request_seconds", "Time from a request to the end of its answer.",
            ("method", "route"), buckets=HTTP_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.registry.register(FilingsCollector(engine, lease, clock))
        ProcessCollector(registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an HTTP request by its route's template."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def exposition(self) -> bytes:
        """Everything measured, in Prometheus' text format."""
        return generate_latest(self.registry)


@dataclass(frozen=True)
class Buckets:
    """A histogram that the database counts: how many values are at or below each bound."""

    name: str
    value: sa.ColumnElement[Any]
    bounds: Sequence[float]

    def columns(self) -> list[sa.Label[Any]]:
        """To be selected: one count for each bound, the count of all, their sum."""
        below = [sa.func.sum(sa.case((self.value <= bound, 1), else_=0)) for bound in self.bounds]
        every = [*below, sa.func.count(self.value), sa.func.sum(self.value)]
        return [column.label(f"{self.name}_{place}") for place, column in enumerate(every)]

    def add_to(
        self, family: HistogramMetricFamily, labels: Sequence[str], groups: Sequence[Row]
    ) -> None:
        """The groups' numbers together, as one histogram of the family."""
        places = range(len(self.bounds) + 2)
        totals = [_total(groups, f"{self.name}_{place}") for place in places]
        marks = [*(str(bound) for bound in self.bounds), "+Inf"]
        family.add_metric(labels, list(zip(marks, totals, strict=False)), totals[-1])


class FilingsCollector(Collector):
    """Filings, queue, workers and reviews as the database has them, in four queries."""

    def __init__(self, engine: Engine, lease: float, clock: Callable[[], float]) -> None:
        self.engine, self.lease, self._clock = engine, lease, clock
        self._lock = Lock()
        self._counted: Sequence[Row] = ()
        self._due = -math.inf
        rows = _rows(engine)
        self.confidence = Buckets("confidence", rows.c.confidence, CONFIDENCES)
        self.taken = Buckets("taken", rows.c.taken, FILING_SECONDS)
        self.stages = {stage: Buckets(stage, rows.c[stage], FILING_SECONDS) for stage in STAGES}
        buckets = (self.confidence, self.taken, *self.stages.values())
        self.query = sa.select(
            rows.c.state,
            rows.c.code,
            sa.func.count().label("count"),
            sa.func.sum(rows.c.pages).label("pages"),
            sa.func.count(rows.c.review).label("judged"),
            sa.func.sum(sa.case((rows.c.review.is_(True), 1), else_=0)).label("review"),
            *(column for each in buckets for column in each.columns()),
        ).group_by(rows.c.state, rows.c.code)

    def collect(self) -> Iterator[Metric]:
        """Every number; when the database is out of reach, only that it is."""
        up = GaugeMetricFamily("filingscan_database_up", "Whether the database answers.")
        try:
            with self.engine.connect() as connection:
                groups, waiting = self._groups(connection), _waiting(connection)
                living = alive(connection, self.lease)
                reviews = review_metrics(connection)
        except SQLAlchemyError as error:
            logger.error("the database does not answer", exc_info=error)
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield from _counts(groups, waiting)
        yield GaugeMetricFamily(
            "filingscan_queue_oldest_seconds", "How long the oldest queued filing waits.",
            _longest(waiting),
        )  # fmt: skip
        yield GaugeMetricFamily("filingscan_workers_alive", "Workers with a recent beat.", living)
        yield from self._histograms(groups)
        yield from reviews

    def _groups(self, connection: Connection) -> Sequence[Row]:
        """Every filing counted, by state and code; anew only when the share of time allows it."""
        # One counts; others need not wait for it when there is something to tell.
        if self._clock() >= self._due and self._lock.acquire(blocking=self._due == -math.inf):
            try:
                self._count(connection)
            finally:
                self._lock.release()
        return self._counted

    def _count(self, connection: Connection) -> None:
        began = self._clock()
        if began < self._due:  # another has counted meanwhile
            return
        self._counted = connection.execute(self.query).mappings().all()
        ended = self._clock()
        self._due = ended + (ended - began) / SHARE

    def _histograms(self, groups: Sequence[Row]) -> Iterator[Metric]:
        taken = HistogramMetricFamily(
            "filingscan_filing_seconds", "Time from receiving a filing to its end.", labels=()
        )
        self.taken.add_to(taken, (), groups)
        yield taken
        stages = HistogramMetricFamily(
            "filingscan_stage_seconds", "Time that a stage of reading took.", labels=("stage",)
        )
        for stage, buckets in self.stages.items():
            buckets.add_to(stages, (stage,), groups)
        yield stages
        confidence = HistogramMetricFamily(
            "filingscan_filing_confidence", "Confidence of filings as a whole.", labels=()
        )
        self.confidence.add_to(confidence, (), groups)
        yield confidence


def _waiting(connection: Connection) -> dict[str, Row]:
    """By state: how many filings wait now, and since when the oldest that was never read."""
    table, new = filings, filings.c.reading == 0
    query = sa.select(
        table.c.state,
        sa.func.count().label("count"),
        sa.func.min(sa.case((new, table.c.received))).label("oldest"),
    ).where(table.c.state.in_(WAITING))
    rows = connection.execute(query.group_by(table.c.state)).mappings()
    return {row["state"]: row for row in rows}


def _longest(waiting: Mapping[str, Row]) -> float:
    """Seconds that the oldest queued filing waits."""
    oldest = waiting[QUEUED]["oldest"] if QUEUED in waiting else None
    return max((now() - oldest).total_seconds(), 0.0) if oldest else 0.0


def _counts(groups: Sequence[Row], waiting: Mapping[str, Row]) -> Iterator[Metric]:
    """Filings by state and code of their error, pages, and the share of filings to review."""
    kept = GaugeMetricFamily(
        "filingscan_filings", "Filings by state and code of their error.",
        labels=("state", "error"),
    )  # fmt: skip
    counts = dict.fromkeys(((state, "") for state in STATES), 0)
    counts |= {(group["state"], group["code"] or ""): group["count"] for group in groups}
    counts |= {(state, ""): waiting[state]["count"] if state in waiting else 0 for state in WAITING}
    for labels, count in counts.items():
        kept.add_metric(labels, count)
    yield kept
    queued = counts[QUEUED, ""]
    yield GaugeMetricFamily("filingscan_queue_depth", "Filings that no worker has begun.", queued)
    pages = _total(groups, "pages")
    yield GaugeMetricFamily("filingscan_pages_read", "Pages of the filings.", pages)
    ratio = GaugeMetricFamily(
        "filingscan_review_ratio", "Share of the filings read that a person must look at."
    )
    if judged := _total(groups, "judged"):
        ratio.add_metric((), _total(groups, "review") / judged)
    yield ratio


def _total(groups: Sequence[Row], name: str) -> float:
    return float(sum(group[name] or 0 for group in groups))


def _rows(engine: Engine) -> sa.CTE:
    """What is counted of each filing, worked out once and not for every bound it is held against.

    Parts of a document were received, opened and read with the whole; a filing that was read again
    may have been received long before.
    """
    whole = filings.c.part_of == ""
    once = whole & (filings.c.reading <= 1)
    return (
        sa.select(
            filings.c.state,
            filings.c.error["code"].as_string().label("code"),
            filings.c.review,
            filings.c.confidence,
            sa.case((whole, filings.c.pages_done), else_=0).label("pages"),
            sa.case((once, _taken(engine))).label("taken"),
            *(sa.case((whole, filings.c.seconds[stage].as_float())).label(stage)
              for stage in STAGES),
        )
        .cte("counted")
        .prefix_with("MATERIALIZED")
    )  # fmt: skip


def _taken(engine: Engine) -> sa.ColumnElement[Any]:
    """Seconds from receiving a filing to its end; null before it."""
    if engine.dialect.name == "sqlite":
        days = sa.func.julianday(filings.c.finished) - sa.func.julianday(filings.c.received)
        return days * 86_400.0
    return sa.extract("epoch", filings.c.finished) - sa.extract("epoch", filings.c.received)


def alive(connection: Connection, lease: float) -> int:
    """Workers whose last beat is no more than `lease` seconds old, by their own clocks."""
    recent = workers.c.beat > now() - timedelta(seconds=lease)
    return connection.scalar(sa.select(sa.func.count()).where(recent)) or 0
