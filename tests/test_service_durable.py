"""Nothing that was accepted is lost, and nothing is done twice, whatever is killed when."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models.errors import StorageUnavailable
from service import database
from service.app import create_app
from service.reading import Reading
from service.schema import upgrade
from service.settings import Settings
from service.storage import Files
from service.worker import HUNG, Watch
from tests.conftest import calling, until, working

Pdf = Callable[..., bytes]
PATIENCE = 60.0


@contextmanager
def process(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen]:
    """A worker in a process of its own, killed at the end."""
    own = {"DATA": settings.data, "DATABASE": settings.database, "STORAGE": settings.storage,
           "BEAT_SECONDS": settings.beat_seconds, "LEASE_SECONDS": settings.lease_seconds,
           "ATTEMPTS": settings.attempts, "PAGE_SECONDS": settings.page_seconds}  # fmt: skip
    environment = os.environ | {f"FILINGSCAN_{name}": str(value) for name, value in own.items()}
    command = [sys.executable, "-m", "tests.held_worker", *arguments]
    running = subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def pause(running: subprocess.Popen, engine: sa.Engine) -> None:
    """Stop the process while it cannot hold the lock that SQLite has for writers."""
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        running.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, running.pid, os.WSTOPPED | os.WNOWAIT)


def sent(client: TestClient, document: bytes, **options: str) -> str:
    """The id of a filing that is queued."""
    headers = {"Prefer": ""}
    answer = client.post("/v1/filings", content=document, headers=headers, params=options)
    assert answer.status_code == 202
    return answer.json()["id"]


def ended(client: TestClient, identifier: str) -> dict:
    """The filing once it has ended."""
    address = f"/v1/filings/{identifier}"
    finals = ("done", "partial", "failed", "split")
    return until(
        lambda: (found := client.get(address).json())["state"] in finals and found, "the end"
    )


@pytest.fixture(params=["sqlite", "postgres"])
def durable(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of a service on each kind of database."""
    settings = replace(settings, webhook_allow="127.0.0.1")
    if request.param == "postgres":
        settings = replace(settings, database=request.getfixturevalue("postgres"))
        engine = database.engine_of(settings.database_url)
        upgrade(engine)
        engine.dispose()
    return settings


@pytest.mark.parametrize("stage", ["opened", "extracting", "kept", "finished"])
def test_a_filing_outlives_its_worker(durable: Settings, tmp_path, pdf: Pdf, stage: str) -> None:
    app, flag = create_app(durable), tmp_path / "held"
    with calling(app) as client:
        document = pdf("FORM Marl", "FORM Flint")
        identifier = sent(client, document, callback_url="http://127.0.0.1:9/")
        with process(durable, stage, str(flag)) as first:
            until(flag.exists, f"the worker to be at {stage}")
            first.send_signal(signal.SIGKILL)
            first.wait()
        with process(durable):
            whole = ended(client, identifier)
        assert (whole["state"], len(whole["parts"])) == ("split", 2)
        issuers = [client.get(f"/v1/filings/{part}").json()["result"]["document"]["issuer"]
                   for part in whole["parts"]]  # fmt: skip
        assert [each["issuerName"] for each in issuers] == ["Marl", "Flint"]
        assert len(client.get("/v1/filings").json()["filings"]) == 3
        with app.state.engine.connect() as connection:
            told = connection.scalar(sa.select(sa.func.count()).select_from(database.deliveries))
        assert told == 1


def test_what_a_dead_worker_had_is_done_by_one_that_lives(
    durable: Settings, tmp_path, pdf: Pdf
) -> None:
    flag = tmp_path / "held"
    with calling(create_app(durable)) as client:
        identifier = sent(client, pdf())
        with process(durable, "extracting", str(flag)) as first:
            until(flag.exists, "the first worker to have the filing")
            with process(durable):
                os.kill(first.pid, signal.SIGKILL)
                first.wait()
                killed = time.monotonic()
                assert ended(client, identifier)["state"] == "done"
                assert time.monotonic() - killed < 30


