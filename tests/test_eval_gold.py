"""The committed gold is what the contracts promise: balanced, small, foreign to training, sound."""

from __future__ import annotations

import ast
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from eval.build_gold import (
    CASES,
    GOLD,
    MOST_BYTES,
    MOST_FILE,
    MOST_PAGES,
    Line,
    make_line,
    read_plan,
)
from eval.gold import Gold, load
from eval.printing import Printer
from eval.scanner import QUALITIES
from eval.score import score
from eval.templates import LOOKS
from eval.truth import read_filing
from models.document import Box
from models.extraction import READ, Extraction, Field
from models.form import BOX, DERIVED, FIXED, forms

ROOT = Path(__file__).resolve().parent.parent
VALUES = ROOT / "training" / "values"
NO_TICKER = {"none", "n/a"}
FORMS = {form.module: form for form in forms().values()}
LINES = read_plan()


REAL = "fara"
"""Look of the genuine scans, which no plan made: their sizes and qualities are what they are."""
REAL_BYTES, REAL_PAGES = 3_600_000, 100
SCHEDULE_BYTES, SCHEDULE_PAGES = 3_900_000, 140
OPENED_LATE = {
    "5401",
    "3634",
    "2244",
    "5860",
    "5939",
    "3731",
    "6414",
    "6170",
    "5570",
    "6089",
    "6210",
}
"""Registrants of the scans that were kept closed until the labels were made: all of them test."""


@pytest.fixture(scope="module")
def every() -> list[Gold]:
    return load(GOLD)


@pytest.fixture(scope="module")
def gold(every: list[Gold]) -> list[Gold]:
    """The ownership filings that were printed and scanned for the evaluation."""
    return [each for each in every if each.source.look != REAL and not is_schedule(each)]


@pytest.fixture(scope="module")
def schedules(every: list[Gold]) -> list[Gold]:
    return [each for each in every if is_schedule(each)]


def is_schedule(each: Gold) -> bool:
    return each.source.form.startswith("schedule13")


@pytest.fixture(scope="module")
def real(every: list[Gold]) -> list[Gold]:
    return [each for each in every if each.source.look == REAL]


def own(gold: list[Gold]) -> list[Gold]:
    return [each for each in gold if each.source.group.startswith("own")]


def pages(gold: list[Gold]) -> int:
    return sum(len(each.source.pages) for each in gold)


def stated(gold: list[Gold], name: str) -> set[str]:
    """Every value of one element in the whole set, ignoring case."""
    return {
        fact.value.casefold()
        for each in gold
        for fact in each.facts
        if fact.path.endswith(f"/{name}") and fact.value
    }


def listed(table: str, column: int = 0) -> set[str]:
    """One column of a table the generator draws from, ignoring case."""
    with gzip.open(VALUES / table, "rt", encoding="utf-8") as file:
        return {line.rstrip("\n").split("\t")[column].casefold() for line in file}


def test_gold_is_what_the_plan_says(gold: list[Gold]) -> None:
    def planned(line: Line) -> tuple[str, ...]:
        return (line.name, line.filing, line.group, line.split, line.look, line.quality)

    built = {
        (each.name, source.filing, source.group, source.split, source.look, source.quality)
        for each in gold
        for source in (each.source,)
    }
    assert built == {planned(line) for line in LINES}
    assert len(built) == len(LINES)


def test_gold_keeps_within_its_size(
    gold: list[Gold], real: list[Gold], schedules: list[Gold]
) -> None:
    assert sum(map(size_of, gold)) <= MOST_BYTES
    assert sum(map(size_of, real)) <= REAL_BYTES
    assert pages(real) <= REAL_PAGES
    assert sum(map(size_of, schedules)) <= SCHEDULE_BYTES
    assert pages(schedules) <= SCHEDULE_PAGES
    assert max(path.stat().st_size for path in GOLD.rglob("*")) <= MOST_FILE


def test_schedules_are_of_every_kind_and_quality_and_some_are_real(
    schedules: list[Gold],
) -> None:
    assert len(schedules) >= 30
    forms_ = {"schedule13g", "schedule13ga", "schedule13d", "schedule13da"}
    qualities = {"grey300", "office200", "fax200", "poor150"}
    assert {each.source.form for each in schedules} == forms_
    assert {each.source.quality for each in schedules} == qualities
    for split in ("dev", "test"):
        own_ = [each for each in schedules if each.source.split == split]
        assert {each.source.form for each in own_} == forms_
        assert len({each.source.look for each in own_}) >= 6
    real = {each.source.filing for each in schedules if each.source.filing.startswith("sc13")}
    assert {"sc13g_a.html", "sc13ga_c.html", "sc13d_d.html"} <= real


