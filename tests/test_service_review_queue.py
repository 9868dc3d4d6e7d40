"""The queue shows what is most worth a reviewer's time, and how much of it there is."""

from base64 import urlsafe_b64encode

import pytest
from sqlalchemy.engine import Engine

from models.errors import BadRequest
from models.extraction import Extraction
from service.edits import Edit
from service.filings import new_id
from service.keys import Caller
from service.review_queue import USUAL_SECONDS, QueueFilters, QueuePage
from service.settings import Settings
from tests.reviewing import (
    ISSUER,
    SYMBOL,
    Desk,
    desk_of,
    doubtful,
    form4,
    read_field,
    two_doubts,
)


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


@pytest.fixture
def ann(desk: Desk) -> Caller:
    return desk.reviewer("Ann")


def unsure(*confidences: float, code: str = "uncertain") -> Extraction:
    paths = zip((ISSUER, SYMBOL), confidences, strict=False)
    return form4(
        *(doubtful(read_field(path, "Marl", number), sure, code)
          for number, (path, sure) in enumerate(paths, 1))
    )  # fmt: skip


def shown(desk: Desk, caller: Caller, **filters: object) -> list[str]:
    return [item.filing for item in desk.reviews.queue(caller, QueueFilters(**filters)).items]


def test_the_most_valuable_comes_first(desk: Desk, ann: Caller) -> None:
    late = desk.filing(unsure(0.9))
    desk.pass_time(-60)
    early = desk.filing(unsure(0.9))
    worse = desk.filing(unsure(0.9, 0.5))
    urgent = desk.filing(unsure(0.99), priority=1)
    assert shown(desk, ann) == [urgent, worse, early, late]


def test_an_item_says_what_awaits_its_reviewer(desk: Desk, ann: Caller) -> None:
    filing = desk.filing(two_doubts(), priority=2, batch="b1")
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("accept", "f0001"), 4.0)
    (item,) = desk.reviews.queue(ann, QueueFilters()).items
    assert (item.review, item.filing, item.name, item.form) == (review.id, filing, "scan.pdf", "4")
    assert (item.fields, item.errors, item.priority, item.batch) == (1, 0.7, 2, "b1")
    assert (item.received, item.reasons) == (desk.at, ("uncertain", "balance"))
    assert (item.holder, item.mine) == ("Ann", True)
    (seen,) = desk.reviews.queue(desk.reviewer("Ben"), QueueFilters()).items
    assert (seen.holder, seen.mine) == ("Ann", False)
    desk.pass_time(desk.settings.review_lease_seconds + 1)
    (free,) = desk.reviews.queue(ann, QueueFilters()).items
    assert (free.holder, free.mine, free.fields) == ("", False, 1)


def test_the_queue_is_filtered_and_counted(desk: Desk, ann: Caller) -> None:
    one = desk.filing(unsure(0.9, code="illegible"), batch="b1")
    two = desk.filing(unsure(0.8))
    three = desk.filing(two_doubts())
    desk.reviews.open(ann, two)
    desk.reviews.open(desk.reviewer("Ben"), three)
    assert shown(desk, ann, reason="illegible") == [one]
    assert shown(desk, ann, batch="b1") == [one]
    assert shown(desk, ann, mine=True) == [two]
    assert shown(desk, ann, form="3") == []
    assert shown(desk, ann, form="4") == [three, two, one]
    counts = desk.reviews.queue(ann, QueueFilters(form="3")).counts
    assert (counts.filings, counts.mine, counts.held, counts.sent_back) == (3, 1, 1, 0)
    assert counts.forms == {"4": 3}
    assert counts.reasons == {"balance": 1, "illegible": 1, "uncertain": 2}
    assert counts.batches == {"b1": 1}


def test_long_queues_come_page_by_page_even_while_they_shrink(desk: Desk, ann: Caller) -> None:
    every = [desk.filing(unsure(0.9 - number / 100)) for number in range(7)][::-1]
    first = desk.reviews.queue(ann, QueueFilters(), limit=3)
    assert [item.filing for item in first.items] == every[:3]
    desk.review_all(ann, every[2])  # the cursor's own
    second = desk.reviews.queue(ann, QueueFilters(), first.next, 3)
    third = desk.reviews.queue(ann, QueueFilters(), second.next, 3)
    assert [item.filing for item in (*second.items, *third.items)] == every[3:]
    assert third.next == ""
    with pytest.raises(BadRequest, match="cursor"):
        desk.reviews.queue(ann, QueueFilters(), "nonsense")
    endless = urlsafe_b64encode(b'[Infinity, 1, "", ""]').decode()
    with pytest.raises(BadRequest, match="cursor"):
        desk.reviews.queue(ann, QueueFilters(), endless)


def test_how_long_it_takes_comes_from_how_long_fields_took(desk: Desk, ann: Caller) -> None:
    def page(**filters: object) -> QueuePage:
        return desk.reviews.queue(ann, QueueFilters(**filters))

    filing = desk.filing(two_doubts())
    desk.filing(unsure(0.9, code="illegible"))
    assert page().seconds_left == 3 * USUAL_SECONDS
    review = desk.reviews.open(ann, filing)
    for seconds in (2.0, 9.0, 4.0):
        desk.reviews.record(ann, review.id, Edit("accept", "f0001"), seconds)
    assert page().seconds_left == 2 * 4.0
    assert page(reason="illegible").seconds_left == 4.0


def test_what_is_being_read_again_waits(desk: Desk, ann: Caller) -> None:
    desk.filing(two_doubts(), id=new_id())
    assert len(shown(desk, ann)) == 1
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE filings SET state = 'queued'")
    assert shown(desk, ann) == []


def test_an_audit_looks_like_any_other_item(desk: Desk, ann: Caller) -> None:
    desk.settle_with(audit_share=1.0, audit_fields=1)
    doubt = desk.filing(unsure(0.8))
    audit = desk.filing(form4(read_field(ISSUER, "Marl", 1)))
    by_filing = {item.filing: item for item in desk.reviews.queue(ann, QueueFilters()).items}
    assert set(by_filing) == {doubt, audit}
    assert by_filing[audit].errors == by_filing[doubt].errors
    assert by_filing[audit].fields == by_filing[doubt].fields
