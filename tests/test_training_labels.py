"""Labels come into a label set and go out of it; what is wrong is told with its place."""

import hashlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.gold import Gold, load
from tests.labelling import (
    HOLDING,
    NAME,
    NAMED,
    NUMBER,
    OWNERSHIP,
    PLAIN,
    ROOT,
    SALE,
    SQUARE,
    brought,
    fact,
    filing,
    notes,
    pdf,
    refusals,
    studio,
    task,
)
from training.label_findings import Findings
from training.label_set import same_regions, values_that_differ
from training.labels import main

GOLD = Path(__file__).resolve().parent.parent / "eval" / "gold"
AMOUNTS, COLUMN = "transactionAmounts", "derivativeTable/derivativeTransaction"
OPTION = f"{OWNERSHIP}/{COLUMN}[1]"


def kept(root: Path) -> dict[str, Gold]:
    """The filings of a set by name."""
    return {gold.name: gold for gold in load(root)}


def exported(source: Path, into: Path, kind: str = "label-studio") -> list[Path]:
    """The files of an export that an import takes."""
    assert main(["export", str(source), "--format", kind, "--output", str(into)]) == 0
    return sorted(into.glob("*/*.json"))


def same(one: Gold, other: Gold) -> None:
    """Both say the same: values, texts, rows, boxes within half a point, and regions."""
    assert values_that_differ(one.facts, other.facts) == []
    assert {each.path: each.text for each in one.facts} == {
        each.path: each.text for each in other.facts}  # fmt: skip
    assert [each.checked for each in one.facts] == [each.checked for each in other.facts]
    assert same_regions(one.regions, other.regions)
    assert len(one.regions) == len(other.regions)
    names = ("filing", "form", "group", "split", "look", "quality", "pages")
    assert [getattr(one.source, name) for name in names] == [
        getattr(other.source, name) for name in names]  # fmt: skip


# There and back


def ownership(root: Path) -> None:
    """A Form 4 with rows of both kinds in turn, a sub-column, footnotes, blanks and two pages."""

    def cell(path: str, value: str, row: int, column: int, **more: object) -> dict:
        left, top = 40 + 90 * column, 200 + 15 * row
        return fact(path, value, (left, top, left + 70, top + 10), **more)

    facts = [
        fact(f"{OWNERSHIP}/documentType", "4", (20, 20, 30, 40)),
        fact(f"{OWNERSHIP}/notSubjectToSection16", "0", (24, 42, 31, 49), text=""),
        fact(f"{OWNERSHIP}/reportingOwner[1]/reportingOwnerId/rptOwnerName", "Marl Ann B",
             (40, 100, 120, 110), text="Marl, Ann B"),
        fact(f"{OWNERSHIP}/reportingOwner[2]/reportingOwnerId/rptOwnerName", "Marl Holdings",
             (40, 120, 120, 130)),
        fact(f"{OWNERSHIP}/aff10b5One", absent=True),
        cell(f"{SALE}[1]/securityTitle", "Common Stock", 1, 0, footnotes=["F1", "F2"]),
        cell(f"{SALE}[1]/transactionDate", "2024-01-02", 1, 1, text="01/02/2024"),
        fact(f"{SALE}[1]/transactionCoding/equitySwapInvolved", "0", (220, 215, 230, 225), text=""),
        fact(f"{SALE}[1]/{AMOUNTS}/transactionPricePerShare", "", (310, 215, 330, 225),
             footnotes=["F1"]),
        cell(f"{SALE}[2]/securityTitle", "Preferred Stock", 3, 0),
        cell(f"{SALE}[2]/transactionDate", "2024-01-03", 3, 1, text="01/03/2024"),
        cell(f"{HOLDING}[1]/securityTitle", "Common Stock", 2, 0),
        fact(f"{HOLDING}[1]/ownershipNature/natureOfOwnership", "By trust", (400, 230, 450, 240),
             legible=False),
        cell(f"{OPTION}/transactionDate", "2024-01-04", 5, 1, text="01/04/2024", page=2),
        cell(f"{OPTION}/{AMOUNTS}/transactionShares", "1000", 5, 2, text="1,000", page=2),
        cell(f"{OPTION}/{AMOUNTS}/transactionAcquiredDisposedCode", "D", 5, 2, text="", page=2),
        {"path": f"{OWNERSHIP}/footnotes/footnote[2]", "value": 'A trust of "hers"',
         "text": "A trust of “hers”",
         "boxes": [{"page": 1, "box": [40, 700, 300, 710]}, {"page": 2, "box": [40, 50, 90, 60]}]},
    ]  # fmt: skip
    regions = [
        {"label": "table", "page": 1, "box": [30, 190, 580, 260], "table": 0},
        {"label": "row", "page": 1, "box": [30, 215, 580, 230], "table": 0, "row": 0},
        {"label": "cell", "page": 1, "box": [30.3, 190.1, 120.7, 210.9], "table": 0, "row": -1,
         "column": 0},
        {"label": "checkbox", "page": 1, "box": [25, 43, 30, 48], "checked": False,
         "tag": "notSubjectToSection16", "path": f"{OWNERSHIP}/notSubjectToSection16"},
        {"label": "checkbox", "page": 2, "box": [25, 43, 30, 48], "checked": True},
        {"label": "footnotes", "page": 2, "box": [30, 40, 580, 80]},
        {"label": "signature", "page": 2, "box": [30, 90, 580, 180]},
        {"label": "header", "page": 1, "box": [0, 0, 612, 60]},
    ]  # fmt: skip
    filing(root, "sale", facts, regions, 'group = "marl"\nsplit = "dev"\nlook = "paper"\n', "form4",
           pdf(2, "sale"))  # fmt: skip


