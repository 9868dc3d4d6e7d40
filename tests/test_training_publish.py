"""Publishing: what is refused, what a released version looks like, what stays as it was."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from models import weights
from training import publish as publishing
from training.publish import PublishError, comparison, gate, main, next_version, publish, to_toml

RECORD = {
    "name": "confidence", "labels": ["bias", "length"], "dims": {}, "commit": "abc1234",
    "data": "9 scans", "config": "by hand", "scores": {"value_ece": 0.01},
}  # fmt: skip


def candidate(folder: Path, content: str = '{"value": [1.0]}', **changes: Any) -> Path:
    """A run folder with a JSON model; `changes` to None leave a key out."""
    folder.mkdir(exist_ok=True)
    record = {key: value for key, value in (RECORD | changes).items() if value is not None}
    (folder / "candidate.json").write_text(json.dumps(record))
    (folder / "model.json").write_text(content)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "weights").iterdir())


def test_a_published_version_is_found_verified_and_champion(tmp_path: Path) -> None:
    new, former = publish(candidate(tmp_path / "run"), folder=tmp_path)
    found = weights.find("confidence", folder=tmp_path)
    assert former is None
    assert found == new
    assert found.read() == b'{"value": [1.0]}'
    assert found.sha256 == hashlib.sha256(found.read()).hexdigest()
    assert found.labels == ("bias", "length")


def test_the_next_version_takes_over_and_the_former_one_stays(tmp_path: Path) -> None:
    publish(candidate(tmp_path / "run"), folder=tmp_path)
    new, former = publish(candidate(tmp_path / "run", "[]"), folder=tmp_path)
    assert former is not None
    assert (former.tag, new.tag) == ("confidence@1", "confidence@2")
    table = {row.tag: row.champion for row in weights.rows(tmp_path)}
    assert table == {"confidence@1": False, "confidence@2": True}
    assert weights.find("confidence", "1", tmp_path).read() == b'{"value": [1.0]}'


def test_replacing_removes_the_former_champion_and_nothing_else(tmp_path: Path) -> None:
    publish(candidate(tmp_path / "run"), folder=tmp_path)
    publish(candidate(tmp_path / "other", name="layout"), folder=tmp_path)
    publish(candidate(tmp_path / "run", "[]"), folder=tmp_path, drop_former=True)
    assert names(tmp_path) == ["confidence-2.json", "layout-1.json"]
    assert [row.tag for row in weights.rows(tmp_path)] == ["layout@1", "confidence@2"]


def test_a_published_version_is_never_changed(tmp_path: Path) -> None:
    publish(candidate(tmp_path / "run"), "7", tmp_path)
    for drop_former in (False, True):
        with pytest.raises(PublishError, match="never changed"):
            publish(candidate(tmp_path / "run", "[]"), "7", tmp_path, drop_former=drop_former)
    assert weights.find("confidence", folder=tmp_path).read() == b'{"value": [1.0]}'


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"commit": None}, "lacks commit"),
        ({"commit": ""}, "lacks commit"),
        ({"scores": {}}, "lacks scores"),
        ({"labels": None, "dims": None}, "lacks labels, dims"),
        ({"labels": ["a", "a"]}, "twice"),
        ({"content": "{"}, r"model\.json"),
    ],
)
def test_an_incomplete_candidate_is_refused(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(PublishError, match=reason):
        publish(candidate(tmp_path / "run", **changes), folder=tmp_path)
    assert not (tmp_path / "weights.toml").exists()


def test_a_folder_without_a_candidate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"candidate\.json"):
        publish(tmp_path, folder=tmp_path)


@pytest.mark.parametrize("version", ["../1", "1 2", "-1"])
def test_a_version_that_is_no_plain_word_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(PublishError, match="no version"):
        publish(candidate(tmp_path / "run"), version, tmp_path)


@pytest.mark.parametrize("limit", ["FILE_LIMIT", "TOTAL_LIMIT"])
def test_weights_that_grow_too_large_are_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    publish(candidate(tmp_path / "run"), folder=tmp_path)
    monkeypatch.setattr(publishing, limit, 20)
    with pytest.raises(PublishError, match="more than 20"):
        publish(candidate(tmp_path / "run", '{"longer": [1.0, 2.0]}'), folder=tmp_path)
    assert names(tmp_path) == ["confidence-1.json"]
    assert weights.find("confidence", folder=tmp_path).version == "1"


def test_room_made_by_replacing_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(candidate(tmp_path / "run"), folder=tmp_path)
    monkeypatch.setattr(publishing, "TOTAL_LIMIT", 20)
    publish(candidate(tmp_path / "run"), folder=tmp_path, drop_former=True)
    assert names(tmp_path) == ["confidence-2.json"]


def test_a_calibration_card_ships_with_its_version_and_leaves_with_it(tmp_path: Path) -> None:
    run = candidate(tmp_path / "run")
    (run / "card.html").write_text("<p>0.995</p>")
    publish(run, folder=tmp_path)
    assert (tmp_path / "weights/confidence-1.card.html").read_text() == "<p>0.995</p>"
    publish(run, folder=tmp_path, drop_former=True)
    assert names(tmp_path) == ["confidence-2.card.html", "confidence-2.json"]


def test_rows_survive_being_written_and_read(tmp_path: Path) -> None:
    odd = {
        "labels": ["", " ", '"', "\\", "\x7f", "\t", "⁽", "é", "[x]", *map(str, range(40))],
        "dims": {"widths": [1, 2], "deep": {"a b": "c"}, "wide": True, "rate": 1e-05},
        "data": 'said "so",\nthen left',
    }
    new, _ = publish(candidate(tmp_path / "run", **odd), folder=tmp_path)
    assert weights.find("confidence", folder=tmp_path) == new
    (row,) = tomllib.loads(to_toml(new))["model"]
    assert {key: row[key] for key in odd} == odd


def test_versions_count_up_whatever_else_was_published(tmp_path: Path) -> None:
    assert next_version([]) == "1"
    for version in ("9", "trial", "10"):
        publish(candidate(tmp_path / "run"), version, tmp_path)
    assert next_version(weights.rows(tmp_path)) == "11"


def test_old_and_new_scores_stand_side_by_side(tmp_path: Path) -> None:
    publish(candidate(tmp_path / "run"), folder=tmp_path)
    pair = publish(candidate(tmp_path / "run", scores={"value_ece": 0.02, "n": 5}), folder=tmp_path)
    lines = [line.split() for line in comparison(*pair).splitlines()]
    assert lines == [
        ["score", "confidence@1", "confidence@2"], ["value_ece", "0.0100", "0.0200"],
        ["n", "-", "5.0000"],
    ]  # fmt: skip


def evaluation(folder: Path, run: Path, right: int, **changes: Any) -> Path:
    """A report about two filings of ten values, made with a run's candidate."""
    folder.mkdir(exist_ok=True)
    filing = {
        "form": "form4", "facts": "f0", "split": "dev", "quality": "office200", "look": "sec",
        "right": right, "invented": 0, "missed": 10 - right, "perfect": int(right == 10),
        "confidences": [],
    }  # fmt: skip
    row = weights.of_run(run)
    report = {
        "models": {row.name: row.tag}, "weights": {row.name: row.sha256},
        "filings": [filing | {"name": name, "group": name} for name in "ab"],
    }  # fmt: skip
    (folder / "report.json").write_text(json.dumps(report | changes))
    (folder / "report.md").write_text(f"F1 of {row.tag}\n")
    return folder


