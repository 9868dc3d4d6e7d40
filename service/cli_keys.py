"""`filingscan keys`: the operator makes, lists and revokes API keys."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli_serve import settings_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from service.settings import Settings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

SCOPES = ("submit", "read")
"""Of a key for which none are named."""
COLUMNS = ("ID", "TENANT", "NAME", "SCOPES", "PER MINUTE", "PAGES A DAY", "CREATED", "LAST USED",
           "REVOKED")  # fmt: skip


def add_parser(commands: Commands) -> None:
    """Add `keys` and its three commands; everything heavy is imported when one is run."""
    where = where_of_database()
    parser = commands.add_parser("keys", help="make, list and revoke API keys")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = actions.add_parser("create", parents=[where], help="make a key and show it, once")
    create.add_argument("name", help="who or what will use it")
    create.add_argument("--tenant", default="local", help="whose filings it sees; %(default)s")
    create.add_argument(
        "--scope", action="append", metavar="SCOPE",
        help=f"submit, read, review or admin, repeat for several; {' and '.join(SCOPES)}",
    )  # fmt: skip
    create.add_argument("--requests-per-minute", type=int, metavar="N", help="0 is without end")
    create.add_argument("--pages-per-day", type=int, metavar="N", help="0 is without end")
    create.set_defaults(run=_create)
    listing = actions.add_parser("list", parents=[where], help="list the keys, without secrets")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", parents=[where], help="refuse a key from now on")
    revoke.add_argument("id", help="as `list` shows it: the middle part of the key")
    revoke.set_defaults(run=_revoke)


def where_of_database(default: str | None = None) -> argparse.ArgumentParser:
    """The options that say where the database is."""
    where = argparse.ArgumentParser(add_help=False, argument_default=default)
    where.add_argument("--data", type=Path, metavar="DIR", help="folder of the database")
    where.add_argument("--database", metavar="URL", help="its URL, if it is not in that folder")
    return where


def _create(options: argparse.Namespace) -> int:
    from service.keys import create

    row, key = create(
        engine_at(settings_of(options)), options.tenant, options.name, options.scope or SCOPES,
        options.requests_per_minute, options.pages_per_day,
    )  # fmt: skip
    print(
        f"Key {row.id} of tenant {row.tenant}, scopes {', '.join(row.scopes)}. "
        "Keep it now: it is not shown again.",
        file=sys.stderr,
    )
    print(key)  # alone on standard output, for scripts
    return 0


def _list(options: argparse.Namespace) -> int:
    from service.keys import listed

    lines = [COLUMNS] + [
        (row.id, row.tenant, row.name, ",".join(row.scopes), _number(row.requests_per_minute),
         _number(row.pages_per_day), _moment(row.created), _moment(row.last_used),
         _moment(row.revoked))
        for row in listed(engine_at(settings_of(options)))
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
    return 0


def _revoke(options: argparse.Namespace) -> int:
    from service.keys import revoke

    if revoke(engine_at(settings_of(options)), options.id):
        print(f"Key {options.id} is revoked; it is refused within seconds.")
        return 0
    print(f"There is no living key with the id {options.id}.", file=sys.stderr)
    return 1


def engine_at(settings: Settings) -> Engine:
    """The database of these settings, made if it is new; raises BadSetting."""
    from sqlalchemy.exc import SQLAlchemyError

    from models.errors import BadSetting
    from service.database import engine_of
    from service.schema import ensure

    if not settings.database:
        settings.data.mkdir(parents=True, exist_ok=True)
    try:
        engine = engine_of(settings.database_url)
        ensure(engine)
    except SQLAlchemyError as error:
        # The first argument is the driver's own words, without the statement.
        raise BadSetting(f"The database cannot be used: {error.args[0]}.") from error
    return engine


def _number(limit: int | None) -> str:
    return "-" if limit is None else f"{limit:,}"


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "-"
