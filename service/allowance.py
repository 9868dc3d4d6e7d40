"""What a key may take: requests a minute, in this process, and pages a day, in the database."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from models.errors import QuotaExceeded, TooManyRequests
from service.database import now, usage
from service.keys import Caller
from service.settings import Settings

MINUTE = 60.0
INSERTS: dict[str, type[sqlite.Insert] | type[postgresql.Insert]] = {
    "sqlite": sqlite.Insert,
    "postgresql": postgresql.Insert,
}
"""By dialect: both know ON CONFLICT, which the common one does not."""


class Pace:
    """The requests of each key in the last minute; each API process counts for itself.

    The clock never goes back, whatever happens to the time of day.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._moments: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def spend_request(self, caller: Caller, settings: Settings) -> None:
        """Count one request; raises TooManyRequests, and what is refused is not counted."""
        limit = _limit(caller, caller.requests_per_minute, settings.requests_per_minute)
        if not limit:
            return
        with self._lock:
            moment = self._clock()
            moments = self._moments[caller.key]
            while moments and moments[0] <= moment - MINUTE:
                moments.popleft()
            if len(moments) < limit:
                moments.append(moment)
                return
            wait = moments[-limit] + MINUTE - moment
        raise TooManyRequests(f"The key may make {limit:,} requests a minute.", wait)


def spend_pages(engine: Engine, caller: Caller, pages: int, settings: Settings) -> None:
    """Count pages of today, in UTC; raises QuotaExceeded, and what is refused is not counted."""
    limit = _limit(caller, caller.pages_per_day, settings.pages_per_day)
    if not limit:
        return
    with engine.begin() as connection:
        fits = pages <= limit and _added(connection, caller.key, pages, limit)
    if not fits:
        raise QuotaExceeded(
            f"The key may send {limit:,} pages a day; these {pages:,} are too many for today.",
            _seconds_to_midnight(),
        )


def charge_pages(connection: Connection, key: str, pages: int) -> None:
    """Count pages that were read, within the caller's transaction, whatever the limit is.

    How many a document has is known only when it was opened; what it has too many is missing
    from the rest of the day.
    """
    if key and pages:
        _added(connection, key, pages, None)


def _limit(caller: Caller, own: int | None, setting: int) -> int:
    """The number that holds for the caller; 0 is without end."""
    if not caller.key:
        return 0
    return setting if own is None else own


def _added(connection: Connection, key: str, pages: int, limit: int | None) -> bool:
    """Whether today's pages stay below the limit and are counted, in one statement for all."""
    row = {"key": key, "period": now().date().isoformat(), "count": pages}
    first = INSERTS[connection.dialect.name](usage).values(row)
    total = usage.c.count + first.excluded.count
    statement = first.on_conflict_do_update(
        index_elements=[usage.c.key, usage.c.period],
        set_={"count": total},
        where=None if limit is None else total <= limit,
    )
    return connection.execute(statement.returning(usage.c.count)).first() is not None


def _seconds_to_midnight() -> float:
    moment = now()
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - moment).total_seconds()
