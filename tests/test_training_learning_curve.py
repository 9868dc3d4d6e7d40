"""The learning curve: nested draws, what a point learns from, what the curve is said to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.gold import Gold, Source
from eval.records import FilingRecord
from eval.score import Score, Tally
from models.errors import BadSetting
from training import learning_curve
from training.learning_curve import (
    Count,
    Plan,
    Point,
    curve,
    drawn,
    main,
    outlook,
    select_pages,
    sizes_of,
)


def gold_of(name: str, form: str = "form4", group: str = "", split: str = "train") -> Gold:
    source = Source(name, form, group or name, split, "typed", "office200", ("form",))
    return Gold(name, source, (), scan=Path(f"{name}.pdf"))


def many() -> list[Gold]:
    """Thirty documents of a common form, ten of them of one group; three of a rare one."""
    common = [gold_of(f"a{number}", group="big" if number < 10 else "") for number in range(30)]
    return [*common, *(gold_of(f"b{number}", "form3") for number in range(3))]


def test_the_five_are_among_the_ten_and_a_seed_draws_the_same_again() -> None:
    order = drawn(many(), 1)
    assert {each.name for each in order} == {each.name for each in many()}
    assert drawn(many(), 1) == order
    assert drawn(many()[::-1], 2) != order


def test_a_small_draw_is_spread_over_forms_and_groups() -> None:
    for seed in range(5):
        first = drawn(many(), seed)[:10]
        assert sum(each.source.form == "form3" for each in first) == 3
        assert sum(each.source.group == "big" for each in first) <= 1


def test_sizes_above_the_set_are_cut_to_it_and_that_is_said() -> None:
    assert sizes_of([20, 5, 5], 33) == ([5, 20], "")
    sizes, said = sizes_of([5, 50, 100], 33)
    assert sizes == [5, 33]
    assert "50 and 100" in said and "33" in said
    with pytest.raises(BadSetting, match="positive"):
        sizes_of([0], 33)


def pages(folder: Path, names: Sequence[str], split: str) -> None:
    (folder / split / "lines").mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / split / f"{name}.done").write_text("{}")
        for number in ("01", "02"):
            for suffix in (".json.gz", ".jpg"):
                (folder / split / f"{name}-{number}{suffix}").write_text(name)
        for suffix in (".json", ".png"):
            (folder / split / "lines" / f"{name}-01{suffix}").write_text(name)


def test_a_point_learns_from_its_documents_only_and_validates_on_all_of_dev(tmp_path: Path) -> None:
    pages(tmp_path / "all", ["form4-a1", "form4-a12", "form3-a1"], "train")
    pages(tmp_path / "all", ["form4-d1"], "dev")
    select_pages(tmp_path / "all", [gold_of("a1")], tmp_path / "some")
    found = {str(path.relative_to(tmp_path / "some")) for path in (tmp_path / "some").rglob("*.*")}
    assert found == {
        "train/form4-a1-01.json.gz", "train/form4-a1-02.json.gz", "train/form4-a1-01.jpg",
        "train/form4-a1-02.jpg", "train/lines/form4-a1-01.json", "train/lines/form4-a1-01.png",
        "dev/form4-d1-01.json.gz", "dev/form4-d1-02.json.gz", "dev/form4-d1-01.jpg",
        "dev/form4-d1-02.jpg", "dev/lines/form4-d1-01.json", "dev/lines/form4-d1-01.png",
    }  # fmt: skip
    assert (tmp_path / "some/train/form4-a1-01.json.gz").read_text() == "form4-a1"


def test_a_document_whose_scan_could_not_be_read_is_named(tmp_path: Path) -> None:
    pages(tmp_path / "all", ["form4-a1"], "train")
    with pytest.raises(BadSetting, match="form4-lost"):
        select_pages(tmp_path / "all", [gold_of("a1"), gold_of("lost")], tmp_path / "some")


def point(size: int, rights: Sequence[int]) -> Point:
    """Filings of ten values, each group of its own; what is not right is missed."""
    counts = tuple(Count(f"form4/{place}", f"g{place}", right, 0, 10 - right)
                   for place, right in enumerate(rights))  # fmt: skip
    total = sum(rights)
    f1 = 2 * total / (total + 10 * len(rights))
    return Point(size, 1, (), f1, None, 1.0, 0.5, 1.0, counts)


def test_a_gain_in_every_group_promises_more_and_never_more_than_everything_right() -> None:
    """From 5 to 20 documents is two doublings: half the gain for the next one."""
    said = outlook([point(5, [6] * 4), point(20, [8] * 4)])
    assert "Twice as many documents (40) may bring +0.069 field F1" in said
    assert "4 groups" in said
    assert "may bring +0.053 field F1" in outlook([point(10, [4] * 4), point(20, [9] * 4)])


def test_a_gain_here_and_a_loss_there_cannot_tell_and_one_group_cannot_either() -> None:
    assert "cannot be told" in outlook([point(5, [6, 9]), point(10, [9, 6])])
    assert "one group" in outlook([point(5, [6]), point(10, [9])])
    assert "one size" in outlook([point(0, [1, 1]), point(5, [9, 9])])


def test_what_got_worse_with_more_documents_calls_for_a_look_at_their_labels() -> None:
    assert "Look for wrong labels" in outlook([point(5, [9] * 3), point(10, [7] * 3)])


def test_points_that_were_cut_off_by_the_clock_tell_nothing_about_labels() -> None:
    early = replace(point(10, [9] * 3), cut=True, steps=37)
    said = outlook([point(5, [6] * 3), early])
    assert "cannot be told" in said and "after 37 steps with 10 documents" in said
    assert "may bring" in outlook([early, point(20, [6] * 3), point(40, [9] * 3)])


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Twelve documents; a candidate reads as many values right as it has learnt pages from."""
    documents = [gold_of(f"a{number}") for number in range(12)]
    pages(tmp_path / "all", [f"form4-{each.name}" for each in documents], "train")
    judges = tuple(gold_of(name, split="dev") for name in "xyz")
    (tmp_path / "config.toml").write_text("[tagger]")
    learnt: list[int] = []

    def finetune_on(own: Plan, selected: Path, tuned: Path) -> None:
        count = len(list((selected / "train").glob("*-01.json.gz")))
        (tuned / "tagger").mkdir(parents=True)
        (tuned / "tagger/log.jsonl").write_text(json.dumps({"step": 7, "seconds": 90.0}) + "\n")
        record = {"name": "tagger", "labels": [], "dims": {}, "commit": "c", "data": "d",
                  "config": "c", "scores": {"pages": count}}  # fmt: skip
        (tuned / "tagger/candidate.json").write_text(json.dumps(record))
        (tuned / "tagger/model.onnx").write_bytes(b"")
        learnt.append(count)

    def read_all(
        golds: Sequence[Gold], folder: Path, processes: Any, models: Mapping[str, Any], **_: Any
    ) -> tuple[list[FilingRecord], int]:
        right = int(models["tagger"].scores["pages"]) if models else 0
        score = Score({"issuerName": Tally(right, 0, 12 - right)}, filings=1)
        return [FilingRecord(each.name, "form4", "", "", "dev", each.source.group, "", "", {}, 1,
                             1.0, "", score) for each in golds], 1  # fmt: skip

    monkeypatch.setattr(learning_curve, "finetune_on", finetune_on)
    monkeypatch.setattr("training.learning_curve.run.read_all", read_all)
    monkeypatch.setattr("training.learning_curve.run.fingerprint", lambda gold: gold.name)
    made = Plan(tuple(documents), judges, tmp_path / "all", tmp_path / "out", ("tagger",), 0.0,
                tmp_path / "config.toml", tmp_path, tmp_path)  # fmt: skip
    object.__setattr__(made, "learnt", learnt)
    return made


