"""Bringing the database to the tables this version knows: ours by Alembic, the queue's by DBOS."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS
from sqlalchemy.engine import Engine

from models.errors import BadSetting

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 7_237_150_141
"""Postgres's advisory lock while the tables change."""


def upgrade(engine: Engine) -> None:
    """Change the database to this version's tables; others that would do the same wait."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _alone(engine):
        config = _config()
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        DBOS.migrate(url_of(engine))


def ensure(engine: Engine) -> None:
    """Make SQLite's tables; of other databases see that they are right, or raise BadSetting.

    In a database that many machines share, an operator says when its tables change.
    """
    if engine.dialect.name == "sqlite":
        upgrade(engine)
    elif not is_current(engine):
        raise BadSetting("The database has other tables; run `filingscan migrate` first.")


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables this version knows."""
    with engine.connect() as connection:
        has = MigrationContext.configure(connection).get_current_revision()
    return has == ScriptDirectory.from_config(_config()).get_current_head()


def url_of(engine: Engine) -> str:
    """The database's URL with its password."""
    return engine.url.render_as_string(hide_password=False)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Nobody else changes this database's tables meanwhile."""
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        file.parent.mkdir(parents=True, exist_ok=True)
        with Path(f"{file}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    # Without a transaction: DBOS makes indexes concurrently, which waits for all of them to end.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
