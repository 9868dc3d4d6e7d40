"""Prints the data set: random filings in random looks, as compact PDFs with their labels.

    python -m training.synth.print_pages --config training/configs/pages.toml --output data/print

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

from eval.printing import PrintedPage, Printer, recover
from training.synth import pages
from training.synth.content import random_filing
from training.synth.looks import choose, render
from training.synth.pages import PrintedFiling


@dataclass(frozen=True)
class Config:
    """What to print: `chunk` filings are printed by one browser before it is started afresh."""

    seed: int
    count: int
    processes: int
    chunk: int


@dataclass(frozen=True)
class Task:
    """Numbers of the filings that one process prints in one go."""

    seed: int
    numbers: tuple[int, ...]
    output: Path


def print_filing(printer: Printer, seed: int, number: int) -> tuple[bytes, PrintedFiling]:
    """The compact PDF and the labels of filing `number`."""
    rng = np.random.default_rng((seed, number))
    content = random_filing(rng)
    look = choose(rng, content)
    document, labels = render(content, rng, look)
    pdf = printer.pdf(document)
    printed = recover(pdf, labels)
    roles = tuple(role_of(page) for page in printed)
    kept = tuple(_without_roles(page) for page in printed)
    return compact(pdf), PrintedFiling(content.form, look, kept, roles)


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
            pdf, filing = print_filing(printer, task.seed, number)
            path = label_file(task.output, number)
            pages.pdf_of(path).write_bytes(pdf)
            pages.save(path, filing)
    return len(task.numbers)


def tasks(config: Config, output: Path) -> list[Task]:
    """The unfinished filings in chunks."""
    missing = [n for n in range(config.count) if not label_file(output, n).exists()]
    return [
        Task(config.seed, tuple(missing[start : start + config.chunk]), output)
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