def publish_with(tmp_path: Path, run: Path, *options: str) -> None:
    """The program as it is called from a shell."""
    folders = ["--folder", str(tmp_path), "--released", str(tmp_path / "released")]
    main([str(run), *folders, *options])


def released(tmp_path: Path) -> tuple[Path, Path]:
    """A first release with its report, and a second run."""
    run = candidate(tmp_path / "run")
    publish_with(tmp_path, run, "--report", str(evaluation(tmp_path / "eval", run, 9)))
    return run, candidate(tmp_path / "next", "[1.0]")


def test_a_first_release_has_nothing_to_be_worse_than(tmp_path: Path) -> None:
    publish_with(tmp_path, candidate(tmp_path / "run"))
    assert weights.find("confidence", folder=tmp_path).note == ""


def test_the_report_of_what_is_released_is_kept_under_its_version(tmp_path: Path) -> None:
    released(tmp_path)
    assert json.loads((tmp_path / "released/report.json").read_text())["models"] == {
        "confidence": "confidence@1"
    }
    assert (tmp_path / "released/report.md").read_text() == "F1 of confidence@1\n"


def test_no_later_version_is_published_without_an_evaluation(tmp_path: Path) -> None:
    _, later = released(tmp_path)
    with pytest.raises(PublishError, match=f"eval.report --candidate {later}"):
        gate([later], None, tmp_path / "released", tmp_path)


