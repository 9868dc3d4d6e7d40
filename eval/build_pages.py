"""Print real filings in the examiner's looks, scan them, and write them down as gold.

    python -m eval.build_pages --filings ../shared/filings/ownership --split dev \\
        --quality office200 --count 20 --output data/eval/dev-office200
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import zlib
from collections import defaultdict, deque
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from tqdm import tqdm

from eval.build_facts import facts_of, regions_of
from eval.gold import Gold, Source, save
from eval.printing import Printer, recover
from eval.scanner import QUALITIES, scan
from eval.templates import LOOKS, choose, lay_out
from eval.templates_sheet import Setting
from eval.truth import Truth, read_filing
from models.form import forms

MOST_PAGES = 6
TYPE = "/ownershipDocument/documentType"
ORIGINAL = "/ownershipDocument/dateOfOriginalSubmission"
SIGNED = "/ownershipDocument/ownerSignature[1]/signatureDate"


@dataclass(frozen=True)
class Candidate:
    """A real filing that may be printed, with its linked group of people and issuers."""

    path: Path
    group: str

    @property
    def person(self) -> str:
        """The owner's name, the last part of the file's."""
        return self.path.stem.rpartition("_")[2]

    @property
    def family(self) -> str:
        """`form3`, `form4` or `form5`."""
        return self.path.stem.partition("_")[0]


def candidates(filings: Path, split: str) -> list[Candidate]:
    """The filings of one split; `split.csv` lies beside their folder."""
    with (filings.parent / "split.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    return [Candidate(filings / row["filing"], row["group"]) for row in rows]


def sample(found: list[Candidate], count: int, chance: random.Random) -> list[Candidate]:
    """`count` filings by turns of the people, so that nobody dominates."""
    order = {"form5": 0, "form4": 1, "form3": 2}
    piles: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for each in sorted(found, key=lambda each: each.path.name):
        piles[each.group, each.person].append(each)
    queues = deque(deque(_mixed(pile, order, chance)) for _, pile in sorted(piles.items()))
    chance.shuffle(queues)
    taken: list[Candidate] = []
    while queues and len(taken) < count:
        queue = queues.popleft()
        taken.append(queue.popleft())
        if queue:
            queues.append(queue)
    return taken


def _mixed(pile: list[Candidate], order: dict[str, int], chance: random.Random) -> list[Candidate]:
    """One person's filings: one of each form, then the rest at random."""
    chance.shuffle(pile)
    first = {each.family: each for each in reversed(pile)}
    head = sorted(first.values(), key=lambda each: order[each.family])
    return head + [each for each in pile if each not in head]


def setting_of(look: str, split: str, seed: int, filing: str) -> Setting:
    """How a filing is printed in a look; the same for the same seed and file name."""
    return choose(look, split, random.Random(f"{seed} {filing}"))


def make(
    candidate: Candidate,
    setting: Setting,
    split: str,
    quality: str,
    seed: int,
    printer: Printer,
    amend: bool = False,
) -> tuple[Gold, bytes] | None:
    """One gold filing and its scan; None when it would have too many pages."""
    truth = read_filing(candidate.path.read_bytes())
    truth = as_amendment(truth) if amend else truth
    form = forms()[truth[TYPE][0]]
    layout = lay_out(form, truth, setting)
    pdf = printer.pdf(layout.document, scale=layout.scale)
    pages = recover(pdf, layout.sheet.markup.labels)
    if len(pages) > MOST_PAGES:
        return None
    chance = np.random.default_rng([seed, zlib.crc32(f"{candidate.path.name} {quality}".encode())])
    scanned = scan(pdf, QUALITIES[split][quality], chance)
    changes = {"amended": True} if amend else {}
    fonts = {"label": setting.fonts.label, "data": setting.fonts.data}
    drawn = {key: value for key, value in asdict(setting).items() if key not in ("look", "fonts")}
    source = Source(
        candidate.path.name, form.module, candidate.group, split, setting.look, quality,
        ("form",) * len(pages), seed, drawn | fonts | changes,
    )  # fmt: skip
    facts = tuple(facts_of(layout.sheet, pages, scanned.maps))
    gold = Gold(candidate.path.stem, source, facts, tuple(regions_of(pages, scanned.maps)))
    return gold, scanned.pdf


def as_amendment(truth: Truth) -> Truth:
    """The filing as an amendment of itself, signed two weeks later; there are no real ones here."""
    changed = dict(truth)
    name, signed = truth[TYPE][0], truth[SIGNED][0]
    changed[TYPE] = (f"{name.removesuffix('/A')}/A", ())
    changed[ORIGINAL] = (signed, ())
    for path, (value, marks) in truth.items():
        if path.endswith("/signatureDate"):
            later = date.fromisoformat(value) + timedelta(days=14)
            changed[path] = (later.isoformat(), marks)
    return changed


def build(options: argparse.Namespace) -> int:
    """Write the gold; the number of filings written."""
    chance = random.Random(f"{options.seed} {options.split}")
    found = sample(candidates(options.filings, options.split), 10**6, chance)
    looks = options.look or list(LOOKS)
    written = 0
    with Printer.started() as printer, tqdm(total=options.count, unit="filing") as progress:
        for candidate in found:
            if written == options.count:
                break
            look = looks[written % len(looks)]
            setting = setting_of(look, options.split, options.seed, candidate.path.name)
            amend = bool(options.amend) and written % options.amend == options.amend - 1
            made = make(
                candidate, setting, options.split, options.quality, options.seed, printer, amend
            )
            if made is None:
                tqdm.write(f"{candidate.path.name}: more than {MOST_PAGES} pages, left out")
                continue
            save(options.output, *made)
            written += 1
            progress.update()
    return written


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--filings", type=Path, required=True, help="folder of EDGAR XML")
    parser.add_argument("--split", choices=sorted(QUALITIES), required=True)
    parser.add_argument("--quality", choices=list(QUALITIES["dev"]), default="office200")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--look", action="append", choices=list(LOOKS), help="default: by turns")
    parser.add_argument("--amend", type=int, default=0, help="print every Nth as an amendment")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    written = build(options)
    print(f"{written} filings in {options.output}")
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
