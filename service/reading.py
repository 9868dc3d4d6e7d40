"""What a worker does with a filing: read it, keep what was read, and end it once and for all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import cv2
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from models.errors import (
    FilingNotFound,
    FilingscanError,
    NoKnownForm,
    ReadingCrashed,
    ReadingTimedOut,
    StorageError,
)
from models.export import to_csv, to_json, to_xml
from models.extraction import Extraction
from models.reader import UNREADABLE, filing_of
from models.sandbox import OpenedPage, open_document
from service import database, webhooks
from service.allowance import charge_pages
from service.extractor import Extracts
from service.filings import (
    DONE,
    FAILED,
    PARTIAL,
    SPLIT,
    Filings,
    Record,
    bury,
    end,
    insert,
    part_id,
)
from service.intake import (
    BEFORE,
    before_ruling,
    folder_of,
    page_of,
    result_of,
    ruling_of,
    source_of,
)
from service.problems import Problem, problem_of, unforeseen
from service.references import looked_up
from service.review_plan import forsake, plan, todo_of
from service.settings import Settings
from service.storage import Files

Outcome = dict[str, Any]
"""How reading ended, as JSON: `state`, `pages`, whether a result was `kept`, `seconds` by stage,
`error`, of each filing `parts` (see `_said`) and `reviews` (see `todo_of`), and `roles` if those
that a reviewer said are to be as they were."""
PNG_EFFORT = 3


@dataclass
class Reading:
    """Files, rows and an extractor; every step may be done twice and comes to the same."""

    engine: Engine
    files: Files
    settings: Settings
    extractor: Extracts

    def __post_init__(self) -> None:
        self.filings = Filings(self.engine)
        self.page_since: float | None = None
        """When the page that is read now was begun, by the monotonic clock; opening counts too."""

    def read(self, identifier: str) -> Outcome | None:
        """Read a filing and keep its files; None when there is nothing (more) to be read."""
        record = self.filings.begin(identifier)
        if record is None:
            return None
        if record.attempts > self.settings.attempts:
            return self._failure(record, ReadingCrashed(), {})
        self.page_since = time.monotonic()
        seconds: dict[str, float] = {}
        try:
            return self._read(record, seconds)
        except NoKnownForm as error:
            state, roles = before_ruling(record.roles)
            if record.reading and state not in ("", FAILED):
                return _as_before(record, state, roles, seconds)
            if error.read:
                self._keep(record.id, record, error.read)
            return self._failure(record, error, seconds) | {"kept": bool(error.read)}
        except (StorageError, sa.exc.DBAPIError):
            # Of the moment: it is tried again, and is no fault of the document's.
            self.filings.excuse(identifier)
            raise
        except FilingscanError as error:
            return self._failure(record, error, seconds)
        except Exception as error:  # a fault of ours in one filing must not end the worker
            return _failed(unforeseen(error, _address(record.id)), record.pages_total, seconds)
        finally:
            self.page_since = None

    def finish(self, identifier: str, outcome: Outcome | None) -> None:
        """End the filing with what became of it, its parts and its webhook, all or nothing."""
        if outcome is None:
            self._forget_erased(identifier, 0)
            return
        pages, parts = outcome["pages"], outcome["parts"]
        try:
            record = self.filings.record(identifier)
        except FilingNotFound:
            self._forget_erased(identifier, len(parts))
            return
        whole = {key: outcome[key] for key in ("state", "error", "seconds")}
        if "roles" in outcome:
            whole["roles"] = outcome["roles"]
        elif outcome["kept"] and BEFORE in record.roles:
            whole["roles"] = {name: each for name, each in record.roles.items() if name != BEFORE}
        with self.engine.begin() as connection:
            values = whole | {"pages_done": pages, "pages_total": pages,
                              "reading": record.reading + outcome["kept"]}  # fmt: skip
            if not end(connection, identifier, **values | (parts[0] if len(parts) == 1 else {})):
                self._forget_erased(identifier, len(parts))
                return
            table, last = database.filings, len(parts) if len(parts) > 1 else 0
            for number, part in enumerate(parts[:last], 1):
                _put_part(connection, record, number, part)
            if parts:  # read again, a document may hold fewer filings
                bury(connection, table.c.part_of == identifier, table.c.part > last)
            self._plan(connection, identifier, outcome)
            # One was paid when the document came.
            charge_pages(connection, record.key, max(pages - 1, 0))
            if record.callback_url:
                ids = [part_id(identifier, number) for number in range(1, last + 1)]
                _announce(connection, record, ids)

    def _plan(self, connection: Connection, identifier: str, outcome: Outcome) -> None:
        """What people are to look at, now that this was read."""
        todo, whole = outcome.get("reviews", []), len(outcome["parts"]) == 1
        if outcome["kept"] and not whole:
            forsake(connection, identifier)
        for home, each in zip(_homes(identifier, len(todo)), todo, strict=True):
            plan(connection, self.files, self.settings, home, each)

    def give_up(self, identifier: str, error: Exception) -> Outcome:
        """The outcome of a filing that could not be read for want of files or a database."""
        if isinstance(error, FilingscanError):
            return _failed(problem_of(error, _address(identifier)), 0, {})
        return _failed(unforeseen(error, _address(identifier)), 0, {})

    def _forget_erased(self, identifier: str, parts: int) -> None:
        """Erase what was kept of a filing that was erased while it was being read."""
        for home in (identifier, *(part_id(identifier, each) for each in range(1, parts + 1))):
            if not self.filings.is_there(home):
                self.files.delete_all(folder_of(home))

    def _read(self, record: Record, seconds: dict[str, float]) -> Outcome:
        deadline = time.monotonic() + self.settings.filing_seconds
        started = time.monotonic()
        opened = self._opened(record)
        seconds["open"] = round(time.monotonic() - started, 3)
        self.filings.progress(record.id, 0, len(opened))
        filing = filing_of(opened, record.name, record.sha256)
        started = time.monotonic()
        watch = self._watch(record.id, deadline)
        roles, form = ruling_of(record.roles)
        reader = self.extractor.at(record.precision)
        found = reader.extract_all(filing, watch, roles, form)
        seconds["read"] = round(time.monotonic() - started, 3)
        hint = "" if form else record.form_hint
        found = tuple(_hinted(looked_up(each, self.engine, record.tenant), hint) for each in found)
        homes = _homes(record.id, len(found))
        for home, extraction in zip(homes, found, strict=True):
            self._keep(home, record, extraction)
        return {"state": SPLIT if len(found) > 1 else _state(found[0]), "pages": len(opened),
                "kept": True, "seconds": seconds, "error": None,
                "parts": [_said(each) for each in found],
                "reviews": [todo_of(each, home, self.settings)
                            for home, each in zip(homes, found, strict=True)]}  # fmt: skip

    def _opened(self, record: Record) -> dict[int, OpenedPage]:
        """The pages asked for, by number, their pictures kept; raises NoSuchPages."""
        opened = open_document(self.files.get(source_of(record.id)), self.settings.limits,
                               record.first_page, record.last_page)  # fmt: skip
        chosen = dict(enumerate(opened, record.first_page))
        for number, page in chosen.items():
            encoded = cv2.imencode(".png", page.image, [cv2.IMWRITE_PNG_COMPRESSION, PNG_EFFORT])
            self.files.put(page_of(record.id, number), encoded[1].tobytes())
        return chosen

    def _watch(self, identifier: str, deadline: float) -> Callable[[int, int], None]:
        """Tells how far reading is; raises ReadingTimedOut when it takes too long."""

        def told(done: int, total: int) -> None:
            self.page_since = time.monotonic()
            if time.monotonic() > deadline:
                raise ReadingTimedOut(f"Not done after {self.settings.filing_seconds:g} seconds.")
            self.filings.progress(identifier, done, total)

        return told

    def _keep(self, home: str, record: Record, extraction: Extraction) -> None:
        """Keep what was read; of a document of no known form there are words only."""
        reading = self.filings.readings(home) + 1
        raw = json.dumps(to_json(extraction, words=True)).encode()
        if extraction.form:
            self.files.put(result_of(home, reading, "filing.xml"), to_xml(extraction))
            table = to_csv([(record.name, extraction)]).encode()
            self.files.put(result_of(home, reading, "filing.csv"), table)
        self.files.put(result_of(home, reading, "result.json"), raw)

    def _failure(
        self, record: Record, error: FilingscanError, seconds: dict[str, float]
    ) -> Outcome:
        return _failed(problem_of(error, _address(record.id)), record.pages_total, seconds)


def _put_part(connection: Connection, whole: Record, number: int, part: dict[str, Any]) -> None:
    """The row of a part, made or, when the document is read again, changed."""
    table, identifier = database.filings, part_id(whole.id, number)
    own = sa.update(table).where(table.c.id == identifier)
    values = part | {"finished": database.now(), "reading": table.c.reading + 1}
    if connection.execute(own.values(**values)).rowcount:
        return
    insert(connection, replace(
        whole, id=identifier, part_of=whole.id, part=number, finished=database.now(), reading=1,
        idempotency_key=None, error=None, callback_url="", reviewed=None, **part,
    ))  # fmt: skip


def _announce(connection: Connection, record: Record, parts: list[str]) -> None:
    """The webhook about how a filing ended, with the ids of its parts if there are several."""
    query = sa.select(database.filings).where(database.filings.c.id == record.id)
    row = connection.execute(query).one()
    webhooks.announce(connection, record.tenant, record.id, webhooks.EVENTS[row.state],
                      record.callback_url, webhooks.payload_of(row) | {"parts": parts})  # fmt: skip


def _homes(identifier: str, count: int) -> list[str]:
    """Ids of the filings that a document holds: its own, or those of its parts."""
    if count == 1:
        return [identifier]
    return [part_id(identifier, number) for number in range(1, count + 1)]


def _address(identifier: str) -> str:
    return f"/v1/filings/{identifier}"


def _state(extraction: Extraction) -> str:
    unread = any(page.role == UNREADABLE for page in extraction.pages)
    return PARTIAL if unread else DONE


def _said(extraction: Extraction) -> dict[str, Any]:
    """The columns of a filing that tell what was read."""
    return {"state": _state(extraction), "form": extraction.form, "review": extraction.review,
            "confidence": extraction.confidence, "models": extraction.models}  # fmt: skip


def _failed(problem: Problem, pages: int, seconds: dict[str, float]) -> Outcome:
    return {"state": FAILED, "pages": pages, "kept": False, "seconds": seconds,
            "error": asdict(problem), "parts": [], "reviews": []}  # fmt: skip


def _as_before(
    record: Record, state: str, roles: dict[str, str], seconds: dict[str, float]
) -> Outcome:
    """The outcome of what a reviewer said wrongly: the reading before stays, and its reviews."""
    return {"state": state, "pages": record.pages_total, "kept": False, "seconds": seconds,
            "error": None, "parts": [], "reviews": [], "roles": roles}  # fmt: skip


def _hinted(extraction: Extraction, hint: str) -> Extraction:
    """The extraction with a warning where the caller took it for another form."""
    if not hint or extraction.form == hint:
        return extraction
    said = f"The form was said to be {hint}; the pages are those of {extraction.form}."
    return replace(extraction, warnings=(*extraction.warnings, said))
