"""The report from records made by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import records as kept
from eval.figures import figures
from eval.records import Failure, FilingRecord, Found, Verdict
from eval.report import filing_row, main, report_of, targets_of, to_json
from eval.report_md import to_markdown
from eval.score import Score, Tally
from eval.trust import cases_of, left_out, passes, straight_through
from models.document import Box
from models.extraction import Place

NAME = "/ownershipDocument/issuer/issuerName"
THRESHOLDS = {"values": {"0.99": 0.9, "0.995": 0.97, "0.999": None}, "blanks": {}}


def verdict(right: bool, sure: float | None, family: str = "value") -> Verdict:
    doubtful = sure is None or sure < 0.97
    return Verdict(
        NAME, "issuerName", False, "name", family, "read", "Marl", "Marl", "Marl", right, sure,
        doubtful, {"bias": 1.0, "worst_character": 1 - (sure or 0.0)}, (Place(1, Box(1, 2, 3, 4)),),
    )  # fmt: skip


def record(
    name: str,
    right: int,
    wrong: int = 0,
    *,
    group: str = "g1",
    split: str = "test",
    quality: str = "office200",
    look: str = "sec",
) -> FilingRecord:
    """A filing with so many sure right values, and doubtful wrong ones."""
    score = Score(
        {"issuerName": Tally(right, wrong, wrong)}, rows=Tally(1), rows_right=int(not wrong),
        filings=1, perfect=int(not wrong),
    )  # fmt: skip
    verdicts = [*(verdict(True, 0.98) for _ in range(right)),
                *(verdict(False, 0.4) for _ in range(wrong))]  # fmt: skip
    failure = Failure(NAME, "issuerName", "Marl", "Mari", "recogniser", 1, Box(1, 2, 3, 4), 0.4)
    return FilingRecord(
        name, "form4", look, quality, split, group, f"facts {name}", "made", {"tagger": "tagger@1"},
        2, 6.0, "", score, Found(characters=100, errors=wrong), tuple(verdicts), 0.9, bool(wrong),
        THRESHOLDS, True, (failure,) * wrong, {"0.99": bool(wrong), "0.995": bool(wrong)},
    )  # fmt: skip


def failed(name: str) -> FilingRecord:
    """A filing that could not be read at all."""
    score = Score({"issuerName": Tally(missed=3)}, rows=Tally(missed=1), filings=1)
    return replace(record(name, 0), score=score, verdicts=(), error="OSError: no disk", seconds=0.0,
                   xml_parses=False, review=True)  # fmt: skip


SET = [
    record("a", 9, 1, group="g1"), record("b", 10, group="g2", quality="fax200"),
    record("c", 8, 2, group="g3", look="paper"), record("d", 10, split="dev", group="g4"),
    record("e", 6, 4, split="dev", group="g5", quality="fax200", look="paper"),
]  # fmt: skip


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    original = record("a", 2, 1)
    kept.save(tmp_path / "a.json.gz", original)
    assert kept.load(tmp_path / "a.json.gz") == original


def test_a_broken_or_foreign_file_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    assert kept.load(path) is None
    kept.save(path, record("a", 1))
    path.write_bytes(path.read_bytes()[:40])
    assert kept.load(path) is None


def test_figures_by_hand() -> None:
    found = figures([record("a", 9, 1), record("b", 10)])
    values = {name: each["value"] for name, each in found["measures"].items()}
    assert (found["filings"], found["pages"], found["values"]) == (2, 4, 20)
    assert (values["precision"], values["recall"], values["f1"]) == (0.95, 0.95, 0.95)
    assert (values["filings_right"], values["rows_right"], values["character_error"]) == (
        0.5, 0.5, 0.005,
    )  # fmt: skip
    assert values["links_f1"] is None  # no footnote anywhere
    assert values["cells_f1"] is None  # gold without regions


def test_figures_of_nothing_are_none() -> None:
    assert figures([]) == {"filings": 0, "measures": {}}


def test_only_several_groups_have_an_interval() -> None:
    one, two = record("a", 9, 1), record("b", 10)
    assert figures([one, two])["measures"]["f1"]["interval"] is None
    both = figures([one, replace(two, group="g2")])
    assert both["measures"]["f1"]["interval"] == [0.9, 1.0]


def test_a_filing_that_failed_is_missed_in_everything_and_named() -> None:
    report = report_of([*SET, failed("x")])
    assert report["splits"]["test"]["all"]["measures"]["recall"]["value"] == pytest.approx(
        27 / 33, abs=1e-4
    )
    assert "- form4/x: OSError: no disk" in to_markdown(report)


def test_what_is_accepted_follows_the_target() -> None:
    own = record("a", 1)
    sure, less = verdict(True, 0.98), verdict(True, 0.95)
    assert [passes(own, each, 0.995) for each in (sure, less)] == [True, False]
    assert [passes(own, each, 0.99) for each in (sure, less)] == [True, True]
    assert not passes(own, sure, 0.999)  # no threshold reaches it
    assert not passes(own, verdict(False, None), 0.99)
    assert not passes(own, replace(verdict(True, 0.98), family="blank"), 0.99)


def test_straight_through_counts_what_was_called_illegible_as_not_accepted() -> None:
    own = record("a", 3, 1)
    own = replace(own, verdicts=(*own.verdicts, verdict(False, None)))
    row = next(row for row in straight_through([own])
               if (row["what"], row["target"]) == ("values", 0.995))  # fmt: skip
    assert (row["cases"], row["accepted"], row["right"], row["rate"]) == (5, 3, 3, 0.6)
    assert row["oracle_rate"] == 0.6
    assert row["verdict"] == "not resolvable"


def test_a_whole_filing_goes_through_when_no_field_needs_review() -> None:
    rows = straight_through([record("a", 9, 1), record("b", 10), failed("x")])
    whole = next(row for row in rows if (row["what"], row["target"]) == ("filings", 0.995))
    assert (whole["cases"], whole["accepted"], whole["right"]) == (3, 1, 1)


def test_values_and_blanks_are_apart() -> None:
    own = record("a", 2)
    own = replace(own, verdicts=(*own.verdicts, verdict(False, 0.5, "blank")))
    report = report_of([own])
    assert report["calibration"]["values"]["cases"] == 2
    assert report["calibration"]["blanks"]["cases"] == 1
    assert report["calibration"]["all"]["cases"] == len(cases_of([own])) == 3
    assert filing_row(own)["confidences"] == [[0.98, 1], [0.98, 1]]


def test_a_quality_never_seen_is_judged_by_a_fit_on_the_others() -> None:
    found = left_out(SET, "quality")
    assert set(found) == {"office200", "fax200"}
    assert found["office200"]["cases"] == 20  # the test filings a and c
    assert found["fax200"]["cases"] == 10


def test_without_two_splits_folds_of_groups_stand_in() -> None:
    dev = [replace(each, split="dev") for each in SET]
    assert left_out(dev, "quality")["fax200"]["cases"] == 20
    assert left_out(dev[:1], "quality") == {}


def test_the_headline_is_of_the_test_split_or_of_all() -> None:
    assert report_of(SET)["headline"] == "test"
    own = report_of([replace(each, split="dev") for each in SET])
    assert own["headline"] == "all"
    assert "## By quality, dev" in to_markdown(own)


def test_failures_are_counted_on_dev_alone() -> None:
    assert report_of(SET)["failures"] == {"recogniser": {"fax200": 4}}


def test_targets_say_met_missed_or_not_resolvable() -> None:
    report = report_of(SET)
    calibration = report["calibration"]
    calibration["values"]["calibration_error"] = {"value": 0.01, "interval": [0.005, 0.02]}
    calibration["values"]["auroc"] = {"value": 0.8, "interval": [0.7, 0.85]}
    rows = {row["name"]: row for row in targets_of(calibration, report["straight_through"])}
    assert rows["calibration error"]["verdict"] == "met"
    assert rows["AUROC"]["verdict"] == "missed"
    accepted = rows["precision of accepted values"]
    assert (accepted["cases"], accepted["verdict"]) == (27, "not resolvable")
    assert "calibration error, quality fax200" in rows


def test_the_report_is_json_with_a_line_a_filing() -> None:
    report = report_of(SET, "eval/gold", "abc1234")
    text = to_json(report)
    assert json.loads(text) == report
    assert len([line for line in text.splitlines() if line.startswith('{"form"')]) == 5


def parts(text: str) -> Sequence[str]:
    return [line[3:] for line in text.splitlines() if line.startswith("## ")]


def test_the_markdown_has_every_part() -> None:
    text = to_markdown(report_of(SET))
    assert parts(text) == [
        "Targets", "By quality, test", "By look, test", "By form, test", "Calibration, test",
        "Straight through, test", "Calibration on a quality never seen",
        "Calibration on a look never seen", "Fields, test", "By quality, dev",
        "Failures by stage, dev", "Speed",
    ]  # fmt: skip
    assert "| fax200 | 1 | 2 | 10 | 1.000 | 1.000 | 1.000 | 1.000 |" in text


def test_no_records_make_no_report() -> None:
    with pytest.raises(ValueError, match="no records"):
        report_of([])


def test_a_folder_without_gold_is_refused_with_what_it_should_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--gold", str(tmp_path), "--output", str(tmp_path / "out")]) == 2
    assert "<form>/<name>/" in capsys.readouterr().err
