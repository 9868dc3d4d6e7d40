"""Program: how good the models are on gold, as numbers, as a table and as a page.

    python -m eval.report [--gold eval/gold] [--output out/eval] [--split dev|test|both]

reads what has not been read yet, then writes report.json, report.md and report.html. The gold may
be a customer's own folder: `<form>/<name>/` with scan.pdf, facts.jsonl and source.toml. The
headline numbers are those of the split `test`; a set without one counts as a whole. Filings of the
split `train` are left out, unless they are asked for: what was learnt by heart says nothing. With
`--candidate RUN` an unpublished model is measured in place of its champion.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval import run
from eval.figures import fields_of, figures, number, parts_of, speed_of
from eval.gold import Gold, load
from eval.measures import MET, MISSED, OPEN
from eval.records import FilingRecord
from eval.refit import TEST, TRAIN, is_dev
from eval.report_html import render
from eval.report_md import to_markdown
from eval.trust import calibrations, claims_of, diagrams, left_out, straight_through
from models import weights
from models.confidence import PRECISION, VALUES
from models.errors import FilingscanError

SCHEMA = "filingscan-report/1"

KINDS = ("quality", "look", "form")
MOST_ERROR, MOST_ERROR_OF_QUALITY, LEAST_RANKING = 0.03, 0.05, 0.90
"""Targets of the values' calibration error, overall and in each quality, and of their AUROC."""


def report_of(records: Sequence[FilingRecord], gold: str = "", commit: str = "") -> dict[str, Any]:
    """The whole report, a pure function of the records but for its date."""
    if not records:
        raise ValueError("no records to report on")
    splits = parts_of(records, "split")
    headline = splits.get(TEST) or list(records)
    calibration, passed = calibrations(headline), straight_through(headline)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "models": dict(records[0].models),
        "gold": gold,
        "fingerprint": fingerprint(records),
        "headline": TEST if TEST in splits else "all",
        "targets": targets_of(calibration, passed),
        "splits": {name: _split(own) for name, own in splits.items()},
        "calibration": calibration,
        "left_out": {kind: left_out(records, kind) for kind in ("quality", "look")},
        "straight_through": passed,
        "diagrams": diagrams(headline),
        "speed": speed_of(records),
        "failures": failures_of(records),
        "filings": [filing_row(record) for record in records],
    }


def _split(records: Sequence[FilingRecord]) -> dict[str, Any]:
    """Figures of one split: whole, in its parts, field by field."""
    parts = {kind: {name: figures(own) for name, own in parts_of(records, kind).items()}
             for kind in KINDS}  # fmt: skip
    by_quality = {name: fields_of(own) for name, own in parts_of(records, "quality").items()}
    fields = fields_of(records)
    for name, row in fields.items():
        row["quality"] = {quality: own[name]["f1"] for quality, own in by_quality.items()
                          if name in own}  # fmt: skip
    return {"all": figures(records), **parts, "fields": fields}


def failures_of(records: Sequence[FilingRecord]) -> dict[str, dict[str, int]]:
    """How many values failed at which stage, by quality; test filings are not looked into."""
    counts: dict[str, Counter[str]] = {}
    for record in records:
        if record.split != TEST:
            for failure in record.failures:
                counts.setdefault(failure.stage, Counter())[record.quality] += 1
    return {stage: dict(sorted(own.items())) for stage, own in sorted(counts.items())}


def filing_row(record: FilingRecord) -> dict[str, Any]:
    """What `eval.compare` needs of one filing.

    `fields` are right, invented and missed by field, `accepted` how many of its values need no
    review and how many there are, `confidences` those of the values, with the truth.
    """
    total, score = record.score.total, record.score
    values = claims_of(record, VALUES)
    return {
        "form": record.form, "name": record.name, "group": record.group, "split": record.split,
        "look": record.look, "quality": record.quality, "facts": record.facts,
        "pages": record.pages, "seconds": record.seconds, "error": record.error,
        "right": total.right, "invented": total.invented, "missed": total.missed,
        "perfect": score.perfect, "abstained": score.abstained,
        "rows": [score.rows.right, score.rows.invented, score.rows.missed, score.rows_right],
        "links": [score.links.right, score.links.invented, score.links.missed],
        "flags": [score.flags_right, score.flags],
        "fields": {name: [each.right, each.invented, each.missed]
                   for name, each in sorted(score.fields.items())},
        "accepted": [sum(not each.review for each in values), len(values)],
        "confidence": number(record.confidence), "review": record.review,
        "confidences": [[number(each.confidence), int(each.right)]
                        for each in values if each.confidence is not None],
    }  # fmt: skip


