"""A contact sheet of gold filings, page beside facts, for review by eye.

    python -m eval.show own01 --output out/show
    python -m eval.show own01 --check "Jo Reviewer"

The first writes `out/show/own01.html`; the second says that someone has compared all its facts with
the page.
"""

from __future__ import annotations

import argparse
import base64
import html
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pymupdf

from eval.build_gold import GOLD
from eval.gold import Gold, load_one
from models.fact import Fact, write_facts

DPI = 120
JPEG = 70

CSS = """
body{font:13px sans-serif;margin:16px;background:#f4f4f4} h1{font-size:18px} h2{font-size:15px}
.page{display:flex;gap:16px;align-items:flex-start;margin-bottom:24px}
.image{position:sticky;top:8px;flex:0 0 60%} .image img{width:100%;display:block}
.image svg{position:absolute;inset:0;width:100%;height:100%}
rect{fill:none;stroke:#d33;stroke-width:.6} text{fill:#d33;font:5px sans-serif}
table{border-collapse:collapse;background:white;font-size:11px}
td,th{border:1px solid #ccc;padding:1px 4px;text-align:left;vertical-align:top}
td.path{color:#567;max-width:240px;overflow-wrap:anywhere} .absent{color:#999}
.illegible{background:#fdd} .checked{color:#282}
"""


def show(gold: Gold) -> str:
    """The contact sheet of one filing: a page that needs no other file."""
    source = gold.source
    numbers = {fact.path: number for number, fact in enumerate(gold.facts, start=1)}
    parts = []
    with pymupdf.open(gold.scan) as document:
        for page in document:
            here = [fact for fact in gold.facts if _first_page(fact) == page.number + 1]
            image = _image(page, gold.facts, numbers)
            parts.append(f'<div class="page">{image}{_table(here, numbers)}</div>')
    nowhere = [fact for fact in gold.facts if not fact.boxes]
    about = " · ".join((source.filing, source.form, source.split, source.look, source.quality))
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{html.escape(gold.name)}'
        f"</title><style>{CSS}</style><h1>{html.escape(gold.name)}</h1><p>{html.escape(about)}</p>"
        f"{''.join(parts)}<h2>Without a place on a page</h2>{_table(nowhere, numbers)}</html>\n"
    )


def _first_page(fact: Fact) -> int:
    return fact.boxes[0].page if fact.boxes else 0


def _image(page: pymupdf.Page, facts: Sequence[Fact], numbers: dict[str, int]) -> str:
    """The page's picture with every box of a fact on it and the fact's number beside the box."""
    picture = page.get_pixmap(dpi=DPI).tobytes("jpeg", jpg_quality=JPEG)
    drawn = ""
    for fact in facts:
        for place in fact.boxes:
            if place.page == page.number + 1:
                box = place.box
                drawn += (
                    f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" '
                    f'height="{box.height:.1f}"/><text x="{box.right:.1f}" y="{box.top:.1f}">'
                    f"{numbers[fact.path]}</text>"
                )
    size = f"0 0 {page.rect.width} {page.rect.height}"
    return (
        f'<div class="image"><img alt="page {page.number + 1}" src="data:image/jpeg;base64,'
        f'{base64.b64encode(picture).decode()}"><svg viewBox="{size}">{drawn}</svg></div>'
    )


def _table(facts: Iterable[Fact], numbers: dict[str, int]) -> str:
    rows = "".join(_row(fact, numbers[fact.path]) for fact in facts)
    heads = ("", "path", "value", "text", "notes", "")
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _row(fact: Fact, number: int) -> str:
    states = [
        *(["absent"] if fact.absent else []),
        *([] if fact.legible else ["illegible"]),
        *(["checked"] if fact.checked else []),
    ]
    said = " ".join((*states, *(part for part in (fact.by, fact.on) if part)))
    short = fact.path.partition("/")[2].partition("/")[2]
    cells = (fact.value, fact.text if fact.text != fact.value else "", ", ".join(fact.footnotes))
    return (
        f'<tr class="{" ".join(states)}"><td>{number}</td><td class="path">{html.escape(short)}'
        f"</td>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}"
        f"<td>{html.escape(said)}</td></tr>"
    )


def check(folder: Path, by: str, on: str) -> int:
    """Mark every fact of a filing as verified, except those that are; the number marked."""
    gold = load_one(folder)
    fresh = sum(not fact.checked for fact in gold.facts)
    marked = [
        fact if fact.checked else replace(fact, checked=True, by=by, on=on) for fact in gold.facts
    ]
    write_facts(folder / "facts.jsonl", marked)
    return fresh


def find(wanted: str, gold: Path) -> Path:
    """The folder of a gold filing given by name or path; FileNotFoundError when there is none."""
    for folder in (Path(wanted), *sorted(gold.glob(f"*/{wanted}"))):
        if (folder / "source.toml").exists():
            return folder
    raise FileNotFoundError(f"no gold filing '{wanted}', neither a folder nor a name in {gold}")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line; write sheets, or mark facts as verified."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("filings", nargs="+", metavar="FILING", help="name or folder")
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--output", type=Path, default=Path("out/show"))
    parser.add_argument("--check", metavar="BY", help="mark all facts as verified by this person")
    parser.add_argument("--on", type=date.fromisoformat, default=None, help="day of the check")
    options = parser.parse_args(arguments)
    try:
        folders = [find(each, options.gold) for each in options.filings]
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    for folder in folders:
        if options.check:
            day = options.on or date.today()
            print(f"{folder.name}: {check(folder, options.check, day.isoformat())} facts verified")
            continue
        options.output.mkdir(parents=True, exist_ok=True)
        target = options.output / f"{folder.name}.html"
        target.write_text(show(load_one(folder)), encoding="utf-8")
        print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