def test_an_evaluation_of_fewer_filings_does_not_count(tmp_path: Path) -> None:
    _, later = released(tmp_path)
    report = evaluation(tmp_path / "eval", later, 10)
    row = json.loads((report / "report.json").read_text())
    row["filings"] = row["filings"][:1]
    (report / "report.json").write_text(json.dumps(row))
    with pytest.raises(PublishError, match=r"1 filings of the released evaluation .* form4/b"):
        gate([later], report, tmp_path / "released", tmp_path)
    gate([later], report, tmp_path / "released", tmp_path, accept_worse="b was mislabelled")


def test_a_calibration_that_is_further_from_the_truth_is_refused(tmp_path: Path) -> None:
    _, later = released(tmp_path)
    for folder, sure in (("released", 0.9), ("eval", 0.3)):
        path = evaluation(tmp_path / folder, later, 9) / "report.json"
        row = json.loads(path.read_text())
        for each in row["filings"]:
            each["confidences"] = [[sure, int(place > 0)] for place in range(10)]
        path.write_text(json.dumps(row))
    with pytest.raises(PublishError, match=r"calibration error 0\.6000 after 0\.0000"):
        gate([later], tmp_path / "eval", tmp_path / "released", tmp_path)


def test_an_evaluation_of_other_weights_does_not_count(tmp_path: Path) -> None:
    run, later = released(tmp_path)
    report = evaluation(tmp_path / "eval", run, 10)
    with pytest.raises(PublishError, match="not made with the confidence"):
        gate([later], report, tmp_path / "released", tmp_path)


def test_a_worse_candidate_is_refused_with_its_numbers_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, later = released(tmp_path)
    before = (tmp_path / "weights.toml").read_text()
    report = evaluation(tmp_path / "eval", later, 8)
    with pytest.raises(SystemExit) as stopped:
        publish_with(tmp_path, later, "--report", str(report))
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert "field F1 0.8889 after 0.9474" in said
    assert "--accept-worse" in said
    assert (tmp_path / "weights.toml").read_text() == before
    assert "confidence@1" in (tmp_path / "released/report.md").read_text()


def test_a_worse_candidate_is_published_for_a_named_reason_that_stays(tmp_path: Path) -> None:
    _, later = released(tmp_path)
    report = evaluation(tmp_path / "eval", later, 8)
    publish_with(tmp_path, later, "--report", str(report), "--accept-worse", "half the size")
    found = weights.find("confidence", folder=tmp_path)
    assert (found.tag, found.note) == ("confidence@2", "half the size")
    assert (tmp_path / "released/report.md").read_text() == "F1 of confidence@2\n"


def test_a_candidate_that_is_no_worse_is_published_and_its_report_takes_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, later = released(tmp_path)
    publish_with(tmp_path, later, "--report", str(evaluation(tmp_path / "eval", later, 10)))
    assert "| all | f1 | 2 | 0.9474 | 1.0000 |" in capsys.readouterr().out
    assert weights.find("confidence", folder=tmp_path).note == ""
    filings = json.loads((tmp_path / "released/report.json").read_text())["filings"]
    assert [each["right"] for each in filings] == [10, 10]


def test_a_file_that_is_no_report_is_refused(tmp_path: Path) -> None:
    _, later = released(tmp_path)
    with pytest.raises(PublishError, match="no report"):
        gate([later], tmp_path / "next", tmp_path / "released", tmp_path)


def test_the_test_split_is_shown_and_does_not_decide(tmp_path: Path) -> None:
    """Nine tenths right on dev before and after; on test all is lost."""
    run, later = candidate(tmp_path / "run"), candidate(tmp_path / "next", "[1.0]")
    rows = [
        {"form": "form4", "name": name, "group": name, "facts": "f", "split": split, "right": 9,
         "invented": 0, "missed": 1, "perfect": 0}
        for name, split in zip("abcd", ("dev", "dev", "test", "test"), strict=True)
    ]  # fmt: skip
    lost = [row | ({"right": 0, "missed": 10} if row["split"] == "test" else {}) for row in rows]
    evaluation(tmp_path / "released", run, 9, filings=rows)
    report = evaluation(tmp_path / "eval", later, 9, filings=lost)
    text = gate([later], report, tmp_path / "released", tmp_path)
    assert "Test split" in text
    assert "| all | f1 | 2 | 0.9474 | 0.0000 | -0.9474 | -0.9474 to -0.9474 | worse |" in text
