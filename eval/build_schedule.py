"""Print Schedules 13G and 13D in the examiner's looks, scan them, and write them down as gold.

    python -m eval.build_schedule --filings ../shared/filings/ownership --split dev \\
        --quality office200 --count 20 --output data/eval/schedule-dev
    python -m eval.build_schedule --filings ../shared/filings/ownership --gold
    python -m eval.build_schedule --xml schedule13g.xml --name schedule13g_xml --split dev \\
        --quality fax200 --output data/eval/schedule-real

`eval/schedule_plan.csv` has a line for each filing of the committed set; those that are there
already are left alone. The content is the examiner's own; see eval/schedule. With `--xml` it is
that of a real structured filing, printed as the SEC prints it; see eval/schedule_xml.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from eval.build_facts import facts_of, regions_of
from eval.gold import Gold, Source, save
from eval.printing import Printer, recover
from eval.scanner import QUALITIES, scan
from eval.schedule import Group, compose, groups_of
from eval.schedule_sheet import ScheduleSetting
from eval.schedule_xml import read_schedule
from eval.templates_schedule import (
    OTHER_YEARS,
    SCHEDULE_LOOKS,
    YEARS,
    PrintJob,
    choose_setting,
    lay_out_schedule,
)
from eval.templates_schedule_filed import lay_out_filed
from eval.truth import Truth
from models.errors import MalformedFact
from models.fact import Fact
from models.form import form_of_module
from models.values import equal

PLAN = Path(__file__).parent / "schedule_plan.csv"
GOLD = Path(__file__).parent / "gold"
MODULES = ("schedule13g", "schedule13ga", "schedule13d", "schedule13da")
COUNTS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)
"""How many persons file, by turns; once in a while twelve do."""
MANY = 12


@dataclass(frozen=True)
class Wanted:
    """One filing to be made; `seed` decides whatever the rest leaves open."""

    name: str
    module: str
    split: str
    look: str
    quality: str
    persons: int
    seed: int


def read_schedule_plan(path: Path = PLAN) -> list[Wanted]:
    """Every line of the plan."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Wanted(row["name"], row["module"], row["split"], row["look"], row["quality"],
                   int(row["persons"]), int(row["seed"])) for row in rows]  # fmt: skip


