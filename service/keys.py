"""API keys in the database: made, revoked, listed, and turned into the caller that sent one."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models.errors import BadSetting, MissingKey, UnknownKey
from service.database import keys, now

Scope = Literal["submit", "read", "review", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
KEY = re.compile(r"fs_([0-9a-f]{16})_[0-9a-f]{64}")
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_NAME = 255
NOTED = timedelta(minutes=1)
"""The last use of a key is known to the minute: not every request writes."""

logger = logging.getLogger("filingscan.keys")


@dataclass(frozen=True)
class KeyRow:
    """A key as the operator sees it; the secret itself is nowhere."""

    id: str
    tenant: str
    name: str
    scopes: tuple[str, ...]
    requests_per_minute: int | None
    pages_per_day: int | None
    created: datetime
    last_used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True)
class Caller:
    """Who sends a request; a limit that is None is the setting's."""

    tenant: str
    key: str
    """The key's id; empty for the caller of this machine, who needs none and has no limits."""
    scopes: frozenset[str]
    requests_per_minute: int | None = None
    pages_per_day: int | None = None

    def may(self, scope: str) -> bool:
        """Whether the scope is among the caller's; `admin` holds all."""
        return scope in self.scopes or "admin" in self.scopes


LOCAL = Caller("local", "", frozenset(SCOPES))
"""Everyone, as long as no key was ever made."""


def create(
    engine: Engine,
    tenant: str,
    name: str,
    scopes: Iterable[str],
    requests_per_minute: int | None = None,
    pages_per_day: int | None = None,
) -> tuple[KeyRow, str]:
    """Make a key; the text `fs_<id>_<secret>` is had here only. Raises BadSetting."""
    asked = set(scopes)
    _check(tenant, name, asked, (requests_per_minute, pages_per_day))
    kept = tuple(scope for scope in SCOPES if scope in asked)
    row = KeyRow(
        secrets.token_hex(8), tenant, name, kept, requests_per_minute, pages_per_day, now(),
        None, None,
    )  # fmt: skip
    key = f"fs_{row.id}_{secrets.token_hex(32)}"
    with engine.begin() as connection:
        values = {**vars(row), "scopes": list(kept), "hash": digest(key)}
        connection.execute(sa.insert(keys).values(values))
    return row, key


def revoke(engine: Engine, key_id: str) -> bool:
    """Whether a living key had this id; it is refused from now on, and stays listed."""
    living = (keys.c.id == key_id) & keys.c.revoked.is_(None)
    with engine.begin() as connection:
        result = connection.execute(sa.update(keys).where(living).values(revoked=now()))
    return bool(result.rowcount)


def listed(engine: Engine) -> list[KeyRow]:
    """All keys, the revoked ones too, oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(keys).order_by(keys.c.created, keys.c.id))
        return [_row(row) for row in rows]


def any_keys(engine: Engine) -> bool:
    """Whether a key was ever made: revoking the last one opens nothing."""
    with engine.connect() as connection:
        return bool(connection.scalar(sa.select(sa.exists(sa.select(keys.c.id)))))


def caller_of(engine: Engine, key: str | None) -> Caller:
    """Who sent this key; LOCAL as long as there are none. Raises MissingKey, UnknownKey."""
    row = _living(engine, key) if key else None
    if row:
        _note_use(engine, row)
        return Caller(
            row.tenant, row.id, frozenset(row.scopes), row.requests_per_minute, row.pages_per_day
        )
    if not any_keys(engine):
        return LOCAL
    raise UnknownKey() if key else MissingKey()


def digest(key: str) -> str:
    """What is kept of a key. Its 256 random bits cannot be tried out, so a fast hash will do."""
    return hashlib.sha256(key.encode()).hexdigest()


def _living(engine: Engine, key: str) -> KeyRow | None:
    """The row of the key, unless it is unknown or revoked."""
    parts = KEY.fullmatch(key)
    if not parts:
        return None
    with engine.connect() as connection:
        row = connection.execute(sa.select(keys).where(keys.c.id == parts[1])).one_or_none()
    if row is None or row.revoked or not secrets.compare_digest(row.hash, digest(key)):
        return None
    return _row(row)


def _note_use(engine: Engine, row: KeyRow) -> None:
    """Write down that the key is used; a database that cannot be written may still be read."""
    moment = now()
    if row.last_used and moment - row.last_used < NOTED:
        return
    try:
        with engine.begin() as connection:
            connection.execute(sa.update(keys).where(keys.c.id == row.id).values(last_used=moment))
    except sa.exc.OperationalError as error:
        logger.warning("the use of key %s is not noted: %s", row.id, error)


def _row(row: sa.Row[Any]) -> KeyRow:
    values = dict(row._mapping)
    del values["hash"]
    return KeyRow(**values | {"scopes": tuple(row.scopes)})


def _check(tenant: str, name: str, scopes: set[str], limits: tuple[int | None, ...]) -> None:
    if not TENANT.fullmatch(tenant):
        raise BadSetting(
            f"{tenant!r} is no tenant: up to 64 letters, digits, dots, dashes and underscores, "
            "beginning with a letter or digit."
        )
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadSetting(f"A key's name has 1 to {LONGEST_NAME} printable characters.")
    if not scopes or not scopes <= set(SCOPES):
        raise BadSetting(f"A key has one or more of the scopes {', '.join(SCOPES)}.")
    if any(limit is not None and limit < 0 for limit in limits):
        raise BadSetting("A key's limits are 0, which is without end, or more.")
