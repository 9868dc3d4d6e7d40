"""Program: which documents and which fields are worth labelling next.

    python -m training.next_labels SCANS... --output out/next [--count 20] [--labels SET] \\
        [--candidate RUN]

SCANS are PDFs without labels, or folders of them. Each is read with the released models, or with
candidates; those come first that were read with the most doubt and are most unlike what is labelled
in SET, or was chosen before. Writes next.csv and prints it, then the fields read with most doubt. A
file that cannot be read is listed with its error. What was read is kept, and not read again.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from eval import run
from eval.gold import load
from eval.refit import TEST
from eval.sides import runs_of
from models import weights
from models.errors import BadSetting, FilingscanError, NoKnownForm
from models.extraction import REGION_LABELS, Extraction
from models.form import FIXED, forms
from models.pipeline import Extractor
from models.reader import UNREADABLE, read
from training.settings import refusals

BUCKETS = 4096
"""That words and pairs of words are counted in, half of them downwards: where unlike ones share a
bucket they do not make documents alike."""
GRID = 8
"""Cells of a page, both ways, that its words are counted in."""
WORDING = 0.8
"""How much of a document's likeness to another is its words; the rest is where they stand."""
SHOWN = 10
NAMED = 2
"""Fields that a reason names."""
COLUMNS = ("rank", "file", "form", "pages", "doubt", "distance", "reason", "error")

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Doubt:
    """A field by name as read, and how unsure that is: 1 where it was called illegible."""

    name: str
    doubt: float


@dataclass(frozen=True)
class Reading:
    """What came of one scan: its form, empty without a known one, and what places it among others.

    `vector` has the length 1: counts of words and of where they stand.
    """

    form: str
    pages: int
    unread: int
    fields: tuple[Doubt, ...]
    vector: tuple[float, ...]

    @property
    def doubt(self) -> float:
        """From 0 to 1: mean doubt of its fields; pages not read are doubted whole."""
        if not self.form or not self.fields:
            return 1.0
        mean = float(np.mean([each.doubt for each in self.fields]))
        return 1 - (1 - mean) * (1 - self.unread / max(self.pages, 1))


@dataclass(frozen=True)
class Choice:
    """A document worth labelling, how unlike it is all that is labelled and chosen, and why."""

    file: Path
    reading: Reading
    distance: float
    reason: str


def reading_of(found: Sequence[Extraction]) -> Reading:
    """What the filings of one document tell; one of no known form has pages and words only."""
    pages = [page for each in found for page in each.pages]
    return Reading(
        ", ".join(dict.fromkeys(each.form for each in found if each.form)),
        len(pages),
        sum(page.role == UNREADABLE for page in pages),
        tuple(doubt for each in found for doubt in _doubts(each)),
        tuple(round(float(value), 5) for value in embedding(found)),
    )


def _doubts(extraction: Extraction) -> Iterator[Doubt]:
    """Every field that the page tells, named as in reports."""
    form = forms().get(extraction.form)
    for each in extraction.fields:
        at = form.locate(each.path) if form else None
        if at is None or at[2].source == FIXED:
            continue
        group, _, spec = at
        name = spec.name or (group.name if group else "")
        table = f"{group.table}." if group and group.table else ""
        yield Doubt(table + name, 1.0 if each.confidence is None else 1 - each.confidence)


