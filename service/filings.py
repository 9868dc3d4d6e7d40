"""The filings of the service: rows of one table, each in a state that only moves forward."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from models.errors import BadRequest, FilingNotFound
from service import database
from service.database import filings as table
from service.problems import Problem

QUEUED, PROCESSING = "queued", "processing"
DONE, PARTIAL, FAILED, SPLIT = "done", "partial", "failed", "split"
STATES = (QUEUED, PROCESSING, DONE, PARTIAL, FAILED, SPLIT)
WAITING = (QUEUED, PROCESSING)
ENDED = (DONE, PARTIAL, FAILED, SPLIT)
MOST_LISTED = 200
ERASED = "erased"
"""Of a filing whose files are about to go; no caller sees it."""
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Record:
    """A filing as the service knows it; times are aware.

    A document that holds several filings is `split`; each of them is `part_of` it. `partial` is a
    filing with a page that could not be read. `reading` counts the times it was read to an end.
    """

    id: str
    tenant: str
    name: str
    sha256: str
    bytes: int
    received: datetime
    precision: float
    state: str = QUEUED
    finished: datetime | None = None
    form: str = ""
    form_hint: str = ""
    first_page: int = 1
    last_page: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    callback_url: str = ""
    pages_total: int = 0
    pages_done: int = 0
    confidence: float | None = None
    review: bool | None = None
    models: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    error: Problem | None = None
    attempts: int = 0
    reading: int = 0
    part_of: str = ""
    part: int = 0
    batch: str = ""
    batch_number: int = 0
    key: str = ""
    idempotency_key: str | None = None
    priority: int = 0
    roles: dict[str, str] = field(default_factory=dict)
    reviewed: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it by itself."""
        return self.state in ENDED


COLUMNS = tuple(each.name for each in fields(Record))


def new_id() -> str:
    """An id nobody can guess."""
    return secrets.token_hex(16)


def part_id(whole: str, number: int) -> str:
    """The id of a document's part, the same however often the document is read."""
    return uuid.uuid5(uuid.UUID(whole), str(number)).hex


@dataclass(frozen=True)
class Filters:
    """Which filings are listed; empty ones let everything through."""

    state: Sequence[str] = ()
    form: str = ""
    review: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    batch: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class Filings:
    """Reading and writing the table of filings; a tenant sees its own only."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def record(self, identifier: str, tenant: str | None = None) -> Record:
        """The filing of this id, of this tenant if one is named; raises FilingNotFound."""
        # Postgres would choke on some of what may stand in an address.
        if not ID.fullmatch(identifier):
            raise FilingNotFound()
        query = sa.select(table).where(table.c.id == identifier, table.c.state != ERASED)
        if tenant is not None:
            query = query.where(table.c.tenant == tenant)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise FilingNotFound()
        return _record(row)

    def is_there(self, identifier: str) -> bool:
        """Whether the filing is on record, and not being erased."""
        query = sa.select(table.c.id).where(table.c.id == identifier, table.c.state != ERASED)
        with self.engine.connect() as connection:
            return connection.execute(query).one_or_none() is not None

    def readings(self, identifier: str) -> int:
        """How often a filing was read to an end; 0 for one that is not there."""
        query = sa.select(table.c.reading).where(table.c.id == identifier)
        with self.engine.connect() as connection:
            return connection.scalar(query) or 0

    def parts(self, identifier: str) -> tuple[str, ...]:
        """Ids of the filings of a document, in its order."""
        own = (table.c.part_of == identifier, table.c.state != ERASED)
        query = sa.select(table.c.id).where(*own).order_by(table.c.part)
        with self.engine.connect() as connection:
            return tuple(connection.scalars(query))

    def of_key(self, tenant: str, key: str) -> Record | None:
        """The filing that was sent with this idempotency key."""
        query = sa.select(table).where(table.c.tenant == tenant, table.c.idempotency_key == key)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return _record(row) if row else None

    def waiting(self) -> int:
        """Filings of all tenants that are not read yet."""
        query = sa.select(sa.func.count()).where(table.c.state.in_(WAITING))
        with self.engine.connect() as connection:
            return connection.scalar(query) or 0

    def waiting_ids(self) -> list[str]:
        """Ids of those filings."""
        query = sa.select(table.c.id).where(table.c.state.in_(WAITING))
        with self.engine.connect() as connection:
            return list(connection.scalars(query))

    def listed(
        self, tenant: str, filters: Filters, cursor: str = "", limit: int = 50
    ) -> tuple[list[Record], str]:
        """A page of filings, newest first, and the cursor of the next or empty."""
        query = sa.select(table).where(
            table.c.tenant == tenant, table.c.state != ERASED, *_conditions(filters, self.engine)
        )
        query = newest_first(query, table.c.received, table.c.id, cursor).limit(limit + 1)
        with self.engine.connect() as connection:
            found = [_record(row) for row in connection.execute(query)]
        found, more = found[:limit], len(found) > limit
        return found, cursor_of(found[-1].received, found[-1].id) if more else ""

    def progress(self, identifier: str, done: int, total: int) -> None:
        """How many of its pages are read."""
        self._change(identifier, (PROCESSING,), pages_done=done, pages_total=total)

    def begin(self, identifier: str) -> Record | None:
        """The filing, now being read and once more begun; None when it has ended or is gone."""
        if not self._change(identifier, WAITING, state=PROCESSING, attempts=table.c.attempts + 1):
            return None
        return self.record(identifier)

    def excuse(self, identifier: str) -> None:
        """Count the last beginning not, for it ended for another reason than the document."""
        self._change(identifier, (PROCESSING,), attempts=table.c.attempts - 1)

    def _change(self, identifier: str, states: Sequence[str], **values: Any) -> bool:
        own = sa.update(table).where(table.c.id == identifier, table.c.state.in_(states))
        with self.engine.begin() as connection:
            return connection.execute(own.values(**values)).rowcount > 0


def newest_first(
    query: sa.Select[Any], moment: sa.Column[datetime], identifier: sa.Column[str], cursor: str
) -> sa.Select[Any]:
    """The query's rows from the newest on, or from behind the cursor's; raises BadRequest."""
    if cursor:
        at, last = place_of(cursor)
        place = sa.tuple_(sa.literal(at, database.Instant), sa.literal(last))
        query = query.where(sa.tuple_(moment, identifier) < place)
    return query.order_by(moment.desc(), identifier.desc())


def insert(connection: Connection, record: Record) -> None:
    """Add a filing; raises sqlalchemy's IntegrityError when its id or idempotency key is there."""
    values = {name: getattr(record, name) for name in COLUMNS}
    values["error"] = asdict(record.error) if record.error else None
    connection.execute(sa.insert(table).values(**values))