def test_the_curve_rises_with_the_documents_and_is_written_down(plan: Plan) -> None:
    points, notes = curve(plan, [3, 6, 50], 1)
    assert [each.size for each in points] == [0, 3, 6, 12]
    assert [each.f1 for each in points] == [0.0, 0.4, pytest.approx(2 / 3, abs=1e-3), 1.0]
    assert set(points[1].documents) < set(points[2].documents) < set(points[3].documents)
    assert (points[1].minutes, points[1].steps, points[1].cut) == (1.5, 7, False)
    assert "12 to learn from" in notes[0]
    assert "from 6 to 12 documents" in notes[-1]
    text = (plan.output / "curve.md").read_text()
    assert "| 3 | 0.4000 | 0.4000 to 0.4000 |" in text and notes[-1] in text
    row = json.loads((plan.output / "curve.json").read_text())
    assert [each["f1"] for each in row["points"]] == [each.f1 for each in points]
    assert (plan.output / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_finished_points_are_not_learnt_again_and_more_sizes_can_follow(plan: Plan) -> None:
    first, _ = curve(plan, [3], 1)
    again, _ = curve(plan, [3, 6], 1)
    assert again[:2] == first
    assert plan.learnt == [3, 6]  # type: ignore[attr-defined]


def test_another_configuration_is_another_point(plan: Plan) -> None:
    curve(plan, [3], 1)
    plan.config.write_text("[tagger]\nsteps = 1")
    curve(plan, [3], 1)
    assert plan.learnt == [3, 3]  # type: ignore[attr-defined]


def test_repeats_draw_other_documents(plan: Plan) -> None:
    points, _ = curve(plan, [3, 6], 2)
    assert [(each.size, each.repeat) for each in points[1:]] == [(3, 1), (3, 2), (6, 1), (6, 2)]
    assert points[1].documents != points[2].documents


def test_a_set_without_documents_to_learn_from_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(learning_curve, "load", lambda folder: [gold_of("x", split="dev")])
    with pytest.raises(SystemExit) as stopped:
        main(["--labels", str(tmp_path)])
    assert stopped.value.code == 2
    assert "no documents of split train" in capsys.readouterr().err