def embedding(found: Sequence[Extraction]) -> Vector:
    """A document as a vector of length 1: its words and pairs of words, and where they stand.

    Digits are all alike: another amount makes no other document.
    """
    wording, layout = np.zeros(BUCKETS), np.zeros(GRID * GRID + len(REGION_LABELS))
    for each in found:
        words = [re.sub(r"\d", "0", word.text.lower()) for _, word in each.words]
        for gram in (*words, *map(" ".join, pairwise(words))):
            code = zlib.crc32(gram.encode())
            wording[code % BUCKETS] += 1 if code >> 31 else -1
        sizes = {page.number: (page.width, page.height) for page in each.pages}
        for number, word in each.words:
            width, height = sizes[number]
            across = int(np.clip((word.box.left + word.box.right) / 2 / width, 0, 0.999) * GRID)
            down = int(np.clip((word.box.top + word.box.bottom) / 2 / height, 0, 0.999) * GRID)
            layout[down * GRID + across] += 1
        for region in each.regions:
            if region.label in REGION_LABELS:
                layout[GRID * GRID + REGION_LABELS.index(region.label)] += 1
    # Square roots, as the hundredth `the` says no more about a document than the tenth.
    wording = np.sign(wording) * np.sqrt(np.abs(wording))
    parts = WORDING**0.5 * _unit(wording), (1 - WORDING) ** 0.5 * _unit(np.sqrt(layout))
    return _unit(np.concatenate(parts))


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def ranked(
    scans: Sequence[tuple[Path, Reading]], labelled: Sequence[Reading], count: int
) -> list[Choice]:
    """The scans to label next, the first one first.

    Each is that of the highest mean of doubt and distance (1 - cosine) from the nearest document
    that is labelled or chosen already; while there is none, everything is as far as can be.
    """
    if not scans:
        return []
    vectors = np.array([reading.vector for _, reading in scans])
    doubts = np.array([reading.doubt for _, reading in scans])
    distances = np.ones(len(scans))
    for each in labelled:
        distances = np.minimum(distances, _distances(vectors, each))
    left = list(range(len(scans)))
    choices: list[Choice] = []
    while left and len(choices) < count:
        best = max(left, key=lambda index: doubts[index] + distances[index])
        left.remove(best)
        file, reading = scans[best]
        first = not labelled and not choices
        reason = reason_of(reading, None if first else float(distances[best]))
        choices.append(Choice(file, reading, float(distances[best]), reason))
        distances = np.minimum(distances, _distances(vectors, reading))
    return choices


def _distances(vectors: Vector, other: Reading) -> Vector:
    return np.asarray(np.clip(1 - vectors @ np.array(other.vector), 0.0, 1.0))


def reason_of(reading: Reading, distance: float | None) -> str:
    """Why a document is worth labelling, for a person; without distance there was no other."""
    said = [] if reading.form else ["no known form"]
    if reading.unread:
        said.append(f"{reading.unread} of {reading.pages} pages not read")
    lost = sum(each.doubt == 1 for each in reading.fields)
    if lost:
        said.append(f"{lost} of {len(reading.fields)} fields illegible")
    unsure = sorted((each for each in reading.fields if each.doubt < 1),
                    key=lambda each: -each.doubt)[:NAMED]  # fmt: skip
    if unsure:
        named = ", ".join(f"{each.name} ({1 - each.doubt:.2f})" for each in unsure)
        said.append(f"least sure of {named}")
    if distance is not None:
        said.append(f"{distance:.2f} from the nearest labelled or chosen one")
    return "; ".join(said)


def unsure_fields(readings: Iterable[Reading]) -> list[tuple[str, float, int]]:
    """Fields by name with their mean doubt over all documents and how often they were read."""
    found: dict[str, list[float]] = defaultdict(list)
    for reading in readings:
        for each in reading.fields:
            found[each.name].append(each.doubt)
    rows = [(name, float(np.mean(own)), len(own)) for name, own in found.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def files_of(scans: Sequence[Path]) -> list[Path]:
    """Every PDF that is named or lies below a folder; raises BadSetting when there is none."""
    found: list[Path] = []
    for scan in scans:
        below = sorted(each for each in scan.rglob("*") if each.suffix.lower() == ".pdf")
        found += below if scan.is_dir() else [scan]
    if not found:
        raise BadSetting(f"no PDF in {', '.join(map(str, scans))}")
    return list(dict.fromkeys(found))


def read_scan(data: bytes, name: str, extractor: Extractor) -> Reading:
    """One scan through the whole pipeline; raises a DocumentError when it cannot be opened."""
    try:
        return reading_of(extractor.extract_all(read(data, name)))
    except NoKnownForm as error:
        if error.read is None:
            raise
        return reading_of([error.read])


@dataclass(frozen=True)
class Readings:
    """Reads scans, or takes what was kept in `folder`; `maker` stands for these models and code."""

    extractor: Extractor
    maker: str
    folder: Path

    def of(self, file: Path) -> tuple[str, Reading]:
        """The file's checksum and its reading; raises what reading it raises."""
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        kept = self.folder / f"{digest[:16]}-{self.maker}.json"
        if kept.exists():
            row = json.loads(kept.read_text(encoding="utf-8"))
            fields = tuple(Doubt(**each) for each in row["fields"])
            return digest, Reading(**{**row, "fields": fields, "vector": tuple(row["vector"])})
        reading = read_scan(data, file.name, self.extractor)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(reading)), encoding="utf-8")
        return digest, reading


