"""What a key may take: requests a minute and pages a day, and no more."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models.errors import QuotaExceeded, TooManyRequests
from service import allowance, database
from service.allowance import ALONE_SECONDS, LOOK_SECONDS, TELLINGS, Pace, charge_pages, spend_pages
from service.database import engine_of
from service.keys import LOCAL, Caller
from service.purge import Purge
from service.settings import Settings
from service.storage import Files
from tests.conftest import Clock

CALLER = Caller("acme", "k1", frozenset({"submit"}))


def test_no_more_requests_than_allowed_within_any_minute(engine: Engine, clock: Clock) -> None:
    pace, settings = Pace(engine, clock), Settings(requests_per_minute=3)
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


def test_a_number_of_the_key_comes_before_the_setting_and_0_is_without_end(
    engine: Engine, clock: Clock
) -> None:
    pace, settings = Pace(engine, clock), Settings(requests_per_minute=1)
    own = replace(CALLER, requests_per_minute=2)
    for _ in range(2):
        pace.spend_request(own, settings)
    with pytest.raises(TooManyRequests, match="2 requests"):
        pace.spend_request(own, settings)
    for _ in range(5):
        pace.spend_request(replace(CALLER, requests_per_minute=0), settings)
        pace.spend_request(LOCAL, settings)


def passed(pace: Pace, settings: Settings, tries: int) -> int:
    """How many of these requests are let through."""
    count = 0
    for _ in range(tries):
        with suppress(TooManyRequests):
            pace.spend_request(CALLER, settings)
            count += 1
    return count


@pytest.mark.parametrize("limit", [3, 600])
@pytest.mark.parametrize("processes", [2, 5])
def test_processes_share_what_a_key_may_make(
    engine: Engine, clock: Clock, limit: int, processes: int
) -> None:
    settings = Settings(requests_per_minute=limit)
    paces = [Pace(engine, clock) for _ in range(processes)]
    first = sum(passed(paces[number % processes], settings, 1) for number in range(limit))
    clock.seconds += LOOK_SECONDS
    more = sum(passed(pace, settings, limit) for pace in paces)
    unseen = (processes - 1) * (limit // TELLINGS)  # at the most
    assert limit <= first + more <= limit + unseen


def test_what_another_process_answered_is_forgotten_after_a_minute(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, moment = (
        Settings(requests_per_minute=60),
        datetime(2026, 2, 28, 23, 59, 5, tzinfo=UTC),
    )
    here, there = Pace(engine, clock), Pace(engine, clock)

    def after(seconds: float) -> None:
        monkeypatch.setattr(allowance, "now", lambda: moment + timedelta(seconds=seconds))
        clock.seconds = 1_000 + seconds

    after(0)
    assert passed(there, settings, 60) == 60
    after(50)  # over midnight
    with pytest.raises(TooManyRequests) as refusal:
        here.spend_request(CALLER, settings)
    assert 0 < refusal.value.retry_after <= 60
    after(70)
    assert passed(here, settings, 61) == 60


def test_a_database_that_is_locked_or_away_keeps_no_request_out(
    engine: Engine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(requests_per_minute=60)
    here, there = Pace(engine, clock), Pace(engine, clock)
    other = engine_of(engine.url.render_as_string())
    with other.connect() as lock:
        lock.exec_driver_sql("BEGIN IMMEDIATE")
        assert passed(here, settings, 20) == 20
        lock.rollback()
    other.dispose()
    assert caplog.text.count("database is locked") == 1
    with engine.connect() as connection:  # who waits for the lock is as patient as before
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    clock.seconds += ALONE_SECONDS
    allowance.usage.drop(engine)
    assert passed(here, settings, 20) == 20
    allowance.usage.create(engine)
    clock.seconds += ALONE_SECONDS
    assert passed(here, settings, 30) == 20
    assert passed(there, settings, 1) == 0  # now the others know of all


def test_most_requests_ask_the_database_nothing(engine: Engine, clock: Clock) -> None:
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert passed(Pace(engine, clock), Settings(requests_per_minute=600), 600) == 600
    assert sum("INSERT" in each for each in statements) <= TELLINGS


def test_counts_of_requests_are_forgotten_within_hours_and_those_of_pages_are_kept(
    engine: Engine, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = database.now() - timedelta(hours=2)
    monkeypatch.setattr(allowance, "now", lambda: long_ago)
    spend_pages(engine, CALLER, 1, Settings(pages_per_day=10))
    for moment in (long_ago, database.now()):
        monkeypatch.setattr(allowance, "now", lambda moment=moment: moment)
        passed(Pace(engine, clock), Settings(requests_per_minute=10), 1)
    Purge(engine, Files(str(tmp_path / "files")), Settings())._forget_usage()
    with engine.connect() as connection:
        periods = sorted(connection.scalars(sa.select(database.usage.c.period)))
    assert periods[0] == long_ago.date().isoformat()
    assert [each for each in periods if "T" in each] == periods[1:] and len(periods) == 2


def test_processes_share_in_postgres_too(postgres: str, clock: Clock) -> None:
    engine = engine_of(postgres)
    allowance.usage.create(engine)
    settings = Settings(requests_per_minute=3)
    here, there = Pace(engine, clock), Pace(engine, clock)
    assert passed(here, settings, 3) == 3
    assert passed(there, settings, 3) == 0
    engine.dispose()


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
