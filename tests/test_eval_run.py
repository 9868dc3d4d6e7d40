"""A run over gold: what is read is judged and kept, what fails is named, what is test is listed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from eval import run
from eval.found import found_of
from eval.gold import Gold, GoldRegion, Source, load, save
from eval.measures import TARGETS
from eval.records import FilingRecord, Found
from eval.report import main, report_of
from eval.run import evaluate, fingerprint, read_all, record_test_run
from eval.score import Tally
from models.assemble import Assembly
from models.confidence import Calibration, Context
from models.document import Box, Filing, Word
from models.extraction import READ, Extraction, Field, Place, Region
from models.fact import Fact
from models.form import forms
from models.pipeline import Assembled
from models.reading import RawField

TITLE = "/ownershipDocument/documentType"
NAME = "/ownershipDocument/issuer/issuerName"
HERE = Box(100, 100, 200, 112)
GOLD = Path(__file__).parent.parent / "eval" / "gold"
DECENT = 0.6
"""Far below what any released model reads, far above what a broken pipeline does."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Gold of one page of white paper that is said to be a filing."""
    source = Source("x.xml", "form4", "g00", "dev", "sec", "office200", ("form",))
    facts = (Fact(TITLE, "4"), Fact(NAME, "Example Mills", "Example Mills", (Place(1, HERE),)))
    page = io.BytesIO()
    Image.new("L", (850, 1100), 255).save(page, "PDF", resolution=100)
    save(tmp_path / "gold", Gold("x", source, facts), page.getvalue())
    return tmp_path / "gold"


@pytest.fixture
def gold(folder: Path) -> Gold:
    (loaded,) = load(folder)
    return loaded


