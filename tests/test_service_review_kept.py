"""What people decided of a filing outlives its being read again, or is asked of them anew."""

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine

from models.extraction import LOOKED_UP, NOT_ON_FORM, READ, Extraction
from service.edits import Edit
from service.intake import result_of
from service.settings import Settings
from tests.reviewing import (
    ISSUER,
    ROOT,
    ROW,
    SHARES,
    Desk,
    desk_of,
    doubtful,
    form4,
    read_field,
    two_doubts,
)

GROUP = "nonDerivativeTable/nonDerivativeTransaction"
CIK = f"{ROOT}/issuer/issuerCik"


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


def with_cik(value: str, state: str = LOOKED_UP) -> Extraction:
    return form4(
        read_field(ISSUER, "Marl", 1),
        doubtful(replace(read_field(CIK, value, 2), state=state, boxes=(), text="")),
    )


@pytest.mark.parametrize(
    ("newer", "state"),
    [(with_cik("0000320193"), LOOKED_UP), (with_cik("0000789019"), READ),
     (with_cik("0000000000", NOT_ON_FORM), READ)],
)  # fmt: skip
def test_a_number_that_was_looked_up_and_accepted_is_kept(
    desk: Desk, newer: Extraction, state: str
) -> None:
    filing = desk.filing(with_cik("0000320193"))
    desk.review_all(desk.reviewer("Ann"), filing)
    desk.read_again(filing, newer)
    result = desk.shelf.result(desk.record(filing))
    assert result is not None
    (cik,) = (each for each in result["fields"] if each["path"] == CIK)
    assert (cik["value"], cik["state"]) == ("0000320193", state)
    assert desk.record(filing).review is False


def test_that_the_form_lacked_a_field_is_no_word_about_a_value_found_later(desk: Desk) -> None:
    filing = desk.filing(with_cik("0000000000", NOT_ON_FORM))
    desk.review_all(desk.reviewer("Ann"), filing)
    desk.read_again(filing, with_cik("0000320193"))
    assert desk.served(filing)[CIK] == "0000320193"
    assert desk.of(filing)[-1].fields == ("f0002",)


def add_row(desk: Desk, filing: str, shares: str) -> None:
    ann = desk.reviewer("Ann")
    review = desk.reviews.open(ann, filing)
    seen = desk.reviews.record(ann, review.id, Edit("add-row", group=GROUP))
    (cell,) = (field for field in seen.fields if field.path == f"{ROW}[2]/{SHARES}")
    desk.reviews.record(ann, review.id, Edit("set", cell.id, shares))
    desk.review_all(ann, filing)


def test_where_a_row_that_was_added_is_not_read_either_somebody_looks_again(desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    add_row(desk, filing, "300")
    assert desk.served(filing)[f"{ROW}[2]/{SHARES}"] == "300"
    desk.read_again(filing, two_doubts())
    record = desk.record(filing)
    assert (record.review, record.reviewed) == (True, None)
    review = desk.of(filing)[-1]
    assert (review.purpose, review.state) == ("doubt", "open")
    assert "f0004" in review.fields


def test_where_a_row_that_was_deleted_comes_back_somebody_looks_again(desk: Desk) -> None:
    filing, ann = desk.filing(two_doubts()), desk.reviewer("Ann")
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("accept", "f0001"))
    desk.reviews.record(ann, review.id, Edit("delete-row", group=GROUP, index=1))
    desk.reviews.finish(ann, review.id)
    desk.read_again(filing, two_doubts())
    assert (desk.record(filing).review, desk.record(filing).reviewed) == (True, None)
    assert desk.of(filing)[-1].fields == ("f0004", "f0005")


def test_rows_that_the_newer_reading_has_as_people_made_them_need_nobody(desk: Desk) -> None:
    filing, ann = desk.filing(two_doubts()), desk.reviewer("Ann")
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("accept", "f0001"))
    desk.reviews.record(ann, review.id, Edit("delete-row", group=GROUP, index=1))
    desk.reviews.finish(ann, review.id)
    desk.read_again(filing, replace(two_doubts(), fields=two_doubts().fields[:3]))
    assert desk.record(filing).review is False
    assert desk.record(filing).reviewed is not None


def test_what_an_unfinished_review_decided_outlives_a_reading_that_it_does_not_fit(
    desk: Desk,
) -> None:
    filing, ann = desk.filing(two_doubts()), desk.reviewer("Ann")
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("set", "f0004", "1250"))
    desk.read_again(filing, replace(two_doubts(), fields=two_doubts().fields[:3]))
    desk.read_again(filing, two_doubts())
    new = desk.reviews.open(ann, filing)
    seen = {field.path: field.value for field in desk.reviews.current(new).fields}
    assert seen[f"{ROW}[1]/{SHARES}"] == "1250"
    assert new.fields == ("f0001",)


def test_where_what_was_reviewed_is_gone_somebody_looks_again(desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    desk.review_all(desk.reviewer("Ann"), filing)
    desk.files.put(result_of(filing, 1, "result.json"), b"{")
    desk.read_again(filing, two_doubts())
    assert (desk.record(filing).review, desk.record(filing).reviewed) == (True, None)
    assert len(desk.of(filing)[-1].fields) == 5