def amendment(root: Path) -> None:
    """A checked amendment with marks, an illegible stamp and a date in two pieces."""
    signed = {"checked": True, "by": "Ann", "on": "2026-11-20"}
    facts = [each | signed for each in PLAIN]
    facts += [
        fact("/amendmentToRegistrationStatement/purpose/otherPurpose", "0", (60, 320, 70, 330),
             text="_", **signed),
        fact("/amendmentToRegistrationStatement/signatureDate", "1980-03-04", text="4th March 80",
             **signed) | {"boxes": [{"page": 1, "box": [80, 700, 100, 710]},
                                    {"page": 1, "box": [150, 698, 210, 710]}]},
        fact("/amendmentToRegistrationStatement/receivedDate", "?", (300, 500, 340, 580), text="",
             legible=False, **signed),
    ]  # fmt: skip
    filing(root, "change", facts, (SQUARE,), 'split = "test"\n')


@pytest.mark.parametrize("make", [ownership, amendment])
def test_label_studio_gives_back_what_it_was_given(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "gold")
    assert refusals(brought(tmp_path / "gold", into=tmp_path / "set")) == []
    files = exported(tmp_path / "set", tmp_path / "out")
    assert refusals(brought(*files, into=tmp_path / "back", scans=tmp_path / "set")) == []
    (before,), (after,) = load(tmp_path / "set"), load(tmp_path / "back")
    same(before, after)
    assert [each.path for each in before.facts] == [each.path for each in after.facts]
    again = brought(*files, into=tmp_path / "set", scans=tmp_path / "set")
    assert (refusals(again), notes(again)) == ([], [])
    assert load(tmp_path / "set") == [before]


@pytest.mark.parametrize("name", ["form4/form4_1315657_2013-02-21_botha-roelof", "form4/own13"])
def test_a_real_filing_comes_back_from_label_studio(name: str, tmp_path: Path) -> None:
    assert refusals(brought(GOLD / name, into=tmp_path / "set")) == []
    files = exported(tmp_path / "set", tmp_path / "out")
    assert refusals(brought(*files, into=tmp_path / "back", scans=tmp_path / "set")) == []
    (before,), (after,) = load(tmp_path / "set"), load(tmp_path / "back")
    same(before, after)