def test_a_customer_needs_to_say_nothing_about_a_filing_but_its_facts(folder: Path) -> None:
    own = folder / "form4" / "x"
    (own / "source.toml").write_text("")
    (own / "regions.jsonl").unlink()
    (found,) = load(folder)
    source = found.source
    assert (source.form, source.group, source.split, source.pages) == (
        "form4",
        "x",
        "dev",
        ("form",),
    )
    assert found.regions == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [("facts.jsonl", None), ("source.toml", "qualty = 'poor'"), ("source.toml", "=")],
)
def test_gold_that_cannot_be_used_is_named(
    folder: Path, tmp_path: Path, name: str, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "form4" / "x" / name
    file.unlink() if content is None else file.write_text(content)
    assert main(["--gold", str(folder), "--output", str(tmp_path / "out")]) == 2
    assert str(file.parent) in capsys.readouterr().err


@dataclass
class HalfReader:
    """Stands for the pipeline: reads the form's number and not the issuer."""

    versions: dict[str, str] = field(default_factory=lambda: {"tagger": "tagger@test"})
    calibration: Calibration | None = None
    precision: float = 0.995
    calls: int = 0

    def assembled(self, filing: Filing) -> Assembled:
        self.calls += 1
        _, spec = next(each for each in forms()["4"].specs() if each[1].name == "documentType")
        raw = RawField(spec, TITLE, "4", "4", READ)
        return Assembled(filing, (), Assembly(forms()["4"], (raw,)), (), (Context(),))

    def judged(self, assembled: Assembled) -> Extraction:
        said = Field("1", TITLE, "code", "4", "4", 0.9, READ)
        return Extraction(assembled.filing.sha256, "4", 0.8, False, (), (said,))


class Broken(HalfReader):
    def assembled(self, filing: Filing) -> Assembled:
        raise RuntimeError(f"no model for {filing.name}")


def read_by(reader: HalfReader, gold: Gold) -> FilingRecord:
    return evaluate(gold, reader)  # type: ignore[arg-type]


def test_what_was_not_read_lowers_recall_alone(gold: Gold) -> None:
    record = read_by(HalfReader(), gold)
    assert record.score.total == Tally(right=1, missed=1)
    assert (record.error, record.xml_parses, record.confidence) == ("", True, 0.8)
    (verdict,) = record.verdicts
    assert (verdict.name, verdict.right, verdict.confidence) == ("documentType", True, 0.9)
    assert verdict.signs["bias"] == 1.0
    assert [(each.name, each.stage) for each in record.failures] == [("issuerName", "layout")]


def test_a_filing_that_breaks_the_pipeline_counts_as_missed_with_its_error(gold: Gold) -> None:
    record = read_by(Broken(), gold)
    assert record.error == "RuntimeError: no model for scan.pdf"
    assert record.score.total == Tally(missed=2)
    assert (record.found.characters, record.found.errors) == (13, 13)
    assert record.verdicts == ()


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> HalfReader:
    """The pipeline of every run in this process."""
    half = HalfReader()
    monkeypatch.setattr(run.Extractor, "load", lambda *_, **__: half)
    monkeypatch.setattr(run, "maker_of", lambda _: "these models")
    return half


def test_a_filing_is_read_once_until_its_truth_or_the_models_change(
    folder: Path, tmp_path: Path, reader: HalfReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "records"
    first, read = read_all(load(folder), kept, 1)
    again, read_again = read_all(load(folder), kept, 1)
    assert (read, read_again, reader.calls, again) == (1, 0, 1, first)
    facts = folder / "form4" / "x" / "facts.jsonl"
    facts.write_text(facts.read_text().replace("Example Mills", "Other Mills"))
    assert read_all(load(folder), kept, 1)[1] == 1
    monkeypatch.setattr(run, "maker_of", lambda _: "other models")
    assert read_all(load(folder), kept, 1)[1] == 1


def test_who_checked_a_fact_does_not_change_the_fingerprint(gold: Gold) -> None:
    checked = tuple(replace(each, checked=True, by="us", on="2026-11-21") for each in gold.facts)
    assert fingerprint(replace(gold, facts=checked)) == fingerprint(gold)
    other = (*gold.facts[:-1], replace(gold.facts[-1], value="Marl"))
    assert fingerprint(replace(gold, facts=other)) != fingerprint(gold)


def test_the_program_writes_every_report_and_lists_runs_over_test_gold_once(
    folder: Path, tmp_path: Path, reader: HalfReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, runs = folder / "form4" / "x" / "source.toml", tmp_path / "runs.jsonl"
    source.write_text(source.read_text().replace('split = "dev"', 'split = "test"'))
    runs.touch()

    def listed(gold: Path, figures: dict[str, Any]) -> None:
        record_test_run(gold, figures, runs)

    monkeypatch.setattr(run, "record_test_run", listed)
    arguments = ["--gold", str(folder), "--output", str(tmp_path / "out"), "--processes", "1"]
    assert main(arguments) == main(arguments) == 0
    (line,) = [json.loads(line) for line in runs.read_text().splitlines()]
    assert (line["gold"], line["f1"], line["failed"]) == ("gold", 0.6667, 0)
    assert {"commit", "on", "fingerprint", "models"} <= set(line)
    for name in ("report.json", "report.md", "report.html"):
        assert (tmp_path / "out" / name).stat().st_size > 1000
    assert main([*arguments, "--split", "dev"]) == 2  # there is none


def page_of(text: str, *boxes: Region) -> Extraction:
    """An extraction that read these words where the issuer's name stands."""
    step = HERE.width / max(len(text.split()), 1)
    words = tuple(
        (1, Word(word, Box(HERE.left + step * index, 101, HERE.left + step * (index + 0.9), 111)))
        for index, word in enumerate(text.split())
    )
    return Extraction("", "4", 0.9, False, (), (), words=words, regions=boxes)


def test_character_error_is_of_the_words_where_the_value_stands(gold: Gold) -> None:
    assert found_of(gold, page_of("Example Mills")) == Found(characters=13)
    assert found_of(gold, page_of("Exarnple Mills (1)")).errors == 2  # m as rn; a mark is no text
    assert found_of(gold, page_of("")).errors == 13
    assert found_of(gold, page_of("some other line that is far too long")).errors == 13


def test_cells_and_boxes_are_matched_page_by_page(gold: Gold) -> None:
    cell, square = Box(0, 0, 100, 20), Box(10, 50, 20, 60)
    regions = (GoldRegion("cell", 1, cell), GoldRegion("checkbox", 1, square, checked=True))
    drawn = replace(gold, regions=regions)
    close, loose = Region("cell", 1, cell), Region("cell", 1, replace(cell, right=60))
    ticked = Region("checkbox", 1, square, checked=True)
    found = found_of(drawn, page_of("", close, ticked))
    assert (found.cells, found.close_cells, found.checkboxes, found.states) == (
        Tally(1), Tally(1), Tally(1), 1,
    )  # fmt: skip
    found = found_of(drawn, page_of("", loose, replace(ticked, checked=False)))
    assert (found.cells, found.close_cells) == (Tally(1), Tally(0, 1, 1))
    assert (found.checkboxes, found.states) == (Tally(1), 0)
    elsewhere = found_of(drawn, page_of("", replace(close, page=2)))
    assert elsewhere.cells == Tally(missed=1)


def handful() -> list[Gold]:
    """The shortest development filing of each quality that was printed for the evaluation."""
    golds = [gold for gold in load(GOLD)
             if gold.source.split == "dev" and gold.source.look != "fara"]  # fmt: skip
    golds.sort(key=lambda gold: (len(gold.source.pages), gold.name))
    return list({gold.source.quality: gold for gold in reversed(golds)}.values())


def test_a_handful_of_gold_is_read_decently_by_the_released_models(tmp_path: Path) -> None:
    golds = handful()
    found, _ = read_all(golds, tmp_path, 1)
    report = report_of(found)
    assert [record.error for record in found] == [""] * len(golds)
    whole = report["splits"]["dev"]["all"]
    assert whole["filings"] == len(golds) == len(report["splits"]["dev"]["quality"]) == 4
    assert whole["measures"]["f1"]["value"] > DECENT
    assert report["calibration"]["values"]["cases"] > 50
    assert {row["target"] for row in report["straight_through"]} == set(TARGETS)
    assert report["speed"]["pages"] == whole["pages"]
    assert np.isfinite(report["calibration"]["values"]["calibration_error"]["value"])