def test_a_document_that_kills_every_worker_fails_in_the_end(
    settings: Settings, tmp_path, pdf: Pdf
) -> None:
    settings = replace(settings, attempts=2)
    with calling(create_app(settings)) as client:
        identifier = sent(client, pdf())
        for number in range(settings.attempts):
            flag = tmp_path / f"held {number}"
            with process(settings, "extracting", str(flag)):
                until(flag.exists, "the worker to begin")
        with process(settings):
            filing = ended(client, identifier)
    assert (filing["state"], filing["error"]["code"]) == ("failed", "reading-crashed")


def test_a_worker_that_hangs_ends_itself_and_another_reads(
    settings: Settings, tmp_path, pdf: Pdf
) -> None:
    hasty = replace(settings, page_seconds=1.0)
    with calling(create_app(settings)) as client:
        identifier = sent(client, pdf())
        with process(hasty, "extracting", str(tmp_path / "held")) as first:
            assert first.wait(PATIENCE) == HUNG
        with process(settings):
            assert ended(client, identifier)["state"] == "done"


def test_a_worker_that_hangs_while_it_is_stopped_ends_itself_too(
    settings: Settings, tmp_path, pdf: Pdf
) -> None:
    hasty = replace(settings, page_seconds=3.0)
    flag = tmp_path / "held"
    with calling(create_app(settings)) as client:
        identifier = sent(client, pdf())
        with process(hasty, "extracting", str(flag)) as first:
            until(flag.exists, "the worker to have the filing")
            first.terminate()
            assert first.wait(PATIENCE) == HUNG
        with process(settings):
            assert ended(client, identifier)["state"] == "done"


def test_no_filing_waits_for_another_while_a_worker_has_nothing_to_do(
    settings: Settings, tmp_path, pdf: Pdf
) -> None:
    flag = tmp_path / "held"
    with calling(create_app(settings)) as client:
        long = sent(client, pdf())
        with process(settings, "extracting", str(flag)):
            until(flag.exists, "the first worker to have the long one")
            short = [sent(client, pdf(f"FORM N{number}")) for number in range(4)]
            with process(settings):
                assert [ended(client, each)["state"] for each in short] == ["done"] * 4
            assert client.get(f"/v1/filings/{long}").json()["state"] == "processing"


def test_a_filing_is_read_once_though_its_worker_was_only_thought_dead(
    settings: Settings, tmp_path, pdf: Pdf, extractor
) -> None:
    app = create_app(settings)
    with calling(app) as client:
        identifier = sent(client, pdf())
        flag = tmp_path / "held"
        with process(settings, "kept", str(flag)) as first:
            until(flag.exists, "the first worker to have read")
            pause(first, app.state.engine)
            with working(app, extractor):
                filing = ended(client, identifier)
            first.send_signal(signal.SIGCONT)
        assert (filing["state"], filing["readings"]) == ("done", 1)


def test_an_erased_filing_stays_erased_though_it_is_being_read(
    app, settings: Settings, tmp_path, pdf: Pdf, extractor
) -> None:
    with calling(app) as client:
        identifier = sent(client, pdf())
        flag = tmp_path / "held"
        with process(settings, "extracting", str(flag)):
            until(flag.exists, "the worker to have the filing")
            assert client.delete(f"/v1/filings/{identifier}").status_code == 204
        with working(app, extractor) as worker:
            worker.reading.finish(identifier, worker.reading.read(identifier))
        assert client.get(f"/v1/filings/{identifier}").status_code == 404
    left = [path for path in (settings.data / "files").rglob("*") if path.is_file()]
    assert left == []


def test_the_api_killed_after_accepting_has_lost_nothing(
    settings: Settings, pdf: Pdf, extractor
) -> None:
    """The app is dropped without its shutdown, as kill -9 would."""
    client = calling(create_app(settings))
    client.__enter__()
    identifier = sent(client, pdf())
    app = create_app(settings)
    with calling(app) as other, working(app, extractor):
        assert ended(other, identifier)["state"] == "done"
    with suppress(Exception):
        client.__exit__(None, None, None)


