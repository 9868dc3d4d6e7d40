"""The HTML report: everything in one page, failures of the development split with their picture."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from eval.gold import Gold, Source, load, save
from eval.plots import reliability, risk_coverage
from eval.records import Failure, FilingRecord, Verdict
from eval.report_html import CROPS_A_FIELD, render
from eval.score import Score, Tally
from models.document import Box
from models.fact import Fact

NAME = "/ownershipDocument/issuer/issuerName"
PLACE = Box(72, 72, 200, 84)
MISREAD = Failure(NAME, "issuerName", "Mills <A> & Co", "Mi11s", "recogniser", 1, PLACE, 0.71)


@pytest.fixture
def gold(tmp_path: Path) -> Gold:
    """One letter page, black where the issuer's name is."""
    page, data = Image.new("L", (850, 1100), 255), io.BytesIO()
    page.paste(0, (100, 100, 278, 117))
    page.save(data, "PDF", resolution=100)
    source = Source("x.xml", "form4", "g00", "dev", "sec", "office200", ("form",))
    save(tmp_path, Gold("x", source, (Fact(NAME, "Mills <A> & Co"),)), data.getvalue())
    (loaded,) = load(tmp_path)
    return loaded


def record(split: str, *failures: Failure, confidence: float = 0.7) -> FilingRecord:
    verdict = Verdict(NAME, "issuerName", False, "text", "value", "read", "Mi11s", "Mi11s",
                      "Mills <A> & Co", False, confidence, True)  # fmt: skip
    score = Score({"issuerName": Tally(3, 1, 1)}, filings=1)
    return FilingRecord(
        "x", "form4", "sec", "office200", split, "g00", "f0", "m0", {"tagger": "tagger@1"}, 1, 2.0,
        "", score, verdicts=(verdict,) * 4, failures=failures,
    )  # fmt: skip


def pictures(page: str) -> list[bytes]:
    return [base64.b64decode(each) for each in re.findall(r"image/jpeg;base64,([^\"]+)", page)]


def rows(page: str) -> list[str]:
    """The rows of the table of failures."""
    table = page[page.index('id="failures"') : page.index("<script>")]
    return table[table.index("<tbody>") :].split("<tr>")[1:]


def shown(gold: Gold, *records: FilingRecord) -> str:
    report: Mapping[str, object] = {"models": {"tagger": "tagger@1"}, "commit": "abc1234"}
    return render(report, records, [gold])


def test_a_failure_stands_there_with_both_values_its_stage_and_its_confidence(gold: Gold) -> None:
    (row,) = rows(shown(gold, record("dev", MISREAD)))
    for part in ("Mills &lt;A&gt; &amp; Co", "Mi11s", "recogniser", "0.710", "x, page 1"):
        assert part in row


def test_the_picture_shows_the_place_and_frames_it(gold: Gold) -> None:
    (data,) = pictures(shown(gold, record("dev", MISREAD)))
    picture = Image.open(io.BytesIO(data)).convert("L")
    # 110 dots an inch: 128 + 120 points across, 12 + 28 down.
    assert picture.size == pytest.approx((379, 61), abs=3)
    assert picture.getpixel((190, 30)) < 60
    assert picture.getpixel((5, 5)) > 220
    red, _, blue = Image.open(io.BytesIO(data)).crop((86, 25, 94, 26)).split()
    assert max(map(int.__sub__, red.tobytes(), blue.tobytes())) > 60


def test_failures_of_the_test_split_are_not_shown(gold: Gold) -> None:
    page = shown(gold, record("dev"), record("test", MISREAD))
    assert not pictures(page)
    assert not rows(page)


def test_a_field_that_often_fails_fills_no_more_than_its_share(gold: Gold) -> None:
    page = shown(gold, record("dev", *[MISREAD] * (CROPS_A_FIELD + 2)))
    assert len(pictures(page)) == CROPS_A_FIELD
    assert len(rows(page)) == CROPS_A_FIELD + 2
    assert f"{CROPS_A_FIELD + 2} failures, {CROPS_A_FIELD} of them with a picture" in page


def test_a_failure_without_a_place_is_listed_all_the_same(gold: Gold) -> None:
    nowhere = Failure(NAME, "issuerName", "1", "", "assembly", 0)
    (row,) = rows(shown(gold, record("dev", nowhere)))
    assert "no place" in row
    assert "<i>nothing</i>" in row


def test_the_page_needs_nothing_outside_it(gold: Gold) -> None:
    page = shown(gold, record("dev", MISREAD), record("test"))
    assert set(re.findall(r'(?:src|href)="([^#"]{4})', page)) <= {"data"}
    assert "@import" not in page
    assert page.count('<svg role="img" aria-label=') == 2


def test_measures_and_fields_are_given_by_split_and_quality(gold: Gold) -> None:
    page = shown(gold, record("dev"), record("test"))
    assert '<th scope="row">test, office200</th><td>1</td><td>0.750</td>' in page
    assert '<th scope="row">issuerName</th><td style="background:rgba(208,84,27,1.00)">0.75' in page


def test_targets_and_what_goes_without_review_stand_in_the_page(gold: Gold) -> None:
    target = {"name": "AUROC", "target": 0.9, "at_most": False, "cases": 5, "value": 0.95,
              "interval": [0.91, 0.99], "verdict": "met"}  # fmt: skip
    rate = {"what": "values", "target": 0.995, "cases": 9, "accepted": 0, "rate": 0.0, "right": 0,
            "precision": None, "bounds": [0.0, 1.0], "verdict": "not resolvable",
            "oracle_rate": 0.25}  # fmt: skip
    page = render({"targets": [target], "straight_through": [rate]}, [record("test")], [gold])
    assert (
        "<td>at least 0.9</td><td>0.950</td><td>0.910 to 0.990</td><td>5</td><td>met</td>" in page
    )
    assert "<td>99.5%</td><td>9</td><td>0</td><td>0.000</td><td>–</td>" in page


def test_a_filing_that_could_not_be_read_is_named(gold: Gold) -> None:
    broken = replace(record("dev"), error="NoKnownForm: <none>", verdicts=())
    page = shown(gold, broken)
    assert "<li>x: NoKnownForm: &lt;none&gt;</li>" in page
    assert "No value was read" in page


def test_an_evaluation_without_splits_and_without_errors_is_a_page_too(gold: Gold) -> None:
    page = shown(gold, record(""))
    assert "0 failures" in page
    assert '<th scope="row">all</th>' in page


@pytest.mark.parametrize(
    "pairs", [[], [(0.9, True)], [(0.9, False)] * 3, [(1.0, True)] * 40, [(0.5, True), (1.0, True)]]
)
def test_few_equal_or_faultless_confidences_make_plots_too(pairs: list[tuple[float, bool]]) -> None:
    for plot in (reliability, risk_coverage):
        drawn = plot({"values": pairs})
        assert drawn.startswith("<svg")
        assert "currentColor" in drawn