def wanted(split: str, quality: str, count: int, looks: list[str], seed: int) -> list[Wanted]:
    """`count` filings with looks and forms by turns."""
    found = []
    first = random.Random(f"{seed} {split} {quality}").randrange(len(MODULES))
    for index in range(count):
        chance = random.Random(f"{seed} {split} {quality} {index}")
        look = looks[index % len(looks)]
        module = MODULES[(index + index // len(looks) + first) % len(MODULES)]
        persons = MANY if count > MANY and index == MANY - 1 else chance.choice(COUNTS)
        name = f"{module}_{split}_{quality}_{look}_{index + 1:03d}"
        found.append(Wanted(name, module, split, look, quality, persons, chance.randrange(10**6)))
    return found


def make_schedule(line: Wanted, groups: list[Group], printer: Printer) -> tuple[Gold, bytes]:
    """One filing and its scan."""
    form = form_of_module(line.module)
    if form is None:
        raise ValueError(f"{line.module} is no module of models/forms: correct the plan")
    seed = f"{line.seed} {line.name}"
    chance = random.Random(seed)
    # Every group but the largest has few people; the size of its choice decides how often it comes.
    group = chance.choices(groups, [len(each.people) + len(each.issuers) for each in groups])[0]
    years = YEARS.get(line.look, OTHER_YEARS)
    schedule = compose(form, group, line.split, line.persons, years, chance)
    setting = choose_setting(line.look, line.split, chance)
    job = lay_out_schedule(schedule, setting, seed)
    pdf = printer.pdf(job.document, **job.options)
    if setting.heads == "page":
        job = lay_out_schedule(schedule, setting, seed, len(recover(pdf, job.sheet.markup.labels)))
        pdf = printer.pdf(job.document, **job.options)
    return _scanned(line, setting, job, pdf)


def make_filed(xml: bytes, filing: str, line: Wanted, printer: Printer) -> tuple[Gold, bytes]:
    """A real structured filing on the SEC's page and its scan; MalformedFact when it says another.

    `filing` is the name of its file, without which it belongs to no group.
    """
    schedule = read_schedule(xml, Path(filing).stem)
    chosen = choose_setting("edgar", line.split, random.Random(f"{line.seed} {line.name}"))
    setting = replace(chosen, heads="none")
    job = lay_out_filed(schedule, setting)
    pdf = printer.pdf(job.document, **job.options)
    gold, scanned = _scanned(replace(line, module=schedule.form.module), setting, job, pdf)
    check_agreement(schedule.truth, gold.facts)
    return replace(gold, source=replace(gold.source, filing=filing)), scanned


def check_agreement(truth: Truth, facts: Iterable[Fact]) -> None:
    """MalformedFact when the page leaves out or says otherwise what was filed."""
    said = {fact.path: fact.value for fact in facts}
    for path, (value, _) in truth.items():
        if not equal("text", said.get(path, ""), value):
            raise MalformedFact(f"{path}: the filing says '{value}', the page '{said.get(path)}'")


def _scanned(
    line: Wanted, setting: ScheduleSetting, job: PrintJob, pdf: bytes
) -> tuple[Gold, bytes]:
    """What was printed as gold, and its scan."""
    schedule = job.sheet.schedule
    pages = recover(pdf, job.sheet.markup.labels)
    noise = np.random.default_rng([line.seed, zlib.crc32(line.name.encode())])
    scanned = scan(pdf, QUALITIES[line.split][line.quality], noise)
    drawn = {key: value for key, value in asdict(setting).items() if key not in ("look", "fonts")}
    fonts = {"label": setting.fonts.label, "data": setting.fonts.data}
    source = Source(
        line.name, line.module, schedule.group, line.split, line.look, line.quality,
        ("form",) * len(pages), line.seed, drawn | fonts,
    )  # fmt: skip
    facts = tuple(facts_of(job.sheet, pages, scanned.maps))
    return Gold(line.name, source, facts, tuple(regions_of(pages, scanned.maps))), scanned.pdf


def build(filings: Path, output: Path, lines: list[Wanted]) -> int:
    """Write what `output` lacks; the number of filings written."""
    there = {each.parent.name for each in output.glob("*/*/source.toml")}
    missing = [line for line in lines if line.name not in there]
    groups = {split: groups_of(filings, split) for split in {line.split for line in missing}}
    with Printer.started() as printer:
        for line in tqdm(missing, unit="filing"):
            save(output, *make_schedule(line, groups[line.split], printer))
    return len(missing)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--filings", type=Path, help="folder of EDGAR XML of ownership")
    source.add_argument("--xml", type=Path, help="a real structured Schedule")
    parser.add_argument("--name", help="of the gold filing made of --xml; default: its file's")
    parser.add_argument("--gold", action="store_true", help="the committed set, from its plan")
    parser.add_argument("--split", choices=sorted(QUALITIES), default="dev")
    parser.add_argument("--quality", choices=list(QUALITIES["dev"]), default="office200")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--look", action="append", choices=list(SCHEDULE_LOOKS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=GOLD)
    return parser


def build_filed(options: argparse.Namespace) -> None:
    """Write the gold of one real filing."""
    name = options.name or options.xml.stem
    line = Wanted(name, "", options.split, "edgar", options.quality, 0, options.seed)
    with Printer.started() as printer:
        made = make_filed(options.xml.read_bytes(), options.xml.name, line, printer)
    print(f"{name} written to {save(options.output, *made)}")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and build."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.output == GOLD and not options.gold:
        parser.error("--output is missing; the committed gold is built with --gold")
    if options.xml:
        build_filed(options)
        return 0
    looks = options.look or list(SCHEDULE_LOOKS)
    lines = read_schedule_plan() if options.gold else wanted(
        options.split, options.quality, options.count, looks, options.seed
    )  # fmt: skip
    written = build(options.filings, options.output, lines)
    print(f"{written} filings written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
