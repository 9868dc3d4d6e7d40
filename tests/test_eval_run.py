"""A run over gold: what is read is scored, what fails is named, what is test is recorded."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from eval.gold import Gold, Source, load, save
from eval.run import evaluate, record, report, summary
from models.document import Filing
from models.extraction import READ, Extraction, Field
from models.fact import Fact

TITLE = "/ownershipDocument/documentType"
NAME = "/ownershipDocument/issuer/issuerName"


@pytest.fixture
def gold(tmp_path: Path) -> Gold:
    """One page of white paper that is said to be a filing."""
    source = Source("x.xml", "form4", "g00", "test", "sec", "office200", ("form",))
    facts = (Fact(TITLE, "4"), Fact(NAME, "Example Mills"))
    page = io.BytesIO()
    Image.new("L", (850, 1100), 255).save(page, "PDF", resolution=100)
    save(tmp_path, Gold("x", source, facts), page.getvalue())
    (loaded,) = load(tmp_path)
    return loaded


def half_read(filing: Filing) -> Extraction:
    """Reads the form's number and not the issuer."""
    field = Field("1", TITLE, "code", "4", "4", 0.9, READ)
    return Extraction(filing.sha256, "4", 0.9, False, (), (field,))


def broken(filing: Filing) -> Extraction:
    raise RuntimeError(f"no model for {filing.name}")


def test_what_was_not_read_lowers_recall_alone(gold: Gold) -> None:
    numbers = summary([evaluate(gold, half_read)])
    assert (numbers["precision"], numbers["recall"], numbers["failed"]) == (1.0, 0.5, 0)
    assert numbers["xml_parses"] == 1


def test_a_filing_that_breaks_the_pipeline_is_named_and_counts_as_missed(gold: Gold) -> None:
    outcome = evaluate(gold, broken)
    assert outcome.score.total.missed == 2
    assert "- x: RuntimeError: no model for scan.pdf" in report([outcome])


def test_predictions_are_kept_beside_the_scores(gold: Gold, tmp_path: Path) -> None:
    evaluate(gold, half_read, tmp_path / "said")
    assert json.loads((tmp_path / "said" / "x.json").read_text())["form"] == "4"


def test_a_run_over_test_gold_leaves_a_line_with_its_commit(gold: Gold, tmp_path: Path) -> None:
    runs = tmp_path / "runs.jsonl"
    for _ in range(2):
        record(tmp_path / "test-office200", [evaluate(gold, half_read)], runs)
    lines = [json.loads(line) for line in runs.read_text().splitlines()]
    assert [(line["gold"], line["f1"]) for line in lines] == [("test-office200", 0.6667)] * 2
    assert lines[0]["commit"]