def targets_of(
    calibration: Mapping[str, Any], passed: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The targets of the values, each with what was measured, its n and interval, and a verdict."""
    values = calibration[VALUES]
    wanted = [("calibration error", values, "calibration_error", MOST_ERROR, True)]
    wanted += [
        (f"calibration error, {name.removesuffix(f', {VALUES}')}", own, "calibration_error",
         MOST_ERROR_OF_QUALITY, True)
        for name, own in calibration.items()
        if name.startswith("quality") and name.endswith(VALUES)
    ]  # fmt: skip
    wanted.append(("AUROC", values, "auroc", LEAST_RANKING, False))
    rows = []
    for name, own, measure, target, is_most in wanted:
        found = own[measure]
        rows.append({"name": name, "target": target, "at_most": is_most, "cases": own["cases"],
                     **found, "verdict": _verdict(found["interval"], target, is_most)})  # fmt: skip
    (accepted,) = (row for row in passed
                   if row["what"] == VALUES and row["target"] == PRECISION)  # fmt: skip
    rows.append({"name": "precision of accepted values", "target": PRECISION, "at_most": False,
                 "cases": accepted["accepted"], "value": accepted["precision"],
                 "interval": accepted["bounds"], "verdict": accepted["verdict"]})  # fmt: skip
    return rows


def _verdict(interval: Sequence[float] | None, target: float, is_most: bool) -> str:
    """Met or missed when the whole interval says so."""
    if interval is None:
        return OPEN
    low, high = interval
    if (high <= target) if is_most else (low >= target):
        return MET
    return MISSED if ((low > target) if is_most else (high < target)) else OPEN


def fingerprint(records: Sequence[FilingRecord]) -> str:
    """Of all filings' facts and scans: the same gold, whatever read it."""
    facts = sorted(f"{record.form}/{record.name} {record.facts}" for record in records)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def write(
    report: Mapping[str, Any], records: Sequence[FilingRecord], golds: Sequence[Gold], folder: Path
) -> None:
    """report.json, report.md and report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(to_json(report), encoding="utf-8")
    (folder / "report.md").write_text(to_markdown(report), encoding="utf-8")
    (folder / "report.html").write_text(render(report, records, golds), encoding="utf-8")


def to_json(report: Mapping[str, Any]) -> str:
    """A line for each part and each filing, so that two reports can be compared by eye."""
    rest = {name: value for name, value in report.items() if name != "filings"}
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items()]
    filings = ",\n".join(json.dumps(each, separators=(",", ":")) for each in report["filings"])
    return "{" + ",\n".join((*parts, f'"filings": [\n{filings}\n]')) + "}\n"


def recorded_figures(report: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a run over test gold."""
    whole = report["splits"][TEST]["all"]
    values = report["calibration"][VALUES]
    kept = {name: each["value"] for name, each in whole["measures"].items()}
    sizes = {name: whole[name] for name in ("filings", "pages", "failed")}
    return {
        **sizes, "models": report["models"], "f1_interval": whole["measures"]["f1"]["interval"],
        **kept, "calibration_error": values["calibration_error"]["value"],
        "auroc": values["auroc"]["value"], "fingerprint": report["fingerprint"],
    }  # fmt: skip


def is_of(split: str, asked: str) -> bool:
    """Whether filings of a split are asked for; `both` are all that nothing was trained on."""
    if asked == "both":
        return split != TRAIN
    return is_dev(split) if asked == "dev" else split == asked


def main(arguments: list[str] | None = None) -> int:
    """Entry point; 1 when nothing could be read at all, 2 when there is no usable gold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=Path("eval/gold"))
    parser.add_argument("--output", type=Path, default=Path("out/eval"))
    parser.add_argument("--split", choices=("dev", TEST, "both", TRAIN), default="both")
    parser.add_argument("--processes", type=int, help="default: one for each core")
    parser.add_argument("--candidate", type=Path, action="append", default=[], metavar="RUN",
                        help="folder of a training run, in place of the champion")  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        golds = load(options.gold)
        candidates = {row.name: row for row in map(weights.of_run, options.candidate)}
    except FilingscanError as error:
        print(f"{error}\n{error.remedy}", file=sys.stderr)
        return 2
    golds = [gold for gold in golds if is_of(gold.source.split, options.split)]
    if not golds:
        print(f"no filing of gold in {options.gold}; it should have folders <form>/<name>/ with "
              "scan.pdf, facts.jsonl and source.toml", file=sys.stderr)  # fmt: skip
        return 2
    records, read = run.read_all(golds, options.output / "records", options.processes, candidates)
    report = report_of(records, str(options.gold), run.commit())
    # The gate before a release asks for the report of exactly the weights to be released.
    report["weights"] = {row.name: row.sha256 for row in run.rows_of(candidates)}
    write(report, records, golds, options.output)
    if read and TEST in report["splits"]:
        run.record_test_run(options.gold, recorded_figures(report))
    print((options.output / "report.md").read_text(encoding="utf-8"))
    return 1 if all(record.error for record in records) else 0


if __name__ == "__main__":
    sys.exit(main())
