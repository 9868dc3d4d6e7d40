"""The gate: paired by filing, drawn by group, says better, worse or no difference."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.compare import compare, main, to_markdown
from eval.gold import Gold, Source
from eval.records import FilingRecord, Verdict
from eval.refit import fitted, refitted
from eval.score import Score, Tally
from eval.sides import NotComparable, as_report, load_report, side_of


def filing(name: str, right: int, **more: Any) -> dict[str, Any]:
    """A filing of ten values, each group of its own; what is not right is missed."""
    return {
        "name": name, "form": "form4", "group": name, "split": "dev", "facts": "f0",
        "quality": "office200", "look": "sec", "right": right, "invented": 0,
        "missed": 10 - right, "perfect": int(right == 10), "confidences": [],
    } | more  # fmt: skip


def report(*filings: dict[str, Any]) -> dict[str, Any]:
    return {"filings": list(filings)}


def test_what_is_better_in_every_group_is_better_and_the_other_way_round_worse() -> None:
    old = report(filing("a", 8), filing("b", 8))
    new = report(filing("a", 10), filing("b", 10))
    change = compare(new, old).of("f1")
    assert (change.old, change.new, change.filings) == (pytest.approx(16 / 18), 1.0, 2)
    assert change.interval == pytest.approx((2 / 18, 2 / 18))
    assert change.verdict == "better"
    assert compare(old, new).of("f1").verdict == "worse"


def test_a_gain_in_one_group_and_a_loss_in_another_make_no_difference() -> None:
    change = compare(report(filing("a", 9), filing("b", 5)),
                     report(filing("a", 5), filing("b", 9))).of("f1")  # fmt: skip
    assert change.old == change.new == pytest.approx(14 / 17)
    assert change.interval == pytest.approx((10 / 15 - 18 / 19, 18 / 19 - 10 / 15))
    assert change.verdict == "no difference"


def test_filings_of_one_group_are_drawn_together() -> None:
    """Forty filings, two groups that disagree: that is a sample of two, not of forty."""
    halves = [("gained", 9)] * 20 + [("lost", 4)] * 20
    old = report(*(filing(f"{index}", 5) for index in range(40)))
    new = [filing(f"{index}", right) for index, (_, right) in enumerate(halves)]
    assert compare(report(*new), old).of("f1").verdict == "better"
    grouped = [each | {"group": half} for each, (half, _) in zip(new, halves, strict=True)]
    assert compare(report(*grouped), old).of("f1").verdict == "no difference"


def test_one_group_says_nothing_about_others() -> None:
    change = compare(report(filing("a", 10)), report(filing("a", 2))).of("f1")
    assert (change.interval, change.verdict) == (None, "no difference")


def test_precision_recall_and_whole_filings_are_counted_apart() -> None:
    new = report(filing("a", 6, invented=2), filing("b", 10))
    compared = compare(new, report(filing("a", 10), filing("b", 10)))
    assert compared.of("precision").new == pytest.approx(16 / 18)
    assert compared.of("recall").new == pytest.approx(16 / 20)
    assert compared.of("filings_right").new == 0.5


def test_a_confidence_that_is_less_wrong_is_better() -> None:
    doubtful = [[0.5, 1], [0.5, 0], [0.5, 1], [0.5, 0]]
    vain = [[0.9, 1], [0.9, 0], [0.9, 1], [0.9, 0]]
    old = report(filing("a", 8, confidences=vain), filing("b", 8, confidences=vain))
    new = report(filing("a", 8, confidences=doubtful), filing("b", 8, confidences=doubtful))
    change = compare(new, old).of("calibration_error")
    assert (change.old, change.new) == (pytest.approx(0.4), 0.0)
    assert (change.verdict, compare(old, new).of("calibration_error").verdict) == (
        "better", "worse",
    )  # fmt: skip


def test_nothing_read_and_nothing_to_read_are_no_division_by_zero() -> None:
    empty = report(filing("a", 0, missed=0), filing("b", 0, missed=0))
    assert compare(empty, empty).of("f1").new == 1.0
    assert compare(empty, empty).of("precision").verdict == "no difference"


def test_each_quality_and_look_is_compared_too() -> None:
    new = report(filing("a", 10), filing("b", 3, quality="fax200", look="paper"))
    old = report(filing("a", 10), filing("b", 6, quality="fax200", look="paper"))
    compared = compare(new, old)
    assert compared.of("recall", "quality fax200").new == pytest.approx(0.3)
    assert compared.of("recall", "look sec").new == 1.0
    assert "| quality fax200 | recall | 1 | 0.6000 | 0.3000 | -0.3000 |" in to_markdown(compared)


def test_only_filings_with_the_same_facts_in_both_are_compared() -> None:
    new = report(filing("a", 10), filing("b", 10), filing("c", 10), filing("d", 10))
    old = report(filing("a", 9), filing("b", 9), filing("c", 1, facts="f1"), filing("e", 1))
    compared = compare(new, old)
    assert compared.of("recall").old == pytest.approx(0.9)
    assert (compared.only_new, compared.only_old, compared.other_facts) == (
        ("form4/d",), ("form4/e",), ("form4/c",),
    )  # fmt: skip
    assert "1 filings with other facts, left out: form4/c" in to_markdown(compared)


def test_the_test_split_does_not_decide_unless_asked() -> None:
    new = report(filing("a", 9), filing("b", 9), filing("c", 1, split="test"))
    old = report(filing("a", 9), filing("b", 9), filing("c", 9, split="test"))
    assert compare(new, old).of("f1").verdict == "no difference"
    assert compare(new, old, "test").of("recall").new == pytest.approx(0.1)


def test_a_set_without_splits_is_compared_whole() -> None:
    own = report(filing("a", 9, split=""), filing("b", 9, split=""))
    assert compare(own, own).of("f1").filings == 2


def test_reports_without_common_filings_are_refused() -> None:
    with pytest.raises(NotComparable, match="no filing"):
        compare(report(filing("a", 9)), report(filing("b", 9)))


def written(folder: Path, *filings: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(report(*filings)))
    return folder


def test_the_exit_code_is_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = written(tmp_path / "good", filing("a", 10), filing("b", 10))
    poor = written(tmp_path / "poor", filing("a", 8), filing("b", 8))
    assert main([str(good), str(poor)]) == 0
    assert main([str(good), str(good / "report.json")]) == 0
    assert main([str(poor), str(good)]) == 1
    assert capsys.readouterr().out.endswith("Refused as worse: field F1 0.8889 after 1.0000.\n")
    # Nothing was invented, so that precision is as it was.
    assert main([str(poor), str(good), "--measure", "precision"]) == 0


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"filings": [{"name": "a"}]}', '{"filings": 1}']
)
def test_what_is_no_report_is_bad_input(tmp_path: Path, content: str) -> None:
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(NotComparable, match="report"):
        load_report(tmp_path)
    assert main([str(tmp_path), str(tmp_path)]) == 2


def test_a_report_that_says_fields_is_compared_field_by_field() -> None:
    """One field is lost in every filing, another one gained: the total tells neither."""
    before = {"issuerName": [1, 0, 0], "date": [0, 1, 1]}
    after = {"issuerName": [0, 0, 1], "date": [1, 0, 0]}
    new, old = ([filing(name, 9, fields=each) for name in "ab"] for each in (after, before))
    compared = compare(report(*new), report(*old))
    assert compared.of("f1").verdict == "no difference"
    assert compared.of("f1", "field issuerName").verdict == "worse"
    assert compared.of("f1", "field date").verdict == "better"
    assert not compared.notes


def test_a_field_is_counted_over_the_filings_that_have_it() -> None:
    one = filing("a", 9, fields={"date": [1, 0, 0], "remarks": [1, 0, 0]})
    other = filing("b", 9, fields={"date": [1, 0, 0]})
    compared = compare(report(one, other), report(one, other))
    counted = compared.of("f1", "field date").filings, compared.of("f1", "field remarks").filings
    assert counted == (2, 1)


def test_an_older_report_compares_without_its_fields_and_says_so() -> None:
    new = report(filing("a", 9, fields={"date": [1, 0, 0]}), filing("b", 9, fields={}))
    compared = compare(new, report(filing("a", 9), filing("b", 9)))
    assert compared.of("f1").filings == 2
    assert "no part by field" in to_markdown(compared)


def test_marks_boxes_and_what_needs_no_review_are_compared_where_both_reports_count_them() -> None:
    old = [filing(name, 9, links=[2, 0, 2], flags=[1, 2], accepted=[4, 10]) for name in "ab"]
    new = [filing(name, 9, links=[4, 0, 0], flags=[2, 2], accepted=[5, 10]) for name in "ab"]
    compared = compare(report(*new), report(*old))
    changes = [compared.of(name) for name in ("links_f1", "flags_right", "straight_through")]
    assert [(each.old, each.new) for each in changes] == [
        (pytest.approx(2 / 3), 1.0), (0.5, 1.0), (0.4, 0.5),
    ]  # fmt: skip
    with pytest.raises(NotComparable, match="links f1"):
        compare(report(*new), report(filing("a", 9), filing("b", 9))).of("links_f1")


def of_form(form: str, right: int, groups: int = 3) -> list[dict[str, Any]]:
    return [filing(f"{form}{number}", right, form=form) for number in range(groups)]


def test_a_candidate_that_lost_one_form_is_refused_though_the_total_is_no_worse() -> None:
    """Poisoned in one form of three filings; it gained as much in twelve of another form."""
    old = report(*of_form("form3", 9), *of_form("form4", 8, 12))
    new = report(*of_form("form3", 5), *of_form("form4", 9, 12))
    compared = compare(new, old)
    assert compared.of("f1").verdict == "no difference"
    assert [each.part for each in compared.losses()] == ["form form3"]
    assert compared.decision().startswith("Refused as worse: field F1 of form form3 0.6667 after")
    # It is field F1 that a form is judged by.
    assert not compared.losses(["precision"])


def test_a_form_of_two_groups_is_too_little_to_decide() -> None:
    old = report(*of_form("form3", 9, 2), *of_form("form4", 8, 12))
    new = report(*of_form("form3", 5, 2), *of_form("form4", 9, 12))
    assert compare(new, old).of("f1", "form form3").verdict == "worse"
    assert not compare(new, old).losses()


def test_what_was_learnt_from_is_not_judged_by() -> None:
    own = report(filing("a", 9), filing("b", 9), filing("c", 10, split="train"))
    assert compare(own, own).of("f1").filings == 2


# Runs that read gold: reading is replaced, the calibration is fitted on what "was read".


def verdict(name: str, right: bool, doubt: float) -> Verdict:
    return Verdict(
        f"/x/{name}", name, False, "text", "value", "read", "Marl" if right else "Mar1", "", "Marl",
        right, 0.5, True, {"bias": 1.0, "mean_character": doubt}, (), Tally(1),
    )  # fmt: skip


def read_records(scale: float = 1.0, shift: float = 0.0, count: int = 24) -> list[FilingRecord]:
    """Filings of 40 values that are right as often as their doubt says; raw doubts are scaled."""
    rng = np.random.default_rng(3)
    found = []
    for number in range(count):
        doubts = rng.uniform(-5, 3, 40)
        truths = rng.random(40) < 1 / (1 + np.exp(doubts))
        verdicts = [verdict("issuerName", bool(right), scale * float(doubt) + shift)
                    for doubt, right in zip(doubts, truths, strict=True)]  # fmt: skip
        right = int(truths.sum())
        score = Score({"issuerName": Tally(right, 40 - right, 40 - right)}, links=Tally(40),
                      filings=1)  # fmt: skip
        found.append(FilingRecord(
            f"f{number}", "form4", "sec", "office200", "dev", f"g{number}", "facts", "made", {}, 1,
            1.0, "", score, verdicts=tuple(verdicts),
        ))  # fmt: skip
    return found


def test_models_that_are_alike_but_for_their_raw_scores_compare_equal() -> None:
    """The old calibration would take the second one's scores for certainty, or for nothing."""
    one, other = as_report(refitted(read_records())), as_report(refitted(read_records(3.0, 4.0)))
    compared = compare(one, other)
    for measure in ("f1", "recall", "calibration_error"):
        change = compared.of(measure)
        assert change.verdict == "no difference"
        assert change.new == pytest.approx(change.old, abs=0.01)
    assert compared.of("calibration_error").new < 0.06


