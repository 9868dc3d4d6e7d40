"""Rectangles that reviewers draw are read by one worker each, while filings are read."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.engine import Engine

from models.document import POINTS_PER_INCH, Box, Image
from models.errors import QueueFull, ReviewNotFound
from models.export import to_json
from models.extraction import PageSummary
from models.pipeline import Extractor
from models.reader import read
from models.sandbox import open_document
from service import database, snippets
from service.database import engine_of
from service.filings import Record, insert, new_id
from service.intake import page_of, result_of
from service.purge import Purge, erase
from service.settings import Settings
from service.snippets import MOST_WAITING, answer, ask, read_queued
from service.storage import Files
from tests.conftest import ReadsTheSecondWord, calling, until, working
from tests.reviewing import form4

SAMPLE = Path(__file__).parent.parent / "service" / "samples" / "form4_scan.pdf"
BOX = Box(10, 20, 110, 32)
Pdf = Callable[..., bytes]


@pytest.fixture
def files(settings: Settings) -> Files:
    return Files(settings.storage_url)


def filing(engine: Engine, files: Files, page: PageSummary, image: Image, **more: str) -> str:
    """A filing of one page that was read."""
    record = Record(id=new_id(), tenant="acme", name="x.pdf", sha256="0" * 64, bytes=1,
                    received=database.now(), precision=0.995, state="done", reading=1,
                    **more)  # fmt: skip
    with engine.begin() as connection:
        insert(connection, record)
    files.put(page_of(record.part_of or record.id, page.number),
              cv2.imencode(".png", image)[1].tobytes())  # fmt: skip
    row = to_json(replace(form4(), pages=(page,)), words=True)
    files.put(result_of(record.id, 1, "result.json"), json.dumps(row).encode())
    return record.id


def white(engine: Engine, files: Files, **more: str) -> str:
    """A filing of an empty page, turned and tilted, of 100 dpi."""
    page = PageSummary(3, 144.0, 72.0, 90, 1.5, 100.0, "pixels", "first")
    return filing(engine, files, page, np.full((100, 200), 255, np.uint8), **more)


class Notes(ReadsTheSecondWord):
    """Notes what it is asked to read."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[object, ...]] = []

    def read_box(
        self, image: Image, dpi: float, box: Box, rotation: int = 0, skew: float = 0.0
    ) -> str:
        self.asked.append((image.shape, dpi, box, rotation, skew))
        return f"text {len(self.asked)}"


class Fails(ReadsTheSecondWord):
    """Has a fault."""

    def read_box(self, *_: object) -> str:
        raise RuntimeError("secret of the machinery")


def test_a_rectangle_of_a_scan_is_read_where_the_page_shows_it(
    engine: Engine, files: Files
) -> None:
    extractor = Extractor.load()
    extraction = extractor.extract(read(SAMPLE.read_bytes()))
    name = next(each for each in extraction.fields if each.path.endswith("issuer/issuerName"))
    image = open_document(SAMPLE.read_bytes())[0].image
    own = filing(engine, files, extraction.pages[0], image)
    asked = ask(engine, "acme", own, 1, Box.around([each.box for each in name.boxes]).grown(2))
    assert answer(engine, "acme", asked) == ("queued", "")
    assert read_queued(engine, files, extractor) == 1
    state, text = answer(engine, "acme", asked)
    assert (state, text.upper()) == ("done", name.text.upper())
    assert "YELP" in text.upper()


def test_the_reader_is_told_how_the_page_lies(engine: Engine, files: Files) -> None:
    extractor = Notes()
    ask(engine, "acme", white(engine, files), 3, BOX)
    read_queued(engine, files, extractor)
    assert extractor.asked == [((100, 200), 200 / 144.0 * POINTS_PER_INCH, BOX, 90, 1.5)]


def test_a_part_of_a_document_has_its_pages_with_the_whole(engine: Engine, files: Files) -> None:
    own = white(engine, files, part_of=new_id())
    asked = ask(engine, "acme", own, 3, BOX)
    read_queued(engine, files, Notes())
    assert answer(engine, "acme", asked) == ("done", "text 1")


def test_the_oldest_is_read_first_and_each_once(
    engine: Engine, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, start, asked = white(engine, files), database.now(), []
    for seconds in (2, 1, 3):
        monkeypatch.setattr(database, "now", lambda s=seconds: start + timedelta(seconds=s))
        asked.append(ask(engine, "acme", own, 3, BOX))
    assert read_queued(engine, files, Notes()) == 3
    assert [answer(engine, "acme", each)[1] for each in asked] == ["text 2", "text 1", "text 3"]
    assert read_queued(engine, files, Notes()) == 0


def read_by_several(engine: Engine, files: Files) -> None:
    """Four workers read twenty rectangles, none of them twice."""
    own = white(engine, files)
    asked = [ask(engine, "acme", own, 3, BOX) for _ in range(20)]
    start = threading.Barrier(4)

    def work(extractor: Notes) -> int:
        start.wait()
        return read_queued(engine, files, extractor)

    extractors = [Notes() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, extractors))
    assert sum(counts) == sum(len(each.asked) for each in extractors) == 20
    assert {answer(engine, "acme", each)[0] for each in asked} == {"done"}


