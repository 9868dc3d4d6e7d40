"""Two reviews of one filing: whoever decides between them sees all in which they differ."""

import pytest
from sqlalchemy.engine import Engine

from models.errors import ReviewNotFound, ReviewUnfinished
from service.edits import Edit
from service.keys import Caller
from service.review_state import Shown, state_of
from service.settings import Settings
from tests.reviewing import ROW, SHARES, Desk, desk_of, two_doubts


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = desk_of(engine, settings, monkeypatch)
    made.settle_with(second_share=1.0)
    return made


@pytest.fixture
def pair(desk: Desk) -> tuple[Caller, Caller]:
    return desk.reviewer("Ann"), desk.reviewer("Ben")


def test_of_two_reviewers_without_a_third_either_may_decide(
    desk: Desk, pair: tuple[Caller, Caller]
) -> None:
    ann, ben = pair
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing, f0004="1250")
    with pytest.raises(ReviewNotFound):
        desk.reviews.open(ann, filing)
    desk.review_all(ben, filing, f0004="1260")
    for each in pair:
        review = desk.reviews.open(each, filing)
        assert review.purpose == "adjudication"
        desk.reviews.release(each, review.id)
    desk.review_all(ann, filing, f0004="1260")
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "1260"


GROUP = "nonDerivativeTable/nonDerivativeTransaction"


def review_with(desk: Desk, caller: Caller, filing: str, *edits: Edit) -> None:
    review = desk.reviews.open(caller, filing)
    for edit in edits:
        desk.reviews.record(caller, review.id, edit)
    for each in desk.reviews.left(desk.reviews.review(caller, review.id)):
        desk.reviews.record(caller, review.id, Edit("accept", each))
    desk.reviews.finish(caller, review.id)


def add_row(desk: Desk, caller: Caller, filing: str, shares: str) -> None:
    review = desk.reviews.open(caller, filing)
    seen = desk.reviews.record(caller, review.id, Edit("add-row", group=GROUP))
    (cell,) = (field for field in seen.fields if field.path == f"{ROW}[2]/{SHARES}")
    review_with(desk, caller, filing, Edit("set", cell.id, shares))


def test_a_row_that_only_the_second_added_is_filled_or_deleted_by_who_decides(
    desk: Desk, pair: tuple[Caller, Caller]
) -> None:
    (ann, ben), zoe = pair, desk.reviewer("Zoe")
    for keeps in (True, False):
        filing = desk.filing(two_doubts())
        desk.review_all(ann, filing)
        add_row(desk, ben, filing, "300")
        judge = desk.reviews.open(zoe, filing)
        current = desk.reviews.current(judge)
        shown = Shown(desk.reviews.machine(judge), current, (), frozenset(judge.fields),
                      desk.reviews.rivals(judge))  # fmt: skip
        rows = [row for section in state_of(shown, {}, {})["sections"] for row in section["rows"]
                if section["group"] == GROUP]  # fmt: skip
        cells = {cell["path"]: cell for cell in rows[1]["fields"]}
        assert all(cell["to_decide"] for cell in cells.values())
        assert {cell["id"] for cell in cells.values()} == set(judge.fields)
        cell = cells[f"{ROW}[2]/{SHARES}"]
        assert [(each["value"], each["from"]) for each in cell["alternatives"]] == [
            ("300", "second")
        ]
        with pytest.raises(ReviewUnfinished):
            desk.reviews.finish(zoe, judge.id)
        edit = (Edit("set", cell["id"], "300") if keeps
                else Edit("delete-row", group=GROUP, index=2))  # fmt: skip
        review_with(desk, zoe, filing, edit)
        assert desk.served(filing).get(f"{ROW}[2]/{SHARES}") == ("300" if keeps else None)


def test_a_row_that_only_the_second_deleted_is_decided_too(
    desk: Desk, pair: tuple[Caller, Caller]
) -> None:
    (ann, ben), zoe = pair, desk.reviewer("Zoe")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing)
    review_with(desk, ben, filing, Edit("delete-row", group=GROUP, index=1))
    assert set(desk.of(filing)[-1].fields) == {"f0004", "f0005"}
    review_with(desk, zoe, filing, Edit("delete-row", group=GROUP, index=1))
    assert f"{ROW}[1]/{SHARES}" not in desk.served(filing)


def test_rows_that_each_of_two_added_in_another_table_are_all_decided(
    desk: Desk, pair: tuple[Caller, Caller]
) -> None:
    (ann, ben), zoe = pair, desk.reviewer("Zoe")
    holding = "nonDerivativeTable/nonDerivativeHolding"
    filing = desk.filing(two_doubts())
    add_row(desk, ann, filing, "300")
    review_with(desk, ben, filing, Edit("add-row", group=holding))
    judge = desk.reviews.open(zoe, filing)
    paths = {field.id: field.path for field in desk.reviews.current(judge).fields}
    asked = {paths[each] for each in judge.fields}
    assert f"{ROW}[2]/{SHARES}" in asked
    assert any(holding in path for path in asked)


def test_footnotes_at_a_field_that_nobody_decided_are_decided_too(
    desk: Desk, pair: tuple[Caller, Caller]
) -> None:
    ann, ben = pair
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing)
    review_with(desk, ben, filing, Edit("attach", "f0005", footnote="F1"))
    judge = desk.of(filing)[-1]
    assert (judge.purpose, judge.fields) == ("adjudication", ("f0005",))
