"""Erasing filings: at a caller's word, or when they are older than the operator keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from service import database, review_rows, snippets, webhooks
from service.filings import ENDED, ERASED, bury
from service.intake import folder_of, queue_of
from service.settings import Settings
from service.storage import Files

MOST = 100
"""Filings that one run erases at the most."""
USAGE_DAYS = 40
MINUTES = timedelta(hours=1)
"""How long counts of requests are kept: a minute is looked at."""
WORKFLOWS = timedelta(days=1)
"""How long the queue's notes of a filing outlive its end, for whoever looks into a fault."""
table = database.filings


def erase(engine: Engine, files: Files, identifier: str, tenant: str, key: str, why: str) -> None:
    """Erase a filing, its parts, files, reviews, deliveries; a line in the audit says that it was.

    It is gone for everybody first. Should its files not go now, `Purge` erases what is left.
    """
    own = sa.or_(table.c.id == identifier, table.c.part_of == identifier)
    with engine.begin() as connection:
        # First of all: a worker that is ending the filing just now has done so then, or cannot.
        bury(connection, own)
        every = connection.scalars(sa.select(table.c.id).where(own)).all()
        for each in every:
            webhooks.forget(connection, each)
        review_rows.forget(connection, every)
        connection.execute(sa.insert(database.audit).values(
            at=database.now(), tenant=tenant, key=key, action="erased", filing=identifier,
            detail=why))  # fmt: skip
    _remove(engine, files, identifier)


def _remove(engine: Engine, files: Files, identifier: str) -> None:
    """The files of an erased filing and its parts, and then their rows."""
    own = sa.or_(table.c.id == identifier, table.c.part_of == identifier)
    with engine.connect() as connection:
        every = connection.scalars(sa.select(table.c.id).where(own)).all()
    for each in every:
        files.delete_all(folder_of(each))
    with engine.begin() as connection:
        review_rows.forget(connection, every)
        connection.execute(sa.delete(table).where(own))


@dataclass
class Purge:
    """Erases what is too old or half erased; several workers may do so at once."""

    engine: Engine
    files: Files
    settings: Settings
    strays: set[str] = field(default_factory=set)
    """Folders without a filing, as the sweep before found them."""

    def __post_init__(self) -> None:
        self._queue = queue_of(self.engine)

    def run(self) -> int:
        """Erase some of the filings that are too old; the answer is how many."""
        self._forget_usage()
        snippets.forget_old(self.engine)
        self._forget_workflows()
        for identifier, _ in self._found(table.c.state == ERASED):
            _remove(self.engine, self.files, identifier)
        if not self.settings.retention_days:
            return 0
        oldest = database.now() - timedelta(days=self.settings.retention_days)
        old = self._found(
            table.c.received < oldest, table.c.state.in_(ENDED), table.c.part_of == ""
        )
        for identifier, tenant in old:
            erase(self.engine, self.files, identifier, tenant, "", "retention time")
        self._forget_batches(oldest)
        return len(old)

    def sweep(self) -> None:
        """Erase folders without a filing, such as a crash leaves that came before its row.

        Only those that the sweep before found as well: others may be about to get one.
        """
        folders = self.files.filings()
        strays: set[str] = set()
        for start in range(0, len(folders), MOST):
            part = folders[start : start + MOST]
            known = {identifier for identifier, _ in self._found(table.c.id.in_(part))}
            strays |= set(part) - known
        for identifier in strays & self.strays:
            self.files.delete_all(folder_of(identifier))
        self.strays = strays - self.strays

    def _found(self, *conditions: sa.ColumnElement[bool]) -> list[tuple[str, str]]:
        """Id and tenant of some filings."""
        query = sa.select(table.c.id, table.c.tenant).where(*conditions).limit(MOST)
        with self.engine.connect() as connection:
            return [(row.id, row.tenant) for row in connection.execute(query)]

    def _forget_batches(self, oldest: datetime) -> None:
        """Batches whose filings are all erased: they still name the files that were refused."""
        batches = database.batches
        empty = ~sa.exists().where(table.c.batch == batches.c.id)
        with self.engine.begin() as connection:
            connection.execute(sa.delete(batches).where(batches.c.created < oldest, empty))

    def _forget_workflows(self) -> None:
        """What the queue noted of filings that have ended, which nothing asks for any more."""
        before = (database.now() - WORKFLOWS).isoformat()
        ended = self._queue.list_workflows(
            completed_before=before, limit=10 * MOST, load_input=False, load_output=False
        )
        self._queue.delete_workflows([each.workflow_id for each in ended])

    def _forget_usage(self) -> None:
        """Counts of pages and requests of long ago."""
        period = database.usage.c.period
        before = (database.now() - timedelta(days=USAGE_DAYS)).date().isoformat()
        minutes = period.contains("T") & (period < (database.now() - MINUTES).isoformat())
        with self.engine.begin() as connection:
            connection.execute(sa.delete(database.usage).where((period < before) | minutes))
