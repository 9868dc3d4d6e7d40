"""The `filingscan` command: extract, serve, worker, migrate, keys, models.

Everything heavy is imported when needed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from service import cli_keys, cli_models, cli_serve

FORMATS = ("json", "xml", "csv", "words")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the answer is the exit status."""
    from models.errors import FilingscanError

    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except FilingscanError as error:
        print(f"filingscan: {error.detail} {error.remedy}", file=sys.stderr)
        return 1
    except OSError as error:  # a folder that cannot be written, say
        print(f"filingscan: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("filingscan", description="Read scanned SEC filings.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    extract = commands.add_parser("extract", help="read files and write what is in them")
    extract.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    extract.add_argument("--output", required=True, type=Path, metavar="DIR")
    extract.add_argument("--format", action="append", choices=FORMATS, help="repeat for several")
    extract.add_argument("--force", action="store_true", help="overwrite what is there")
    extract.add_argument("--precision", type=float, help="of what needs no review; 0.995")
    extract.set_defaults(run=_extract)
    cli_serve.add_parsers(commands)
    cli_keys.add_parser(commands)
    cli_models.add_parser(commands)
    return parser


def _extract(options: argparse.Namespace) -> int:
    from functools import partial

    from service.batch import SUFFIXES, Batch, inputs
    from service.extractor import load_extractor
    from service.settings import Settings

    paths = inputs(options.paths)
    if not paths:
        print(f"nothing there that ends in {', '.join(SUFFIXES)}", file=sys.stderr)
        return 1
    formats = tuple(dict.fromkeys(options.format or ["json"]))
    given = {} if options.precision is None else {"precision": options.precision}
    settings = Settings.from_environment(given)
    batch = Batch(options.output, formats, options.force, settings.limits)
    failures = batch.run(paths, partial(load_extractor, settings.precision))
    for path, reason in failures:
        print(f"{path}: {reason}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
