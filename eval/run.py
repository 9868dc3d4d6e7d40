"""Read every gold filing, compare with its facts, report.

    python -m eval.run --gold data/eval/dev-office200 --output report.md --predictions out/

A run over test gold is appended, with the commit and its scores, to eval/test_runs.jsonl.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tqdm import tqdm

from eval.gold import Gold, load
from eval.score import Score, interval, merge, score, to_markdown
from models.document import Filing
from models.export import to_json, to_xml
from models.extraction import Extraction
from models.reader import read

Extract = Callable[[Filing], Extraction]
TEST_RUNS = Path(__file__).parent / "test_runs.jsonl"


@dataclass(frozen=True)
class Outcome:
    """What became of one gold filing; `error` is empty unless nothing could be read."""

    gold: Gold
    score: Score
    xml_parses: bool = False
    seconds: float = 0.0
    error: str = ""


def evaluate(gold: Gold, extract: Extract, predictions: Path | None = None) -> Outcome:
    """Read one gold filing and score it; a failure is scored as a filing that gave nothing."""
    started = time.perf_counter()
    try:
        extraction = extract(read(gold.scan.read_bytes(), gold.scan.name))
    except Exception as error:
        # One filing that breaks the pipeline is a finding of the run, not its end.
        return Outcome(gold, score(gold.facts, None), error=f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - started
    if predictions:
        predictions.mkdir(parents=True, exist_ok=True)
        text = json.dumps(to_json(extraction), indent=1, ensure_ascii=False)
        (predictions / f"{gold.name}.json").write_text(text, encoding="utf-8")
    return Outcome(gold, score(gold.facts, extraction), _parses(extraction), seconds)


def _parses(extraction: Extraction) -> bool:
    try:
        ElementTree.fromstring(to_xml(extraction))
    except ElementTree.ParseError:
        return False
    return True


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The run in a few numbers, as they are recorded."""
    scores = [each.score for each in outcomes]
    total = merge(scores)
    read_through = [each for each in outcomes if not each.error]
    pages = sum(len(each.gold.source.pages) for each in read_through)
    low, high = interval(scores, lambda drawn: drawn.total.f1)
    return {
        "filings": len(outcomes),
        "pages_read": pages,
        "f1": round(total.total.f1, 4),
        "f1_interval": [round(low, 4), round(high, 4)],
        "precision": round(total.total.precision, 4),
        "recall": round(total.total.recall, 4),
        "rows_f1": round(total.rows.f1, 4),
        "footnote_links_f1": round(total.links.f1, 4),
        "flags": round(total.flag_accuracy, 4),
        "filings_right": total.perfect,
        "xml_parses": sum(each.xml_parses for each in outcomes),
        "failed": len(outcomes) - len(read_through),
        "seconds_per_page": round(sum(each.seconds for each in read_through) / max(pages, 1), 2),
    }


def report(outcomes: Sequence[Outcome]) -> str:
    """The Markdown report: totals, by look and form, every field, what failed."""
    lines = ["| measure | |", "|---|---|"]
    lines += [
        f"| {name.replace('_', ' ')} | {value} |" for name, value in summary(outcomes).items()
    ]
    lines += [
        "",
        "| part | filings | F1 | rows F1 | footnote links F1 |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, part in _parts(outcomes):
        total = merge(each.score for each in part)
        lines.append(
            f"| {name} | {len(part)} | {total.total.f1:.3f} | {total.rows.f1:.3f} "
            f"| {total.links.f1:.3f} |"
        )
    lines += ["", to_markdown(merge(each.score for each in outcomes))]
    lines += [f"- {each.gold.name}: {each.error}" for each in outcomes if each.error]
    return "\n".join(lines)


def _parts(outcomes: Sequence[Outcome]) -> Iterable[tuple[str, list[Outcome]]]:
    """The outcomes by look, by form and by quality."""
    parts: dict[str, list[Outcome]] = {}
    for kind in ("look", "form", "quality"):
        for each in outcomes:
            parts.setdefault(f"{kind} {getattr(each.gold.source, kind)}", []).append(each)
    return sorted(parts.items())


def record(folder: Path, outcomes: Sequence[Outcome], runs: Path = TEST_RUNS) -> None:
    """Append a run over test gold to the list of such runs."""
    row = {
        "commit": _commit(),
        "on": datetime.now(UTC).isoformat(timespec="seconds"),
        "gold": folder.name,
        **summary(outcomes),
    }
    with runs.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _commit() -> str:
    """The checkout's commit, with `+` when tracked files were changed."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ("git", *arguments), capture_output=True, text=True, check=True, cwd=TEST_RUNS.parent
        ).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, run, print the report."""
    parser = argparse.ArgumentParser(description="Score the pipeline against gold.")
    parser.add_argument("--gold", type=Path, required=True, help="folder of <form>/<name>/")
    parser.add_argument("--limit", type=int, default=0, help="only the first N filings")
    parser.add_argument("--output", type=Path, help="Markdown report")
    parser.add_argument("--predictions", type=Path, help="folder for the JSON of each filing")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    filings = load(options.gold)[: options.limit or None]
    if not filings:
        print(f"no gold in {options.gold}", file=sys.stderr)
        return 1
    from models.pipeline import Extractor

    extract = Extractor.load(options.threads).extract
    bar = tqdm(filings, unit="filing")
    outcomes = [evaluate(gold, extract, options.predictions) for gold in bar]
    text = report(outcomes)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    if any(gold.source.split == "test" for gold in filings):
        record(options.gold, outcomes)
    return 1 if all(each.error for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
