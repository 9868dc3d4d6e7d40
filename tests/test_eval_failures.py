"""Each kind of mistake is laid at the door of the stage that made it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eval.failures import failures_of
from eval.gold import Gold, GoldRegion, Source
from eval.records import Failure
from models.assemble import Assembly
from models.document import Box, Filing, Page, Word
from models.extraction import (
    BLANK,
    ILLEGIBLE,
    READ,
    Extraction,
    Field,
    FootnoteLink,
    Place,
    Region,
)
from models.fact import Fact
from models.form import forms
from models.pipeline import Assembled
from models.reading import TaggedPage
from models.tagger import MARK, OUTSIDE, Tagged, Token

ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[{}]/"
DATE, DEEMED = ROW.format(1) + "transactionDate", ROW.format(1) + "deemedExecutionDate"
SIDE = ROW.format(1) + "transactionAmounts/transactionAcquiredDisposedCode"
DIRECTOR = "/ownershipDocument/reportingOwner[1]/reportingOwnerRelationship/isDirector"
TAG = "nonDerivative.transactionDate"
HERE, THERE = Box(100, 100, 150, 110), Box(300, 100, 350, 110)
FACT = Fact(DATE, "2020-03-05", "03/05/2020", (Place(1, HERE),))


def word(text: str, tag: str, box: Box = HERE) -> Tagged:
    return Tagged(Token(text, box, 1, 0, word=Word(text, box)), tag, 0.9)


def square(tag: str, *, checked: bool, box: Box = HERE) -> Tagged:
    region = Region("checkbox", 1, box, checked=checked)
    return Tagged(Token("[x]" if checked else "[ ]", box, 1, 0, checkbox=region), tag, 0.9)


def said(path: str, value: str, text: str = "", box: Box = HERE, state: str = READ) -> Field:
    return Field("f1", path, "date", value, text, 0.9, state, (Place(1, box),))


def failures(
    facts: list[Fact],
    fields: list[Field],
    tagged: list[Tagged],
    regions: tuple[Region, ...] = (),
    drawn: tuple[GoldRegion, ...] = (),
) -> list[Failure]:
    """What is reported about one page of a Form 4 that was read as given."""
    source = Source("x.xml", "form4", "g00", "dev", "sec", "office200", ("form",))
    gold = Gold("x", source, tuple(facts), drawn)
    page = TaggedPage(Page(1, 612, 792, np.full((792, 612), 255, np.uint8), 72.0), regions,
                      tuple(tagged))  # fmt: skip
    extraction = Extraction("", "4", 0.9, False, (), tuple(fields))
    assembled = Assembled(Filing("x", "", ()), (page,), Assembly(forms()["4"], ()), (), ())
    return failures_of(gold, assembled, extraction)


def stage(*arguments: object) -> str:
    """The stage blamed for the one value that is wrong."""
    found = failures(*arguments)  # type: ignore[arg-type]
    (blamed,) = [each.stage for each in found if not each.name.endswith(" marks")]
    return blamed


LINE = Region("line", 1, Box(99, 102, 151, 108))
HALF = Region("line", 1, Box(99, 102, 120, 108))


@pytest.mark.parametrize(
    ("tagged", "regions", "fields", "expected"),
    [
        ([], (), [], "layout"),
        ([word("03/0", TAG, Box(100, 100, 120, 110))], (HALF,), [], "layout"),
        ([], (LINE,), [], "recogniser"),
        ([word("08/05/2020", TAG)], (LINE,), [said(DATE, "2020-08-05")], "recogniser"),
        ([word("03/05/2020", "nonDerivative.deemedExecutionDate")], (LINE,), [], "tagger"),
        ([word("03/05/2020", OUTSIDE)], (LINE,), [said(DATE, "", state=BLANK)], "tagger"),
        ([word("03/05/2020", TAG)], (LINE,), [], "assembly"),
        ([word("03/05/2020", TAG)], (LINE,), [said(DATE, "2020-03-01", "03/01/2020")], "assembly"),
        ([word("03/05/2020", TAG)], (), [said(DATE, "2020-05-03", "03/05/2020")], "canonical"),
        ([word("03/05/2020", TAG)], (), [said(DATE, "", "03/05/2020", state=ILLEGIBLE)],
         "canonical"),
    ],
)  # fmt: skip
def test_a_value_failed_at_the_first_stage_after_which_it_is_not_right(
    tagged: list[Tagged], regions: tuple[Region, ...], fields: list[Field], expected: str
) -> None:
    assert stage([FACT], fields, tagged, regions) == expected


def test_what_is_right_is_no_failure_and_neither_is_what_no_eye_can_read() -> None:
    blurred = Fact(DEEMED, "2020-03-06", legible=False)
    right = said(DATE, "2020-03-05", "03/05/2020")
    assert not failures([FACT, blurred], [right], [word("03/05/2020", TAG)])


def test_a_failure_names_the_place_and_both_values() -> None:
    found = failures([FACT], [said(DATE, "2020-08-05", box=THERE)], [word("08/05/2020", TAG)])
    assert found == [
        Failure(DATE, "nonDerivative.transactionDate", "2020-03-05", "2020-08-05", "recogniser",
                1, HERE, 0.9)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [
        ([], "layout"),
        ([square("isDirector", checked=False)], "recogniser"),
        ([square("isOfficer", checked=True)], "tagger"),
        ([square("isDirector", checked=True)], "assembly"),
    ],
)
def test_a_box_fails_where_it_is_not_found_not_seen_or_not_named(
    tagged: list[Tagged], expected: str
) -> None:
    assert stage([Fact(DIRECTOR, "1", boxes=(Place(1, HERE),))], [], tagged) == expected


def test_the_side_of_a_number_fails_where_its_column_is_taken_for_the_other_one() -> None:
    """Acquired or disposed is told by where the shares stand, whose words are right."""
    row = "/ownershipDocument/derivativeTable/derivativeTransaction[1]/transactionAmounts/"
    place = (Place(1, HERE),)
    shares = Fact(row + "transactionShares", "500", "500", place)
    side = Fact(row + "transactionAcquiredDisposedCode", "D", boxes=place)
    fields = [said(shares.path, "500", "500"), said(side.path, "A")]
    tagged = [word("500", "derivative.transactionShares.A")]
    (failure,) = failures([shares, side], fields, tagged)
    assert (failure.expected, failure.read, failure.stage) == ("D", "A", "tagger")


def test_a_mark_alone_is_followed_by_its_number() -> None:
    alone = Fact(DATE, boxes=(Place(1, HERE),), footnotes=("F1",))
    for text, expected in (("7", "recogniser"), ("1", "tagger"), ("⁽¹⁾", "assembly")):
        assert stage([alone], [said(DATE, "2020-01-01")], [word(text, TAG)]) == expected


BEHIND = Box(152, 98, 160, 104)
MARKED = Fact(DATE, "2020-03-05", "03/05/2020", (Place(1, HERE),), ("F1",))


def mark_failure(facts: list[Fact], links: tuple[str, ...], *marks: Tagged) -> Failure:
    """What is reported of a date that was read rightly, with wrong footnote marks."""
    field = replace(said(DATE, "2020-03-05", "03/05/2020", Box(100, 98, 160, 110)),
                    footnotes=tuple(FootnoteLink(each, 0.6) for each in links))  # fmt: skip
    (failure,) = failures(facts, [field], [word("03/05/2020", TAG), *marks])
    return failure


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((), "recogniser"),
        ((word("⁽⁷⁾", TAG + MARK, BEHIND),), "recogniser"),
        ((word("⁽¹⁾", OUTSIDE, BEHIND),), "tagger"),
        ((word("⁽¹⁾", TAG + MARK, BEHIND),), "assembly"),
    ],
)
def test_a_lost_footnote_mark_has_its_stage_too(marks: tuple[Tagged, ...], expected: str) -> None:
    failure = mark_failure([MARKED], (), *marks)
    assert (failure.name, failure.expected, failure.read, failure.stage) == (
        "nonDerivative.transactionDate marks", "F1", "", expected,
    )  # fmt: skip


def test_a_mark_too_many_is_a_neighbours_or_none_at_all() -> None:
    neighbour = Fact(DEEMED, boxes=(Place(1, BEHIND),), footnotes=("F2",))
    assert mark_failure([FACT], ("F2",)).stage == "recogniser"
    field = replace(said(DATE, "2020-03-05", "03/05/2020", Box(100, 98, 160, 110)),
                    footnotes=(FootnoteLink("F2", 0.6),))  # fmt: skip
    taken = word("⁽²⁾", TAG + MARK, BEHIND)
    found = failures([FACT, neighbour], [field], [word("03/05/2020", TAG), taken])
    assert [(each.path, each.expected, each.read, each.stage) for each in found] == [
        (DATE, "", "F2", "tagger"), (DEEMED, "F2", "", "tagger"),
    ]  # fmt: skip


CELL = GoldRegion("cell", 1, Box(290, 95, 360, 115), table=0, row=0, column=2)
HEAD = GoldRegion("cell", 1, Box(290, 95, 360, 115), table=0, row=-1, column=2)
OTHER_ROW = Fact(ROW.format(2) + "transactionDate", "2020-03-07", "03/07/2020", (Place(1, THERE),))
LEFT_OUT = Fact(DEEMED, absent=True)


def invented(tagged: list[Tagged], *facts: Fact, drawn: tuple[GoldRegion, ...] = ()) -> str:
    """The stage blamed for a deemed date where the page has none."""
    found = failures(list(facts), [said(DEEMED, "2020-03-07", box=THERE)], tagged, drawn=drawn)
    (stage,) = [each.stage for each in found if each.path == DEEMED]
    return stage


def test_a_value_read_from_print_that_is_no_value_was_tagged_wrongly() -> None:
    stray = [word("03/07/2020", "nonDerivative.deemedExecutionDate", THERE)]
    assert invented(stray, LEFT_OUT, drawn=(HEAD,)) == "tagger"
    assert invented(stray, LEFT_OUT, OTHER_ROW) == "tagger"


def test_a_value_read_where_nothing_is_printed_was_laid_out_wrongly() -> None:
    stray = [word("-", "nonDerivative.deemedExecutionDate", THERE)]
    assert invented(stray, LEFT_OUT, drawn=(CELL,)) == "layout"


def test_a_value_of_another_row_was_put_together_wrongly() -> None:
    late = Fact(ROW.format(2) + "deemedExecutionDate", "2020-03-07", "03/07/2020",
                (Place(1, THERE),))  # fmt: skip
    stray = [word("03/07/2020", "nonDerivative.deemedExecutionDate", THERE)]
    row = [Fact(DATE, "2020-03-05", "03/05/2020", (Place(1, HERE),)), LEFT_OUT, late]
    fields = [said(DATE, "2020-03-05", "03/05/2020"), said(DEEMED, "2020-03-07", box=THERE)]
    found = failures(row, fields, [word("03/05/2020", TAG), *stray])
    assert {each.stage for each in found} == {"assembly"}


def test_a_value_with_foreign_words_was_tagged_wrongly_not_put_together_wrongly() -> None:
    beside = Box(152, 100, 170, 110)
    tagged = [word("03/05/2020", TAG), word("Date", TAG, beside)]
    field = said(DATE, "", "03/05/2020Date", Box(100, 100, 170, 110), ILLEGIBLE)
    assert stage([FACT], [field], tagged) == "tagger"


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ((), "layout"),
        ((GoldRegion("checkbox", 1, THERE, checked=False),), "recogniser"),
        ((GoldRegion("checkbox", 1, THERE, checked=True),), "tagger"),
    ],
)
def test_a_tick_from_elsewhere_is_blamed_on_what_took_it_for_one(
    drawn: tuple[GoldRegion, ...], expected: str
) -> None:
    tick = [square("isDirector", checked=True, box=THERE)]
    fields = [said(DIRECTOR, "1", "[x]", THERE)]
    (failure,) = failures([Fact(DIRECTOR, "0")], fields, tick, drawn=drawn)
    assert (failure.expected, failure.read, failure.stage) == ("0", "1", expected)
