"""What two evaluations are compared: reports that exist, or models that read gold for it.

A side is a `report.json`, its folder, or, with gold to read, the folder of a training run, a folder
of such folders, several of them with commas between, or `released`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval import run
from eval.gold import Gold
from eval.records import FilingRecord
from eval.refit import TEST, is_dev, refitted
from eval.report import filing_row
from models import weights
from models.weights import Weights

RELEASED = "released"
CONFIDENCE = "confidence"
FIGURES = ("right", "invented", "missed", "perfect")
"""What a report says of each filing that is added up; every filing counts as one besides."""

Report = Mapping[str, Any]


class NotComparable(ValueError):
    """What is to be compared is not there, is no report, or has no filing in common."""


@dataclass(frozen=True)
class Side:
    """One of the two: a report, or the models that read in place of the released ones."""

    name: str
    report: Path | None = None
    models: Mapping[str, Weights] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The name as that of a folder."""
        return "".join(each if each.isalnum() else "_" for each in self.name)


def load_report(path: Path) -> dict[str, Any]:
    """A report.json, or that of a folder; NotComparable when it is none."""
    file = path / "report.json" if path.is_dir() else path
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
        needed = {"form", "name", "facts", "group", "split", *FIGURES}
        lacking = {key for filing in report["filings"] for key in needed - set(filing)}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NotComparable(f"{file} is no report: {error}") from error
    if lacking:
        raise NotComparable(f"{file}: its filings lack {', '.join(sorted(lacking))}")
    return dict(report)


def side_of(text: str) -> Side:
    """What one argument names; raises NotComparable, and DamagedWeights for a broken candidate."""
    if text == RELEASED:
        return Side(text)
    runs = [each for part in text.split(",") for each in runs_of(Path(part.strip()))]
    if not runs:
        return Side(text, Path(text))
    rows = [weights.of_run(each) for each in runs]
    models = {row.name: row for row in rows}
    if len(models) < len(rows):
        raise NotComparable(f"{text}: two candidates for the same model")
    if CONFIDENCE in models:
        # Fitted anew for both sides, it would be compared with itself.
        raise NotComparable(f"{text}: a calibration is judged by two reports, see eval.report")
    return Side(text, None, models)


def runs_of(folder: Path) -> list[Path]:
    """The folder itself where it has a candidate, else those below it that have one."""
    if (folder / "candidate.json").exists():
        return [folder]
    return [each.parent for each in sorted(folder.glob("*/candidate.json"))]


def read_side(
    side: Side, golds: Sequence[Gold], folder: Path, split: str, processes: int | None = None
) -> tuple[Report, bool]:
    """The filings of a split as a report, and whether any had to be read for it.

    What reads is given a calibration of its own (`eval.refit`); a report is taken as it is. Records
    are kept in `folder`.
    """
    if side.report:
        return load_report(side.report), False
    own = [gold for gold in golds
           if is_dev(gold.source.split) or (split == TEST == gold.source.split)]  # fmt: skip
    records, count = run.read_all(own, folder / side.slug, processes, side.models, calibrated=False)
    return as_report(refitted(records, split)), bool(count)


def as_report(records: Sequence[FilingRecord]) -> Report:
    """What `eval.compare` needs of many filings."""
    models = dict(records[0].models) if records else {}
    return {"models": models, "filings": [filing_row(record) for record in records]}
