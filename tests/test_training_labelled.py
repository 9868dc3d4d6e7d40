"""Labelled scans become records that the trainings learn from; what cannot is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.pipeline import Extractor
from training import labelled, line_crops, scanned
from training.mixture import find_labelled, labelled_page, of_known_forms
from training.tagging import UNKNOWN, UNTOUCHED
from training.train_tagger import IGNORED, sample_of

GOLD = Path("eval/gold/fara_dissemination/fara_11")


@pytest.fixture(scope="module")
def reader() -> Extractor:
    return Extractor.load(1, calibrated=False)


def labels(folder: Path, split: str, name: str = "one") -> Path:
    """A label set of one real scan in the given split."""
    own = folder / "set" / "fara_dissemination" / name
    shutil.copytree(GOLD, own)
    source = (own / "source.toml").read_text()
    (own / "source.toml").write_text(source.replace('split = "train"', f'split = "{split}"'))
    return folder / "set"


def test_words_boxes_and_lines_of_a_real_scan_are_learnt_from(
    tmp_path: Path, reader: Extractor
) -> None:
    rows = labelled.build([labels(tmp_path, "train")], tmp_path / "out", reader)
    # A stamp that stands sideways cannot be read; that it is left out is said.
    assert [row["path"].rpartition("/")[2] for row in rows] == ["receivedDate"]
    (path,) = sorted((tmp_path / "out" / "train").glob("*.json.gz"))
    page = scanned.load(path, np.random.default_rng(1), 0.0)
    words: dict[str, list[str]] = {}
    for word in page.printed.words:
        words.setdefault(word.tag, []).append(word.text)
    assert page.form == "FARA-DISSEMINATION"
    # Scraps of the stamp say neither that they are a date nor that they are none.
    assert len(words[UNKNOWN]) >= 3
    assert " ".join(words["transmissionMeans"]) == "First Class Mail"
    assert words["registrationNumber"] == ["2277"]
    ticked = {region.tag: region.checked for region in page.printed.regions if region.tag}
    assert ticked == {"copiesFiled": True, "copiesNotFiled": False,
                      "labeled": True, "notLabeled": False}  # fmt: skip
    (lines,) = (tmp_path / "out" / "train" / "lines").glob("*.json")
    texts = {crop.text for crop in line_crops.load(lines)}
    assert {"JETRO, Houston", "Tokyo, Japan"} & texts == {"JETRO, Houston"}
    assert "First Class Mail" in texts


def test_what_did_not_change_is_not_read_again(
    tmp_path: Path, reader: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = labels(tmp_path, "dev")
    first = labelled.build([folder], tmp_path / "out", reader)

    def never(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(labelled, "labelled_pages", never)
    assert labelled.build([folder], tmp_path / "out", reader) == first
    assert list((tmp_path / "out" / "dev").glob("*.json.gz"))


def test_filings_to_test_on_are_never_learnt_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = labels(tmp_path, "test")
    with pytest.raises(SystemExit) as stopped:
        labelled.main(
            ["--labels", str(folder), "--output", str(tmp_path / "out"), "--threads", "1"]
        )
    assert stopped.value.code == 2
    assert "no page of split train or dev" in capsys.readouterr().err


def test_a_scan_that_cannot_be_opened_is_a_row_and_the_others_are_read(
    tmp_path: Path, reader: Extractor
) -> None:
    folder = labels(tmp_path, "train", "good")
    labels(tmp_path, "train", "broken")
    (folder / "fara_dissemination" / "broken" / "scan.pdf").write_bytes(b"%PDF-1.4 nothing")
    rows = labelled.build([folder], tmp_path / "out", reader)
    assert [row["filing"] for row in rows if not row["path"]] == ["fara_dissemination/broken"]
    assert list((tmp_path / "out" / "train").glob("*good-01.json.gz"))


def test_labels_for_no_known_form_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = labels(tmp_path, "train")
    (folder / "fara_dissemination").rename(folder / "form_unheard")
    source = folder / "form_unheard" / "one" / "source.toml"
    source.write_text(source.read_text().replace("fara_dissemination", "form_unheard"))
    with pytest.raises(SystemExit):
        labelled.main(
            ["--labels", str(folder), "--output", str(tmp_path / "out"), "--threads", "1"]
        )
    out = tmp_path / "out" / "unaligned.jsonl"
    assert "there is no form type form_unheard" in json.loads(out.read_text())["why"]
    assert "form_unheard/one" in capsys.readouterr().out


def test_a_filing_of_which_only_regions_were_labelled_teaches_nothing_about_words(
    tmp_path: Path, reader: Extractor
) -> None:
    folder = labels(tmp_path, "train")
    (folder / "fara_dissemination" / "one" / "facts.jsonl").write_text("")
    labelled.build([folder], tmp_path / "out", reader)
    found = find_labelled([tmp_path / "out"])
    assert len(found.learn) == 1
    assert not of_known_forms(found).learn


def test_pages_of_something_else_are_no_records(tmp_path: Path, reader: Extractor) -> None:
    folder = labels(tmp_path, "train")
    source = folder / "fara_dissemination" / "one" / "source.toml"
    source.write_text(source.read_text().replace('pages = ["form"]', 'pages = ["other"]'))
    labelled.build([folder], tmp_path / "out", reader)
    assert not list((tmp_path / "out" / "train").glob("*.json.gz"))


def test_words_that_nobody_looked_at_are_no_blanks(tmp_path: Path, reader: Extractor) -> None:
    folder = labels(tmp_path, "train")
    own = folder / "fara_dissemination" / "one"
    kept = [line for line in (own / "facts.jsonl").read_text().splitlines()
            if "registrantName" in line]  # fmt: skip
    (own / "facts.jsonl").write_text("\n".join(kept))
    source = (own / "source.toml").read_text()
    (own / "source.toml").write_text("partial = true\n" + source)
    labelled.build([folder], tmp_path / "out", reader)
    (path,) = (tmp_path / "out" / "train").glob("*.json.gz")
    page = labelled_page(path).page
    assert {word.tag for word in page.words} == {"registrantName", UNKNOWN}
    names = ("O", "registrantName")
    sample = sample_of(page, "FARA-DISSEMINATION", dict(zip(names, (0, 1), strict=True)),
                       np.random.default_rng(1), False, UNTOUCHED)  # fmt: skip
    taught = [target for target in sample.targets if target != IGNORED]
    assert taught.count(1) == 2
    # What is left are boxes to tick, which the layout shows.
    assert len(taught) - 2 <= 4
