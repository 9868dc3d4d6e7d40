"""The gate: paired by filing, drawn by group, says better, worse or no difference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.compare import NotComparable, compare, load_report, main, to_markdown


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
    assert capsys.readouterr().out.endswith("f1: worse\n")
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
