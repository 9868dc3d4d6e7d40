"""`filingscan models`: the operator sees the released versions and says which of them read."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from service import cli_compare
from service.cli_keys import engine_at, where_of_database
from service.cli_serve import settings_of

if TYPE_CHECKING:
    from models.weights import Weights
    from service.champions import Champions

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

LONGEST_BY = 100


def add_parser(commands: Commands) -> None:
    """Add `models` and its five commands; everything heavy is imported when one is run."""
    where = where_of_database()
    parser = commands.add_parser("models", parents=[where], help="list, promote, roll back models")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(metavar="ACTION")
    # What stands before the action counts unless the action has it too.
    own = where_of_database(argparse.SUPPRESS)
    listing = actions.add_parser("list", parents=[own], help="list the versions; also without list")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", parents=[own], help="show all that is known of a version")
    show.add_argument("tag", metavar="NAME@VERSION")
    show.set_defaults(run=_show)
    promote = actions.add_parser("promote", parents=[own], help="have versions read from now on")
    promote.add_argument("tags", nargs="+", metavar="NAME@VERSION", help="all or none of them")
    promote.set_defaults(run=_promote)
    rollback = actions.add_parser("rollback", parents=[own], help="go back to the version before")
    rollback.add_argument("name", metavar="NAME")
    rollback.set_defaults(run=_rollback)
    compare = actions.add_parser("compare", parents=[own], help="read stored filings by others too")
    cli_compare.add_options(compare)
    compare.set_defaults(run=_compare)


def _list(options: argparse.Namespace) -> int:
    champions = _champions(options, new=False)
    used, promoted = champions.in_use(), champions.promoted()
    for row in champions.rows():
        scores = ", ".join(f"{name} {score:g}" for name, score in row.scores.items())
        mark = "*" if used.get(row.name) == row else " "
        print(f"{mark} {row.tag:24} {row.file:28} {row.sha256[:12]}  {scores}")
    for each in promoted.values():
        print(f"{each.tag} was promoted at {each.promoted:%Y-%m-%d %H:%M} by {each.by}.")
    _tell(champions.doubts())
    return 0


def _show(options: argparse.Namespace) -> int:
    champions = _champions(options, new=False)
    row = champions.version(options.tag)
    used = champions.in_use().get(row.name) == row
    size = len(row.read())  # raises DamagedWeights: what cannot be used is not shown as if it could
    lines = {
        "version": f"{row.tag}{', which reads now' if used else ''}",
        "file": f"{row.file}, {size:,} bytes",
        "sha256": f"{row.sha256}, as the file has it",
        "labels": f"{len(row.labels)}",
        **{name: f"{value}" for name, value in row.dims.items()},
        "commit": row.commit,
        "data": row.data,
        "config": row.config,
        **{f"score {name}": f"{score:g}" for name, score in row.scores.items()},
        "note": row.note,
        "promoted before": ", ".join(champions.history(row.name)),
    }
    for name, text in lines.items():
        print(f"{name:20} {text or '-'}")
    return 0


def _promote(options: argparse.Namespace) -> int:
    from service.extractor import try_out

    champions = _champions(options)
    champions.promote(options.tags, _by(), try_out)
    _told(champions, [champions.version(tag) for tag in options.tags])
    return 0


def _rollback(options: argparse.Namespace) -> int:
    from service.extractor import try_out

    champions = _champions(options)
    champions.rollback(options.name, _by(), try_out)
    used = champions.in_use().get(options.name)
    _told(champions, [used] if used else [])
    return 0


def _compare(options: argparse.Namespace) -> int:
    return cli_compare.run(options, _champions(options, new=False), _by())


def _told(champions: Champions, rows: Sequence[Weights]) -> None:
    tags = ", ".join(row.tag for row in rows) or "No version"
    print(f"{tags} will read; workers take it up with their next filing.")
    _tell(champions.doubts())


def _tell(doubts: Sequence[str]) -> None:
    for doubt in doubts:
        print(f"warning: {doubt}", file=sys.stderr)


def _by() -> str:
    """Who asks for it: the user of this machine."""
    try:
        return getpass.getuser()[:LONGEST_BY]
    except (OSError, KeyError):  # a user without a name, as in a container
        return "unknown"


def _champions(options: argparse.Namespace, new: bool = True) -> Champions:
    """The versions and what is promoted; no database is made just to look, unless it may be new."""
    from service.champions import Champions
    from service.database import engine_of, metadata

    settings = settings_of(options)
    file = settings.data / "filingscan.db"
    if not new and not settings.database and not file.exists():
        engine = engine_of("sqlite://")
        metadata.create_all(engine)
        return Champions(engine, settings.models_kept)
    return Champions(engine_at(settings), settings.models_kept)