def test_what_its_own_calibration_doubts_is_abstained_and_so_are_its_marks() -> None:
    before = read_records()
    after = refitted(before)
    lost = [each for record in after for each in record.verdicts if each.confidence is None]
    assert lost and sum(record.score.abstained for record in after) == len(lost)
    assert all((each.state, each.value, each.right) == ("illegible", "", False) for each in lost)
    old, new = (sum((record.score.total for record in side), Tally()) for side in (before, after))
    assert new.invented < old.invented
    assert new.precision > old.precision and new.recall < old.recall
    assert new.true == old.true  # what is missed now was read right before, nothing is forgotten
    marks = sum((record.score.links for record in after), Tally())
    assert (marks.missed, marks.true) == (len(lost), 40 * len(after))


def test_of_one_group_nothing_can_be_fitted_and_nothing_is_abstained() -> None:
    alone = [replace(each, group="g") for each in read_records()]
    assert all(not record.score.abstained for record in refitted(alone))


def test_test_filings_are_judged_by_what_was_fitted_on_dev() -> None:
    both = [replace(each, split="test" if number % 2 else "dev")
            for number, each in enumerate(read_records())]  # fmt: skip
    judged = refitted(both, "test")
    assert [each.name for each in judged] == [each.name for each in both if each.split == "test"]
    dev = fitted(each for each in both if each.split == "dev")
    first = next(each for each in judged[0].verdicts if each.confidence is not None)
    assert first.confidence == dev.apply("value", dict(first.signs))
    kept = refitted([*both, replace(both[0], name="learnt", split="train")])
    assert {each.split for each in kept} == {"dev"}


