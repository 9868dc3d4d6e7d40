"""Reading gold: every filing through the whole pipeline, what came of it kept as a record.

Records are written as they come, and read again instead of the filing when neither the code, the
models nor the filing's truth changed: a run that was broken off goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
from tqdm import tqdm

from eval import records
from eval.failures import failures_of
from eval.found import found_of
from eval.gold import Gold
from eval.measures import TARGETS
from eval.records import FilingRecord, Verdict
from eval.score import judged, score
from models import weights
from models.confidence import BLANKS, VALUES, Calibration, family_of, features
from models.errors import NoKnownForm
from models.export import to_xml
from models.extraction import Extraction
from models.fact import Fact
from models.pipeline import READERS, Assembled, Extractor
from models.reader import read
from models.weights import Weights

TEST_RUNS = Path(__file__).parent / "test_runs.jsonl"
CHECKOUT = Path(__file__).parent.parent
PARTS = (*READERS, "confidence")
DECIDING = ("models/**/*.py", *(f"eval/{name}.py" for name in (
    "failures", "found", "records", "regions", "run", "score")))  # fmt: skip
"""Code that a record depends on."""

Overrides = Mapping[str, Weights]


@dataclass(frozen=True)
class Reader:
    """What reads: the champions but for the overrides, with a calibration or without."""

    overrides: Overrides
    calibrated: bool = True

    def load(self) -> Extractor:
        """The extractor, on one thread."""
        cv2.setNumThreads(1)
        return Extractor.load(1, self.overrides, calibrated=self.calibrated)


def evaluate(gold: Gold, extractor: Extractor, made_by: str = "") -> FilingRecord:
    """Read one gold filing and judge it; a failure is a filing that gave nothing."""
    started = time.perf_counter()
    blank = FilingRecord(
        gold.name, gold.source.form, gold.source.look, gold.source.quality, gold.source.split,
        gold.source.group, fingerprint(gold), made_by, extractor.versions,
        len(gold.source.pages), 0.0, "", score(gold.facts, None), found_of(gold, None),
    )  # fmt: skip
    try:
        assembled = extractor.assembled(read(gold.scan.read_bytes(), gold.scan.name))
        extraction = extractor.judged(assembled)
    except NoKnownForm as error:
        # What is on its pages was found all the same.
        told = f"{type(error).__name__}: {error}"
        return replace(blank, error=told, found=found_of(gold, error.read))
    except Exception as error:
        # One filing that breaks the pipeline is a finding of the run, not its end.
        return replace(blank, error=f"{type(error).__name__}: {error}")
    return replace(
        blank,
        seconds=round(time.perf_counter() - started, 3),
        score=score(gold.facts, extraction),
        found=found_of(gold, extraction),
        verdicts=tuple(_verdicts(gold, assembled, extraction)),
        confidence=extraction.confidence,
        review=extraction.review,
        thresholds=thresholds_of(extractor.calibration, assembled.assembly.form.root),
        reviews={
            str(target): replace(extractor, precision=target).judged(assembled).review
            for target in TARGETS
        },
        xml_parses=_parses(extraction),
        failures=tuple(failures_of(gold, assembled, extraction)),
    )


def _verdicts(gold: Gold, assembled: Assembled, extraction: Extraction) -> Iterable[Verdict]:
    own = zip(extraction.fields, assembled.assembly.fields, assembled.contexts, strict=True)
    seen = {field.id: (family_of(raw), features(raw, context)) for field, raw, context in own}
    for each in judged(gold.facts, extraction, abstained=True):
        family, signs = seen[each.field.id]
        rounded = {name: round(float(value), 5) for name, value in signs.items()}
        said = each.field
        yield Verdict(
            said.path, each.name, each.table, said.kind, family, said.state, said.value, said.text,
            each.true, each.right, said.confidence, said.review, rounded, said.boxes, each.marks,
        )  # fmt: skip


def thresholds_of(calibration: Calibration | None, root: str) -> dict[str, dict[str, float | None]]:
    """From which confidence each claim needs no review, at every target; None: always review.

    `root` is the form's root element.
    """
    if calibration is None:
        return {}
    shown = calibration.has_shown(root)
    found = {claim: {str(target): calibration.threshold(claim, target) for target in TARGETS}
             for claim in (VALUES, BLANKS)}  # fmt: skip
    return {claim: {target: value if shown and value <= 1 else None
                    for target, value in own.items()}
            for claim, own in found.items()}  # fmt: skip


def _parses(extraction: Extraction) -> bool:
    try:
        ElementTree.fromstring(to_xml(extraction))
    except ElementTree.ParseError:
        return False
    return True


def read_all(
    golds: Sequence[Gold],
    folder: Path,
    processes: int | None = None,
    overrides: Overrides | None = None,
    *,
    calibrated: bool = True,
) -> tuple[list[FilingRecord], int]:
    """The record of every filing, in the given order, and how many had to be read.

    `folder` keeps the records; each of the `processes` (default: one per core) has one thread.
    Without a calibration every confidence is a half: for fitting one.
    """
    reader = Reader(overrides or {}, calibrated)
    maker = maker_of(reader)
    keys = {id(gold): _key(maker, gold) for gold in golds}
    kept = {id(gold): records.load(path_of(folder, gold)) for gold in golds}
    todo = [gold for gold in golds
            if (old := kept[id(gold)]) is None or old.made_by != keys[id(gold)]]  # fmt: skip
    # Long filings first, so that no process is left alone with one at the end.
    todo.sort(key=lambda gold: -len(gold.source.pages))
    jobs = [(gold, keys[id(gold)]) for gold in todo]
    bar = tqdm(total=len(golds), initial=len(golds) - len(todo), unit="filing")
    for gold, record in zip(todo, _evaluated(jobs, processes, reader), strict=True):
        records.save(path_of(folder, gold), record)
        kept[id(gold)] = record
        bar.update()
    bar.close()
    found = [kept[id(gold)] for gold in golds]
    return [record for record in found if record is not None], len(todo)


def path_of(folder: Path, gold: Gold) -> Path:
    """Where the record of a filing is kept."""
    return folder / gold.source.form / f"{gold.name}.json.gz"


def _evaluated(
    jobs: Sequence[tuple[Gold, str]], processes: int | None, reader: Reader
) -> Iterable[FilingRecord]:
    """The records in the order of the jobs, from as many processes as there are cores."""
    count = min(processes or os.cpu_count() or 1, len(jobs))
    if count > 1:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        with get_context("spawn").Pool(count, _start, (reader,)) as pool:
            yield from pool.imap(_evaluate, jobs)
    elif jobs:
        extractor = reader.load()
        yield from (evaluate(gold, extractor, key) for gold, key in jobs)


_worker: list[Extractor] = []
"""The one extractor of a worker process."""


def _start(reader: Reader) -> None:
    _worker.append(reader.load())


def _evaluate(job: tuple[Gold, str]) -> FilingRecord:
    return evaluate(job[0], _worker[0], job[1])


def maker_of(reader: Reader) -> str:
    """Fingerprint of the code and the weights that make a record."""
    digest = hashlib.sha256()
    for pattern in DECIDING:
        for path in sorted(CHECKOUT.glob(pattern)):
            digest.update(path.relative_to(CHECKOUT).as_posix().encode() + path.read_bytes())
    for row in rows_of(reader.overrides, PARTS if reader.calibrated else READERS):
        digest.update(f"{row.tag} {row.sha256} {sorted(row.dims.items())}".encode())
    return digest.hexdigest()


def rows_of(overrides: Overrides, names: Sequence[str] = PARTS) -> list[Weights]:
    """The weights of every model: the champion's, unless others are given."""
    return [overrides.get(name) or weights.find(name) for name in names]


