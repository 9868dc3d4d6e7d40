"""The command line: many files, some of them bad, and nothing overwritten."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import cv2
import pytest

import service.extractor
from models.confidence import PRECISION
from models.errors import BadSetting
from models.pipeline import Extractor
from service import cli, demo
from service.batch import inputs, output_names
from service.settings import Settings

Pdf = Callable[..., bytes]


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch, extractor) -> None:
    monkeypatch.setattr(service.extractor, "load_extractor", lambda precision: extractor)


def extract(*arguments: object) -> int:
    """Run `filingscan extract`."""
    return cli.main(["extract", *map(str, arguments)])


def test_every_format_asked_for_is_written(tmp_path: Path, pdf: Pdf) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("FORM Marl"))
    out = tmp_path / "out"
    formats = ["--format", "json", "--format", "xml", "--format", "csv", "--format", "words"]
    assert extract(tmp_path / "a.pdf", "--output", out, *formats) == 0
    assert json.loads((out / "a.json").read_text())["form"] == "4"
    assert ElementTree.parse(out / "a.xml").findtext("issuer/issuerName") == "Marl"
    assert json.loads((out / "a.words.json").read_text())["words"][0]["text"] == "FORM"
    with (out / "filings.csv").open() as table:
        assert [row["SOURCE"] for row in csv.DictReader(table)] == ["a.pdf"]


def test_json_is_what_is_written_when_nothing_is_said(tmp_path: Path, pdf: Pdf) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf())
    assert extract(tmp_path / "a.pdf", "--output", tmp_path / "out") == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.json"]


def test_a_batch_goes_on_past_bad_files_and_names_each(
    tmp_path: Path, pdf: Pdf, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    texts = {"a": "FORM Marl", "b": "a letter", "c": "FORM BUG", "e": "FORM Flint"}
    for name, text in texts.items():
        (tmp_path / "in" / f"{name}.pdf").write_bytes(pdf(text))
    (tmp_path / "in" / "d.pdf").write_bytes(b"not a document")
    out = tmp_path / "out"
    missing = tmp_path / "gone.pdf"
    assert extract(tmp_path / "in", missing, "--output", out, "--format", "csv") == 1
    named = capsys.readouterr().err.splitlines()
    assert [Path(line.split(": ")[0]).name for line in named] == [
        "b.pdf",
        "c.pdf",
        "d.pdf",
        "gone.pdf",
    ]
    assert [line.split(": ")[1] for line in named[:3]] == [
        "no-known-form",
        "internal-error",
        "unknown-format",
    ]
    rows = list(csv.DictReader((out / "filings.csv").read_text().splitlines()))
    assert [row["ISSUERNAME"] for row in rows] == ["Marl", "Flint"]


def test_several_filings_in_one_file_are_numbered(tmp_path: Path, pdf: Pdf) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("FORM Marl", "FORM Flint"))
    out = tmp_path / "out"
    formats = ["--format", "json", "--format", "xml", "--format", "csv"]
    assert extract(tmp_path / "a.pdf", "--output", out, *formats) == 0
    written = sorted(path.name for path in out.iterdir())
    assert written == ["a.1.json", "a.1.xml", "a.2.json", "a.2.xml", "filings.csv"]
    assert ElementTree.parse(out / "a.2.xml").findtext("issuer/issuerName") == "Flint"
    rows = list(csv.DictReader((out / "filings.csv").read_text().splitlines()))
    named = [(row["SOURCE"], row["FILING"], row["ISSUERNAME"]) for row in rows]
    assert named == [("a.pdf", "1", "Marl"), ("a.pdf", "2", "Flint")]


def test_no_filing_of_several_is_overwritten_unless_forced(
    tmp_path: Path, pdf: Pdf, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("FORM Marl", "FORM Flint"))
    (tmp_path / "a.2.json").write_text("mine")
    assert extract(tmp_path / "a.pdf", "--output", tmp_path) == 1
    assert "a.2.json exists already" in capsys.readouterr().err
    assert not (tmp_path / "a.1.json").exists()
    assert extract(tmp_path / "a.pdf", "--output", tmp_path, "--force") == 0
    assert "Flint" in (tmp_path / "a.2.json").read_text()


def test_even_forced_a_run_does_not_write_over_its_own_outputs(
    tmp_path: Path, pdf: Pdf, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("FORM Marl", "FORM Flint"))
    (tmp_path / "a.1.pdf").write_bytes(pdf("FORM Slate"))
    files = [tmp_path / "a.pdf", tmp_path / "a.1.pdf"]
    assert extract(*files, "--output", tmp_path / "out", "--force") == 1
    assert "a.1.json was just written" in capsys.readouterr().err
    assert "Marl" in (tmp_path / "out" / "a.1.json").read_text()


def test_words_of_a_document_of_no_known_form_are_written(
    tmp_path: Path, pdf: Pdf, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("a letter"))
    formats = ["--format", "json", "--format", "words"]
    assert extract(tmp_path / "a.pdf", "--output", tmp_path / "out", *formats) == 1
    assert "no-known-form" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.words.json"]
    words = json.loads((tmp_path / "out" / "a.words.json").read_text())["words"]
    assert [word["text"] for word in words] == ["a", "letter"]


def test_nothing_is_overwritten_unless_forced(
    tmp_path: Path, pdf: Pdf, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("FORM Marl"))
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.json").write_text("mine")
    assert extract(tmp_path / "a.pdf", "--output", out) == 1
    assert (out / "a.json").read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert extract(tmp_path / "a.pdf", "--output", out, "--force") == 0
    assert json.loads((out / "a.json").read_text())["form"] == "4"


def test_a_table_that_is_there_is_kept_unless_forced(tmp_path: Path, pdf: Pdf) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf())
    (tmp_path / "filings.csv").write_text("mine")
    arguments = (tmp_path / "a.pdf", "--output", tmp_path, "--format", "csv")
    assert extract(*arguments) == 1
    assert (tmp_path / "filings.csv").read_text() == "mine"
    assert extract(*arguments, "--force") == 0


def test_equal_stems_get_their_folders_name_in_front() -> None:
    paths = [Path(name) for name in ("/in/x/a.pdf", "/in/y/a.pdf", "/in/y/b.pdf")]
    assert list(output_names(paths).values()) == ["x-a", "y-a", "b"]


def test_no_two_files_share_a_name_however_alike_they_are() -> None:
    paths = [Path(name) for name in ("/1/x/a.pdf", "/2/x/a.pdf", "/2/x/a.TIF", "/2/x/A.pdf")]
    names = list(output_names(paths).values())
    assert len(set(names)) == len(paths)
    assert names[2] == "x-a.TIF"


def test_a_folder_stands_for_the_documents_in_it_each_once(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.TIFF", "deep/a.jpg", "notes.txt"):
        (tmp_path / name).touch()
    found = inputs([tmp_path, tmp_path / "b.TIFF"])
    assert [path.name for path in found] == ["b.TIFF", "a.jpg"]


def test_an_empty_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract(tmp_path, "--output", tmp_path / "out") == 1
    assert ".pdf" in capsys.readouterr().err


def test_an_output_folder_that_cannot_be_made_is_told_in_a_line(
    tmp_path: Path, pdf: Pdf, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf())
    assert extract(tmp_path / "a.pdf", "--output", tmp_path / "a.pdf") == 1
    assert capsys.readouterr().err.startswith("filingscan: ")


def test_opencv_keeps_to_the_threads_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cv2.getNumThreads()
    monkeypatch.undo()
    monkeypatch.setenv("FILINGSCAN_THREADS", "1")
    monkeypatch.setattr(Extractor, "load", lambda precision, overrides: precision)
    try:
        assert service.extractor.load_extractor(PRECISION) == PRECISION
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)


def test_the_precision_target_is_the_option_then_the_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings.from_environment().precision == PRECISION
    monkeypatch.setenv("FILINGSCAN_PRECISION", "0.999")
    assert Settings.from_environment().precision == 0.999
    assert Settings.from_environment({"precision": 0.99}).precision == 0.99
    for text in ("1", "0.2", "high"):
        monkeypatch.setenv("FILINGSCAN_PRECISION", text)
        with pytest.raises(BadSetting, match=text):
            Settings.from_environment()


def test_models_lists_every_released_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "weights.toml").write_text(
        '[[model]]\nname="layout"\nversion="1"\nfile="layout.onnx"\nsha256="abc"\nlabels=[]\n'
        'dims={}\ncommit="c"\ndata="d"\nconfig="e"\nscores={f1=0.98}\n'
    )
    monkeypatch.setenv("FILINGSCAN_MODELS", str(tmp_path))
    assert cli.main(["models"]) == 0
    assert "layout@1" in (listed := capsys.readouterr().out) and "f1 0.98" in listed
    (tmp_path / "weights.toml").write_text("nonsense")
    assert cli.main(["models"]) == 1
    assert "weights.toml" in capsys.readouterr().err


def demo_of(scan: Path, monkeypatch: pytest.MonkeyPatch, extractor) -> int:
    """The demo's exit status after it has served a scan once; data and output beside the scan."""
    monkeypatch.setattr(demo, "load_extractor", lambda precision: extractor)
    folders = ["--data", str(scan.parent / "data"), "--output", str(scan.parent / "out")]
    chosen = ["demo", "--once", "--port", "0", "--file", str(scan)]
    monkeypatch.setattr("sys.argv", chosen + folders)
    return demo.main()


