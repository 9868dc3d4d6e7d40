"""The review page's export becomes a label set; hostile zips are refused whole."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy.engine import Engine

from eval.gold import load
from service.intake import page_of, source_of
from service.review_labels import LabelFilters, labels
from service.settings import Settings
from tests.labelling import PLAIN, SQUARE, brought, notes, pdf, png, refusals
from tests.reviewing import ISSUER, Desk, desk_of, two_doubts

HOME = "gold/fara_amendment/f1"
CHECKED = "# Checked by people: 3 of 14 fields, not the whole filing.\n"
SOURCE = f"""{CHECKED}filing = "scan.pdf"
form = "fara_amendment"
group = "f1"
split = "dev"
look = "other"
quality = "other"
pages = ["first"]
"""


def files(scan: str = "scan.pdf", data: bytes = b"", **changed: bytes) -> dict[str, bytes]:
    """The files of one reviewed filing."""
    facts = "".join(json.dumps(each) + "\n" for each in PLAIN)
    own = {scan: data or pdf(), "source.toml": SOURCE.encode(), "facts.jsonl": facts.encode(),
           "regions.jsonl": json.dumps(SQUARE).encode() + b"\n"} | changed  # fmt: skip
    return {f"{HOME}/{name}": text for name, text in own.items()}


def packed(folder: Path, members: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "labels.zip"
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def refused(path: Path, into: Path) -> str:
    (line,) = refusals(brought(path, into=into))
    assert load(into) == []
    return line


def test_what_the_service_exports_is_imported(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk: Desk = desk_of(engine, settings, monkeypatch)
    filing = desk.filing(two_doubts())
    desk.files.put(source_of(filing), pdf())
    sheet = np.full((1650, 1275), 255, np.uint8)
    desk.files.put(page_of(filing, 1), cv2.imencode(".png", sheet)[1].tobytes())
    desk.review_all(desk.reviewer("Ann"), filing)
    path = tmp_path / "labels.zip"
    path.write_bytes(b"".join(labels(desk.shelf, "acme", LabelFilters())))
    found = brought(path, into=tmp_path / "set")
    assert refusals(found) == []
    (gold,) = load(tmp_path / "set")
    assert (gold.name, gold.source.form, gold.source.group) == (filing, "form4", "marl")
    assert [(fact.value, fact.by) for fact in gold.facts if fact.path == ISSUER] == [
        ("Marl", "Ann")
    ]
    assert any("people checked" in line for line in notes(found))
    assert any("in training/ are not needed" in line for line in notes(found))


def test_split_and_group_are_chosen_anew_as_nobody_chose_them(tmp_path: Path) -> None:
    assert refusals(brought(packed(tmp_path / "in", files()), into=tmp_path / "set")) == []
    (gold,) = load(tmp_path / "set")
    assert (gold.source.group, gold.source.pages) == ("smith & jones", ("first",))
    assert gold.source.split in ("train", "dev")


def test_a_scan_that_is_a_picture_becomes_a_pdf(tmp_path: Path) -> None:
    path = packed(tmp_path / "in", files("scan.png", png()))
    assert refusals(brought(path, into=tmp_path / "set")) == []
    assert load(tmp_path / "set")[0].scan.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"facts.jsonl": b'{"path": "/x"}\n'}, "no such field"),
        ({"facts.jsonl": b"\xff\xfe{\x00"}, "facts.jsonl: the text is UTF-16"),
        ({"source.toml": b"form = "}, "source.toml: Invalid value"),
        ({"regions.jsonl": b'{"label": "cell"}\n'}, "regions.jsonl, line 1"),
        ({"note.txt": b"hello"}, "not part of gold"),
        ({"scan.tif": b"II*\0"}, "there are two scans"),
    ],
)
def test_a_filing_that_is_wrong_is_refused_with_its_file(
    changed: dict[str, bytes], told: str, tmp_path: Path
) -> None:
    path = packed(tmp_path / "in", files(**changed))
    lines = refusals(brought(path, into=tmp_path / "set"))
    assert any(told in line and f"{path}, {HOME}" in line for line in lines), lines


def test_a_broken_scan_is_refused_and_the_others_are_taken(tmp_path: Path) -> None:
    broken = {name.replace("f1", "f2"): data for name, data in files(data=b"%PDF-nothing").items()}
    path = packed(tmp_path / "in", files() | broken)
    (line,) = refusals(brought(path, into=tmp_path / "set"))
    assert "f2, scan.pdf" in line
    assert [gold.name for gold in load(tmp_path / "set")] == ["f1"]


@pytest.mark.parametrize(
    "name",
    ["../../evil.txt", "/etc/evil", "gold/form4/../../../evil", "C:/evil", "gold\\form4\\..\\evil"],
)
def test_names_that_lead_out_of_the_zip_refuse_all_of_it(name: str, tmp_path: Path) -> None:
    line = refused(packed(tmp_path / "in", files() | {name: b"x"}), tmp_path / "set")
    assert "leads out of the zip; nothing of the zip was taken" in line
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = files() | {f"{HOME}/regions.jsonl": bytes(50_000_000)}
    assert "unpacks to 50,000,000 bytes" in refused(packed(tmp_path / "in", bomb), tmp_path / "set")


def test_a_file_that_is_longer_than_the_zip_says_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "in", files(), zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    size = len(files()[f"{HOME}/facts.jsonl"]).to_bytes(4, "little")
    at = data.rindex(size * 2)  # both sizes in the directory at the end
    data[at : at + 8] = (10).to_bytes(4, "little") * 2
    path.write_bytes(data)
    assert len(refusals(brought(path, into=tmp_path / "set"))) == 1
    assert load(tmp_path / "set") == []


def test_links_passwords_and_twins_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo(f"{HOME}/regions.jsonl")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "it is a link" in refused(path, tmp_path / "set")

    data = bytearray(packed(tmp_path / "in", files()).read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "asks for a password" in refused(path, tmp_path / "set")

    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for _ in range(2):
            archive.writestr("gold/form4/a/facts.jsonl", "")
    assert "another file has the same name" in refused(path, tmp_path / "set")


@pytest.mark.parametrize("data", [b"PK\x03\x04nothing", b"PK\x05\x06", b"PK\x03\x04" + bytes(9999)])
def test_a_zip_that_is_none_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "labels.zip"
    path.write_bytes(data)
    assert "the zip cannot be read" in refused(path, tmp_path / "set")


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "in", files())
    path.write_bytes(path.read_bytes()[:-100])
    assert "the zip cannot be read" in refused(path, tmp_path / "set")


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    lines = refusals(brought(packed(tmp_path / "in", {"a.txt": b"x"}), into=tmp_path / "set"))
    assert any("no export of the review page has such a file" in line for line in lines)
    assert any("it holds no reviewed filing" in line for line in lines)


def test_an_empty_zip_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    path = tmp_path / "labels.zip"
    path.write_bytes(out.getvalue())
    assert "it holds no reviewed filing" in refused(path, tmp_path / "set")
