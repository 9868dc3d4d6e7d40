"""What came of reading one gold filing: everything a report needs, kept as a file per filing.

A report is a pure function of records, so that it can be made again, or otherwise, without reading
a page twice.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.score import Score, Tally
from models.document import Box
from models.extraction import Place

_NONE = Tally()


@dataclass(frozen=True)
class Verdict:
    """A field that was stated, blank or illegible, and whether that is right.

    `name` is the field's in reports (`derivative.expirationDate`), `table` says that it stands in a
    table's row, `family` which regression judges it and `signs` what that sees. `true` is None
    where nothing is true; `confidence` is None when the field was called illegible; `marks` are its
    footnote marks.
    """

    path: str
    name: str
    table: bool
    kind: str
    family: str
    state: str
    value: str
    text: str
    true: str | None
    right: bool
    confidence: float | None
    review: bool
    signs: Mapping[str, float] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    marks: Tally = _NONE


@dataclass(frozen=True)
class Failure:
    """A value missed, misread or invented, and the stage that failed (see `eval.failures`).

    `page` and `box` (points as displayed) are where it stands, else where it was read; page 0 and
    None when nowhere. `confidence` is that of what was read, None when nothing was said.
    """

    path: str
    name: str
    expected: str
    read: str
    stage: str
    page: int
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Found:
    """How well the parts of the pages were found: counts that add up.

    `cells` and `close_cells` overlap by half and by three quarters (intersection over union),
    `areas` are boxed fields outside tables that overlap by half;
    `states` of the checkboxes found are right; `errors` characters must change in the words that
    stand where `characters` of values are printed.
    """

    cells: Tally = _NONE
    close_cells: Tally = _NONE
    checkboxes: Tally = _NONE
    states: int = 0
    characters: int = 0
    errors: int = 0
    areas: Tally = _NONE

    def __add__(self, other: Found) -> Found:
        return Found(
            self.cells + other.cells,
            self.close_cells + other.close_cells,
            self.checkboxes + other.checkboxes,
            self.states + other.states,
            self.characters + other.characters,
            self.errors + other.errors,
            self.areas + other.areas,
        )


@dataclass(frozen=True)
class FilingRecord:
    """What came of one gold filing; `error` is empty unless nothing could be read.

    `facts` is the fingerprint of its truth and its scan, `made_by` that of the code and the models
    that read it; `confidence` and `review` are those of the whole filing. `thresholds` say for each
    claim and wanted precision (`values`, `0.995`) from which confidence no review is needed, None
    when it always is; `reviews` say at which of these precisions the filing needs one.
    """

    name: str
    form: str
    look: str
    quality: str
    split: str
    group: str
    facts: str
    made_by: str
    models: Mapping[str, str]
    pages: int
    seconds: float
    error: str
    score: Score
    found: Found = Found()
    verdicts: tuple[Verdict, ...] = ()
    confidence: float = 0.0
    review: bool = True
    thresholds: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    xml_parses: bool = False
    failures: tuple[Failure, ...] = ()
    reviews: Mapping[str, bool] = field(default_factory=dict)

    @property
    def perfect(self) -> bool:
        """Every value and every footnote mark is right."""
        return bool(self.score.perfect)


def save(path: Path, record: FilingRecord) -> None:
    """Write a record as gzipped JSON; whole or not at all, as runs are broken off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(gzip.compress(json.dumps(asdict(record)).encode(), mtime=0))
    half.replace(path)


def load(path: Path) -> FilingRecord | None:
    """The record of a file; None when there is none or it is of another format."""
    try:
        return from_row(json.loads(gzip.decompress(path.read_bytes())))
    except (OSError, EOFError, ValueError, TypeError, KeyError):
        return None


def from_row(row: Mapping[str, Any]) -> FilingRecord:
    """The inverse of `dataclasses.asdict`, after JSON."""
    found = row["found"]
    tallies = {
        name: Tally(**found[name]) for name in ("cells", "close_cells", "checkboxes", "areas")
    }
    return FilingRecord(
        **{
            **row,
            "score": _score(row["score"]),
            "found": Found(**{**found, **tallies}),
            "verdicts": tuple(_verdict(each) for each in row["verdicts"]),
            "failures": tuple(_failure(each) for each in row["failures"]),
        }
    )


def _score(row: Mapping[str, Any]) -> Score:
    fields = {name: Tally(**tally) for name, tally in row["fields"].items()}
    tallies = {"rows": Tally(**row["rows"]), "links": Tally(**row["links"])}
    return Score(**{**row, **tallies, "fields": fields})


def _verdict(row: Mapping[str, Any]) -> Verdict:
    places = tuple(Place(each["page"], Box(**each["box"])) for each in row["places"])
    return Verdict(**{**row, "places": places, "marks": Tally(**row["marks"])})


def _failure(row: Mapping[str, Any]) -> Failure:
    return Failure(**{**row, "box": Box(**row["box"]) if row["box"] else None})
