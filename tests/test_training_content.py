"""Synthetic filings say what such filings can say, and nothing of the filings we are judged by."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from models.form import forms
from models.values import canonical, plain
from training.synth import draw
from training.synth.content import FORM_SHARES, PLAN_BOX_SINCE, Content, random_filing

EVALUATION = Path(__file__).parents[2] / "shared" / "filings" / "ownership"
EXERCISED = {"M", "C", "X", "O"}


@cache
def filings() -> tuple[Content, ...]:
    """Four hundred filings, drawn once for all tests."""
    return tuple(random_filing(np.random.default_rng([11, seed])) for seed in range(400))


def values_at(content: Content, ending: str) -> list[str]:
    return [value for path, value in content.values.items() if path.endswith(ending)]


def row_values(content: Content, group: str, index: int) -> dict[str, str]:
    """The values of one row by element name."""
    start = f"/ownershipDocument/{group}[{index}]/"
    return {
        path.rsplit("/", 1)[-1]: value
        for path, value in content.values.items()
        if path.startswith(start)
    }


def test_every_path_belongs_to_its_form_and_every_value_is_canonical() -> None:
    for content in filings():
        form = forms()[content.form]
        specs = {form.path_of(spec, group): spec for group, spec in form.specs()}
        for path, value in content.values.items():
            spec = specs[re.sub(r"\[\d+\]", "[1]", path)]
            assert not spec.codes or value in ("", *spec.codes)
            assert not spec.max_length or len(value) <= spec.max_length
            if value:
                assert canonical(spec.kind, value) == value
            else:
                assert content.footnotes[path]


def test_groups_are_numbered_without_gaps_and_stay_below_their_maximum() -> None:
    for content in filings():
        form = forms()[content.form]
        for group in form.groups:
            pattern = re.compile(rf"/{form.root}/{group.path}\[(\d+)\]")
            found = {int(match[1]) for path in content.values if (match := pattern.match(path))}
            assert found == set(range(1, len(found) + 1))
            assert group.minimum <= len(found) <= group.maximum


def test_rows_list_every_row_once_in_the_table_it_belongs_to() -> None:
    for content in filings():
        tables = {group.path: group.table for group in forms()[content.form].groups}
        for table, order in content.rows.items():
            assert len(set(order)) == len(order)
            assert all(tables[path] == table for path, _ in order)
            assert all(row_values(content, path, index) for path, index in order)


def test_footnotes_resolve_and_are_cited_unless_the_filing_is_meant_to_be_wrong() -> None:
    for content in filings():
        cited = {number for numbers in content.footnotes.values() for number in numbers}
        defined = {
            int(match[1])
            for path in content.values
            if (match := re.search(r"/footnote\[(\d+)\]$", path))
        }
        assert all(len(set(numbers)) == len(numbers) for numbers in content.footnotes.values())
        assert set(content.footnotes) <= set(content.values)
        assert not content.consistent or cited == defined


def test_running_balances_add_up_in_a_consistent_filing() -> None:
    steps = 0
    for content in filings():
        group = "nonDerivativeTable/nonDerivativeTransaction"
        indices = [index for path, index in content.rows["nonDerivative"] if path == group]
        rows = [row_values(content, group, index) for index in indices]
        for before, after in pairwise(rows if content.consistent else []):
            if not same_account(before, after):
                continue
            sign = 1 if after["transactionAcquiredDisposedCode"] == "A" else -1
            balance = Decimal(before["sharesOwnedFollowingTransaction"])
            change = sign * Decimal(after["transactionShares"])
            steps += balance + change == Decimal(after["sharesOwnedFollowingTransaction"])
            steps -= balance + change != Decimal(after["sharesOwnedFollowingTransaction"])
    # Two accounts of one title may look alike, so that a few steps do not add up.
    assert steps > 400


def same_account(before: dict[str, str], after: dict[str, str]) -> bool:
    """Whether both rows report shares of one title held in one way."""
    names = ("securityTitle", "directOrIndirectOwnership", "natureOfOwnership")
    return all(before.get(name) == after.get(name) for name in names) and all(
        row.get("sharesOwnedFollowingTransaction") for row in (before, after)
    )


def test_most_exercises_in_table_two_appear_in_table_one_with_the_same_amount() -> None:
    answered = Counter[bool]()
    for content in filings():
        got = {
            (row.get("transactionCode"), row.get("transactionShares"))
            for path, index in content.rows["nonDerivative"]
            for row in [row_values(content, path, index)]
        }
        for path, index in content.rows["derivative"]:
            row = row_values(content, path, index)
            if content.consistent and row.get("transactionCode") in EXERCISED:
                answered[(row["transactionCode"], row.get("transactionShares")) in got] += 1
    assert answered[True] > answered[False]


def test_dates_follow_each_other_in_a_consistent_filing() -> None:
    for content in filings():
        if content.consistent and content.form[0] == "4":
            signed = min(values_at(content, "/signatureDate"))
            (period,) = values_at(content, "/periodOfReport")
            assert all(
                period <= day <= signed for day in values_at(content, "Transaction/transactionDate")
            )
            assert all(day <= signed for day in values_at(content, "/dateOfOriginalSubmission"))


def test_the_plan_box_is_absent_before_it_was_invented() -> None:
    seen = Counter[str]()
    for content in filings():
        if not values_at(content, "/periodOfReport"):
            assert not content.consistent
            continue
        (period,) = values_at(content, "/periodOfReport")
        box = values_at(content, "/aff10b5One")
        if content.form[0] == "4" and date.fromisoformat(period) >= PLAN_BOX_SINCE:
            assert len(box) == 1
        if content.form[0] == "3":
            assert not box
        seen.update(box or ["absent"])
    assert min(seen[key] for key in ("0", "1", "absent")) >= 20


def test_filings_are_wide() -> None:
    drawn = filings()
    codes = Counter(code for content in drawn for code in values_at(content, "transactionCode"))
    assert len(codes) >= 16
    assert {content.form for content in drawn} == set(FORM_SHARES)
    assert max(len(order) for content in drawn for order in content.rows.values()) >= 25
    assert sum(not any(content.rows.values()) for content in drawn) >= 3
    assert max(len(values_at(content, "/rptOwnerName")) for content in drawn) >= 8
    assert any(len(numbers) >= 3 for content in drawn for numbers in content.footnotes.values())
    assert any("." in value for content in drawn for value in values_at(content, "Shares"))
    assert any(len(value) >= 11 for content in drawn for value in values_at(content, "Shares"))


def test_a_footnote_mark_replaces_the_value_about_as_often_as_in_life() -> None:
    cells = [
        value
        for content in filings()
        if content.footnotes
        for value in values_at(content, "/exerciseDate")
    ]
    share = sum(not value for value in cells) / len(cells)
    assert 0.72 < share < 0.9


def test_texts_keep_the_typography_that_values_lose() -> None:
    changed = {
        (content.texts[path], content.values[path])
        for content in filings()
        for path in content.texts
    }
    assert any("\u201c" in text for text, _ in changed)
    assert any("\u2014" in text or "\u2013" in text for text, _ in changed)
    assert all(text != value and plain(text).strip("[ ]") == value for text, value in changed)


def test_the_same_seed_draws_the_same_filing() -> None:
    first, again = (random_filing(np.random.default_rng(5), "4") for _ in range(2))
    other = random_filing(np.random.default_rng(6), "4")
    assert first == again
    assert first.values != other.values


@pytest.mark.parametrize("form", sorted(FORM_SHARES))
def test_a_form_can_be_asked_for(form: str) -> None:
    content = random_filing(np.random.default_rng(1), form)
    assert content.form == form
    assert content.values["/ownershipDocument/documentType"] == form


def test_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in draw.VALUES.iterdir()) < 4 * 2**20


@pytest.mark.skipif(not EVALUATION.is_dir(), reason="the evaluation filings are not here")
def test_nobody_of_the_evaluation_filings_is_in_the_value_tables() -> None:
    known = {line.partition("\t")[0].casefold() for line in draw.lines("issuers.tsv.gz")}
    known |= {line.casefold() for line in draw.lines("owners.txt.gz")}
    wanted: set[str] = set()
    for path in EVALUATION.glob("*.xml"):
        root = ElementTree.parse(path).getroot()
        for element in (*root.iter("issuerName"), *root.iter("rptOwnerName")):
            wanted.add(plain(element.text or "").casefold())
    assert wanted
    assert len(wanted & known) == 0