def test_no_group_of_people_and_issuers_is_in_both_splits_of_the_schedules(
    schedules: list[Gold], gold: list[Gold]
) -> None:
    split = {each.source.group: each.source.split for each in gold}
    for each in schedules:
        assert split.setdefault(each.source.group, each.source.split) == each.source.split


def size_of(each: Gold) -> int:
    return sum(path.stat().st_size for path in each.scan.parent.iterdir())


def test_gold_has_enough_filings_and_not_too_many_pages(gold: list[Gold]) -> None:
    assert 200 <= pages(gold) <= MOST_PAGES
    real = {each.source.filing for each in gold} - {each.source.filing for each in own(gold)}
    assert len(real) >= 100
    assert {len(each.source.pages) for each in gold} >= {1, 2, 3, 4, 5, 6}
    assert all(1 <= len(each.source.pages) <= 6 for each in gold)


def test_splits_qualities_and_looks_are_balanced(gold: list[Gold]) -> None:
    for kind, expected in (
        ("split", set(QUALITIES)),
        ("quality", set(QUALITIES["dev"])),
        ("look", set(LOOKS)),
    ):
        shares = Counter[str]()
        for each in gold:
            shares[getattr(each.source, kind)] += 1
        assert set(shares) == expected
        assert min(shares.values()) >= 0.6 * max(shares.values()), kind


def test_a_dozen_filings_come_in_all_four_qualities_the_others_in_one(gold: list[Gold]) -> None:
    qualities = defaultdict(list)
    for each in gold:
        qualities[each.source.filing].append(each.source.quality)
    several = [found for found in qualities.values() if len(found) > 1]
    assert len(several) == 12
    assert all(sorted(found) == sorted(QUALITIES["dev"]) for found in several)


def test_no_group_is_in_several_splits(every: list[Gold]) -> None:
    groups = defaultdict(set)
    for each in every:
        groups[each.source.group].add(each.source.split)
    assert all(len(splits) == 1 for splits in groups.values())


def test_every_form_type_has_filings_of_both_splits(every: list[Gold]) -> None:
    found = {(each.source.form, each.source.split) for each in every}
    assert found >= {(form.module, split) for form in forms().values() for split in QUALITIES}


def test_real_scans_were_labelled_and_checked_by_eye(real: list[Gold]) -> None:
    assert Counter(each.source.form for each in real) == {
        "fara_amendment": 32, "fara_dissemination": 18
    }  # fmt: skip
    for each in real:
        assert each.regions, each.name
        assert all(fact.by and fact.on for fact in each.facts if fact.checked), each.name
        assert all(fact.checked for fact in each.facts if not fact.absent), each.name


def test_at_most_25_real_scans_are_learnt_from_and_no_late_registrant_is(real: list[Gold]) -> None:
    splits = defaultdict(set)
    for each in real:
        splits[each.source.split].add(each.source.group.removeprefix("fara-"))
    assert sum(each.source.split == "train" for each in real) <= 25
    assert splits["test"] >= OPENED_LATE
    assert not splits["test"] & (splits["train"] | splits["dev"])


def test_what_is_rare_in_real_filings_is_in_the_set(gold: list[Gold]) -> None:
    facts = [fact for each in gold for fact in each.facts]
    codes = {fact.value for fact in facts if fact.path.endswith("/transactionCode")}
    assert codes >= set("ACDFGHIJLMPSUWZ")
    for name, value in (
        ("equitySwapInvolved", "1"),
        ("transactionTimeliness", "E"),
        ("noSecuritiesOwned", "1"),
        ("notSubjectToSection16", "1"),
        ("form3HoldingsReported", "1"),
        ("form4TransactionsReported", "1"),
        ("aff10b5One", "1"),
        ("isOther", "1"),
    ):
        assert any(fact.path.endswith(f"/{name}") and fact.value == value for fact in facts), name
    for group in ("reportingOwner[10]", "ownerSignature[10]", "nonDerivativeTransaction[28]"):
        assert any(f"/{group}/" in fact.path for fact in facts), group
    names = ("deemedExecutionDate", "otherText", "remarks", "transactionTotalValue")
    for name in (*names, "underlyingSecurityValue", "dateOfOriginalSubmission"):
        assert any(fact.path.endswith(f"/{name}") and fact.value for fact in facts), name
    assert any(fact.footnotes and not fact.value for fact in facts)
    years = {value[:4] for value in stated(gold, "periodOfReport")}
    assert years >= {str(year) for year in range(2003, 2026)}


def test_no_person_or_issuer_of_gold_is_known_to_the_generator(gold: list[Gold]) -> None:
    assert not stated(gold, "rptOwnerName") & listed("owners.txt.gz")
    assert not stated(gold, "issuerName") & listed("issuers.tsv.gz")
    tickers = stated(gold, "issuerTradingSymbol") - NO_TICKER
    assert not tickers & listed("issuers.tsv.gz", 1)


