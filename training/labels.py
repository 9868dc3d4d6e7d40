"""Program: labels from other tools into a label set, and out of it.

    python -m training.labels import SOURCE... --output SET [--format FORMAT] [--scans FOLDER]
        [--form MODULE] [--split train|dev|auto] [--seed N] [--force]
    python -m training.labels export SET --format label-studio|coco --output FOLDER [--dpi 150]

Formats of SOURCE: `gold` (folders as `eval/gold` has them), `review` (the zip of the review page),
`label-studio` and `coco` (JSON). Whatever is wrong is printed with its place and left out, and the
others are imported; the exit code is 1 when anything was refused.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from models.errors import MalformedFact
from models.form import form_of_module
from training import label_coco, label_review, label_studio
from training.label_checks import unknown_form
from training.label_export import COCO, LABEL_STUDIO, export
from training.label_findings import Brought, Findings
from training.label_gold import folders, read_filing
from training.label_pages import Reading
from training.label_scans import ScanFolder
from training.label_set import AUTO, DEV, TRAIN, Choice, add
from training.label_text import MOST_BYTES, json_of, text_of

GOLD, REVIEW = "gold", "review"
FORMATS = (AUTO, GOLD, REVIEW, LABEL_STUDIO, COCO)
MOST_ZIP = 4_000_000_000
READERS = {LABEL_STUDIO: label_studio.read, COCO: label_coco.read}


def bring(
    source: Path, kind: str, scans: Path | None, form: str, findings: Findings
) -> list[Brought]:
    """The labelled filings of one source; what is wrong is among the findings."""
    where = str(source)
    try:
        if source.is_dir():
            return _bring_folder(source, kind, form, findings)
        if source.stat().st_size > MOST_ZIP:
            raise MalformedFact(f"{where}: {source.stat().st_size:,} bytes; export fewer filings")
        data = source.read_bytes()
        kind = kind if kind != AUTO else _format(data, where)
        if kind == REVIEW:
            return label_review.read(data, where, findings)
        if kind == GOLD:
            raise MalformedFact(f"{where}: gold is a folder, and this is a file; name its folder")
        reading = Reading(where, ScanFolder(scans or source.parent), form)
        return READERS[kind](data, reading, findings)
    except MalformedFact as error:
        findings.refuse(where, error.detail.removeprefix(f"{where}: ").removeprefix(f"{where}, "))
    except OSError as error:
        findings.refuse(where, f"it cannot be read ({error.strerror}); check the path")
    return []


def _bring_folder(source: Path, kind: str, form: str, findings: Findings) -> list[Brought]:
    if kind not in (AUTO, GOLD):
        raise MalformedFact(f"{source}: a folder is no export of the format {kind}; name the file")
    found = folders(source)
    if not found:
        raise MalformedFact(f"{source}: no gold in <form>/<name>/ here (source.toml, facts.jsonl,"
                            " scan.pdf); name a file to import an export")  # fmt: skip
    return [one for each in found if (one := read_filing(each, findings, form))]


def _format(data: bytes, where: str) -> str:
    """The format of a file by what is in it."""
    if data.startswith(label_review.MAGIC):
        return REVIEW
    if len(data) > MOST_BYTES:
        raise MalformedFact(f"{where}: {len(data):,} bytes of JSON; {MOST_BYTES:,} are allowed")
    table = json_of(text_of(data, where), where)
    if isinstance(table, dict) and "images" in table:
        return COCO
    if isinstance(table, list) or (isinstance(table, dict) and "data" in table):
        return LABEL_STUDIO
    raise MalformedFact(f"{where}: neither Label Studio's JSON nor COCO; say which with --format")


def import_labels(
    sources: Sequence[Path], output: Path, kind: str = AUTO, scans: Path | None = None,
    form: str = "", choice: Choice | None = None,
) -> Findings:  # fmt: skip
    """Import all sources into a label set, print what is found and a summary."""
    findings = Findings()
    if form and form_of_module(form) is None:
        findings.refuse("--form", unknown_form(form))
        _print(findings)
        return findings
    if scans and not scans.is_dir():
        findings.refuse("--scans", f"{scans} is no folder")
    brought = [one for source in sources for one in bring(source, kind, scans, form, findings)]
    added = add(brought, output, choice or Choice(), findings)
    _print(findings)
    total = sum(added.written.values())
    splits = ", ".join(f"{added.written[each]} {each}" for each in sorted(added.written))
    print(f"{output}: {total} filings imported ({splits or 'none'}), {added.unchanged} unchanged,"
          f" {len(findings.refused)} refusals")  # fmt: skip
    return findings


def _print(findings: Findings) -> None:
    for each in findings.found:
        print(each, file=sys.stderr if each.refused else sys.stdout, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Import or export; 1 when anything was refused."""
    args = _parser().parse_args(arguments)
    if args.command == "import":
        choice = Choice(args.split, args.seed, args.force)
        found = import_labels(args.sources, args.output, args.format, args.scans, args.form, choice)
        return 1 if found.refused else 0
    findings = Findings()
    count = export(args.set, args.format, args.output, args.dpi, findings)
    _print(findings)
    print(f"{args.output}: {count} filings exported, {len(findings.refused)} refusals")
    return 1 if findings.refused or not count else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.labels",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("import", help="labels into a label set")
    one.add_argument("sources", type=Path, nargs="+", metavar="SOURCE")
    one.add_argument("--output", type=Path, required=True, metavar="SET")
    one.add_argument("--format", choices=FORMATS, default=AUTO)
    one.add_argument("--scans", type=Path, metavar="FOLDER",
                     help="where scans are looked for; else beside the file")  # fmt: skip
    one.add_argument("--form", default="", metavar="MODULE",
                     help="of labels that do not say it: a module of models/forms")  # fmt: skip
    one.add_argument("--split", choices=(AUTO, TRAIN, DEV), default=AUTO,
                     help="auto: what the labels say, else every fifth group is dev")  # fmt: skip
    one.add_argument("--seed", type=int, default=0, help="of the draw of groups")
    one.add_argument("--force", action="store_true",
                     help="overwrite filings of the set that say other things")  # fmt: skip
    two = commands.add_parser("export", help="a label set for labelling tools")
    two.add_argument("set", type=Path, metavar="SET")
    two.add_argument("--format", choices=(LABEL_STUDIO, COCO), required=True)
    two.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    two.add_argument("--dpi", type=int, choices=range(50, 601), default=150, metavar="DPI")
    return parser


if __name__ == "__main__":
    sys.exit(main())
