"""What is erased is gone, and what is old is erased: rows, files, the queue's notes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from models.errors import StorageUnavailable
from service import database, purge
from service.filings import Filings, Record, end
from service.intake import source_of
from service.purge import Purge, erase
from service.settings import Settings
from service.storage import Files
from tests.conftest import calling, working

Pdf = Callable[..., bytes]


def kept(settings: Settings) -> set[str]:
    """Ids of the filings that have files."""
    return {path.parent.name for path in (settings.data / "files").rglob("*") if path.is_file()}


def cleaner(app: FastAPI, **changed: float) -> Purge:
    return Purge(app.state.engine, app.state.files, replace(app.state.settings, **changed))


def test_filings_are_erased_when_the_retention_time_is_over(
    app: FastAPI, settings: Settings, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calling(app) as client, working(app, extractor):
        old = client.post("/v1/filings", content=pdf("FORM Marl", "FORM Flint")).json()
        there = database.now() + timedelta(days=8)
        assert cleaner(app, retention_days=7.0).run() == 0
        monkeypatch.setattr(database, "now", lambda: there)
        fresh = client.post("/v1/filings", content=pdf()).json()
        assert cleaner(app).run() == 0, "without a retention time nothing is"
        assert cleaner(app, retention_days=7.0).run() == 1
        for each in (old["id"], *old["parts"]):
            assert client.get(f"/v1/filings/{each}").status_code == 404
        assert client.get(f"/v1/filings/{fresh['id']}").status_code == 200
    assert kept(settings) == {fresh["id"]}


def test_what_could_not_be_erased_is_gone_for_callers_and_erased_later(
    app: FastAPI, settings: Settings, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(self: Files, prefix: str) -> None:
        raise StorageUnavailable("out of reach")

    with calling(app) as client, working(app, extractor):
        filing = client.post("/v1/filings", content=pdf()).json()
        with monkeypatch.context() as patched:
            patched.setattr(Files, "delete_all", out_of_reach)
            assert client.delete(f"/v1/filings/{filing['id']}").status_code == 503
        assert client.get(f"/v1/filings/{filing['id']}").status_code == 404
        assert kept(settings) == {filing["id"]}
        cleaner(app).run()
    assert kept(settings) == set()
    with app.state.engine.connect() as connection:
        assert connection.execute(sa.select(database.filings)).all() == []
        (line,) = connection.execute(sa.select(database.audit)).all()
    assert (line.action, line.filing) == ("erased", filing["id"])


def test_a_document_without_a_row_is_swept_away_the_second_time(app: FastAPI, pdf: Pdf) -> None:
    with calling(app) as client:
        filing = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""}).json()
        files, stray = app.state.files, "0" * 32
        files.put(source_of(stray), b"left by a crash")
        sweeper = cleaner(app)
        sweeper.sweep()
        assert files.exists(source_of(stray)), "its row may be about to come"
        sweeper.sweep()
        assert not files.exists(source_of(stray))
        assert files.exists(source_of(filing["id"]))


def test_the_queue_forgets_filings_that_have_ended(
    app: FastAPI, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calling(app) as client, working(app, extractor) as worker:
        client.post("/v1/filings", content=pdf())
        sweeper = cleaner(app)
        worker.close()  # by then the workflow has ended too
        sweeper.run()
        assert len(sweeper._queue.list_workflows()) == 1
        monkeypatch.setattr(purge, "WORKFLOWS", timedelta(0))
        sweeper.run()
        assert sweeper._queue.list_workflows() == []


def test_an_outage_of_the_storage_is_no_fault_of_the_document(
    app: FastAPI, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(self: Files, path: str) -> bytes:
        raise StorageUnavailable("out of reach")

    with calling(app) as client, working(app, extractor) as worker:
        worker.close()
        sent = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""}).json()
        monkeypatch.setattr(Files, "get", out_of_reach)
        for _ in range(2 * app.state.settings.attempts):
            with pytest.raises(StorageUnavailable):
                worker.reading.read(sent["id"])
        assert Filings(app.state.engine).record(sent["id"]).attempts == 0


def test_erasing_twice_is_as_erasing_once(app: FastAPI, pdf: Pdf) -> None:
    with calling(app) as client:
        filing = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""}).json()
        for _ in range(2):
            erase(app.state.engine, app.state.files, filing["id"], "local", "", "test")
        assert client.get(f"/v1/filings/{filing['id']}").status_code == 404


def test_a_filing_erased_while_it_was_read_leaves_nothing(
    app: FastAPI, settings: Settings, pdf: Pdf, extractor
) -> None:
    with calling(app) as client, working(app, extractor) as worker:
        worker.close()
        document = pdf("FORM Marl", "FORM Flint")
        sent = client.post("/v1/filings", content=document, headers={"Prefer": ""}).json()
        files, reading = app.state.files, worker.reading
        whole = files.get(source_of(sent["id"]))
        assert client.delete(f"/v1/filings/{sent['id']}").status_code == 204
        # What a worker that had begun before would write.
        record = replace(RECORD, id=sent["id"], sha256=sent["sha256"])
        files.put(source_of(sent["id"]), whole)
        outcome = reading._read(record, {})
        assert len(kept(settings)) == 3
        reading.finish(sent["id"], outcome)
    assert kept(settings) == set()
    with app.state.engine.connect() as connection:
        assert connection.execute(sa.select(database.filings)).all() == []


def test_a_filing_that_is_being_erased_is_not_brought_back_by_its_worker(
    app: FastAPI, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(self: Files, prefix: str) -> None:
        raise StorageUnavailable("out of reach")

    with calling(app) as client:
        sent = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""}).json()
        with monkeypatch.context() as patched:
            patched.setattr(Files, "delete_all", out_of_reach)
            assert client.delete(f"/v1/filings/{sent['id']}").status_code == 503
        with app.state.engine.begin() as connection:
            assert not end(connection, sent["id"], state="done")
        assert client.get(f"/v1/filings/{sent['id']}").status_code == 404


def test_a_part_that_could_not_be_erased_is_erased_later(
    app: FastAPI, settings: Settings, pdf: Pdf, extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(self: Files, prefix: str) -> None:
        raise StorageUnavailable("out of reach")

    with calling(app) as client, working(app, extractor):
        whole = client.post("/v1/filings", content=pdf("FORM Marl", "FORM Flint")).json()
        with monkeypatch.context() as patched:
            patched.setattr(Files, "delete_all", out_of_reach)
            client.delete(f"/v1/filings/{whole['parts'][0]}")
        cleaner(app).run()
    assert kept(settings) == {whole["id"], whole["parts"][1]}


RECORD = Record("", "local", "a.pdf", "", 1, database.now(), 0.995)
