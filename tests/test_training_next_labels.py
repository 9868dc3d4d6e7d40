"""What to label next: least certain and most different first, a reason for each, nothing lost."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.gold import Gold, Source
from models.document import Box, Word
from models.errors import BadSetting, EncryptedDocument, NoKnownForm
from models.extraction import READ, Extraction, Field, PageSummary
from models.reader import UNREADABLE
from training import next_labels
from training.next_labels import (
    Doubt,
    Reading,
    embedding,
    files_of,
    main,
    ranked,
    reading_of,
    unsure_fields,
)

ISSUER = "/ownershipDocument/issuer/issuerName"
SYMBOL = "/ownershipDocument/issuer/issuerTradingSymbol"


def extraction(
    words: str, sure: Sequence[float | None] = (0.99, 0.99), form: str = "4", unread: int = 0
) -> Extraction:
    """A page of words in a row, with the issuer's name and symbol read with these confidences."""
    roles = ["form"] + [UNREADABLE] * unread
    pages = tuple(PageSummary(number, 612.0, 792.0, 0, 0.0, 200.0, "pixels", role)
                  for number, role in enumerate(roles, start=1))  # fmt: skip
    placed = tuple((1, Word(word, Box(40.0 + 30 * place, 40.0, 65.0 + 30 * place, 52.0)))
                   for place, word in enumerate(words.split()))  # fmt: skip
    fields = tuple(Field(f"f{place}", path, "text", "x", "x", confidence, READ)
                   for place, (path, confidence) in enumerate(
                       zip((ISSUER, SYMBOL), sure, strict=False)))  # fmt: skip
    return Extraction("00", form, 0.5, True, pages, fields if form else (), words=placed)


def scan(
    name: str, words: str, sure: Sequence[float | None] = (0.99, 0.99)
) -> tuple[Path, Reading]:
    return Path(name), reading_of([extraction(words, sure)])


KNOWN = "statement of changes in beneficial ownership acme corp common stock"
STRANGE = "registration statement foreign principal embassy dissemination report agent"


def test_unseen_words_read_with_little_confidence_come_first() -> None:
    scans = [scan("sure.pdf", KNOWN), scan("doubtful.pdf", KNOWN, (0.6, 0.5)),
             scan("strange.pdf", STRANGE, (0.6, 0.5))]  # fmt: skip
    choices = ranked(scans, [reading_of([extraction(KNOWN)])], 3)
    names = [each.file.name for each in choices]
    assert names == ["strange.pdf", "doubtful.pdf", "sure.pdf"]
    assert "least sure of issuerTradingSymbol (0.50), issuerName (0.60)" in choices[0].reason
    assert choices[0].distance > 0.5 > choices[-1].distance


def test_a_second_one_of_a_kind_waits_until_the_other_kinds_have_had_theirs() -> None:
    scans = [scan("a1.pdf", KNOWN, (0.5, 0.5)), scan("a2.pdf", KNOWN, (0.51, 0.5)),
             scan("b.pdf", STRANGE, (0.8, 0.8))]  # fmt: skip
    assert [each.file.name for each in ranked(scans, [], 3)] == ["a1.pdf", "b.pdf", "a2.pdf"]
    assert len(ranked(scans, [], 2)) == 2


def test_another_amount_makes_no_other_document() -> None:
    first, other = (embedding([extraction(f"{KNOWN} on {number}")]) for number in ("1234", "9876"))
    assert float(first @ other) == pytest.approx(1.0)
    assert float(first @ embedding([extraction(STRANGE)])) < 0.5
    assert np.linalg.norm(first) == pytest.approx(1.0)


def test_words_that_stand_elsewhere_are_a_little_less_alike() -> None:
    here = extraction(KNOWN)
    moved = tuple((page, Word(word.text, Box(word.box.left, 600.0, word.box.right, 612.0)))
                  for page, word in here.words)  # fmt: skip
    there = Extraction("00", "4", 0.5, True, here.pages, here.fields, words=moved)
    assert 0.7 < float(embedding([here]) @ embedding([there])) < 0.95


