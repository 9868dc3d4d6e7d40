"""`filingscan models compare`: stored filings read again by versions that do not read yet."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli_serve import settings_of

if TYPE_CHECKING:
    from models.weights import Weights
    from service.champions import Champions
    from service.comparison import Comparison
    from service.comparison_draw import Document, Sample

BAD_ARGUMENTS = 2
NICE = 19
"""Workers of the same machine go first."""
FOR_ITS_USER = 0o600


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `compare` is told."""
    parser.add_argument("tags", nargs="*", metavar="NAME@VERSION", help="that would read together")
    parser.add_argument(
        "--run", action="append", type=Path, default=[], dest="runs", metavar="FOLDER",
        help="the candidate of a training run; repeat for several",
    )  # fmt: skip
    parser.add_argument("--sample", type=int, default=50, metavar="N", help="filings; %(default)s")
    parser.add_argument("--form", default="", metavar="F", help="only of this form, such as 4")
    parser.add_argument("--tenant", default="", metavar="T", help="only of this tenant")
    parser.add_argument("--since", type=_moment, metavar="DATE", help="only received since then")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the draw; %(default)s")
    parser.add_argument("--both", action="store_true", help="have the champions read anew as well")
    parser.add_argument("--no-values", action="store_true", help="leave out what was read")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--output", type=Path, metavar="FILE", help="a new one; else it is printed")
    parser.add_argument("--storage", metavar="URL", help="of the files, if not in that folder")


def run(options: argparse.Namespace, champions: Champions, by: str) -> int:
    """Compare and tell; 2 for what cannot be compared."""
    from models.errors import BadSetting, ModelError

    try:
        comparison = _compared(options, champions, by)
    except (BadSetting, ModelError) as error:
        print(f"filingscan: {error.detail} {error.remedy}", file=sys.stderr)
        return BAD_ARGUMENTS
    _told(options, comparison)
    if not comparison.compared:
        print("filingscan: None of the filings could be compared.", file=sys.stderr)
        return BAD_ARGUMENTS
    return 0


def _compared(options: argparse.Namespace, champions: Champions, by: str) -> Comparison:
    from models.errors import BadSetting
    from service.comparison import Comparing, note, together
    from service.comparison_draw import chosen_ids, draw
    from service.extractor import load_extractor, try_out
    from service.filings import Filings
    from service.storage import Files

    settings = settings_of(options)
    candidates = _candidates(options, champions)
    used = champions.in_use()
    wanted, sample = together(used, candidates), _sample(options)
    _check_output(options.output)
    ids = chosen_ids(champions.engine, sample)
    if not ids:
        raise BadSetting("No filing that fits is stored and done.")
    files = Files(settings.storage_url)
    drawn = draw(Filings(champions.engine), files, ids, sample.count)
    if not drawn.count:
        raise BadSetting("The documents of the filings that fit are not there any more.")
    _step_back()
    try_out(wanted)
    note(champions.engine, candidates, drawn.count, sample.tenant, by)
    comparing = Comparing(champions.engine, files, settings, used, wanted, load_extractor,
                          options.both)  # fmt: skip
    return comparing.run(drawn, sample, champions.doubts(wanted), _watched)


def _candidates(options: argparse.Namespace, champions: Champions) -> list[Weights]:
    """The versions that are named; raises UnknownModel, DamagedWeights, BadSetting for none."""
    from models.errors import BadSetting
    from models.weights import of_run

    named = [champions.version(tag) for tag in options.tags]
    if not named and not options.runs:
        raise BadSetting("No candidate is named: neither NAME@VERSION nor --run FOLDER.")
    return [*named, *map(of_run, options.runs)]


def _sample(options: argparse.Namespace) -> Sample:
    from models.errors import BadSetting
    from models.form import forms
    from service.comparison_draw import Sample

    if options.sample < 1:
        raise BadSetting(f"sample is {options.sample}; it can be 1 or more.")
    if options.form and options.form not in forms():
        raise BadSetting(f"There is no form {options.form}; there are {', '.join(forms())}.")
    return Sample(options.sample, options.seed, options.form, options.tenant, options.since)


def _check_output(output: Path | None) -> None:
    """Raises BadSetting for a file that cannot be made, before hours of reading."""
    from models.errors import BadSetting

    if output and output.exists():
        raise BadSetting(f"{output} exists already.")
    if output and not os.access(output.parent, os.W_OK):
        raise BadSetting(f"There is no folder {output.parent} that can be written to.")


def _step_back() -> None:
    """Leave the machine to the workers: one thread, and of the lowest priority."""
    from models.weights import THREADS_VARIABLE

    os.environ[THREADS_VARIABLE] = "1"
    os.nice(NICE)


def _told(options: argparse.Namespace, comparison: Comparison) -> None:
    from service.comparison_report import to_json, to_text

    values = not options.no_values
    if options.format == "json":
        text = json.dumps(to_json(comparison, values), indent=1) + "\n"
    else:
        text = to_text(comparison, values)
    if options.output is None:
        print(text, end="")
        return
    options.output.touch(FOR_ITS_USER, exist_ok=False)
    options.output.write_text(text, encoding="utf-8")
    print(f"{len(comparison.compared)} filings compared: {options.output}")


def _watched(documents: Sequence[Document]) -> Iterable[Document]:
    """The same documents, with a bar on standard error while it is a terminal."""
    if not sys.stderr.isatty():
        return documents
    from rich.console import Console
    from rich.progress import track

    return track(documents, "reading", console=Console(stderr=True))


def _moment(text: str) -> datetime:
    """A date or time, in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-11-21") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