def modules(folder: Path) -> Iterator[str]:
    """Every module the Python files of a package import."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield node.module or ""
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


def test_teacher_and_examiner_share_nothing_but_the_press() -> None:
    assert not any(name.startswith("training") for name in modules(ROOT / "eval"))
    examiner = {
        f"eval.{path.stem}"
        for pattern in ("build_*.py", "templates*.py", "scanner.py", "truth.py")
        for path in (ROOT / "eval").glob(pattern)
    }
    assert not examiner & set(modules(ROOT / "training"))
    assert "eval.gold" not in set(modules(ROOT / "training" / "synth"))


def test_facts_name_fields_of_their_form_once_each(every: list[Gold]) -> None:
    for each in every:
        form = FORMS[each.source.form]
        paths = [fact.path for fact in each.facts]
        assert len(paths) == len(set(paths))
        assert all(form.locate(path) for path in paths), each.name


def test_the_scan_has_the_pages_of_its_source_and_boxes_lie_on_them(gold: list[Gold]) -> None:
    for each in gold:
        with pymupdf.open(each.scan) as document:
            papers = [Box(*page.rect) for page in document]
            assert not any(page.get_text().strip() for page in document)
        assert len(papers) == len(each.source.pages), each.name
        for fact in each.facts:
            for place in fact.boxes:
                assert place.box.share_inside(papers[place.page - 1]) > 0.99, (each.name, fact)
        for region in each.regions:
            assert region.box.area > 0
            assert 1 <= region.page <= len(papers)


def test_values_stand_somewhere_and_absent_facts_nowhere(every: list[Gold]) -> None:
    for each in every:
        form = FORMS[each.source.form]
        for fact in each.facts:
            at = form.locate(fact.path)
            assert at is not None
            if fact.absent:
                assert not (fact.value or fact.text or fact.boxes or fact.footnotes)
            elif at[2].source not in (BOX, DERIVED):
                assert fact.boxes, (each.name, fact)
                assert fact.value or fact.footnotes


def test_every_field_the_form_asks_is_a_fact_of_every_owner_row_and_signature(
    every: list[Gold],
) -> None:
    for each in every:
        form = FORMS[each.source.form]
        found = {fact.path for fact in each.facts}
        located = [form.locate(path) for path in found]
        instances = {(at[0].path, at[1]) for at in located if at and at[0]}
        for group, spec in form.specs():
            if spec.source in (FIXED, DERIVED):
                continue
            numbers = [1] if group is None else [n for path, n in instances if path == group.path]
            for number in numbers:
                assert form.path_of(spec, group, number) in found, each.name


def test_twenty_filings_of_every_quality_and_look_were_compared_by_eye(gold: list[Gold]) -> None:
    verified = [each for each in gold if all(fact.checked for fact in each.facts)]
    assert len({each.source.filing for each in verified}) >= 20
    assert {each.source.quality for each in verified} == set(QUALITIES["dev"])
    assert {each.source.look for each in verified} == set(LOOKS)
    assert all(fact.by and fact.on for each in verified for fact in each.facts)


def test_a_row_invented_where_gold_has_no_table_is_counted(gold: list[Gold]) -> None:
    empty = next(
        each
        for each in gold
        if each.source.form == "form4"
        and not any("/derivativeTable/" in fact.path for fact in each.facts)
    )
    path = "/ownershipDocument/derivativeTable/derivativeTransaction[1]/securityTitle"
    invented = Field("f1", path, "text", "Stock Option", "Stock Option", 0.9, READ)
    counted = score(empty.facts, Extraction("", "4", 1.0, False, (), (invented,)))
    assert counted.rows.invented == 1
    assert counted.fields["derivative.securityTitle"].invented == 1


@pytest.mark.parametrize("path", sorted(CASES.glob("*.xml")), ids=lambda path: path.stem)
def test_a_case_of_our_own_is_a_filing_whose_marks_and_notes_agree(path: Path) -> None:
    truth = read_filing(path.read_bytes())
    cited = {mark for _, marks in truth.values() for mark in marks}
    head = "/ownershipDocument/footnotes/footnote["
    notes = {f"F{key.removeprefix(head)[:-1]}" for key in truth if key.startswith(head)}
    assert cited == notes
    name = truth["/ownershipDocument/documentType"][0]
    assert ("/ownershipDocument/dateOfOriginalSubmission" in truth) == name.endswith("/A")


def test_a_filing_of_the_plan_can_be_built_again_and_says_the_same(
    printer: Printer, gold: list[Gold]
) -> None:
    line = next(line for line in LINES if line.filing == "own15.xml")
    (kept,) = (each for each in gold if each.name == line.name)
    made, _ = make_line(line, Path(), printer)
    assert {fact.path: (fact.value, fact.footnotes, fact.absent) for fact in made.facts} == {
        fact.path: (fact.value, fact.footnotes, fact.absent) for fact in kept.facts
    }
