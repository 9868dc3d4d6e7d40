"""Taking a document in: kept, entered and queued before the caller hears of it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy.engine import Connection, Engine

from models.errors import BadEdit, KeyReused, NotEnded, NotReadable, QueueFull
from models.pages import LEFT_OUT
from service import database
from service.filings import ENDED, QUEUED, WAITING, Filings, Record, insert, new_id
from service.settings import Settings
from service.storage import Files

APPLICATION, QUEUE, READ = "filingscan", "filings", "read_filing"
PROTOCOL = "1"
"""Version of the workflows: workers take up only what was queued under their own."""
ALIVE = ["ENQUEUED", "PENDING"]
"""States of workflows that will read their filing."""
RETRY_SECONDS = 5
FORM = "form"
"""Beside the numbers of pages in a filing's `roles`: the form that a reviewer says it is."""
BEFORE = "before"
"""There too, until the filing was read so: how it was before, should it turn out to be no form."""
SERIALIZER = DBOSPortableJSONSerializer()
"""What the queue notes is JSON: pickles would let whoever writes to the database run code here."""

logger = logging.getLogger("filingscan.intake")


@dataclass(frozen=True)
class Sent:
    """A file that was sent; its `content` goes with the request, and is read from its beginning."""

    name: str
    bytes: int
    content: BinaryIO


@dataclass(frozen=True)
class Options:
    """What a caller may ask for with a document."""

    form_hint: str = ""
    first_page: int = 1
    last_page: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)
    callback_url: str = ""
    precision: float | None = None
    priority: int = 0
    """How much it matters that it is reviewed soon, to 9."""
    idempotency_key: str | None = None
    batch: str = ""
    batch_number: int = 0
    """Place in the batch, from 1."""
    key: str = ""
    """Id of the API key that the document came with."""


@dataclass
class Intake:
    """Where documents go: files, rows and the queue, which is in the same database as the rows."""

    engine: Engine
    files: Files
    settings: Settings

    def __post_init__(self) -> None:
        self.filings = Filings(self.engine)
        self._queue = queue_of(self.engine)

    def take(
        self, tenant: str, sent: Sent, options: Options, pay: Callable[[], None] = lambda: None
    ) -> Record:
        """Keep a document and queue it; the same filing for the same idempotency key and bytes.

        `pay` is called for a new document only. Raises KeyReused for other bytes, QueueFull when
        too many wait, and what `pay` raises.
        """
        sha256 = sha256_of(sent)
        if before := self._before(tenant, options, sha256):
            return before
        self._check_room()
        pay()
        record = Record(
            id=new_id(),
            tenant=tenant,
            name=sent.name,
            sha256=sha256,
            bytes=sent.bytes,
            received=database.now(),
            precision=options.precision or self.settings.precision,
            priority=options.priority,
            form_hint=options.form_hint,
            first_page=options.first_page,
            last_page=options.last_page,
            metadata=dict(options.metadata),
            callback_url=options.callback_url,
            idempotency_key=options.idempotency_key,
            batch=options.batch,
            batch_number=options.batch_number,
            key=options.key,
        )
        # The file first: a row without its document could never be read. A document without a row,
        # left by a crash between the two, is erased by `Purge.sweep`.
        self.files.put(source_of(record.id), sent.content)
        try:
            with self.engine.begin() as connection:
                insert(connection, record)
                self._enqueue(connection, record.id)
        except sa.exc.IntegrityError:
            self.files.delete_all(folder_of(record.id))
            if same := self._before(tenant, options, sha256):
                return same
            raise
        return record

    def again_as(
        self, record: Record, form: str | None, roles: Mapping[str, str],
        pay: Callable[[], None] = lambda: None,
    ) -> Record:  # fmt: skip
        """Queue a filing to be read anew as this form, and its pages, by number, as of these roles.

        What a reviewer says binds, unlike the hint that came with the document, and stays until
        something else is said: no form leaves it as it was, None takes back what was said of it.
        With a part its whole document is read; the form of one part alone cannot be said. Raises
        BadEdit for a page that is not there or when no page is left, and what `again` does.
        """
        whole = self.filings.record(record.part_of) if record.part_of else record
        if form and record.part_of:
            raise BadEdit("The form of a part of a document cannot be said; say its pages' roles.")
        said = {_page_of(number, whole): role for number, role in roles.items()}
        old = {name: role for name, role in whole.roles.items() if name != BEFORE}
        ruled = old | said | ({FORM: form} if form else {})
        if form is None:
            ruled.pop(FORM, None)
        if {ruled.get(str(number)) for number in _pages_of(whole)}.issubset(LEFT_OUT) and said:
            raise BadEdit("No page of the form would be left.")
        before = json.dumps({"state": whole.state, "roles": old})
        return self._again(whole, pay, roles=ruled | {BEFORE: before})

    def again(self, record: Record, pay: Callable[[], None] = lambda: None) -> Record:
        """Queue a filing that was read to be read anew, by whatever models are champions now.

        Raises NotEnded, NotReadable for a part of a document, and what `take` does otherwise.
        """
        return self._again(record, pay)

    def _again(self, record: Record, pay: Callable[[], None], **said: Any) -> Record:
        if record.part_of:
            raise NotReadable("A part of a document is read again with the whole document.")
        if not record.ended:
            raise NotEnded()
        self._check_room()
        pay()
        table = database.filings
        values: dict[str, Any] = {
            "state": QUEUED,
            "attempts": 0,
            "pages_done": 0,
            "error": None,
            "finished": None,
            **said,
        }
        with self.engine.begin() as connection:
            own = sa.update(table).where(table.c.id == record.id, table.c.state.in_(ENDED))
            if not connection.execute(own.values(**values)).rowcount:
                raise NotEnded()
            self._enqueue(connection, record.id)
        return replace(record, **values)

    def requeue_lost(self) -> int:
        """Queue anew what waits and is in no queue; how many filings that were.

        A workflow that could not write down how its filing ended, because the database was away
        for too long, has failed and leaves its filing behind.
        """
        waiting = self.filings.waiting_ids()  # first: what is queued after this is no matter
        held = self._queue.list_workflows(status=ALIVE, load_input=False, load_output=False)
        lost = set(waiting) - {each.workflow_id.partition(":")[0] for each in held}
        return sum(self._requeued(identifier) for identifier in lost)

    def _requeued(self, identifier: str) -> bool:
        """Queue a filing that waits, unless it has ended or is gone meanwhile."""
        table = database.filings
        own = sa.update(table).where(table.c.id == identifier, table.c.state.in_(WAITING))
        with self.engine.begin() as connection:
            if not connection.execute(own.values(state=QUEUED)).rowcount:
                return False
            self._enqueue(connection, identifier)
        logger.warning("filing %s was in no queue and is queued anew", identifier)
        return True

    def _check_room(self) -> None:
        if self.filings.waiting() >= self.settings.max_queue:
            raise QueueFull(retry_after=RETRY_SECONDS)

    def _before(self, tenant: str, options: Options, sha256: str) -> Record | None:
        """The filing sent with this key before; raises KeyReused when it had other bytes."""
        if not options.idempotency_key:
            return None
        before = self.filings.of_key(tenant, options.idempotency_key)
        if before and before.sha256 != sha256:
            raise KeyReused()
        return before

    def _enqueue(self, connection: Connection, identifier: str) -> None:
        self._queue.enqueue_in_transaction(
            connection,
            {
                "workflow_name": READ,
                "queue_name": QUEUE,
                "workflow_id": f"{identifier}:{new_id()[:8]}",
                "app_version": PROTOCOL,
            },
            identifier,
        )


