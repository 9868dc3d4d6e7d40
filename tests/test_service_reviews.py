"""One person at a time reviews a filing, and what people say is kept beside what was read."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models.errors import BadEdit, FileMissing, ReviewHeld, ReviewNotFound, ReviewUnfinished
from models.extraction import BLANK, ILLEGIBLE, Extraction
from service import database
from service.database import corrections, engine_of, metadata
from service.edits import Edit
from service.filings import new_id
from service.intake import result_of
from service.keys import LOCAL, Caller
from service.purge import erase
from service.review_queue import QueueFilters
from service.review_rows import by_chance
from service.settings import Settings
from tests.reviewing import (
    ISSUER,
    PRICE,
    ROOT,
    ROW,
    SHARES,
    SYMBOL,
    Desk,
    desk_of,
    doubtful,
    form4,
    read_field,
    two_doubts,
)

ISSUER_ID, SYMBOL_ID, OWNER_ID, SHARES_ID = "f0001", "f0002", "f0003", "f0004"


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


# Which fields


def test_a_doubtful_filing_is_to_be_reviewed_where_it_is_doubtful(desk: Desk) -> None:
    (review,) = desk.of(desk.filing(two_doubts(), priority=3))
    assert (review.purpose, review.state, review.priority) == ("doubt", "open", 3)
    assert review.fields == (ISSUER_ID, SHARES_ID)
    assert review.errors == pytest.approx(0.4 + 0.3)
    assert review.reasons == ("uncertain", "balance")


def test_what_is_illegible_is_expected_to_be_wrong(desk: Desk) -> None:
    unread = doubtful(read_field(ISSUER, "", 1, state=ILLEGIBLE, text="Mcrl"), None, "illegible")
    (review,) = desk.of(desk.filing(form4(unread)))
    assert review.errors == 1.0


def test_a_filing_that_is_sure_needs_nobody(desk: Desk) -> None:
    assert desk.of(desk.filing(form4(read_field(ISSUER, "Marl", 1)))) == []


def sure(count: int = 8) -> Extraction:
    own = [read_field(f"{ROW}[{number}]/{SHARES}", "5", number) for number in range(1, count)]
    return form4(read_field(f"{ROW}[{count}]/{PRICE}", "", count), *own)


def test_a_share_of_the_sure_filings_is_audited_by_chance(desk: Desk) -> None:
    ids = [f"{number:032x}" for number in range(4_000)]
    chosen = [each for each in ids if by_chance(each, "audit", 0.1)]
    # Four standard deviations of 4,000 draws at a tenth.
    assert abs(len(chosen) - 400) < 4 * 19
    assert chosen == [each for each in ids if by_chance(each, "audit", 0.1)]
    assert set(chosen) <= {each for each in ids if by_chance(each, "audit", 0.2)}
    assert not any(by_chance(each, "audit", 0.0) for each in ids)
    assert all(by_chance(each, "audit", 1.0) for each in ids)
    assert chosen != [each for each in ids if by_chance(each, "second", 0.1)]


def test_an_audit_looks_at_a_few_values_that_were_accepted(desk: Desk) -> None:
    desk.settle_with(audit_share=1.0, audit_fields=3)
    counts = []
    for number in range(60):
        (review,) = desk.of(desk.filing(sure(), id=f"{number:032x}"))
        assert review.purpose == "audit"
        assert "f0008" not in review.fields, "it is blank"
        counts.append(len(set(review.fields)))
    assert set(counts) == {1, 2, 3, 4, 5}, "it would be known by how many they are"
    assert sum(counts) / len(counts) == pytest.approx(3, abs=0.6)
    fewer = desk.filing(form4(read_field(ISSUER, "Marl", 1), read_field(SYMBOL, "", 2)))
    assert [each.fields for each in desk.of(fewer)] == [(ISSUER_ID,)]


def test_an_audit_expects_as_many_errors_as_the_last_doubtful_filing(desk: Desk) -> None:
    desk.settle_with(audit_share=1.0)
    desk.filing(two_doubts())
    (audit,) = desk.of(desk.filing(sure()))
    assert audit.errors == pytest.approx(0.7), "or it would be known by being the last in the queue"


# Who has it


def test_one_person_at_a_time_reviews_a_filing(desk: Desk) -> None:
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    assert review.holder == ann.key
    with pytest.raises(ReviewHeld, match="Ann is reviewing"):
        desk.reviews.open(ben, filing)
    assert desk.reviews.open(ann, filing).id == review.id, "she may have it in two windows"
    for forbidden in (
        lambda: desk.reviews.record(ben, review.id, Edit("accept", ISSUER_ID)),
        lambda: desk.reviews.undo(ben, review.id),
        lambda: desk.reviews.finish(ben, review.id),
        lambda: desk.reviews.renew(ben, review.id),
    ):
        with pytest.raises(ReviewHeld):
            forbidden()
    desk.reviews.release(ben, review.id)
    with pytest.raises(ReviewHeld):
        desk.reviews.open(ben, filing)
    desk.reviews.release(ann, review.id)
    assert desk.reviews.open(ben, filing).holder == ben.key


def test_a_lease_ends_unless_it_is_renewed(desk: Desk) -> None:
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    seconds = desk.settings.review_lease_seconds
    desk.pass_time(seconds - 1)
    desk.reviews.renew(ann, review.id)
    desk.pass_time(seconds - 1)
    with pytest.raises(ReviewHeld):
        desk.reviews.open(ben, filing)
    desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID), 2.0)
    desk.pass_time(seconds - 1)
    with pytest.raises(ReviewHeld):
        desk.reviews.open(ben, filing)
    desk.pass_time(2)
    desk.reviews.record(ann, review.id, Edit("accept", SHARES_ID), 2.0)
    desk.pass_time(seconds + 1)
    assert desk.reviews.open(ben, filing).holder == ben.key
    with pytest.raises(ReviewHeld):
        desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID))
    assert len(desk.reviews.edits(review)) == 2, "what she did is there for him"
    assert desk.rows(database.audit) == []


def test_taking_over_is_noted(desk: Desk) -> None:
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    assert desk.reviews.open(ben, filing, takeover=True).holder == ben.key
    with pytest.raises(ReviewHeld, match="Ben is reviewing"):
        desk.reviews.renew(ann, review.id)
    (line,) = desk.rows(database.audit)
    assert (line.action, line.key, line.filing) == ("review-taken-over", ben.key, filing)
    assert line.detail == f"from {ann.key}"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_of_those_who_open_a_filing_at_once_one_gets_it(
    kind: str, desk: Desk, request: pytest.FixtureRequest
) -> None:
    if kind == "postgres":
        desk.engine = engine_of(request.getfixturevalue("postgres"))
        metadata.create_all(desk.engine)
    people = [desk.reviewer(f"R{number}") for number in range(8)]
    filing = desk.filing(two_doubts())

    def tried(caller: Caller) -> str:
        try:
            return desk.reviews.open(caller, filing).holder or ""
        except ReviewHeld:
            return ""

    with ThreadPoolExecutor(8) as pool:
        got = [holder for holder in pool.map(tried, people) if holder]
    assert len(got) == 1
    assert desk.of(filing)[0].holder == got[0]
    if kind == "postgres":
        caller = next(each for each in people if each.key == got[0])
        assert desk.review_all(caller, filing).state == "done"
        assert desk.record(filing).reviewed == desk.at
        assert desk.reviews.queue(caller, QueueFilters(reason="balance")).items == []
        erase(desk.engine, desk.files, filing, "acme", "", "test")
        assert desk.rows(database.reviews) == []
        desk.engine.dispose()


def test_without_keys_the_callers_of_this_machine_are_one_reviewer(desk: Desk) -> None:
    desk.settle_with(second_share=1.0)
    filing = desk.filing(two_doubts(), tenant="local")
    done = desk.review_all(LOCAL, filing)
    assert (done.reviewer, done.reviewer_name) == ("", "local")
    assert desk.record(filing).review is False, "nobody else could review it once more"


def test_other_tenants_see_nothing(desk: Desk) -> None:
    ann, eve = desk.reviewer("Ann"), desk.reviewer("Eve", tenant="other")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    desk.reviews.release(ann, review.id)
    assert desk.reviews.queue(eve, QueueFilters()).items == []
    for forbidden in (
        lambda: desk.reviews.open(eve, filing, takeover=True),
        lambda: desk.reviews.review(eve, review.id),
        lambda: desk.reviews.renew(eve, review.id),
        lambda: desk.reviews.release(eve, review.id),
        lambda: desk.reviews.record(eve, review.id, Edit("accept", ISSUER_ID)),
        lambda: desk.reviews.finish(eve, review.id),
        lambda: desk.reviews.reopen(eve, filing),
    ):
        with pytest.raises(ReviewNotFound):
            forbidden()


# What is said


def test_corrections_are_kept_beside_what_was_read(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID), 2.5)
    edited = desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "1,250"), 4.0)
    desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "1,260"), float("nan"))
    by_id = {field.id: field for field in edited.fields}
    assert (by_id[SHARES_ID].value, by_id[SHARES_ID].confidence) == ("1250", 1.0)
    first, second, third = desk.rows(corrections)
    assert (first.before, first.after, first.machine) == ("Marl", "Marl", "Marl")
    assert (second.before, second.after, second.machine) == ("7250", "1250", "7250")
    assert (third.before, third.after, third.machine) == ("1250", "1260", "7250")
    assert (second.path, second.key, second.name) == (f"{ROW}[1]/{SHARES}", ann.key, "Ann")
    assert (second.at, second.seconds, third.seconds) == (desk.at, 4.0, 0.0)
    assert second.models == {"recognizer": "recognizer@5"}
    assert desk.reviews.machine(review) == two_doubts(), "that never changes"
    assert desk.of(filing)[0].seconds == 6.5


def test_an_edit_that_cannot_be_made_leaves_nothing(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    review = desk.reviews.open(ann, desk.filing(two_doubts()))
    with pytest.raises(BadEdit, match="is not a number"):
        desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "many"), 9.0)
    assert desk.rows(corrections) == []
    assert desk.reviews.review(ann, review.id).seconds == 0


def test_the_last_edit_is_undone_and_kept(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    review = desk.reviews.open(ann, desk.filing(two_doubts()))
    desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "1250"))
    desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "1260"))
    by_id = {field.id: field for field in desk.reviews.undo(ann, review.id).fields}
    assert by_id[SHARES_ID].value == "1250"
    assert desk.reviews.undo(ann, review.id) == two_doubts()
    with pytest.raises(BadEdit, match="nothing to undo"):
        desk.reviews.undo(ann, review.id)
    assert [row.undone for row in desk.rows(corrections)] == [desk.at, desk.at]
    desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "1270"))
    assert [edit.value for edit in desk.reviews.edits(review)] == ["1270"]


# Finishing


def test_a_filing_is_finished_once_every_doubtful_field_is_decided(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID))
    assert desk.reviews.left(review) == (SHARES_ID,)
    with pytest.raises(ReviewUnfinished, match="transactionShares"):
        desk.reviews.finish(ann, review.id)
    assert desk.record(filing).reviewed is None
    desk.reviews.record(ann, review.id, Edit("set", SHARES_ID, "1250"))
    done = desk.reviews.finish(ann, review.id, "fine")
    assert (done.state, done.reviewer, done.reviewer_name) == ("done", ann.key, "Ann")
    assert (done.finished, done.comment, done.holder) == (desk.at, "fine", None)
    record = desk.record(filing)
    assert (record.review, record.reviewed) == (False, desk.at)
    for forbidden in (
        lambda: desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID)),
        lambda: desk.reviews.finish(ann, review.id),
        lambda: desk.reviews.open(ann, filing),
    ):
        with pytest.raises(ReviewNotFound):
            forbidden()


def test_a_field_whose_row_is_deleted_needs_no_decision(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    review = desk.reviews.open(ann, desk.filing(two_doubts()))
    desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID))
    group = "nonDerivativeTable/nonDerivativeTransaction"
    desk.reviews.record(ann, review.id, Edit("delete-row", group=group, index=1))
    assert desk.reviews.left(review) == ()
    assert desk.reviews.finish(ann, review.id).state == "done"


def test_what_people_made_of_a_filing_is_served_in_each_format(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    before = desk.shelf.result(desk.record(filing))
    desk.review_all(ann, filing, f0004="1,250")
    record = desk.record(filing)
    result = desk.shelf.result(record)
    assert result["review"] is False and before["review"] is True
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "1250"
    assert result["fields"][3]["reasons"][0]["code"] == "reviewed"
    assert b"<value>1250</value>" in desk.shelf.export(record, "filing.xml")
    assert b",1250," in desk.shelf.export(record, "filing.csv")
    assert desk.shelf.result(record, reading=1) == before, "what was read is there as well"
    assert record.confidence == result["confidence"]


def test_a_filing_is_sent_back_with_a_comment_and_reopened(desk: Desk) -> None:
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("accept", ISSUER_ID))
    with pytest.raises(ReviewUnfinished, match="comment"):
        desk.reviews.finish(ann, review.id, " ", send_back=True)
    sent = desk.reviews.finish(ann, review.id, "Page 2 is missing.", send_back=True)
    assert (sent.state, sent.comment) == ("sent-back", "Page 2 is missing.")
    assert (desk.record(filing).review, desk.record(filing).reviewed) == (True, None)
    page = desk.reviews.queue(ben, QueueFilters())
    assert (page.items, page.counts.sent_back) == ([], 1)
    with pytest.raises(ReviewNotFound):
        desk.reviews.open(ben, filing)
    desk.reviews.reopen(ben, filing)
    again = desk.reviews.open(ben, filing)
    assert desk.reviews.left(again) == (SHARES_ID,), "what she decided is not lost"
    with pytest.raises(ReviewNotFound):
        desk.reviews.reopen(ben, filing)


# Twice


def twice(desk: Desk) -> tuple[list[Caller], str]:
    desk.settle_with(second_share=1.0)
    return [desk.reviewer(name) for name in ("Ann", "Ben", "Zoe")], desk.filing(two_doubts())


def test_a_second_review_is_somebody_elses_and_blind(desk: Desk) -> None:
    (ann, ben, zoe), filing = twice(desk)
    desk.review_all(ann, filing, f0004="1250")
    assert desk.record(filing).review is True, "it waits for the second"
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "7250"
    assert desk.reviews.queue(ann, QueueFilters()).items == []
    with pytest.raises(ReviewNotFound):
        desk.reviews.open(ann, filing, takeover=True)
    for other in (ben, zoe):
        (item,) = desk.reviews.queue(other, QueueFilters()).items
        assert (item.fields, item.errors) == (2, pytest.approx(0.7)), "as any other"
    second = desk.reviews.open(ben, filing)
    assert desk.reviews.current(second) == two_doubts()
    assert desk.reviews.rivals(second) == []


def test_a_second_that_agrees_settles_the_filing(desk: Desk) -> None:
    (ann, ben, _), filing = twice(desk)
    desk.review_all(ann, filing, f0004="1250", f0001="MARL CO")
    desk.review_all(ben, filing, f0004="1,250.00", f0001="Marl Co")
    assert [each.purpose for each in desk.of(filing)] == ["doubt", "second"]
    assert desk.record(filing).reviewed == desk.at
    assert desk.served(filing)[ISSUER] == "MARL CO", "the first one's"


def test_somebody_else_decides_between_two_who_differ(desk: Desk) -> None:
    (ann, ben, zoe), filing = twice(desk)
    desk.review_all(ann, filing, f0004="1250")
    desk.review_all(ben, filing, f0004="1260")
    judge = desk.of(filing)[-1]
    assert (judge.purpose, judge.fields, judge.errors) == ("adjudication", (SHARES_ID,), 1.0)
    assert desk.record(filing).reviewed is None
    for party in (ann, ben):
        assert desk.reviews.queue(party, QueueFilters()).items == []
        with pytest.raises(ReviewNotFound):
            desk.reviews.open(party, filing)
    judge = desk.reviews.open(zoe, filing)
    said = {name: {field.id: field.value for field in seen.fields}[SHARES_ID]
            for name, seen in desk.reviews.rivals(judge)}  # fmt: skip
    assert said == {"first": "1250", "second": "1260"}
    assert desk.reviews.left(judge) == (SHARES_ID,), "the first one's word does not count for hers"
    with pytest.raises(ReviewUnfinished):
        desk.reviews.finish(zoe, judge.id)
    desk.review_all(zoe, filing, f0004="1260")
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "1260"
    assert desk.record(filing).review is False


def test_who_corrected_more_than_was_asked_is_heard_too(desk: Desk) -> None:
    (ann, ben, _), filing = twice(desk)
    desk.review_all(ann, filing)
    second = desk.reviews.open(ben, filing)
    desk.reviews.record(ben, second.id, Edit("set", OWNER_ID, "Smith Joan"))
    desk.review_all(ben, filing)
    assert desk.of(filing)[-1].fields == (OWNER_ID,)


def test_two_who_add_the_same_row_in_another_order_agree(desk: Desk) -> None:
    (ann, ben, _), filing = twice(desk)
    row = Edit("add-row", group="nonDerivativeTable/nonDerivativeTransaction")
    for caller, first in ((ann, True), (ben, False)):
        review = desk.reviews.open(caller, filing)
        if not first:
            desk.reviews.record(caller, review.id, Edit("accept", ISSUER_ID))
        seen = desk.reviews.record(caller, review.id, row)
        cell = next(field for field in seen.fields if field.path == f"{ROW}[2]/{SHARES}")
        desk.reviews.record(caller, review.id, Edit("set", cell.id, "300"))
        desk.review_all(caller, filing)
    assert [each.purpose for each in desk.of(filing)] == ["doubt", "second"]
    assert desk.served(filing)[f"{ROW}[2]/{SHARES}"] == "300"


def test_an_admin_may_decide_where_nobody_else_can(desk: Desk) -> None:
    desk.settle_with(second_share=1.0)
    ann, root = desk.reviewer("Ann"), desk.reviewer("Root", scope="admin")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing, f0004="1250")
    desk.review_all(root, filing, f0004="1260")
    with pytest.raises(ReviewNotFound):
        desk.reviews.open(ann, filing)
    assert desk.reviews.open(root, filing).purpose == "adjudication"


def test_an_audit_that_two_agree_on_leaves_the_filing_as_it_was_accepted(desk: Desk) -> None:
    desk.settle_with(audit_share=1.0, audit_fields=2, second_share=1.0)
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(sure())
    desk.review_all(ann, filing)
    assert desk.record(filing).review is False
    desk.review_all(ben, filing)
    assert desk.record(filing).reviewed == desk.at


# Read again


def test_what_was_decided_is_kept_when_a_filing_is_read_again(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing, f0004="1250")
    reviewed = desk.at
    desk.pass_time(60)
    desk.read_again(filing, two_doubts(shares="7259"))
    kept = desk.of(filing)[-1]
    assert (kept.purpose, kept.state, kept.reviewer_name) == ("kept", "done", "Ann")
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "1250"
    record = desk.record(filing)
    assert (record.review, record.reviewed) == (False, reviewed)
    (change,) = desk.shelf.reading(record, 2).changes
    assert (change.path, change.before, change.after) == (f"{ROW}[1]/{SHARES}", "1250", "7259")
    assert {row.at for row in desk.rows(corrections)} == {reviewed}


def test_a_new_doubt_about_a_reviewed_filing_is_reviewed_beside_what_is_kept(desk: Desk) -> None:
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing, f0004="1250")
    newer = two_doubts()
    odd = doubtful(read_field(SYMBOL, "MRI", 2))
    desk.read_again(filing, replace(newer, fields=(newer.fields[0], odd, *newer.fields[2:])))
    assert desk.record(filing).review is True
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "1250", "meanwhile too"
    review = desk.reviews.open(ben, filing)
    assert review.fields == (SYMBOL_ID,)
    desk.review_all(ben, filing, f0002="MRL")
    assert desk.record(filing).review is False
    served = desk.served(filing)
    assert (served[SYMBOL], served[f"{ROW}[1]/{SHARES}"]) == ("MRL", "1250")


def test_an_unfinished_review_goes_on_with_the_newer_reading(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    old = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, old.id, Edit("set", SHARES_ID, "1250"))
    desk.read_again(filing, two_doubts("Mar1"))
    with pytest.raises(ReviewNotFound):
        desk.reviews.record(ann, old.id, Edit("accept", ISSUER_ID))
    assert desk.record(filing).reviewed is None
    new = desk.reviews.open(ann, filing)
    assert (new.reading, new.fields) == (2, (ISSUER_ID,))
    seen = {field.id: field.value for field in desk.reviews.current(new).fields}
    assert seen[SHARES_ID] == "1250"
    assert desk.reviews.edits(new) == [], "nothing of it can be undone by mistake"


def test_a_decision_about_a_row_does_not_go_to_another_row(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing, f0004="1250")
    newer = two_doubts()
    above = doubtful(read_field(f"{ROW}[1]/{SHARES}", "400", 3))
    same = replace(newer.fields[3], path=f"{ROW}[2]/{SHARES}", id="f0009")
    desk.read_again(filing, form4(newer.fields[0], replace(above, id="f0008"), same))
    assert desk.served(filing)[f"{ROW}[1]/{SHARES}"] == "400"
    assert desk.of(filing)[-1].fields == ("f0008", "f0009")


def test_blanks_illegible_texts_and_footnotes_are_kept_too(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    price = f"{ROW}[1]/{PRICE}"

    def read(symbol: str) -> Extraction:
        return form4(
            doubtful(read_field(ISSUER, "Marl", 1)), doubtful(read_field(SYMBOL, symbol, 2)),
            doubtful(read_field(price, "8.5", 5)),
            read_field(f"{ROOT}/footnotes/footnote[1]", "An average.", 6),
        )  # fmt: skip

    filing = desk.filing(read("MRL"))
    review = desk.reviews.open(ann, filing)
    for edit in (Edit("illegible", ISSUER_ID), Edit("blank", SYMBOL_ID), Edit("accept", "f0005"),
                 Edit("attach", "f0005", footnote="F1")):  # fmt: skip
        desk.reviews.record(ann, review.id, edit)
    desk.reviews.finish(ann, review.id)
    desk.read_again(filing, read("MRI"))
    result = desk.shelf.result(desk.record(filing))
    issuer, symbol, cost, _ = result["fields"]
    assert (issuer["state"], symbol["state"]) == (ILLEGIBLE, BLANK)
    assert [link["id"] for link in cost["footnotes"]] == ["F1"]
    assert desk.record(filing).review is False


def test_a_review_cannot_be_finished_for_an_older_reading(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts())
    review = desk.reviews.open(ann, filing)
    for each in review.fields:
        desk.reviews.record(ann, review.id, Edit("accept", each))
    desk.read_again(filing, two_doubts())
    with pytest.raises(ReviewNotFound, match="read again"):
        desk.reviews.finish(ann, review.id)
    assert desk.record(filing).reviewed is None


# Of an earlier version, and erased


def test_doubtful_filings_of_an_earlier_version_enter_the_queue(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    first = desk.filing(two_doubts(), planned=False)
    second = desk.filing(two_doubts(), planned=False)
    desk.filing(form4(read_field(ISSUER, "Marl", 1)), planned=False)
    assert desk.reviews.open(ann, first).fields == (ISSUER_ID, SHARES_ID)
    assert {item.filing for item in desk.reviews.queue(ann, QueueFilters()).items} == {
        first, second,
    }  # fmt: skip
    assert len(desk.rows(database.reviews)) == 2
    desk.reviews.queue(ann, QueueFilters())
    assert len(desk.rows(database.reviews)) == 2


def test_an_earlier_versions_filing_without_files_is_passed_over(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing = desk.filing(two_doubts(), planned=False)
    desk.files.delete_all(f"filings/{filing}")
    assert desk.reviews.queue(ann, QueueFilters()).items == []


def test_what_people_said_of_a_filing_is_erased_with_it(desk: Desk) -> None:
    ann = desk.reviewer("Ann")
    filing, other = desk.filing(two_doubts()), desk.filing(two_doubts())
    for each in (filing, other):
        desk.review_all(ann, each)
    with desk.engine.begin() as connection:
        connection.execute(sa.insert(database.snippets).values(
            id=new_id(), tenant="acme", filing=filing, page=1, box=[1, 2, 3, 4], state="done",
            text="Marl", created=desk.at))  # fmt: skip
    erase(desk.engine, desk.files, filing, "acme", "", "test")
    assert desk.rows(database.snippets) == []
    for table in (database.reviews, corrections):
        assert {row.filing for row in desk.rows(table)} == {other}
    with pytest.raises(FileMissing):
        desk.files.get(result_of(filing, 1, "reviewed.json"))
