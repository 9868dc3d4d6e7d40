"""What finished reviews say of reviewers, of fields, and of what is accepted without review."""

import pytest
from sqlalchemy.engine import Engine

from models.extraction import Extraction
from service.edits import Edit
from service.review_accuracy import MET, MISSED, UNRESOLVED, Share, accuracy, verdict
from service.settings import Settings
from tests.reviewing import (
    ISSUER,
    ROW,
    SHARES,
    SYMBOL,
    Desk,
    desk_of,
    form4,
    read_field,
    two_doubts,
)

PRECISION = 0.995


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


WHOLE = [f"{number:032x}" for number in (5, 8, 18, 21)]
"""Ids of filings in which an audit looks at all of a few fields."""


def accepted() -> Extraction:
    return form4(read_field(ISSUER, "Marl", 1), read_field(SYMBOL, "MRL", 2))


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # By hand: with n of n right the lower bound is 0.025 ** (1 / n), with none the upper 1 less it.
    assert Share(10, 10).low == pytest.approx(0.025**0.1, abs=1e-6)
    assert Share(10, 10).high == 1.0
    assert Share(0, 10).high == pytest.approx(1 - 0.025**0.1, abs=1e-6)
    assert Share(0, 10).low == pytest.approx(0.0, abs=1e-6)
    # 8 of 10: 0.4439 to 0.9748, as in the tables (Zar, Biostatistical Analysis).
    assert Share(8, 10).low == pytest.approx(0.4439, abs=1e-4)
    assert Share(8, 10).high == pytest.approx(0.9748, abs=1e-4)
    assert (Share(0, 0).share, Share(0, 0).low, Share(0, 0).high) == (None, 0.0, 1.0)


def test_a_target_is_met_missed_or_not_resolvable() -> None:
    # 0.05 ** (1 / 597) is below 0.995, 0.05 ** (1 / 598) above it.
    assert verdict(Share(597, 597), PRECISION) == UNRESOLVED
    assert verdict(Share(598, 598), PRECISION) == MET
    assert verdict(Share(90, 100), PRECISION) == MISSED
    assert verdict(Share(0, 0), PRECISION) == UNRESOLVED


def test_audits_tell_how_precise_automatic_acceptance_is(desk: Desk) -> None:
    desk.settle_with(audit_share=1.0)
    ann = desk.reviewer("Ann")
    desk.review_all(ann, desk.filing(accepted(), id=WHOLE[0]))
    desk.review_all(ann, desk.filing(accepted(), id=WHOLE[1]), f0002="MRI")
    desk.review_all(
        ann, desk.filing(accepted(), id=WHOLE[2]), f0001="MARL"
    )  # capitals are no matter
    desk.review_all(ann, desk.filing(two_doubts()), f0001="Flint")  # was not accepted
    desk.filing(accepted(), id=WHOLE[3])  # not looked at yet
    found = accuracy(desk.engine, "acme", PRECISION)
    assert found.automatic == Share(5, 6)
    # With 99.5 % right, one wrong of six has a chance of 3 %.
    assert (found.audits, found.target, found.verdict) == (3, PRECISION, MISSED)
    by_path = {each.path: each.machine for each in found.fields}
    assert by_path == {ISSUER: Share(3, 3), SYMBOL: Share(2, 3)}
    assert accuracy(desk.engine, "other", PRECISION).automatic == Share(0, 0)


def test_what_an_audit_finds_illegible_says_nothing_and_what_it_deletes_was_wrong(
    desk: Desk,
) -> None:

    desk.settle_with(audit_share=1.0)
    ann = desk.reviewer("Ann")
    read = form4(read_field(ISSUER, "Marl", 1), read_field(f"{ROW}[1]/{SHARES}", "5", 2))
    filing = desk.filing(read, id=WHOLE[0])
    review = desk.reviews.open(ann, filing)
    desk.reviews.record(ann, review.id, Edit("illegible", "f0001"))
    row = Edit("delete-row", group="nonDerivativeTable/nonDerivativeTransaction", index=1)
    desk.reviews.record(ann, review.id, row)
    desk.reviews.finish(ann, review.id)
    assert accuracy(desk.engine, "acme", PRECISION).automatic == Share(0, 1)


def test_reviewers_are_judged_by_who_decides_between_them(desk: Desk) -> None:
    desk.settle_with(second_share=1.0)
    ann, ben, zoe = (desk.reviewer(name) for name in ("Ann", "Ben", "Zoe"))
    differ, open_still = desk.filing(two_doubts()), desk.filing(two_doubts())
    desk.review_all(ann, differ, f0004="1250", f0001="Marl")
    desk.review_all(ben, differ, f0004="1260", f0001="Marl")
    desk.review_all(zoe, differ, f0004="1260")
    desk.review_all(ann, open_still, f0004="1250")
    desk.review_all(ben, open_still, f0004="9")
    found = accuracy(desk.engine, "acme", PRECISION)
    by_name = {each.name: each for each in found.reviewers}
    assert by_name["Ann"].judged == Share(1, 2), "the other filing is not decided yet"
    assert by_name["Ben"].judged == Share(2, 2)
    assert by_name["Zoe"].judged == Share(0, 0)
    assert (by_name["Ann"].reviews, by_name["Ann"].fields, by_name["Ann"].seconds) == (2, 4, 3.0)
    by_path = {each.path: each.reviewers for each in found.fields}
    assert by_path[ISSUER] == Share(2, 2)
    assert by_path["/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction"
                   "/transactionAmounts/transactionShares"] == Share(1, 2)  # fmt: skip


def test_two_who_agree_are_both_right(desk: Desk) -> None:
    desk.settle_with(second_share=1.0)
    ann, ben = desk.reviewer("Ann"), desk.reviewer("Ben")
    filing = desk.filing(two_doubts())
    desk.review_all(ann, filing)
    assert accuracy(desk.engine, "acme", PRECISION).reviewers[0].judged == Share(0, 0)
    desk.review_all(ben, filing)
    assert [each.judged for each in accuracy(desk.engine, "acme", PRECISION).reviewers] == [
        Share(2, 2), Share(2, 2),
    ]  # fmt: skip


def test_an_audit_counts_as_it_was_decided_in_the_end(desk: Desk) -> None:
    desk.settle_with(audit_share=1.0, second_share=1.0)
    ann, ben, zoe = (desk.reviewer(name) for name in ("Ann", "Ben", "Zoe"))
    filing = desk.filing(accepted(), id=WHOLE[0])
    desk.review_all(ann, filing, f0002="MRI")
    assert accuracy(desk.engine, "acme", PRECISION).automatic == Share(0, 0), "the second is due"
    desk.review_all(ben, filing)
    desk.review_all(zoe, filing, f0002="MRL")
    assert accuracy(desk.engine, "acme", PRECISION).automatic == Share(2, 2)