def read_files(
    files: Iterable[Path], readings: Readings, known: Iterable[str] = ()
) -> tuple[dict[str, tuple[Path, Reading]], list[tuple[Path, str]]]:
    """The readings by the files' checksums, each document once and none that is `known`; errors."""
    left_out = set(known)
    found: dict[str, tuple[Path, Reading]] = {}
    errors: list[tuple[Path, str]] = []
    for file in tqdm(list(files), unit="scan"):
        try:
            digest, reading = readings.of(file)
        except Exception as error:
            # One file that cannot be read is a finding of the run, not its end.
            told = error.detail if isinstance(error, FilingscanError) else str(error)
            errors.append((file, f"{type(error).__name__}: {told}"))
            continue
        if digest not in left_out:
            found.setdefault(digest, (file, reading))
    return found, errors


def write(path: Path, choices: Sequence[Choice], errors: Sequence[tuple[Path, str]]) -> None:
    """next.csv: the choices in their order, then what could not be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for rank, each in enumerate(choices, start=1):
            own = each.reading
            table.writerow([rank, each.file, own.form, own.pages, f"{own.doubt:.4f}",
                            f"{each.distance:.4f}", each.reason, ""])  # fmt: skip
        for scan, error in errors:
            table.writerow(["", scan, "", "", "", "", "", error])


def shown(choices: Sequence[Choice], errors: Sequence[tuple[Path, str]]) -> Iterator[str]:
    """The choices as a table with the reason for each, then what could not be read."""
    width = max((len(each.file.name) for each in choices), default=4)
    wide = max((len(each.reading.form) for each in choices), default=0) or 4
    yield f"{'':>3}  {'file':<{width}}  {'form':<{wide}}  {'doubt':>5}  {'away':>5}  reason"
    for rank, each in enumerate(choices, start=1):
        yield (f"{rank:>3}  {each.file.name:<{width}}  {each.reading.form or '-':<{wide}}  "
               f"{each.reading.doubt:.3f}  {each.distance:.3f}  {each.reason}")  # fmt: skip
    for file, error in errors:
        yield f"not read: {file}: {error}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scans", type=Path, nargs="+", help="PDFs, or folders of them")
    parser.add_argument("--output", type=Path, default=Path("out/next"))
    parser.add_argument("--count", type=int, default=20, help="documents at most")
    parser.add_argument("--labels", type=Path, action="append", default=[], metavar="SET",
                        help="folder of gold: what is labelled already")  # fmt: skip
    parser.add_argument("--candidate", type=Path, action="append", default=[], metavar="RUN")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args(arguments)
    with refusals("next_labels"):
        choose(options)


def choose(options: argparse.Namespace) -> None:
    """Read, rank, write and print; raises BadSetting, FactError and ModelErrors."""
    files = files_of(options.scans)
    runs = [each for folder in options.candidate for each in runs_of(folder) or [folder]]
    models = {row.name: row for row in map(weights.of_run, runs)}
    readings = Readings(Extractor.load(options.threads, models),
                        run.maker_of(run.Reader(models))[:8], options.output / "read")  # fmt: skip
    golds = [gold for folder in options.labels for gold in load(folder)]
    # Test scans are not looked at, and never proposed: what is labelled next is learnt from.
    held = {hashlib.sha256(gold.scan.read_bytes()).hexdigest() for gold in golds
            if gold.source.split == TEST}  # fmt: skip
    labelled, unread = read_files(
        [gold.scan for gold in golds if gold.source.split != TEST], readings
    )
    found, errors = read_files(files, readings, {*labelled, *held})
    choices = ranked(list(found.values()), [each for _, each in labelled.values()], options.count)
    errors += unread
    write(options.output / "next.csv", choices, errors)
    print("\n".join(shown(choices, errors)))
    fields = unsure_fields(reading for _, reading in found.values())
    if fields:
        print(f"\n{'field':<40} {'doubt':>6} {'read':>6}")
    for name, doubt, count in fields[:SHOWN]:
        print(f"{name:<40} {doubt:>6.3f} {count:>6}")
    kinds = Counter(reading.form or "no known form" for _, reading in found.values())
    print(f"\n{len(found)} documents read ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})"
          f", {len(errors)} not read")  # fmt: skip


if __name__ == "__main__":
    main()
