"""Prints the data set: random filings in random looks, as compact PDFs with their labels.

    python -m training.synth.print_pages --config training/configs/pages.toml --output data/print
    python -m training.synth.print_pages --config training/configs/schedules.toml \\
        --output data/schedules

Filing number i depends on (seed, i) alone; what is finished is skipped when run again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pymupdf
from tqdm import tqdm

from eval.printing import Label, PrintedPage, Printer, recover
from models.form import forms
from training.synth import pages, schedule_looks
from training.synth.content import random_filing
from training.synth.looks import choose, render
from training.synth.pages import PrintedFiling
from training.synth.schedule_content import random_schedule
from training.tagging import continued


@dataclass(frozen=True)
class Config:
    """What to print: `chunk` filings are printed by one browser before it is started afresh.

    `family` is a key of `FAMILIES`; `look` names the only look printed, all are when it is empty.
    """

    seed: int
    count: int
    processes: int
    chunk: int
    family: str = "ownership"
    look: str = ""


@dataclass(frozen=True)
class Task:
    """Numbers of the filings that one process prints in one go."""

    seed: int
    numbers: tuple[int, ...]
    output: Path
    family: str = "ownership"
    look: str = ""


@dataclass(frozen=True)
class Drawn:
    """A filing ready to be printed: its form and look, its HTML and what the anchors stand for."""

    form: str
    look: str
    document: str
    labels: list[Label]


def ownership(rng: np.random.Generator, look: str = "") -> Drawn:
    """A random Form 3, 4 or 5 in the given look or a random one."""
    content = random_filing(rng)
    look = look or choose(rng, content)
    return Drawn(content.form, look, *render(content, rng, look))


def schedule(rng: np.random.Generator, look: str = "") -> Drawn:
    """A random Schedule 13G or 13D in the given look or a random one."""
    content = random_schedule(rng)
    look = look or schedule_looks.choose(rng)
    return Drawn(content.form, look, *schedule_looks.render(content, rng, look))


FAMILIES = {"ownership": ownership, "schedule": schedule}


def print_filing(
    printer: Printer, seed: int, number: int, family: str = "ownership", look: str = ""
) -> tuple[bytes, PrintedFiling]:
    """The compact PDF and the labels of filing `number`."""
    drawn = FAMILIES[family](np.random.default_rng((seed, number)), look)
    pdf = printer.pdf(drawn.document)
    printed = recover(pdf, drawn.labels)
    roles = tuple(role_of(page) for page in printed)
    kept = continued(forms()[drawn.form], [_without_roles(page) for page in printed])
    return compact(pdf), PrintedFiling(drawn.form, drawn.look, tuple(kept), roles)


def role_of(page: PrintedPage) -> str:
    """The first page of a form has its title; a page of something else says so."""
    labels = {region.label for region in page.regions}
    if pages.ROLE_LABEL in labels:
        return pages.OTHER
    titled = any(word.tag == "documentType" for word in page.words)
    return pages.FIRST if titled else pages.CONTINUATION


def _without_roles(page: PrintedPage) -> PrintedPage:
    regions = tuple(region for region in page.regions if region.label != pages.ROLE_LABEL)
    return PrintedPage(page.number, page.width, page.height, page.words, regions, page.rules)


def compact(pdf: bytes) -> bytes:
    """The same pages without link annotations and structure tags, compressed."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        document.xref_set_key(document.pdf_catalog(), "StructTreeRoot", "null")
        for page in document:
            document.xref_set_key(page.xref, "Annots", "null")
        return bytes(document.tobytes(garbage=3, deflate=True, use_objstms=1))


def label_file(output: Path, number: int) -> Path:
    """Where the labels of a filing are written, after everything else."""
    return output / f"{number:05d}{pages.LABELS_SUFFIX}"


def print_task(task: Task) -> int:
    """Print a task's filings with a browser of their own; returns how many."""
    with Printer.started() as printer:
        for number in task.numbers:
            pdf, filing = print_filing(printer, task.seed, number, task.family, task.look)
            path = label_file(task.output, number)
            pages.pdf_of(path).write_bytes(pdf)
            pages.save(path, filing)
    return len(task.numbers)


def tasks(config: Config, output: Path) -> list[Task]:
    """The unfinished filings in chunks."""
    missing = [n for n in range(config.count) if not label_file(output, n).exists()]
    return [
        Task(
            config.seed,
            tuple(missing[start : start + config.chunk]),
            output,
            config.family,
            config.look,
        )
        for start in range(0, len(missing), config.chunk)
    ]


def load_config(path: Path, count: int | None) -> Config:
    """The configuration file, with the number of filings overridden if given."""
    settings = tomllib.loads(path.read_text())
    return Config(**(settings | ({"count": count} if count is not None else {})))


def main() -> None:
    """Parse the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("training/configs/pages.toml"))
    parser.add_argument("--output", type=Path, default=Path("data/print"))
    parser.add_argument("--count", type=int)
    arguments = parser.parse_args()
    config = load_config(arguments.config, arguments.count)
    arguments.output.mkdir(parents=True, exist_ok=True)
    todo = tasks(config, arguments.output)
    context = multiprocessing.get_context("spawn")
    bar = tqdm(total=sum(len(task.numbers) for task in todo), unit="filing")
    with context.Pool(config.processes) as pool, bar:
        for done in pool.imap_unordered(print_task, todo):
            bar.update(done)


if __name__ == "__main__":
    main()
