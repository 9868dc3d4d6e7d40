"""Forms made in spreadsheets: grids of labels and values, or lists of keys with their values."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from eval.printing import SCHEME, Label
from models.form import forms
from training.synth.content import Content, random_filing
from training.synth.looks import choose, dress, render
from training.synth.looks_columns import Span, columns, shortened
from training.synth.looks_grid_cover import cover
from training.synth.looks_grid_parts import Habits, habits_of
from training.synth.looks_sheet import Sheet
from training.synth.spelled import SIDES

SEEDS = range(60)
ANCHOR = re.compile(rf'<a class="fs-(\w)" href="{SCHEME}(\d+)">(.*?)</a>')
HOW = "directOrIndirectOwnership"
FLAGS = ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")
BESIDES = ("transactionTimeliness", "equitySwapInvolved", "transactionFormType")
"""Elements that are printed with the code, or not at all."""


@cache
def dressed(seed: int) -> tuple[Content, str, Sheet]:
    rng = np.random.default_rng((16, seed))
    content = random_filing(rng)
    document, sheet = dress(content, rng, "grid")
    return content, document, sheet


@cache
def habits(seed: int) -> Habits:
    return habits_of(dressed(seed)[2])


@cache
def joint_filings() -> list[int]:
    """Seeds of filings with several owners."""
    contents = ((seed, dressed(seed)[0]) for seed in range(250))
    return [
        seed for seed, content in contents
        if any("reportingOwner[2]" in path for path in content.values)
    ]  # fmt: skip


def marked(label: Label, text: str) -> bool:
    """Whether a box to tick is, be it drawn or typed."""
    return label.checked or bool(set(text) & set("Xx✓")) or text == "Yes"


def roles(document: str, sheet: Sheet) -> dict[str, set[str]]:
    """The roles that are printed as held, by owner."""
    found: dict[str, set[str]] = {}
    for _, number, text in ANCHOR.findall(document):
        label = sheet.markup.labels[int(number)]
        owner, _, name = label.path.partition("/reportingOwnerRelationship/")
        if name in FLAGS and marked(label, text):
            found.setdefault(owner, set()).add(name)
    return found


def test_every_value_of_the_content_stands_under_its_label() -> None:
    for seed in SEEDS:
        content, document, sheet = dressed(seed)
        form = forms()[content.form]
        anchored = {sheet.markup.labels[int(number)].path for _, number, _ in
                    ANCHOR.findall(document)}  # fmt: skip
        for path, value in content.values.items():
            found = form.locate(path)
            assert found is not None
            spec = found[2]
            printed = value and spec.tag and spec.kind != "flag" and spec.name not in BESIDES
            further = "Relationship/" in path and "reportingOwner[1]" not in path
            if printed and not further:
                assert path in anchored, path


def test_all_owners_have_their_own_roles_or_only_the_first_has() -> None:
    all_have = []
    for seed in joint_filings():
        content, document, sheet = dressed(seed)
        held: dict[str, set[str]] = {}
        for path, value in content.values.items():
            owner, _, name = path.partition("/reportingOwnerRelationship/")
            if name in FLAGS and value == "1":
                held.setdefault(owner, set()).add(name)
        first = {owner: names for owner, names in held.items() if owner.endswith("[1]")}
        printed = roles(document, sheet)
        assert printed in (held, first)
        all_have.append(printed == held)
    assert len(all_have) / 2 < sum(all_have) < len(all_have)


def test_covers_come_as_grids_and_as_lists_of_every_arrangement() -> None:
    found = [habits(seed) for seed in SEEDS]
    assert {each.cover for each in found} == {"grid", "list", "beside"}
    assert {each.place for each in found} == {"left", "above", "over"}
    assert {each.lines for each in found} == {"full", "rows", "none"}
    assert {each.align for each in found} == {"left", "right", "center"}
    assert {each.across for each in found} == {1, 2, 3, 4}


def test_owner_and_roles_stand_beside_each_other_in_rows_of_one_grid() -> None:
    for seed in range(8):
        content, _, sheet = dressed(seed)
        kept = replace(habits_of(sheet), cover="beside", owners="inside", regions=True)
        rows = re.findall(r"<tr>(.*?)</tr>", cover(sheet, kept, []))
        name = content.values["/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"]
        both = (html.escape(name.split()[0]), html.escape(kept.words["relation"]))
        assert any(all(each.lower() in row.lower() for each in both) for row in rows)
        widths = {
            sum(int(span or 1) for span in re.findall(r'<td(?:[^>]* colspan="(\d)")?', row))
            for row in rows
        }
        assert widths <= {8, 2}  # owner and roles; the form's own boxes


@pytest.mark.parametrize("place", ["left", "above", "over"])
@pytest.mark.parametrize("told", ["pairs", "lines", "row", "column", "matrix"])
def test_every_cell_with_a_value_is_a_box_of_a_ruled_cover(place: str, told: str) -> None:
    for seed in range(6):
        sheet = dressed(seed)[2]
        ruled = replace(habits_of(sheet), cover="grid", lines="full", regions=True)
        made = cover(sheet, replace(ruled, place=place, roles=told), [])
        cells = re.findall(r'<td class="v[^>]*>(<a class="fs-r" href="[^"]*/(\d+)")?', made)
        assert len(cells) > 3
        assert all(number for _, number in cells)
        assert {sheet.markup.labels[int(number)].label for _, number in cells} == {"header"}


def test_abbreviated_heads_keep_their_columns_and_spans() -> None:
    rng = np.random.default_rng(0)
    usual = columns("4", 1)
    short = shortened(rng, usual)
    assert [each.names for each in short] == [each.names for each in usual]
    assert [bool(each.span) for each in short] == [bool(each.span) for each in usual]
    sides = [each for each in short if each.variant]
    assert [each.wordings for each in sides] == [("(A)",), ("(D)",)]
    assert len({each.span for each in short if isinstance(each.span, Span)}) == 4
    width = sum(len(each.wordings[0]) for each in short)
    assert width < 0.7 * sum(len(each.wordings[0]) for each in usual)


def test_one_look_can_be_asked_for_and_the_others_are_still_drawn() -> None:
    rng = np.random.default_rng(2)
    content = random_filing(rng)
    assert 'class="kv' in render(content, rng, "grid")[0]
    drawn = Counter(choose(rng, content) for _ in range(400))
    assert 0.1 < drawn["grid"] / drawn.total() < 0.22


def test_codes_are_spelled_out_behind_them_or_instead_of_them() -> None:
    spelled = [dressed(seed) for seed in SEEDS if dressed(seed)[2].style.spelled]
    behind = [(document, sheet) for _, document, sheet in spelled if not sheet.instead]
    assert behind
    for document, sheet in behind:
        codes = [(int(number), text) for _, number, text in ANCHOR.findall(document)
                 if sheet.markup.labels[int(number)].path.endswith(HOW)]  # fmt: skip
        plain = re.sub(r"<[^>]*>", "", document)
        said = [html.escape(sheet.style.spelled.format(word)) for word in SIDES[HOW]["D"]
                + SIDES[HOW]["I"]]  # fmt: skip
        assert all(text in ("D", "I") for _, text in codes if text.isalpha())
        assert not codes or any(text in plain for text in said)


def test_some_covers_answer_yes_or_no_for_every_role() -> None:
    answering = [dressed(seed) for seed in SEEDS if dressed(seed)[2].style.marks.box == "answer"]
    assert answering
    for content, document, sheet in answering:
        told = {sheet.markup.labels[int(number)].path: text
                for _, number, text in ANCHOR.findall(document)}  # fmt: skip
        role = "[1]/reportingOwnerRelationship/isOfficer"
        owner = next(path for path in told if path.endswith(role))
        assert told[owner] == ("Yes" if content.values[owner] == "1" else "No")
