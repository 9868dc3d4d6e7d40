"""What a key may take: requests a minute and pages a day, of all API processes together.

Pages are counted in the database one by one. Requests are too many for that: each process counts
its own, and tells the others in the database, at most `TELLINGS` times a minute for each key.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from models.errors import QuotaExceeded, TooManyRequests
from service.database import now, usage
from service.keys import Caller
from service.settings import Settings

MINUTE = 60.0
SLOT = 10
"""Seconds of the day under one number: others' requests are forgotten after 60 to 70 seconds."""
TELLINGS = 60
"""A process tells the others when it has had this part of the requests that a key may make."""
LOOK_SECONDS = 1.0
"""It looks at theirs when it tells, when it has not for so long, and when few are left."""
FEW = 5
ALONE_SECONDS = 5.0
"""When the database did not answer, it is left alone for so long."""
HURRY_MILLISECONDS = 250
"""SQLite waits so long for its lock when requests are told."""
INSERTS: dict[str, type[sqlite.Insert] | type[postgresql.Insert]] = {
    "sqlite": sqlite.Insert,
    "postgresql": postgresql.Insert,
}
"""By dialect: both know ON CONFLICT, which the common one does not."""

logger = logging.getLogger("filingscan.allowance")


@dataclass
class Own:
    """The requests of a key as one process knows them.

    `told` are its own by the slot under which the others see them, `untold` those they do not see;
    `others` is how many the others had within the last minute, as of `looked`.
    """

    moments: deque[float] = field(default_factory=deque)
    told: Counter[str] = field(default_factory=Counter)
    untold: int = 0
    others: int = 0
    looked: float = -MINUTE
    alone: float = -MINUTE
    """Until when nothing is exchanged, because the database did not answer."""

    def forget(self, before: float) -> None:
        """Leave out the requests made until then."""
        while self.moments and self.moments[0] <= before:
            self.moments.popleft()
        self.untold = min(self.untold, len(self.moments))


class Pace:
    """The requests of each key in the last minute.

    Within a process none is too many, and its clock never goes back, whatever happens to the time
    of day. Of those that other processes answer, this one sees all but each one's last sixtieth.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._keys: dict[str, Own] = {}
        self._lock = Lock()

    def spend_request(self, caller: Caller, settings: Settings) -> None:
        """Count one request; raises TooManyRequests, and what is refused is not counted."""
        limit = _limit(caller, caller.requests_per_minute, settings.requests_per_minute)
        if not limit:
            return
        with self._lock:
            own = self._keys.setdefault(caller.key, Own())
            look = self._must_look(own, limit)
        if look:
            self._exchange(caller.key, own, 0)
        with self._lock:
            wait = self._wait(own, limit)
            due = own.untold * TELLINGS >= limit and self._clock() >= own.alone
            tell = due and not wait
            if tell:
                count, own.untold = own.untold, 0
        if wait:
            raise TooManyRequests(f"The key may make {limit:,} requests a minute.", wait)
        if tell:
            self._exchange(caller.key, own, count)

    def _must_look(self, own: Own, limit: int) -> bool:
        """Whether this request is one before which the others' are looked at."""
        moment = self._clock()
        own.forget(moment - MINUTE)
        if moment < own.alone:
            return False
        left = limit - own.others - len(own.moments)
        look = 0 < left <= max(limit // 10, FEW) or moment - own.looked >= LOOK_SECONDS
        own.looked = moment if look else own.looked
        return look

    def _wait(self, own: Own, limit: int) -> float:
        """Seconds until the request may be made; 0 for now, and then it is counted."""
        moment, room = self._clock(), limit - own.others
        if len(own.moments) < room:
            own.moments.append(moment)
            own.untold += 1
            return 0.0
        # Where the others leave nothing, a place is free when one of theirs is forgotten.
        return own.moments[-room] + MINUTE - moment if room > 0 else float(SLOT)

    def _exchange(self, key: str, own: Own, count: int) -> None:
        """Tell the others of so many requests more, and see theirs."""
        slot = _slot(0)
        try:
            with _hurried(self._engine) if count else self._engine.connect() as connection:
                if count:
                    _add(connection, key, slot, count)
                rows = _counts_since(connection, key, _slot(MINUTE))
        except SQLAlchemyError as error:  # keeps no request out: each process counts its own
            logger.warning("requests of key %s are not exchanged: %s", key, error)
            with self._lock:
                own.untold += count
                own.alone = self._clock() + ALONE_SECONDS
            return
        with self._lock:
            own.told[slot] += count
            own.told = Counter({each: own.told[each] for each in rows})
            own.others = max(sum(rows.values()) - own.told.total(), 0)


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
    return _add(connection, key, now().date().isoformat(), pages, limit)


def _add(
    connection: Connection, key: str, period: str, count: int, limit: int | None = None
) -> bool:
    """Whether the period's number stays below the limit and is so much higher now."""
    row = {"key": key, "period": period, "count": count}
    first = INSERTS[connection.dialect.name](usage).values(row)
    total = usage.c.count + first.excluded.count
    statement = first.on_conflict_do_update(
        index_elements=[usage.c.key, usage.c.period],
        set_={"count": total},
        where=None if limit is None else total <= limit,
    )
    return connection.execute(statement.returning(usage.c.count)).first() is not None


def _counts_since(connection: Connection, key: str, oldest: str) -> dict[str, int]:
    """Requests of a key by slot, from this slot on."""
    recent = (usage.c.key == key) & (usage.c.period >= oldest) & usage.c.period.contains("T")
    rows = connection.execute(sa.select(usage.c.period, usage.c.count).where(recent))
    return {row[0]: row[1] for row in rows}


def _slot(ago: float) -> str:
    """The slot of this moment, or of so many seconds ago: `2026-11-29T10:41:30`."""
    moment = now() - timedelta(seconds=ago)
    return f"{moment:%Y-%m-%dT%H:%M}:{moment.second // SLOT * SLOT:02}"


@contextmanager
def _hurried(engine: Engine) -> Iterator[Connection]:
    """A transaction that SQLite's lock does not hold up for long; Postgres locks a row only."""
    with engine.connect() as connection:
        hurry = connection.dialect.name == "sqlite"
        if hurry:
            (patience,) = connection.exec_driver_sql("PRAGMA busy_timeout").one()
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {HURRY_MILLISECONDS}")
        try:
            yield connection
            connection.commit()
        finally:
            if hurry:
                connection.rollback()
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")


def _seconds_to_midnight() -> float:
    moment = now()
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - moment).total_seconds()