def test_several_workers_never_read_the_same_one(engine: Engine, files: Files) -> None:
    read_by_several(engine, files)


def test_several_workers_never_read_the_same_one_on_postgres(postgres: str, files: Files) -> None:
    engine = engine_of(postgres)
    database.metadata.create_all(engine)
    read_by_several(engine, files)
    engine.dispose()


@pytest.mark.parametrize("number", [3, 4])
def test_what_cannot_be_read_is_told_and_keeps_nothing_else_from_being_read(
    engine: Engine, files: Files, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    lost, own = white(engine, files), white(engine, files)
    if number == 3:
        files.delete_all(f"filings/{lost}")
    asked = [ask(engine, "acme", lost, number, BOX), ask(engine, "acme", own, 3, BOX)]
    assert read_queued(engine, files, Notes()) == 2
    assert [answer(engine, "acme", each)[0] for each in asked] == ["failed", "done"]
    assert lost in caplog.text


def test_a_fault_of_the_reader_is_logged_and_not_told(
    engine: Engine, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    asked = ask(engine, "acme", white(engine, files), 3, BOX)
    assert read_queued(engine, files, Fails()) == 1
    assert answer(engine, "acme", asked) == ("failed", "")
    assert "secret of the machinery" in caplog.text


def test_a_damaged_picture_is_told(engine: Engine, files: Files) -> None:
    own = white(engine, files)
    files.put(page_of(own, 3), b"no picture")
    asked = ask(engine, "acme", own, 3, BOX)
    read_queued(engine, files, Notes())
    assert answer(engine, "acme", asked) == ("failed", "")


def test_what_a_dead_worker_had_begun_has_failed_after_a_while(
    engine: Engine, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(engine, "acme", white(engine, files), 3, BOX)
    with engine.begin() as connection:
        connection.execute(sa.update(database.snippets).values(state=snippets.READING))
    assert answer(engine, "acme", asked)[0] == "queued"
    there = database.now() + timedelta(minutes=2)
    monkeypatch.setattr(database, "now", lambda: there)
    assert answer(engine, "acme", asked)[0] == "failed"
    assert read_queued(engine, files, Notes()) == 0


def test_nobody_else_gets_the_answer(engine: Engine, files: Files) -> None:
    asked = ask(engine, "acme", white(engine, files), 3, BOX)
    for tenant, identifier in (
        ("other", asked),
        ("acme", new_id()),
        ("acme", "\x00"),
        ("acme", ""),
    ):
        with pytest.raises(ReviewNotFound):
            answer(engine, tenant, identifier)


def test_too_many_are_refused_and_other_tenants_are_not(engine: Engine, files: Files) -> None:
    own = white(engine, files)
    for _ in range(MOST_WAITING):
        ask(engine, "acme", own, 3, BOX)
    with pytest.raises(QueueFull):
        ask(engine, "acme", own, 3, BOX)
    assert ask(engine, "other", own, 3, BOX)


def test_old_ones_are_deleted_and_those_of_an_erased_filing_are(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calling(app):
        engine, files, settings = app.state.engine, app.state.files, app.state.settings
        own = white(engine, files)
        asked = [
            ask(engine, "acme", own, 3, BOX),
            ask(engine, "acme", white(engine, files), 3, BOX),
        ]
        erase(engine, files, own, "acme", "", "asked for")
        with pytest.raises(ReviewNotFound):
            answer(engine, "acme", asked[0])
        purge = Purge(engine, files, settings)
        purge.run()
        assert answer(engine, "acme", asked[1])[0] == "queued"
        there = database.now() + timedelta(hours=2)
        monkeypatch.setattr(database, "now", lambda: there)
        purge.run()
        with pytest.raises(ReviewNotFound):
            answer(engine, "acme", asked[1])


def test_a_worker_reads_a_rectangle_while_it_reads_a_filing(app: FastAPI, pdf: Pdf) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class ReadsSlowly(Notes):
        def extract_all(self, *said: object, **more: object) -> object:
            begun.set()
            assert go_on.wait(120)
            return super().extract_all(*said, **more)

    with calling(app) as client:
        engine, files = app.state.engine, app.state.files
        asked = ask(engine, "acme", white(engine, files), 3, BOX)
        with working(app, ReadsSlowly()):
            client.post("/v1/filings", content=pdf(), headers={"Prefer": ""})
            assert begun.wait(120)
            until(lambda: answer(engine, "acme", asked)[0] == "done", "the rectangle")
            again = ask(engine, "acme", white(engine, files), 3, BOX)
            until(lambda: answer(engine, "acme", again)[0] == "done", "the rectangle")
            go_on.set()
