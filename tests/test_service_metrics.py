"""What /metrics says about requests, and about filings that other processes read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.engine import Engine

from models.errors import EncryptedDocument
from service import database
from service.filings import DONE, FAILED, PROCESSING, QUEUED, SPLIT, Record, insert, new_id
from service.metrics import SHARE, Metrics
from service.problems import problem_of
from tests.conftest import Clock

LEASE = 30.0
Add = Callable[..., None]
Scrape = Callable[[], dict[tuple[str, ...], float]]


@pytest.fixture
def metrics(engine: Engine) -> Metrics:
    return Metrics(engine, LEASE)


def scraped(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Every sample, by its name and its labels' values in the order of the labels."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (
            sample.name.removeprefix("filingscan_"),
            *(text for _, text in sorted(sample.labels.items())),
        ): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def scrape(metrics: Metrics) -> Scrape:
    return lambda: scraped(metrics)


@pytest.fixture
def add(engine: Engine) -> Add:
    """Adds a filing that was received so many seconds ago and, if it has ended, took `taken`."""

    def added(state: str, age: float = 60.0, taken: float | None = None, **more: Any) -> None:
        received = database.now() - timedelta(seconds=age)
        finished = None if taken is None else received + timedelta(seconds=taken)
        record = Record(
            new_id(), "acme", "scan.pdf", "0" * 64, 9, received, 0.995, state, finished, **more
        )
        with engine.begin() as connection:
            insert(connection, record)

    return added


def test_an_empty_service_says_zero_for_every_state(scrape: Scrape) -> None:
    said = scrape()
    assert said["database_up",] == 1
    assert said["filings", "", "queued"] == said["filings", "", "done"] == 0
    assert said["queue_depth",] == said["queue_oldest_seconds",] == said["workers_alive",] == 0
    assert said["filing_confidence_count",] == 0
    assert ("review_ratio",) not in said


def test_filings_are_counted_by_state_and_code_of_their_error(add: Add, scrape: Scrape) -> None:
    error = problem_of(EncryptedDocument(), "/v1/filings/x")
    for _ in range(2):
        add(FAILED, taken=1.0, error=error)
    add(DONE, taken=1.0, review=True, confidence=0.9)
    add(PROCESSING)
    said = scrape()
    assert said["filings", "encrypted-document", "failed"] == 2
    assert said["filings", "", "done"] == said["filings", "", "processing"] == 1


def test_pages_and_times_of_a_split_document_are_counted_once(add: Add, scrape: Scrape) -> None:
    add(SPLIT, taken=4.0, pages_done=6, seconds={"open": 0.5, "read": 3.0})
    for part in (1, 2):
        add(DONE, taken=4.0, pages_done=6, seconds={"open": 0.5, "read": 3.0}, part_of=new_id(),
            part=part, confidence=0.97, review=False)  # fmt: skip
    said = scrape()
    assert said["pages_read",] == 6
    assert said["filing_seconds_count",] == said["stage_seconds_count", "read"] == 1
    assert said["filing_confidence_count",] == 2


def test_times_and_confidences_stand_in_their_buckets(add: Add, scrape: Scrape) -> None:
    add(DONE, taken=0.3, confidence=0.995, review=False, seconds={"open": 0.05, "read": 0.2})
    add(DONE, taken=7.0, confidence=0.85, review=True, seconds={"open": 1.5, "read": 5.0})
    add(QUEUED)
    said = scrape()
    assert [said["filing_seconds_bucket", bound] for bound in ("0.5", "5.0", "10.0", "+Inf")] == [
        1, 1, 2, 2]  # fmt: skip
    assert said["filing_seconds_sum",] == pytest.approx(7.3, abs=0.01)
    assert [said["filing_confidence_bucket", bound] for bound in ("0.8", "0.9", "0.995")] == [
        0, 1, 2]  # fmt: skip
    assert said["stage_seconds_sum", "open"] == pytest.approx(1.55)
    assert said["stage_seconds_bucket", "0.5", "read"] == 1
    assert said["stage_seconds_count", "read"] == 2


def test_the_review_ratio_is_of_filings_that_were_read(add: Add, scrape: Scrape) -> None:
    add(FAILED, taken=1.0)
    add(QUEUED)
    for review in (True, False, False, False):
        add(DONE, taken=1.0, review=review, confidence=0.9)
    assert scrape()["review_ratio",] == 0.25


def test_the_queue_is_what_waits_and_since_when(add: Add, scrape: Scrape) -> None:
    add(QUEUED, age=20.0)
    add(QUEUED, age=90.0)
    add(PROCESSING, age=500.0)
    said = scrape()
    assert said["queue_depth",] == 2
    assert said["queue_oldest_seconds",] == pytest.approx(90, abs=5)


def test_reading_again_is_not_timed_from_the_day_a_filing_came(add: Add, scrape: Scrape) -> None:
    add(QUEUED, age=9_000.0, reading=1)
    add(DONE, age=9_000.0, taken=8_000.0, reading=2, confidence=0.9, review=False)
    said = scrape()
    assert said["queue_depth",] == 1
    assert said["queue_oldest_seconds",] == said["filing_seconds_count",] == 0


def test_workers_that_fell_silent_are_not_alive(engine: Engine, scrape: Scrape) -> None:
    with engine.begin() as connection:
        for name, age in (("a", 1.0), ("b", LEASE - 5), ("c", LEASE + 5)):
            beat = database.now() - timedelta(seconds=age)
            row = {"id": name, "started": beat, "beat": beat}
            connection.execute(sa.insert(database.workers).values(row))
    assert scrape()["workers_alive",] == 2


def test_a_scrape_asks_the_database_four_times_at_most(
    engine: Engine, add: Add, scrape: Scrape
) -> None:
    add(DONE, taken=1.0, review=True, confidence=0.9)
    asked = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    scrape()
    assert 0 < len(asked) <= 4


def test_counting_every_filing_takes_a_small_share_of_the_time_and_what_waits_is_counted_always(
    engine: Engine, add: Add, clock: Clock
) -> None:
    metrics = Metrics(engine, LEASE, clock)
    add(DONE, taken=1.0, review=False, confidence=0.9)

    def slow(*given: Any) -> None:
        clock.seconds += 2.0 if "MATERIALIZED" in given[2] else 0.0

    sa.event.listen(engine, "before_cursor_execute", slow)
    assert scraped(metrics)["filings", "", "done"] == 1
    add(DONE, taken=1.0, review=False, confidence=0.9)
    add(QUEUED, age=90.0)
    add(PROCESSING)
    clock.seconds += 2.0 / SHARE - 1.0
    said = scraped(metrics)
    assert said["filings", "", "done"] == said["filing_seconds_count",] == 1
    assert said["filings", "", "queued"] == said["filings", "", "processing"] == 1
    assert said["queue_depth",] == 1
    assert said["queue_oldest_seconds",] == pytest.approx(90, abs=5)
    clock.seconds += 1.0
    assert scraped(metrics)["filings", "", "done"] == 2


def test_without_its_database_it_still_tells_of_requests(
    engine: Engine, metrics: Metrics, scrape: Scrape, caplog: pytest.LogCaptureFixture
) -> None:
    metrics.observe("GET", "/v1/filings", 503, 0.02)
    database.metadata.drop_all(engine)
    said = scrape()
    assert said["database_up",] == 0
    assert ("queue_depth",) not in said
    assert said["http_requests_total", "GET", "/v1/filings", "503"] == 1
    assert "does not answer" in caplog.text


def test_requests_are_counted_and_timed_by_route(metrics: Metrics, scrape: Scrape) -> None:
    for seconds in (0.004, 0.3):
        metrics.observe("POST", "/v1/filings", 202, seconds)
    metrics.observe("BREW", "other", 405, 0.001)
    said = scrape()
    assert said["http_requests_total", "POST", "/v1/filings", "202"] == 2
    assert said["http_request_seconds_bucket", "0.005", "POST", "/v1/filings"] == 1
    assert said["http_request_seconds_sum", "POST", "/v1/filings"] == pytest.approx(0.304)
    assert said["http_requests_total", "other", "other", "405"] == 1


def test_two_apps_of_a_process_measure_apart(engine: Engine, metrics: Metrics) -> None:
    metrics.observe("GET", "/v1/forms", 200, 0.01)
    assert b"/v1/forms" in metrics.exposition()
    assert b"/v1/forms" not in Metrics(engine, LEASE).exposition()


def test_postgres_counts_the_same(postgres: str) -> None:
    engine = database.engine_of(postgres)
    database.metadata.create_all(engine)
    received = database.now() - timedelta(seconds=60)
    error = problem_of(EncryptedDocument(), "/v1/filings/x")
    common = ("acme", "scan.pdf", "0" * 64, 9, received, 0.995)
    with engine.begin() as connection:
        ended = received + timedelta(seconds=7)
        insert(connection, Record(new_id(), *common, DONE, ended, confidence=0.85, review=True,
                                  pages_done=2, seconds={"open": 1.5, "read": 5.0}))  # fmt: skip
        insert(connection, Record(new_id(), *common, FAILED, ended, error=error))
        insert(connection, Record(new_id(), *common, QUEUED))
    said = scraped(Metrics(engine, LEASE))
    engine.dispose()
    assert said["filings", "encrypted-document", "failed"] == said["queue_depth",] == 1
    assert said["filing_seconds_sum",] == pytest.approx(14.0)
    assert said["filing_seconds_bucket", "10.0"] == 2
    assert said["stage_seconds_sum", "read"] == 5.0
    assert said["review_ratio",] == 1.0
    assert said["queue_oldest_seconds",] == pytest.approx(60, abs=5)
