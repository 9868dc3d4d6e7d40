"""Which filings are entered for review, whatever state the files of others are in."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Engine

from models.errors import DamagedResult, ReviewNotFound
from service import review_plan
from service.database import engine_of, metadata
from service.intake import result_of
from service.review_labels import LabelFilters, label_filings
from service.review_queue import QueueFilters
from service.sent_back import sent_back
from service.settings import Settings
from tests.reviewing import Desk, desk_of, two_doubts


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


@pytest.mark.parametrize("damage", [b"{", b"\xff", b"{}"])
def test_damaged_results_do_not_keep_other_filings_out_of_the_queue(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    monkeypatch.setattr(review_plan, "MOST_ENTERED", 2)
    ann = desk.reviewer("Ann")
    ids = [f"{number:032x}" for number in range(4)]
    for each in ids:
        desk.filing(two_doubts(), id=each, planned=False)
    for each in ids[:3]:
        desk.files.put(result_of(each, 1, "result.json"), damage)
    assert [item.filing for item in desk.reviews.queue(ann, QueueFilters()).items] == ids[3:]


def test_a_damaged_result_is_told_to_who_opens_its_review(desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    desk.files.put(result_of(filing, 1, "result.json"), b"{")
    review = desk.reviews.open(desk.reviewer("Ann"), filing)
    with pytest.raises(DamagedResult):
        desk.reviews.machine(review)


def test_of_those_who_look_at_the_queue_at_once_one_enters_what_is_missing(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts(), planned=False)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.reviews.queue(ann, QueueFilters()), range(8)))
    assert len(desk.of(filing)) == 1


def test_only_what_was_sent_back_of_the_newest_reading_is_reopened(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    desk.reviews.finish(ann, review.id, "Page 2 is missing.", send_back=True)
    desk.read_again(filing, two_doubts())
    assert desk.reviews.queue(ann, QueueFilters()).counts.sent_back == 0
    with pytest.raises(ReviewNotFound):
        desk.reviews.reopen(ann, filing)
    assert [each.state for each in desk.of(filing)] == ["sent-back", "open"]


def test_a_second_review_that_is_sent_back_is_none_of_the_firsts(desk: Desk) -> None:
    desk.settle_with(second_share=1.0)
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing)
    second = desk.reviews.open(ben, filing)
    desk.reviews.finish(ben, second.id, "I cannot read it.", send_back=True)
    assert sent_back(desk.engine, ann) == []
    assert desk.reviews.queue(ann, QueueFilters()).counts.sent_back == 0
    with pytest.raises(ReviewNotFound):
        desk.reviews.reopen(ann, filing)
    assert [each.filing for each in sent_back(desk.engine, ben)] == [filing]
    desk.reviews.reopen(ben, filing)


def test_what_a_review_is_for_does_not_follow_from_its_id(desk: Desk) -> None:
    filing = "0" * 32
    desk.filing(two_doubts(), id=filing)
    (review,) = desk.of(filing)
    for purpose in ("doubt", "audit"):
        assert review.id != uuid.uuid5(uuid.UUID(filing), f"review 1 {purpose}").hex


def test_a_form_that_no_database_takes_is_that_of_no_label(desk: Desk, postgres: str) -> None:
    desk.engine = engine_of(postgres)
    metadata.create_all(desk.engine)
    assert label_filings(desk.shelf, "acme", LabelFilters(form="4\0")) == []
    with pytest.raises(ReviewNotFound):
        desk.reviews.reopen(desk.reviewer("Ann"), "\0")
    desk.engine.dispose()