def test_pictures_of_the_export_do_as_scans(tmp_path: Path) -> None:
    ownership(tmp_path / "gold")
    files = exported(tmp_path / "gold", tmp_path / "out")
    assert refusals(brought(*files, into=tmp_path / "back")) == []
    (before,), (after,) = load(tmp_path / "gold"), load(tmp_path / "back")
    same(before, after)


def test_coco_gives_back_the_regions(tmp_path: Path) -> None:
    ownership(tmp_path / "gold")
    files = exported(tmp_path / "gold", tmp_path / "out", "coco")
    assert refusals(brought(*files, into=tmp_path / "back", scans=tmp_path / "gold")) == []
    (before,), (after,) = load(tmp_path / "gold"), load(tmp_path / "back")
    assert after.facts == ()
    unnamed = [each for each in before.regions if not each.path]
    assert same_regions(unnamed, [each for each in after.regions if each.box.left != 25
                                  or each.page != 1])  # fmt: skip
    assert len(after.regions) == len(before.regions)
    again = brought(*files, into=tmp_path / "gold", scans=tmp_path / "gold")
    assert refusals(again) == []
    assert values_that_differ(before.facts, load(tmp_path / "gold")[0].facts) == []


def test_a_row_that_a_labeller_took_away_takes_its_hidden_facts_along(tmp_path: Path) -> None:
    ownership(tmp_path / "gold")
    (path,) = exported(tmp_path / "gold", tmp_path / "out")
    tasks = json.loads(path.read_text())
    result = tasks[0]["annotations"][0]["result"]
    gone = {item["id"] for item in result if item["value"].get("text") == ["01/02/2024"]}
    tasks[0]["annotations"][0]["result"] = [item for item in result if item["id"] not in gone]
    path.write_text(json.dumps(tasks))
    assert refusals(brought(path, into=tmp_path / "back", scans=tmp_path / "gold")) == []
    (gold,) = load(tmp_path / "back")
    values = {each.path: each.value for each in gold.facts}
    # Told by its hidden fact, the row stays what it was.
    assert values[f"{SALE}[1]/transactionCoding/equitySwapInvolved"] == "0"
    assert f"{SALE}[1]/transactionDate" not in values


def test_the_labelling_set_up_has_every_label_of_the_form(tmp_path: Path) -> None:
    ownership(tmp_path / "gold")
    (path,) = exported(tmp_path / "gold", tmp_path / "out")
    view = ElementTree.fromstring((path.parent / "labels.xml").read_text())
    names = [each.get("value") for each in view.iter("Label")]
    assert {"cell", "checkbox-checked", "issuerName", "nonDerivative.securityTitle",
            "derivative.transactionShares.A", "footnote"} <= set(names)  # fmt: skip
    assert len(names) == len(set(names))
    controls = {each.get("name"): each.tag for each in view.iter() if each.get("perRegion")}
    assert controls == {"text": "TextArea", "value": "TextArea", "footnotes": "TextArea",
                        "state": "Choices", "row": "Number", "table": "Number",
                        "tableRow": "Number", "tableColumn": "Number"}  # fmt: skip
    used = {item["from_name"] for each in json.loads(path.read_text())
            for item in each["annotations"][0]["result"]}  # fmt: skip
    assert used <= {*controls, "label"}
    for each in json.loads(path.read_text()):
        picture = each["data"]["image"].partition("?d=out/")[2]
        assert (tmp_path / "out" / picture).read_bytes().startswith(b"\x89PNG")


# Gold


@pytest.mark.parametrize("depth", ["set", "set/fara_amendment", "set/fara_amendment/one"])
def test_gold_is_a_set_a_forms_folder_or_a_filing(depth: str, tmp_path: Path) -> None:
    filing(tmp_path / "set")
    assert refusals(brought(tmp_path / depth, into=tmp_path / "to")) == []
    assert list(kept(tmp_path / "to")) == ["one"]