def run_folder(folder: Path, name: str, commit: str = "c") -> Path:
    folder.mkdir(parents=True)
    record = {"name": name, "labels": [], "dims": {}, "commit": commit, "data": "d", "config": "c",
              "scores": {"f1": 1.0}}  # fmt: skip
    (folder / "candidate.json").write_text(json.dumps(record))
    (folder / "model.onnx").write_bytes(commit.encode())
    return folder


def test_a_side_is_a_run_several_runs_what_is_released_or_a_report(tmp_path: Path) -> None:
    run_folder(tmp_path / "tuned/tagger", "tagger")
    run_folder(tmp_path / "tuned/layout", "layout")
    alone = run_folder(tmp_path / "alone", "recognizer")
    assert set(side_of(f"{tmp_path / 'tuned'}, {alone}").models) == {
        "tagger", "layout", "recognizer",
    }  # fmt: skip
    released = side_of("released")
    assert (released.report, released.models) == (None, {})
    assert side_of(str(tmp_path / "eval")).report == tmp_path / "eval"
    with pytest.raises(NotComparable, match="same model"):
        side_of(f"{run_folder(tmp_path / 'again', 'tagger')},{tmp_path / 'tuned'}")
    with pytest.raises(NotComparable, match="two reports"):
        side_of(str(run_folder(tmp_path / "sure", "confidence")))


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[FilingRecord]]:
    """What each side is made to read, by the commit of its tagger; `released` without one."""
    found: dict[str, list[FilingRecord]] = {}

    def read_all(golds: Any, folder: Path, processes: Any, models: Any, *, calibrated: bool) -> Any:
        assert not calibrated
        return found[models["tagger"].commit if models else "released"], 1

    monkeypatch.setattr("eval.sides.run.read_all", read_all)
    monkeypatch.setattr("eval.compare.load", lambda folder: [gold_of("form4")])
    return found


