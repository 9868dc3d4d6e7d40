"""What a key may take: requests a minute and pages a day, and no more."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from models.errors import QuotaExceeded, TooManyRequests
from service import allowance
from service.allowance import Pace, charge_pages, spend_pages
from service.keys import LOCAL, Caller
from service.settings import Settings
from tests.conftest import Clock

CALLER = Caller("acme", "k1", frozenset({"submit"}))


def test_no_more_requests_than_allowed_within_any_minute(clock: Clock) -> None:
    pace, settings = Pace(clock), Settings(requests_per_minute=3)
    start = clock.seconds
    for seconds in (0, 20, 40):
        clock.seconds = start + seconds
        pace.spend_request(CALLER, settings)
    clock.seconds = start + 50
    for _ in range(2):  # what is refused is not counted
        with pytest.raises(TooManyRequests, match="3 requests a minute") as refusal:
            pace.spend_request(CALLER, settings)
        assert refusal.value.retry_after == 10
    pace.spend_request(replace(CALLER, key="k2"), settings)
    clock.seconds = start + 60
    pace.spend_request(CALLER, settings)
    with pytest.raises(TooManyRequests):
        pace.spend_request(CALLER, settings)


def test_a_number_of_the_key_comes_before_the_setting_and_0_is_without_end(clock: Clock) -> None:
    pace, settings = Pace(clock), Settings(requests_per_minute=1)
    own = replace(CALLER, requests_per_minute=2)
    for _ in range(2):
        pace.spend_request(own, settings)
    with pytest.raises(TooManyRequests, match="2 requests"):
        pace.spend_request(own, settings)
    for _ in range(5):
        pace.spend_request(replace(CALLER, requests_per_minute=0), settings)
        pace.spend_request(LOCAL, settings)


def test_pages_of_a_day_end_and_begin_again_at_midnight(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(pages_per_day=10)
    moment = datetime(2026, 2, 28, 23, 59, 30, tzinfo=UTC)
    monkeypatch.setattr(allowance, "now", lambda: moment)
    spend_pages(engine, CALLER, 6, settings)
    with pytest.raises(QuotaExceeded, match="10 pages a day") as refusal:
        spend_pages(engine, CALLER, 5, settings)
    assert refusal.value.retry_after == 30
    spend_pages(engine, CALLER, 4, settings)  # what was refused is not counted
    spend_pages(engine, replace(CALLER, key="k2"), 10, settings)
    monkeypatch.setattr(allowance, "now", lambda: moment + timedelta(minutes=1))
    spend_pages(engine, CALLER, 10, settings)
    with pytest.raises(QuotaExceeded):
        spend_pages(engine, replace(CALLER, key="k3"), 11, settings)


def test_pages_sent_at_once_never_pass_the_limit(engine: Engine) -> None:
    settings = Settings(pages_per_day=20)

    def sent(_: int) -> bool:
        try:
            spend_pages(engine, CALLER, 3, settings)
        except QuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(sent, range(24))) == 6


def test_pages_that_were_read_count_also_beyond_the_limit(engine: Engine) -> None:
    settings = Settings(pages_per_day=10)
    spend_pages(engine, CALLER, 1, settings)
    with engine.begin() as connection:
        charge_pages(connection, CALLER.key, 40)
    with pytest.raises(QuotaExceeded):
        spend_pages(engine, CALLER, 1, settings)


def test_pages_of_a_transaction_that_fails_are_not_counted(engine: Engine) -> None:
    with engine.connect() as connection:
        charge_pages(connection, CALLER.key, 40)
        connection.rollback()
    spend_pages(engine, CALLER, 10, Settings(pages_per_day=10))


def test_pages_have_no_end_where_nobody_set_one(engine: Engine) -> None:
    spend_pages(engine, CALLER, 10**6, Settings())
    spend_pages(engine, replace(CALLER, pages_per_day=0), 10**6, Settings(pages_per_day=1))
    spend_pages(engine, LOCAL, 10**6, Settings(pages_per_day=1))
