"""The tables of the service, in SQLite or Postgres by URL, and the engine over them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.pool import ConnectionPoolEntry

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
BUSY_SECONDS = 30.0
"""How long SQLite waits for another process's lock."""


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment, aware, in UTC; SQLite knows no zones, so none is stored."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware to naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Naive UTC to aware."""
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


filings = sa.Table(
    "filings", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("received", Instant, nullable=False),
    sa.Column("finished", Instant),
    sa.Column("form", sa.String(32), nullable=False, default=""),
    sa.Column("form_hint", sa.String(32), nullable=False, default=""),
    sa.Column("first_page", sa.Integer, nullable=False, default=1),
    sa.Column("last_page", sa.Integer, nullable=False, default=0),  # 0: to the end
    sa.Column("precision", sa.Float, nullable=False),
    sa.Column("metadata", sa.JSON, nullable=False, default=dict),
    sa.Column("callback_url", sa.String(2048), nullable=False, default=""),
    sa.Column("pages_total", sa.Integer, nullable=False, default=0),
    sa.Column("pages_done", sa.Integer, nullable=False, default=0),
    sa.Column("confidence", sa.Float),
    sa.Column("review", sa.Boolean),
    sa.Column("models", sa.JSON, nullable=False, default=dict),
    sa.Column("seconds", sa.JSON, nullable=False, default=dict),  # of each stage
    sa.Column("error", sa.JSON(none_as_null=True)),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("reading", sa.Integer, nullable=False, default=0),  # number of the newest extraction
    sa.Column("part_of", sa.String(32), nullable=False, default=""),
    sa.Column("part", sa.Integer, nullable=False, default=0),
    sa.Column("batch", sa.String(32), nullable=False, default=""),
    sa.Column("batch_number", sa.Integer, nullable=False, default=0),  # place in it, from 1
    sa.Column("key", sa.String(16), nullable=False, default=""),
    sa.Column("idempotency_key", sa.String(255)),
    sa.Column("priority", sa.Integer, nullable=False, default=0),
    sa.Column("roles", sa.JSON, nullable=False, default=dict),  # of pages, as a reviewer says
    sa.Column("reviewed", Instant),
    sa.UniqueConstraint("tenant", "idempotency_key"),
    sa.Index(None, "tenant", "received", "id"),
    sa.Index(None, "state"),
    sa.Index(None, "part_of"),
    sa.Index(None, "batch"),
)  # fmt: skip

batches = sa.Table(
    "batches", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("metadata", sa.JSON, nullable=False, default=dict),
    sa.Column("idempotency_key", sa.String(255)),
    sa.Column("sha256", sa.String(64), nullable=False, default=""),  # of its files' sha256
    sa.Column("refused", sa.JSON, nullable=False, default=list),  # number, name, error of each
    sa.UniqueConstraint("tenant", "idempotency_key"),
    sa.Index(None, "tenant", "created", "id"),
)  # fmt: skip

keys = sa.Table(
    "keys", metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("requests_per_minute", sa.Integer),  # null: the setting
    sa.Column("pages_per_day", sa.Integer),
    sa.Column("created", Instant, nullable=False),
    sa.Column("last_used", Instant),
    sa.Column("revoked", Instant),
)  # fmt: skip

usage = sa.Table(
    "usage", metadata,
    sa.Column("key", sa.String(16), primary_key=True),
    sa.Column("period", sa.String(20), primary_key=True),  # `2026-11-29` or `2026-11-29T10:41`
    sa.Column("count", sa.Integer, nullable=False),
)  # fmt: skip

secrets = sa.Table(
    "secrets", metadata,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("webhook", sa.String(128), nullable=False),
    sa.Column("previous", sa.String(128), nullable=False, default=""),  # signs too, for a while
    sa.Column("rotated", Instant),
)  # fmt: skip

