"""The contact sheet shows every fact at its place, and a check by eye is kept."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from eval.gold import Gold, Source, load_one, save
from eval.show import find, main, show
from models.document import Box
from models.errors import VerifiedFact
from models.extraction import Place
from models.fact import Fact, write_facts

ROOT = "/ownershipDocument"
NAME = Fact(f"{ROOT}/issuer/issuerName", "Bran & Oats <Inc>", "Bran & Oats <Inc>",
            (Place(1, Box(20, 30, 90, 40)),), ("F1",))  # fmt: skip
REMARKS = Fact(f"{ROOT}/remarks", absent=True)
SIGNED = Fact(f"{ROOT}/ownerSignature[1]/signatureDate", "2024-03-07", "03/07/2024",
              (Place(2, Box(10, 10, 60, 20)),), legible=False)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A gold filing of two empty pages."""
    target = io.BytesIO()
    page = Image.new("L", (200, 260), 255)
    page.save(target, "PDF", save_all=True, append_images=[page], resolution=72)
    source = Source("a.xml", "form4", "g00", "dev", "sec", "fax200", ("form", "form"))
    return save(tmp_path / "gold", Gold("bran", source, (NAME, REMARKS, SIGNED)), target.getvalue())


def test_the_sheet_has_every_page_and_every_fact_and_needs_no_other_file(folder: Path) -> None:
    sheet = show(load_one(folder))
    assert sheet.count("data:image/jpeg;base64,") == 2
    assert not re.search(r'(src|href)="(?!data:)', sheet)
    assert "Bran &amp; Oats &lt;Inc&gt;" in sheet
    assert all(text in sheet for text in ("2024-03-07", "03/07/2024", "F1", "illegible", "absent"))


def test_a_fact_stands_beside_its_page_with_its_box_numbered(folder: Path) -> None:
    _, first, rest = show(load_one(folder)).split("<img")
    second, nowhere = rest.split("<h2>")
    assert '<rect x="20.0" y="30.0" width="70.0" height="10.0"/>' in first
    assert "issuerName" in first
    assert "signatureDate" in second
    assert "remarks" in nowhere


def test_a_filing_is_found_by_name_or_by_folder(folder: Path) -> None:
    assert find("bran", folder.parents[1]) == folder
    assert find(str(folder), Path("nowhere")) == folder


def test_sheets_are_written_for_several_filings(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, output = str(folder.parents[1]), tmp_path / "out"
    assert main(["bran", str(folder), "--gold", gold, "--output", str(output)]) == 0
    assert (output / "bran.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main(["barley", "--gold", gold]) == 1
    assert "no gold filing 'barley'" in capsys.readouterr().err


def test_a_check_marks_every_fact_with_who_and_when_and_nothing_else(folder: Path) -> None:
    before = load_one(folder).facts
    assert main([str(folder), "--check", "Jo Reviewer", "--on", "2026-11-21"]) == 0
    after = load_one(folder).facts
    assert all((f.checked, f.by, f.on) == (True, "Jo Reviewer", "2026-11-21") for f in after)
    assert [(f.path, f.value, f.boxes) for f in after] == [
        (f.path, f.value, f.boxes) for f in before
    ]


def test_who_checked_first_stays_and_no_program_overwrites_it(folder: Path) -> None:
    main([str(folder), "--check", "Jo Reviewer", "--on", "2026-11-21"])
    main([str(folder), "--check", "Someone Else", "--on", "2026-11-22"])
    assert {fact.by for fact in load_one(folder).facts} == {"Jo Reviewer"}
    with pytest.raises(VerifiedFact):
        write_facts(folder / "facts.jsonl", [NAME])