def test_doubt_counts_what_was_called_illegible_and_pages_that_were_not_read() -> None:
    assert reading_of([extraction(KNOWN, (0.9, 0.7))]).doubt == pytest.approx(0.2)
    assert reading_of([extraction(KNOWN, (0.9, None))]).doubt == pytest.approx(0.55)
    half = reading_of([extraction(KNOWN, (0.9, 0.7), unread=1)])
    assert half.doubt == pytest.approx(1 - 0.8 / 2)
    unknown = reading_of([extraction(STRANGE, form="")])
    assert (unknown.doubt, unknown.form) == (1.0, "")
    reason = ranked([(Path("x.pdf"), unknown), (Path("y.pdf"), half)], [], 1)[0].reason
    assert reason == "no known form"


def test_fields_are_ranked_by_name_over_all_documents() -> None:
    readings = [Reading("4", 1, 0, (Doubt("date", 0.1), Doubt("name", 0.5)), ()),
                Reading("4", 1, 0, (Doubt("date", 0.3),), ())]  # fmt: skip
    assert unsure_fields(readings) == [("name", 0.5, 1), ("date", pytest.approx(0.2), 2)]


def test_an_empty_scan_is_no_division_by_zero() -> None:
    blank = reading_of([extraction("", form="")])
    assert ranked([(Path("a.pdf"), blank)], [blank], 1)[0].distance == 1.0


def test_folders_are_searched_for_pdfs_and_none_is_refused(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.PDF", "c.txt"):
        (tmp_path / name).write_text(name)
    assert [each.name for each in files_of([tmp_path, tmp_path / "b.pdf"])] == ["a.PDF", "b.pdf"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadSetting, match="no PDF"):
        files_of([tmp_path / "empty"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that say what is read from them; reading is replaced, and counted in `reads.txt`."""

    class Stand:
        """In the place of the extractor: the words of a file are its bytes."""

        def extract_all(self, words: str) -> tuple[Extraction, ...]:
            with (tmp_path / "reads.txt").open("a") as file:
                file.write(f"{words}\n")
            if words.startswith("unknown"):
                raise NoKnownForm("no page is like a form", extraction(words, form=""))
            return (extraction(words),)

    def read(data: bytes, name: str) -> str:
        if data == b"locked":
            raise EncryptedDocument("it wants a password")
        if data == b"odd":
            raise ZeroDivisionError("of a kind nobody thought of")
        return data.decode()

    monkeypatch.setattr(next_labels, "read", read)
    monkeypatch.setattr("training.next_labels.Extractor.load", lambda *_: Stand())
    (tmp_path / "scans").mkdir()
    for name, words in {"plain": KNOWN, "new": f"unknown {STRANGE}", "locked": "locked",
                        "odd": "odd", "twin": KNOWN}.items():  # fmt: skip
        (tmp_path / "scans" / f"{name}.pdf").write_text(words)
    return tmp_path


def rows_of(folder: Path) -> list[dict[str, Any]]:
    with (folder / "out/next.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_cannot_be_read_is_listed_with_its_error_and_stops_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(folder / "scans"), "--output", str(folder / "out")])
    rows = rows_of(folder)
    assert [Path(each["file"]).name for each in rows] == [
        "new.pdf", "plain.pdf", "locked.pdf", "odd.pdf",
    ]  # fmt: skip
    assert [each["rank"] for each in rows] == ["1", "2", "", ""]
    assert "no known form" in rows[0]["reason"]
    assert "it wants a password" in rows[2]["error"] and "nobody thought of" in rows[3]["error"]
    out = capsys.readouterr().out
    assert "not read:" in out and "issuerName" in out
    assert "2 documents read (1 no known form, 1 4), 2 not read" in out


def test_what_was_read_once_is_kept(folder: Path) -> None:
    for _ in range(2):
        main([str(folder / "scans"), "--output", str(folder / "out")])
    assert len((folder / "reads.txt").read_text().splitlines()) == 2


def test_labelled_and_test_documents_are_not_proposed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gold_of(name: str, split: str) -> Gold:
        source = Source(name, "form4", name, split, "", "", ("form",))
        return Gold(name, source, (), scan=folder / "scans" / f"{name}.pdf")

    def golds(_: Path) -> list[Gold]:
        return [gold_of("plain", "train"), gold_of("new", "test")]

    monkeypatch.setattr(next_labels, "load", golds)
    main([str(folder / "scans"), "--output", str(folder / "out"), "--labels", "set"])
    assert not any(each["rank"] for each in rows_of(folder))