deliveries = sa.Table(
    "deliveries", metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # the webhook-id of the scheme
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("filing", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("url", sa.String(2048), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # pending, sending, delivered, given-up
    sa.Column("created", Instant, nullable=False),
    sa.Column("due", Instant),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Index(None, "state", "due"),
    sa.Index(None, "filing"),
    sa.Index(None, "tenant", "created", "id"),
)  # fmt: skip

tries = sa.Table(
    "tries", metadata,
    sa.Column("delivery", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("fault", sa.String(255), nullable=False, default=""),
    sa.Column("seconds", sa.Float, nullable=False),
)  # fmt: skip

references = sa.Table(
    "references", metadata,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),  # issuers, owners
    sa.Column("line", sa.Integer, primary_key=True),  # one CIK may have several
    sa.Column("cik", sa.String(10), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("name_key", sa.String(255), nullable=False),  # as compared
    sa.Column("ticker", sa.String(16), nullable=False, default=""),  # as compared
    sa.Index(None, "tenant", "kind", "name_key"),
    sa.Index(None, "tenant", "kind", "ticker"),
)  # fmt: skip

reference_lists = sa.Table(
    "reference_lists", metadata,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("uploaded", Instant, nullable=False),
)  # fmt: skip

workers = sa.Table(
    "workers", metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("started", Instant, nullable=False),
    sa.Column("beat", Instant, nullable=False),
    # Others watch whether it grows, by their own clocks: those of two machines may differ.
    sa.Column("beats", sa.BigInteger, nullable=False, default=0),
)  # fmt: skip

champions = sa.Table(
    "champions", metadata,
    sa.Column("name", sa.String(64), primary_key=True),  # of a model
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("promoted", Instant, nullable=False),
    sa.Column("by", sa.String(255), nullable=False, default=""),
)  # fmt: skip

reviews = sa.Table(
    "reviews", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("filing", sa.String(32), nullable=False),
    sa.Column("reading", sa.Integer, nullable=False),
    sa.Column("purpose", sa.String(16), nullable=False),  # doubt, audit, second, adjudication, kept
    sa.Column("state", sa.String(16), nullable=False),  # open, done, sent-back, void
    sa.Column("fields", sa.JSON, nullable=False, default=list),  # ids of those to be decided
    sa.Column("reasons", sa.JSON, nullable=False, default=list),  # codes of why, without repeats
    sa.Column("errors", sa.Float, nullable=False, default=0.0),  # expected among them
    sa.Column("priority", sa.Integer, nullable=False, default=0),
    sa.Column("created", Instant, nullable=False),
    sa.Column("started", Instant),
    sa.Column("finished", Instant),
    sa.Column("holder", sa.String(16)),  # key of whoever has it open; empty: this machine's caller
    sa.Column("lease", Instant),  # until when
    sa.Column("reviewer", sa.String(16)),  # key of whoever finished it
    sa.Column("reviewer_name", sa.String(255), nullable=False, default=""),
    sa.Column("seconds", sa.Float, nullable=False, default=0.0),
    sa.Column("comment", sa.Text, nullable=False, default=""),
    sa.Index(None, "tenant", "state"),
    sa.Index(None, "filing"),
)  # fmt: skip

corrections = sa.Table(
    "corrections", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("review", sa.String(32), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # in its review, from 1
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("filing", sa.String(32), nullable=False),
    sa.Column("edit", sa.JSON, nullable=False),
    sa.Column("path", sa.String(255), nullable=False, default=""),
    sa.Column("before", sa.Text, nullable=False, default=""),
    sa.Column("after", sa.Text, nullable=False, default=""),
    sa.Column("machine", sa.Text, nullable=False, default=""),  # the value that was read
    sa.Column("models", sa.JSON, nullable=False, default=dict),
    sa.Column("key", sa.String(16), nullable=False, default=""),
    sa.Column("name", sa.String(255), nullable=False, default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False, default=0.0),
    sa.Column("undone", Instant),
    sa.UniqueConstraint("review", "number"),
    sa.Index(None, "filing"),
    sa.Index(None, "tenant", "at"),
)  # fmt: skip

snippets = sa.Table(
    "snippets", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("filing", sa.String(32), nullable=False),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("box", sa.JSON, nullable=False),  # in points of the page as displayed
    sa.Column("state", sa.String(16), nullable=False),  # queued, done, failed
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("created", Instant, nullable=False),
    sa.Index(None, "state", "created"),
    sa.Index(None, "filing"),
)  # fmt: skip

sessions = sa.Table(
    "sessions", metadata,
    sa.Column("hash", sa.String(64), primary_key=True),  # of what the cookie holds
    sa.Column("key", sa.String(16), nullable=False, default=""),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
)  # fmt: skip

audit = sa.Table(
    "audit", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("key", sa.String(16), nullable=False, default=""),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("filing", sa.String(32), nullable=False, default=""),
    sa.Column("detail", sa.String(255), nullable=False, default=""),
)  # fmt: skip


def engine_of(url: str) -> Engine:
    """An engine; SQLite's waits for locks, writes ahead and loses nothing that was committed.

    It has a function `json_text(object, name)`, which is what `->>` is in Postgres.
    """
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("json_text", 2, _json_text, deterministic=True)

    return engine


def _json_text(document: str, name: str) -> str | None:
    """A value of a JSON object as text, or none: what SQLite itself has for true is 1."""
    value = json.loads(document).get(name)
    return value if value is None or isinstance(value, str) else json.dumps(value)