def _pages_of(record: Record) -> range:
    return range(record.first_page, record.first_page + record.pages_total)


def _page_of(number: str, record: Record) -> str:
    """The number of a page of a filing; raises BadEdit."""
    if len(number) > 5 or not number.isdecimal() or int(number) not in _pages_of(record):
        raise BadEdit(f"The filing has no page {number:.10}.")
    return str(int(number))


def ruling_of(roles: Mapping[str, str]) -> tuple[dict[int, str], str]:
    """What a reviewer said, of a filing's `roles`: roles of pages by number, and the form."""
    pages = {int(number): role for number, role in roles.items() if number not in (FORM, BEFORE)}
    return pages, roles.get(FORM, "")


def before_ruling(roles: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """State and `roles` of a filing before what a reviewer said; no state once it was read so."""
    told = json.loads(roles.get(BEFORE, '{"state": "", "roles": {}}'))
    return told["state"], told["roles"]


def queue_of(engine: Engine) -> DBOSClient:
    """The queue of a database, for putting filings in and seeing what became of them."""
    return DBOSClient(
        system_database_engine=engine, application_name=APPLICATION, lazy=True,
        serializer=SERIALIZER,
    )  # fmt: skip


def sha256_of(sent: Sent) -> str:
    """The checksum of a file, of which never more than a piece is in memory."""
    sent.content.seek(0)
    return hashlib.file_digest(sent.content, "sha256").hexdigest()  # type: ignore[arg-type]


def folder_of(identifier: str) -> str:
    """Where the files of a filing are."""
    return f"filings/{identifier}"


def source_of(identifier: str) -> str:
    """Where the document of a filing is, as it was sent."""
    return f"{folder_of(identifier)}/source"


def page_of(identifier: str, number: int) -> str:
    """Where the picture of a page is, as displayed."""
    return f"{folder_of(identifier)}/page-{number:04d}.png"


def result_of(identifier: str, reading: int, kind: str) -> str:
    """Where a result is: `result.json`, `filing.xml` or `filing.csv` of the reading."""
    return f"{folder_of(identifier)}/{reading:03d}-{kind}"