def test_the_demo_serves_reads_one_file_and_stops(
    tmp_path: Path,
    pdf: Pdf,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    extractor,
) -> None:
    (tmp_path / "my own.pdf").write_bytes(pdf("FORM Marl"))
    assert demo_of(tmp_path / "my own.pdf", monkeypatch, extractor) == 0
    shown = capsys.readouterr().out
    assert "Marl" in shown and "0.900" in shown
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["my own.json", "my own.page1.png", "my own.xml"]


def test_the_demo_shows_every_filing_of_a_document(
    tmp_path: Path, pdf: Pdf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    extractor,
) -> None:  # fmt: skip
    (tmp_path / "a.pdf").write_bytes(pdf("FORM Marl", "FORM Flint"))
    assert demo_of(tmp_path / "a.pdf", monkeypatch, extractor) == 0
    shown = capsys.readouterr().out
    assert "Marl" in shown and "Flint" in shown
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["a.1.json", "a.1.page1.png", "a.1.xml", "a.2.json", "a.2.page2.png",
                       "a.2.xml"]  # fmt: skip


def test_the_demos_table_shows_brackets_and_what_is_illegible(
    capsys: pytest.CaptureFixture[str],
) -> None:
    mark = [{"id": "F1", "confidence": 0.9}]
    common = {"path": "/x", "confidence": None, "review": True, "boxes": []}
    value = common | {"state": "read", "value": "Fund [/b]", "text": "", "footnotes": []}
    guess = common | {"state": "illegible", "value": "", "text": "1O7", "footnotes": mark}
    demo.Console().print(demo._table("a.pdf", {"form": "4", "fields": [value, guess]}))
    shown = capsys.readouterr().out
    assert "Fund [/b]" in shown and "illegible: 1O7 (1)" in shown