def bury(connection: Connection, *conditions: sa.ColumnElement[bool]) -> None:
    """Make filings erased: no caller sees them, and of theirs only the files are left to go."""
    own = sa.update(table).where(*conditions)
    bare = {"state": ERASED, "name": "", "metadata": {}, "callback_url": ""}
    connection.execute(own.values(**bare, error=None, idempotency_key=None))


def end(connection: Connection, identifier: str, **values: Any) -> bool:
    """Give a filing its last state and what belongs to it; False when it had one or is gone."""
    own = sa.update(table).where(table.c.id == identifier, table.c.state.in_(WAITING))
    return connection.execute(own.values(finished=database.now(), **values)).rowcount > 0


def _record(row: sa.Row[Any]) -> Record:
    values = {name: getattr(row, name) for name in COLUMNS}
    values["error"] = Problem(**values["error"]) if values["error"] else None
    return Record(**values)


def _conditions(filters: Filters, engine: Engine) -> list[sa.ColumnElement[bool]]:
    own: list[sa.ColumnElement[bool]] = []
    if filters.state:
        own.append(table.c.state.in_(filters.state))
    if filters.form:
        own.append(table.c.form == filters.form)
    if filters.review is not None:
        own.append(table.c.review.is_(filters.review))
    if filters.since:
        own.append(table.c.received >= filters.since)
    if filters.until:
        own.append(table.c.received < filters.until)
    if filters.batch:
        own.append(table.c.batch == filters.batch)
    own += [_own_text(engine, name) == text for name, text in filters.metadata.items()]
    return own


def _own_text(engine: Engine, name: str) -> sa.ColumnElement[Any]:
    """A value of the caller's metadata as text: numbers, `true` and `false` as JSON has them."""
    text: sa.ColumnElement[Any] = table.c.metadata[name].as_string()
    if engine.dialect.name == "sqlite":
        text = sa.func.json_text(table.c.metadata, name)
    return text


def cursor_of(at: datetime, identifier: str) -> str:
    """The cursor of what comes after this in a list by time and id."""
    return urlsafe_b64encode(json.dumps([at.isoformat(), identifier]).encode()).decode()


def place_of(cursor: str) -> tuple[datetime, str]:
    """Time and id of a cursor; raises BadRequest."""
    try:
        at, last = json.loads(urlsafe_b64decode(cursor.encode()))
        if not ID.fullmatch(last):
            raise ValueError
        return datetime.fromisoformat(at).astimezone(UTC), last
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRequest("The cursor is none that a list gave.") from error