def test_many_uploads_at_once_are_all_read(app, pdf: Pdf, extractor) -> None:
    with calling(app) as client, working(app, extractor), ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda number: sent(client, pdf(f"FORM N{number}")), range(60)))
        assert len(set(ids)) == 60
        states = {ended(client, each)["state"] for each in ids}
    assert states == {"done"}


def test_files_that_cannot_be_written_are_told_and_nothing_is_entered(
    app, settings: Settings, pdf: Pdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with calling(app) as client:
        monkeypatch.setattr("service.storage._write_whole", full)
        answer = client.post("/v1/filings", content=pdf())
        assert (answer.status_code, answer.json()["code"]) == (503, "storage-unavailable")
        assert "space" not in answer.text
        assert client.get("/v1/filings").json()["filings"] == []


def test_a_filing_whose_files_are_out_of_reach_is_tried_again(
    app, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, failures = Files.get, iter(range(2))

    def sometimes(self: Files, path: str) -> bytes:
        if path.endswith("source") and next(failures, None) is not None:
            raise StorageUnavailable("out of reach")
        return whole(self, path)

    monkeypatch.setattr(Files, "get", sometimes)
    with calling(app) as client, working(app, extractor):
        assert ended(client, sent(client, pdf()))["state"] == "done"


def test_a_filing_whose_workflow_failed_is_queued_anew(
    durable: Settings, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the database is away for longer than ending a filing is tried."""
    monkeypatch.setattr("service.worker.STORAGE_RETRIES", 1)
    whole, failures = Reading.finish, iter(range(1))

    def sometimes(self: Reading, identifier: str, outcome: object) -> None:
        if next(failures, None) is not None:
            raise sa.exc.OperationalError("update", {}, OSError("away"))
        whole(self, identifier, outcome)

    monkeypatch.setattr(Reading, "finish", sometimes)
    app = create_app(durable)
    intake = app.state.intake
    with calling(app) as client, working(app, extractor):
        identifier = sent(client, pdf())
        assert intake.requeue_lost() == 0, "it is in the queue, or being read"
        until(intake.requeue_lost, "the workflow to have failed")
        assert ended(client, identifier)["state"] == "done"
        assert intake.requeue_lost() == 0


def test_a_worker_that_is_told_to_stop_is_not_taken_for_dead_while_it_reads_on(
    app, settings: Settings, pdf: Pdf, extractor
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class ReadsSlowly(type(extractor)):
        def extract_all(self, filing, progress=None, *said):
            begun.set()
            assert go_on.wait(PATIENCE)
            return super().extract_all(filing, progress, *said)

    with calling(app) as client, working(app, ReadsSlowly()) as worker:
        identifier = sent(client, pdf())
        assert begun.wait(PATIENCE)
        closing = threading.Thread(target=worker.close)
        closing.start()
        watch, dead = Watch(app.state.engine, settings.lease_seconds), []
        end = time.monotonic() + 2 * settings.lease_seconds
        while time.monotonic() < end:
            dead += watch.look()
            time.sleep(settings.beat_seconds)
        go_on.set()
        closing.join()
        assert dead == []
        assert client.get(f"/v1/filings/{identifier}").json()["state"] == "done"


def test_a_database_that_is_locked_or_away_is_told_as_such(
    app, pdf: Pdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise sa.exc.OperationalError("insert", {}, OSError("database is locked: /secret"))

    with calling(app) as client:
        monkeypatch.setattr("service.intake.insert", locked)
        answer = client.post("/v1/filings", content=pdf())
        assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
        assert "secret" not in answer.text
        assert client.get("/v1/filings").json()["filings"] == []


def test_time_that_jumps_takes_no_filing_from_a_living_worker(
    app, settings: Settings, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calling(app), working(app, extractor) as worker:
        watch = Watch(app.state.engine, settings.lease_seconds)
        for hours in (0, 48, -48):
            there = datetime.now(UTC) + timedelta(hours=hours)
            monkeypatch.setattr(database, "now", lambda there=there: there)
            time.sleep(2 * settings.beat_seconds)
            assert watch.look() == []
        assert worker.id in watch._beats()