WRONG = {
    "unknown path": (fact("/x/y", "1"), "fara_amendment has no such field"),
    "no canonical": (fact(NUMBER, "12  34"), "is not canonical; write '12 34'"),
    "no value of its kind": (fact(f"{ROOT}/signatureDate", "maybe"), "'maybe' is not a date"),
    "no value": (fact(NAME), 'write "absent": true'),
    "outside": (fact(NAME, "A", (600, 10, 700, 20)), "is outside the page"),
    "no size": (fact(NAME, "A", (60, 10, 50, 20)), "has no size"),
    "no page": (fact(NAME, "A", (60, 10, 70, 20), page=3), "page 3: the scan has 1 pages"),
    "huge": (fact(NAME, "A", (0, 0, 1e300, 10)), "an edge that is no number"),
    "footnote": (fact(NAME, "A", footnotes=["1"]), "'1' is no footnote's id"),
    "absurdly long": (fact(NAME, "A" * 20_001), "20,001 characters are no value"),
    "unknown key": (fact(NAME, "A", color="red"), "unknown key 'color'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_fact_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    row, told = WRONG[case]
    filing(tmp_path / "in", facts=(PLAIN[2], row))
    filing(tmp_path / "in", "fine")
    (line,) = refusals(brought(tmp_path / "in", into=tmp_path / "set"))
    assert told in line and "one" in line and "facts.jsonl, line 2" in line
    assert list(kept(tmp_path / "set")) == ["fine"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("facts.jsonl", b'{"path": NaN}\n', "facts.jsonl, line 1: NaN is no number"),
        ("facts.jsonl", b"\n", "facts.jsonl, line 1: it is empty"),
        ("facts.jsonl", b"text", "facts.jsonl, line 1: not JSON"),
        ("facts.jsonl", "é".encode("latin-1"), "facts.jsonl, line 1: byte 0xE9 is not UTF-8"),
        ("facts.jsonl", "{}".encode("utf-16"), "facts.jsonl: the text is UTF-16"),
        (
            "facts.jsonl",
            b'{"path": "/x", "path": ' + b"9" * 5000 + b"}",
            "facts.jsonl, line 1: 999999999… is a number of 5000 digits",
        ),
        ("facts.jsonl", b"[" * 100_000, "nested too deeply"),
        ("source.toml", b"split = 'all'", "split 'all' is none of train, dev, test"),
        ("source.toml", b"split = 5", "are texts in quotes"),
        ("source.toml", b"form = 'form99'", "there is no form 'form99'"),
        ("source.toml", b"colour = 'red'", "unexpected keyword argument 'colour'"),
        ("source.toml", b"pages = ['form', 'form']", "it names 2 pages, the scan has 1"),
        ("regions.jsonl", b'{"label": "figure", "page": 1, "box": [1, 1, 5, 5]}', "'figure'"),
        ("regions.jsonl", b'{"label": "cell", "page": 9, "box": [1, 1, 5, 5]}', "page 9"),
        ("regions.jsonl", b'{"label": "cell", "page": 1, "box": ["a", 1, 5, 5]}', "no number"),
        ("regions.jsonl", b'{"label": "cell", "page": 1, "box": [1, 1, 5]}', "line 1"),
        ("scan.pdf", b"", "scan.pdf: The file has no bytes"),
        ("scan.pdf", b"%PDF-1.7 nothing", "Send the file again"),
    ],
)
def test_a_wrong_file_is_refused(name: str, data: bytes, told: str, tmp_path: Path) -> None:
    folder = filing(tmp_path / "in")
    (folder / name).write_bytes(data)
    found = brought(tmp_path / "in", into=tmp_path / "set")
    assert any(told in line for line in refusals(found)), refusals(found)
    assert kept(tmp_path / "set") == {}


@pytest.mark.parametrize("name", ["scan.pdf", "source.toml", "facts.jsonl"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    (filing(tmp_path / "in") / name).unlink()
    (line,) = refusals(brought(tmp_path / "in", into=tmp_path / "set"))
    assert f"{name} is missing" in line


def test_a_byte_order_mark_in_gold_does_no_harm(tmp_path: Path) -> None:
    folder = filing(tmp_path / "in")
    for name in ("facts.jsonl", "source.toml", "regions.jsonl"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert refusals(brought(tmp_path / "in", into=tmp_path / "set")) == []
    assert len(kept(tmp_path / "set")["one"].facts) == 3


def test_sources_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    lines = refusals(brought(tmp_path / "empty", tmp_path / "nowhere", into=tmp_path / "set"))
    assert "no gold in <form>/<name>/ here" in lines[0]
    assert "nowhere: it cannot be read (No such file or directory)" in lines[1]


def test_a_format_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    filing(tmp_path / "in")
    path = studio(tmp_path / "studio", task(NAMED))
    for source, kind, told in ((tmp_path / "in", "coco", "a folder is no export"),
                               (path, "gold", "gold is a folder"), (path, "coco", "list of images"),
                               (path, "review", "the zip cannot be read")):  # fmt: skip
        (line,) = refusals(brought(source, into=tmp_path / "set", kind=kind))
        assert told in line


# The command


def test_the_command_tells_all_and_exits_with_one_when_it_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filing(tmp_path / "in")
    filing(tmp_path / "in", "two", (fact("/x", "1"),))
    common = ["--output", str(tmp_path / "set"), "--split", "train"]
    assert main(["import", str(tmp_path / "in"), *common]) == 1
    said = capsys.readouterr()
    assert said.out.endswith("set: 1 filings imported (1 train), 0 unchanged, 1 refusals\n")
    assert said.err.startswith("refused: ") and "two, facts.jsonl, line 1: /x:" in said.err
    assert main(["import", str(tmp_path / "in/fara_amendment/one"), *common]) == 0
    assert "0 filings imported (none), 1 unchanged, 0 refusals" in capsys.readouterr().out


def test_a_form_that_does_not_exist_is_told_before_anything_is_read(tmp_path: Path) -> None:
    found = brought(tmp_path / "nowhere", into=tmp_path / "set", form="form99")
    (line,) = refusals(found)
    assert "there is no form 'form99'" in line and "models/forms/" in line


def test_exporting_nothing_is_no_success(tmp_path: Path) -> None:
    assert main(["export", str(tmp_path), "--format", "coco", "--output", str(tmp_path / "o")]) == 1


def test_messages_hold_no_control_characters() -> None:
    findings = Findings()
    findings.refuse("a\x1b[2J", "b\ud800")
    assert refusals(findings) == ["refused: a\ufffd[2J: b\ufffd"]


def test_importing_needs_no_training_framework(tmp_path: Path) -> None:
    code = "import sys, training.labels; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=GOLD.parent.parent).returncode == 0


def test_a_set_is_the_same_whichever_day_it_is_made(tmp_path: Path) -> None:
    path = studio(tmp_path / "in", task(NAMED))
    for root in ("a", "b"):
        brought(path, into=tmp_path / root, form="fara_amendment")

    def digest(root: Path) -> list[str]:
        return [hashlib.sha256(each.read_bytes()).hexdigest()
                for each in sorted(root.rglob("*")) if each.is_file()]  # fmt: skip

    assert digest(tmp_path / "a") == digest(tmp_path / "b") != []


def test_a_stray_file_hides_no_filing(tmp_path: Path) -> None:
    filing(tmp_path / "in")
    (tmp_path / "in" / "facts.jsonl").write_text("")
    found = brought(tmp_path / "in", into=tmp_path / "set")
    assert list(kept(tmp_path / "set")) == ["one"]
    assert any("source.toml is missing" in line for line in refusals(found))