def fingerprint(gold: Gold) -> str:
    """Of a filing's scan and facts, whoever checked them."""
    plain = [replace(fact, checked=False, by="", on="") for fact in gold.facts]
    digest = hashlib.sha256(gold.scan.read_bytes())
    digest.update(repr(sorted(plain, key=_path)).encode())
    return digest.hexdigest()[:16]


def _path(fact: Fact) -> str:
    return fact.path


def _key(maker: str, gold: Gold) -> str:
    own = (maker, fingerprint(gold), gold.regions, gold.source)
    return hashlib.sha256(repr(own).encode()).hexdigest()[:16]


def record_test_run(gold: Path, figures: Mapping[str, Any], runs: Path = TEST_RUNS) -> None:
    """Append a run over test gold, with its commit and scores, to the list of such runs."""
    row = {"commit": commit(), "on": datetime.now(UTC).isoformat(timespec="seconds"),
           "gold": gold.name, **figures}  # fmt: skip
    with runs.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def commit() -> str:
    """The checkout's commit, with `+` when tracked files were changed; empty outside a checkout."""
    git = partial(subprocess.run, capture_output=True, text=True, check=True, cwd=TEST_RUNS.parent)
    try:
        changed = git(("git", "status", "--porcelain", "--untracked-files=no")).stdout.strip()
        head = str(git(("git", "rev-parse", "--short", "HEAD")).stdout.strip())
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head + ("+" if changed else "")
