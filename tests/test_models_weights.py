"""Weights are found by name and version, and refused when they are not what their row says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from models import weights
from models.errors import DamagedWeights, UnknownModel

ROW = """
[[model]]
name = "{name}"
version = "{version}"
file = "{name}-{version}.json"
sha256 = "{digest}"
labels = ["", "a"]
dims = {{ height = 32 }}
commit = "abc"
data = "none"
config = "none"
scores = {{ f1 = 0.5 }}
champion = {champion}
"""
CONTENT = b"{}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two versions of `layout`, the older one champion, and one of `tagger`."""
    (tmp_path / "weights").mkdir()
    table = ""
    for name, version, champion in (
        ("layout", 1, "true"),
        ("layout", 2, "false"),
        ("tagger", 1, "true"),
    ):
        (tmp_path / "weights" / f"{name}-{version}.json").write_bytes(CONTENT)
        digest = hashlib.sha256(CONTENT).hexdigest()
        table += ROW.format(name=name, version=version, digest=digest, champion=champion)
    (tmp_path / "weights.toml").write_text(table)
    return tmp_path


def test_the_champion_is_found_without_a_version_and_any_version_by_its_own(folder: Path) -> None:
    assert weights.find("layout", folder=folder).tag == "layout@1"
    assert weights.find("layout", "2", folder).tag == "layout@2"


def test_a_row_keeps_labels_sizes_and_scores(folder: Path) -> None:
    row = weights.find("tagger", folder=folder)
    assert (row.labels, row.dims, row.scores) == (("", "a"), {"height": 32}, {"f1": 0.5})
    assert row.read() == CONTENT


def test_the_folder_is_taken_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(folder))
    assert weights.find("tagger").read() == CONTENT


@pytest.mark.parametrize(("name", "version"), [("reader", None), ("layout", "9")])
def test_an_unknown_model_or_version_is_named(folder: Path, name: str, version: str | None) -> None:
    with pytest.raises(UnknownModel, match=name):
        weights.find(name, version, folder)


def test_a_changed_file_is_refused(folder: Path) -> None:
    (folder / "weights" / "layout-1.json").write_bytes(b"[]")
    with pytest.raises(DamagedWeights, match="checksum"):
        weights.find("layout", folder=folder).read()


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "weights" / "layout-1.json").unlink()
    with pytest.raises(DamagedWeights, match=r"layout-1\.json"):
        weights.find("layout", folder=folder).read()


@pytest.mark.parametrize("table", ["[[model]", '[[model]]\nname = "layout"\n', None])
def test_a_broken_table_is_refused(folder: Path, table: str | None) -> None:
    path = folder / "weights.toml"
    path.unlink() if table is None else path.write_text(table)
    with pytest.raises(DamagedWeights, match=r"weights\.toml"):
        weights.rows(folder)


def test_threads_are_those_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(weights.THREADS_VARIABLE, "3")
    assert weights.thread_count() == 3
    monkeypatch.delenv(weights.THREADS_VARIABLE)
    assert weights.thread_count() >= 1


def test_every_released_version_matches_its_checksum() -> None:
    if not (Path(weights.__file__).parent / "weights.toml").exists():
        pytest.skip("no weights are released in this checkout")
    for row in weights.rows():
        assert row.read()
    champions = [row.name for row in weights.rows() if row.champion]
    assert len(champions) == len(set(champions))


def test_a_training_run_is_loaded_without_being_published(tmp_path: Path) -> None:
    record = {"name": "tagger", "labels": ["a", "b"], "dims": {}, "scores": {}}
    record |= dict.fromkeys(("commit", "data", "config"), "x")
    (tmp_path / "candidate.json").write_text(json.dumps(record))
    (tmp_path / "model.onnx").write_bytes(b"net")
    row = weights.of_run(tmp_path)
    assert (row.tag, row.labels, row.read()) == ("tagger@candidate", ("a", "b"), b"net")


def test_a_folder_without_a_candidate_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedWeights, match=r"candidate\.json"):
        weights.of_run(tmp_path)