def poisoned(records: list[FilingRecord], form: str) -> list[FilingRecord]:
    """Every value of one form wrong, with the signs of a right one."""
    found = []
    for each in records:
        if each.form == form:
            wrong = tuple(replace(one, right=False, value="Mar1") for one in each.verdicts)
            score = replace(each.score, fields={"issuerName": Tally(0, 40, 40)})
            each = replace(each, verdicts=wrong, score=score)
        found.append(each)
    return found


def test_a_poisoned_candidate_is_refused_on_gold(
    tmp_path: Path, reading: dict[str, list[FilingRecord]], capsys: pytest.CaptureFixture[str]
) -> None:
    good = [replace(each, form="form3" if number < 4 else "form4")
            for number, each in enumerate(read_records())]  # fmt: skip
    reading |= {"released": good, "same": good, "poisoned": poisoned(good, "form3")}
    same, bad = (str(run_folder(tmp_path / name / "tagger", "tagger", name).parent)
                 for name in ("same", "poisoned"))  # fmt: skip
    common = ["released", "--gold", str(tmp_path), "--output", str(tmp_path / "out")]
    assert main([same, *common]) == 0
    assert "Not worse: field F1" in capsys.readouterr().out
    assert main([bad, *common]) == 1
    out = capsys.readouterr().out
    assert "Refused as worse" in out and "of form form3" in out
    assert "| field issuerName | f1 |" in out
    assert (tmp_path / "out/compare.md").read_text() == out
    # Without gold nobody knows what the run should read.
    assert main([bad, "released"]) == 2
    assert "--gold" in capsys.readouterr().err


def gold_of(form: str) -> Gold:
    return Gold("a", Source("a", form, "g", "dev", "sec", "office200", ("form",)), ())


def test_a_run_and_a_report_are_not_compared_by_their_confidences(
    tmp_path: Path, reading: dict[str, list[FilingRecord]], capsys: pytest.CaptureFixture[str]
) -> None:
    reading["released"] = read_records()
    (tmp_path / "old").mkdir()
    (tmp_path / "old/report.json").write_text(json.dumps(as_report(refitted(read_records()))))
    common = ["released", str(tmp_path / "old"), "--gold", str(tmp_path), "--output", str(tmp_path)]
    assert main(common) == 0
    out = capsys.readouterr().out
    assert "| all | calibration_error" not in out
    assert "calibration error, straight through: not compared" in out
